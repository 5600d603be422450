"""How wide text is drawn, without fonts at hand: wide estimates, so that no box is too small."""

from __future__ import annotations

from collections.abc import Iterable

FONT_FAMILY = "'DejaVu Sans', Verdana, 'Noto Sans', system-ui, sans-serif"
_NARROW = frozenset("ijlIJ.,:;'|!()[] ·ft-/\\r")
_WIDE = frozenset("mwMW@%<>=+#~^&")
_SMALL, _USUAL, _CAPITAL, _LARGE = 0.42, 0.645, 0.79, 1.0
"""Advance widths in ems, those of DejaVu Sans, the widest font of the family above, rounded up."""


def text_width(text: str, size: float) -> float:
    """The width of a line in pixels at a font size, never less than it is drawn with."""
    return sum(_advance(character) for character in text) * size


def _advance(character: str) -> float:
    if character in _NARROW:
        return _SMALL
    if character in _WIDE or not character.isascii():
        return _LARGE
    return _CAPITAL if character.isupper() else _USUAL


def wrapped(lines: Iterable[str], size: float, most: float) -> tuple[str, ...]:
    """Lines broken between words, and within a word that is too long, to fit a width in pixels."""
    found: list[str] = []
    for line in lines:
        current = ""
        for word in _fitting(line.split(), size, most):
            longer = f"{current} {word}" if current else word
            if current and text_width(longer, size) > most:
                found.append(current)
                longer = word
            current = longer
        found.append(current)
    return tuple(found)


def _fitting(words: Iterable[str], size: float, most: float) -> Iterable[str]:
    """The words, those in parts that are wider than a line."""
    for word in words:
        yield from _pieces(word, size, most)


def _pieces(word: str, size: float, most: float) -> Iterable[str]:
    """A word in parts that each fit the width, broken after a separator where there is one."""
    while text_width(word, size) > most:
        fits = max(
            (n for n in range(1, len(word)) if text_width(word[:n], size) <= most), default=1
        )
        after = max((n + 1 for n in range(fits) if word[n] in "-_/.,:"), default=0)
        end = after if after * 2 > fits else fits
        yield word[:end]
        word = word[end:]
    yield word


def printable(text: str) -> str:
    """Text on one line without characters that XML or a terminal cannot take."""
    return "".join(
        c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text
    )
