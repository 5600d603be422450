"""Tests of the solver, and the oracle that judges it."""
