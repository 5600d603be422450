"""Tests of mlplan; they mirror the package."""
