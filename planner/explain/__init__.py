"""Facts, cautions and conflicts in words; nothing is decided here."""
