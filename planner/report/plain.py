"""Strings from wheels made harmless for terminals, logs and XML: a wheel is hostile input."""

from __future__ import annotations

LONGEST = 600
"""Characters of one string that are shown; JSON has all."""


def plain(text: str, most: int = LONGEST) -> str:
    """Text with control, bidirectional and unprintable characters spelled out, of bounded length.

    Newlines are spelled out too: one string never becomes two lines.
    """
    if len(text) > most:
        text = f"{text[: most - 3]}..."
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def middle_cut(text: str, most: int) -> str:
    """A name of at most so many characters, its middle left out: both ends tell it from others."""
    if len(text) <= most:
        return text
    kept = max(most - 3, 2)
    return f"{text[: kept // 2]}...{text[-(kept - kept // 2) :]}"
