"""Colour for terminals: headings bold, standings by how firm they are. Nothing is said by it alone:
the words stay."""

from __future__ import annotations

import re

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_COLORS = {
    "enforced": "\x1b[32m",
    "measured": "\x1b[32m",
    "documented": "\x1b[33m",
    "unconfirmed": "\x1b[35m",
    "not used": "\x1b[2m",
}
_STANDING = re.compile(
    rf"(?<=\s)({'|'.join(_COLORS)})(?=\s\s|\s*$)|(?<=^  )({'|'.join(_COLORS)})\b"
)


def painted(text: str, *, color: bool) -> str:
    """The text with escape sequences of ECMA-48, or without; those in names that came from
    elsewhere are spelled out."""
    plain = text if text.replace("\n", "").isprintable() else "".join(map(_spelled, text))
    if not color:
        return plain
    return "".join(_line(line) for line in plain.splitlines(keepends=True))


def _spelled(letter: str) -> str:
    return letter if letter.isprintable() or letter == "\n" else repr(letter)[1:-1]


def _line(line: str) -> str:
    if line.strip() and not line.startswith(" "):
        return f"{_BOLD}{line.rstrip()}{_PLAIN}\n"
    return _STANDING.sub(lambda match: f"{_COLORS[match[0]]}{match[0]}{_PLAIN}", line)
