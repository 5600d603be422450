"""The command line: one module per command, wiring and printing only."""
