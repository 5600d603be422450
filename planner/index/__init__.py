"""Wheels on a package index: found by name, read in part, nothing installed."""
