"""ELF files read through what the loader uses: program headers and the dynamic table."""
