"""Small ELF files and wheels, made by the format documents and not by the code under test."""
