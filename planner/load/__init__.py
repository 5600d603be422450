"""Strict reading of YAML facts and requests into records."""
