"""Links of Markdown pages: where they stand, and whether they lead somewhere."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

_FENCES = re.compile(r"^( *)(```+|~~~+).*?^\1\2[ ]*$", re.M | re.S)
_SPANS = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.S)
_COMMENTS = re.compile(r"<!--.*?-->", re.S)
_TARGETS = (
    re.compile(r"\]\(\s*<?([^()\s>]*(?:\([^()\s]*\)[^()\s>]*)*)>?(?:\s+[\"'(][^\n]*?[\"')])?\s*\)"),
    re.compile(r"^ {0,3}\[[^\]\n]+\]:\s*<?([^\s>]+)>?", re.M),
    re.compile(r"<(https?://[^>\s]+)>"),
    re.compile(r"<(?:a|img|source)\b[^>]*?\b(?:href|src)=[\"']([^\"']+)[\"']"),
)
"""Inline links and images, definitions of references, bare addresses, and HTML."""
_HEADING = re.compile(r"^ {0,3}#{1,6} +(.+?)(?: +#+)?$", re.M)
_ANCHOR = re.compile(r"<[a-z]+\b[^>]*?\b(?:id|name)=[\"']([^\"']+)[\"']")
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.I)


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a page; ``line`` counts from one."""

    page: Path
    line: int
    target: str

    @property
    def is_outside(self) -> bool:
        """Whether it names an address and not a file."""
        return _OUTSIDE.match(self.target) is not None

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: {self.target}"


def links(page: Path) -> list[Link]:
    """Every link of a page; code and comments have none."""
    text = page.read_text(encoding="utf-8")
    for dead in (_FENCES, _COMMENTS, _SPANS):
        text = dead.sub(_blanked, text)
    found = [
        Link(page, text.count("\n", 0, match.start()) + 1, match[1])
        for pattern in _TARGETS
        for match in pattern.finditer(text)
    ]
    return sorted(found, key=lambda link: link.line)


def _blanked(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def anchors(page: Path) -> set[str]:
    """What can stand behind ``#`` in a link to the page: headings as code hosts name them."""
    text = _COMMENTS.sub(_blanked, _FENCES.sub(_blanked, page.read_text(encoding="utf-8")))
    seen: Counter[str] = Counter()
    names = set(_ANCHOR.findall(text))
    for heading in _HEADING.findall(text):
        name = _slug(heading)
        names.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return names


def _slug(heading: str) -> str:
    words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def fault(link: Link, root: Path) -> str | None:
    """Why a link within the project leads nowhere; ``None`` where it leads somewhere."""
    if link.target.startswith("/"):
        return "is absolute: it leads elsewhere on a code host"
    file, _, anchor = unquote(link.target).partition("#")
    target = (link.page.parent / file).resolve() if file else link.page
    if not target.is_relative_to(root):
        return "leads out of the project"
    if not target.exists():
        return "no such file"
    if not anchor:
        return None
    if target.suffix != ".md":
        return "only pages have anchors"
    return None if anchor in anchors(target) else "no such heading"
