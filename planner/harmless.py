"""Strings from files of others made harmless for terminals and logs, in text and in JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

_COMMAND = re.compile(r"(?<=:):|(?<=#)#(?=\w*\[)")
"""What starts a command in the log of a build service (``::``, ``##[``, ``##vso[``), but for its
first character: a line that is wrapped may start with any word."""
_SURROGATES = range(0xD800, 0xE000)


def harmless(text: str) -> str:
    """Text on one line that steers neither a terminal nor a build service that reads its log.

    Characters that are not printable, and those that would start a command, are spelled out as
    Python spells them: ``\\x1b``, ``:\\x3a``, ``#\\x23[``.
    """
    if not text.isprintable():
        text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
    return _COMMAND.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def json_text(document: Mapping[str, object], *, ascii_only: bool = False) -> str:
    """The text of a document, one that every UTF-8 stream takes and every parser reads.

    Characters that are not printable are escaped, so a terminal shows them and does not obey; the
    values stay the same. Lone surrogates, which parsers refuse, become the text of their escape.
    """
    text = json.dumps(document, indent=1, ensure_ascii=False)
    is_plain = str.isascii if ascii_only else str.isprintable
    lines = (
        line if line.isprintable() and is_plain(line) else _escaped(line, ascii_only=ascii_only)
        for line in text.split("\n")
    )
    return "\n".join(lines) + "\n"


def _escaped(line: str, *, ascii_only: bool) -> str:
    return "".join(
        c if c.isprintable() and (c.isascii() or not ascii_only) else _escape(c) for c in line
    )


def _escape(character: str) -> str:
    """A character as JSON escapes it: as a pair of surrogates where it takes two."""
    if ord(character) in _SURROGATES:
        return f"\\\\u{ord(character):04x}"
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[n : n + 2].hex()}" for n in range(0, len(units), 2))
