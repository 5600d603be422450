"""Facts compared with the vendors' own files, and new releases harvested from them."""
