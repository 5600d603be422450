"""Measurements of mlplan beside other ways to the same answer; see ``python -m benchmarks``."""
