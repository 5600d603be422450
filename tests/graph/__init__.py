"""Tests of the constraint graph and of the index read from it."""
