"""Build matrices, build settings and documents, written from a lock."""
