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
    """The text with escape sequences of ECMA-48, or as it is."""
    if not color:
        return text
    return "".join(_line(line) for line in text.splitlines(keepends=True))


def _line(line: str) -> str:
    if line.strip() and not line.startswith(" "):
        return f"{_BOLD}{line.rstrip()}{_PLAIN}\n"
    return _STANDING.sub(lambda match: f"{_COLORS[match[0]]}{match[0]}{_PLAIN}", line)
