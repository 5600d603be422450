"""Tests of the example requests."""
