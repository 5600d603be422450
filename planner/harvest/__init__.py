"""New releases of a family, found on the package index and written as facts."""
