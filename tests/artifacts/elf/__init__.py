"""Made ELF files read back part by part."""
