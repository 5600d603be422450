"""How much of a wheel is read at most. A wheel is hostile input."""

# No `from __future__ import annotations`: a named tuple compiles each one that is text, every time.

from typing import NamedTuple

MIB = 1 << 20


class Limits(NamedTuple):
    """Bounds of one wheel; sizes in bytes.

    ``ratio`` is inflated over packed size of a member above ``ratio_from``, and of all members
    together above ``whole_ratio_from``; deflate itself cannot exceed 1032. ``in_memory`` is the
    largest member held whole; larger ones are streamed, with ``kept_head``, ``kept_tail`` and
    ``kept_windows`` bytes of them kept. ``rereads`` is how often a member is inflated again because
    its tables lie where the first reading did not keep them. ``names_bytes`` bounds the names that
    a wheel's libraries tell of (symbols, versions, libraries, paths) and the number of libraries,
    each of which counts as 8 KiB; ``file_names_bytes`` bounds the names of one of them.
    """

    entries: int = 200_000
    directory: int = 24 * MIB
    inflated: int = 16 << 30
    member: int = 8 << 30
    ratio: int = 200
    ratio_from: int = 16 * MIB
    whole_ratio_from: int = 512 * MIB
    text: int = 16 * MIB
    in_memory: int = 48 * MIB
    chunk: int = MIB // 4
    kept_head: int = 48 * MIB
    kept_tail: int = 8 * MIB
    kept_windows: int = 96 * MIB
    rereads: int = 6
    reread_bytes: int = 6 << 30
    elf_segments: int = 4096
    elf_headers: int = 70_000
    elf_dynamic: int = 65_536
    elf_needs: int = 16_384
    elf_symbols: int = 2_000_000
    names: int = 20_000
    oddities: int = 200  # of one kind
    name_length: int = 65_536
    file_names_bytes: int = 8 * MIB
    names_bytes: int = 64 * MIB


DEFAULT_LIMITS = Limits()
