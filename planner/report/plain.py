"""Strings from wheels made harmless for terminals, logs and XML: a wheel is hostile input."""

from __future__ import annotations

import re

from planner.harmless import harmless

LONGEST = 600
"""Characters of one string that are shown; JSON has all."""
_BUILT_FOR = re.compile(r"\.(?:cpython|pypy|graalpy)[\w-]*-linux-\w+\.(?=so$)")
"""What Python puts into the name of an extension: all of a wheel have the same."""


def plain(text: str, most: int = LONGEST) -> str:
    """Text with control, bidirectional and unprintable characters spelled out, of bounded length.

    Newlines are spelled out too: one string never becomes two lines. Nor can it be a command to
    the service that shows the log.
    """
    return harmless(text if len(text) <= most else f"{text[: most - 3]}...")


def middle_cut(text: str, most: int) -> str:
    """A name of at most so many characters, its middle left out: both ends tell it from others."""
    if len(text) <= most:
        return text
    kept = max(most - 3, 2)
    return f"{text[: kept // 2]}...{text[-(kept - kept // 2) :]}"


def member_cut(path: str, most: int) -> str:
    """The path of a member of at most so many characters: what tells it from others goes last."""
    return path if len(path) <= most else middle_cut(without_platform(path), most)


def without_platform(path: str) -> str:
    """``pkg/core...so`` of ``pkg/core.cpython-312-x86_64-linux-gnu.so``."""
    return _BUILT_FOR.sub("...", path)
