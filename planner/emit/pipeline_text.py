"""Data in the files of CI services: YAML scalars, words of a shell command, templates with holes.

Sources: YAML 1.2.2 section 5.7 (escapes) and 7.3.1 (double-quoted style); Bash Reference Manual,
"ANSI-C Quoting".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

_PLAIN_WORD = re.compile(r"[A-Za-z0-9@%+=:,./_-]+")
_HOLE = re.compile(r"(?m)^( *)@@(\w+)@@\n|@@(\w+)@@")


def quoted(text: str) -> str:
    """Text as a double-quoted YAML scalar on one line, which also is a JSON string."""
    return "".join(_spelled(c) for c in json.dumps(text, ensure_ascii=False))


def _spelled(character: str) -> str:
    """A character as it is, or as YAML's escape where a reader could take it for a line break."""
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def shell_word(text: str) -> str:
    """Text as one word of a bash command, on one line and without a dollar sign that CI services
    would expand before the shell sees it (``${{``, ``$(``, ``$[``, ``$NAME``).
    """
    if _PLAIN_WORD.fullmatch(text):
        return text
    if text.isascii() and text.isprintable() and not set(text) & set("'$"):
        return f"'{text}'"
    return "$'" + "".join(_ansi_c(byte) for byte in text.encode(errors="surrogatepass")) + "'"


def _ansi_c(byte: int) -> str:
    character = chr(byte)
    if character in "\\'":
        return "\\" + character
    if 0x20 <= byte < 0x7F and character != "$":
        return character
    return f"\\x{byte:02x}"


def filled(template: str, holes: Mapping[str, str]) -> str:
    """A template with its holes (``@@name@@``) filled, once and not again in what was put in.

    A hole alone on a line takes whole lines, indented as it is; an empty text removes that line.
    """

    def found(match: re.Match[str]) -> str:
        if match[3] is not None:
            return holes[match[3]]
        lines = holes[match[2]].split("\n")
        lines = lines[:-1] if not lines[-1] else lines
        return "".join(f"{match[1]}{line}\n" if line else "\n" for line in lines)

    return _HOLE.sub(found, template)
