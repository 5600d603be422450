"""Rows of a hand-written matrix, judged one by one against the facts."""
