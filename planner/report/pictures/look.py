"""How pictures look: colours for light and dark, outlines and signs that do without colour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.report.pictures.lettering import FONT_FAMILY
from planner.report.pictures.records import Mark

CLASS = "mlplan-picture"


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours of a box: its ground, its outline (and sign), its text."""

    ground: str
    outline: str
    text: str


@dataclass(frozen=True, slots=True)
class Theme:
    """All colours of a picture: the paper, lines and what stands beside them, and each mark."""

    paper: str
    line: str
    label: str
    inks: dict[Mark, Ink]


LIGHT = Theme(
    paper="#ffffff",
    line="#5f6b7a",
    label="#3d4753",
    inks={
        Mark.PLAIN: Ink("#f6f8fa", "#66707c", "#1f2328"),
        Mark.FOCUS: Ink("#ddf4ff", "#0a4f9e", "#0b2545"),
        Mark.ASKED: Ink("#f3eefc", "#6a3fb5", "#2c1a4d"),
        Mark.FACT: Ink("#f6f8fa", "#57606a", "#1f2328"),
        Mark.CHOSEN: Ink("#e3f6e8", "#1a6e36", "#0d3319"),
        Mark.REFUSED: Ink("#fff1e5", "#9a4a00", "#4a2300"),
        Mark.CONFLICT: Ink("#ffe9e9", "#b3121d", "#4d0509"),
        Mark.WAY_OUT: Ink("#e6f4f5", "#0f6570", "#06343a"),
    },
)
DARK = Theme(
    paper="#0d1117",
    line="#8b98a7",
    label="#c3ccd6",
    inks={
        Mark.PLAIN: Ink("#161b22", "#8b98a7", "#e6edf3"),
        Mark.FOCUS: Ink("#0c2d50", "#6cb6ff", "#e3f0ff"),
        Mark.ASKED: Ink("#261a3d", "#b795f5", "#f0e8ff"),
        Mark.FACT: Ink("#161b22", "#9aa6b3", "#e6edf3"),
        Mark.CHOSEN: Ink("#0f2d19", "#57c978", "#dbf7e3"),
        Mark.REFUSED: Ink("#33200c", "#f0a050", "#ffe9d2"),
        Mark.CONFLICT: Ink("#3d1014", "#ff7b80", "#ffe3e4"),
        Mark.WAY_OUT: Ink("#0b2b30", "#5cc4d1", "#dcf5f8"),
    },
)
OUTLINES = {Mark.FOCUS: 3.0, Mark.CHOSEN: 2.0, Mark.CONFLICT: 3.0}
"""The width of an outline in pixels where it is not 1.5."""
STANDINGS = {"enforced": "2.5", "measured": "1.5", "documented": "1.5", "unconfirmed": "1.5"}
DASHES = {"documented": "7 3", "unconfirmed": "2 3"}
"""How the outline of a fact tells its standing: heavy, plain, broken or dotted."""


def style_sheet() -> str:
    """The rules of every picture; a page that holds several needs them once."""
    scope = f".{CLASS}"
    lines = [
        f"{scope} text {{ font-family: {FONT_FAMILY}; }}",
        f"{scope} .edge path {{ fill: none; stroke-width: 1.5; }}",
        f"{scope} .edge.weak path {{ stroke-dasharray: 6 4; }}",
        f"{scope} .edge text {{ paint-order: stroke; stroke-width: 4; stroke-linejoin: round; }}",
        f"{scope} .node .outline {{ stroke-width: 1.5; }}",
        f"{scope} .node .second {{ fill: none; stroke-width: 1; }}",
        f"{scope} .node .sign {{ fill: none; stroke-width: 2; stroke-linecap: round; }}",
        f"{scope} .node .caption {{ font-weight: bold; letter-spacing: 0; }}",
        *(
            f"{scope} .{mark} .outline {{ stroke-width: {width:g}; }}"
            for mark, width in OUTLINES.items()
        ),
        *(
            f"{scope} .standing-{name} .outline {{ stroke-width: {width}; }}"
            for name, width in STANDINGS.items()
        ),
        *(
            f"{scope} .standing-{name} .outline {{ stroke-dasharray: {dash}; }}"
            for name, dash in DASHES.items()
        ),
        *_colours(LIGHT),
        "@media (prefers-color-scheme: dark) {",
        *(f"  {line}" for line in _colours(DARK)),
        "}",
    ]
    return "\n".join(lines)


def _colours(theme: Theme) -> Iterator[str]:
    scope = f".{CLASS}"
    yield f"{scope} .paper {{ fill: {theme.paper}; }}"
    yield f"{scope} .edge path {{ stroke: {theme.line}; }}"
    yield f"{scope} .head {{ fill: {theme.line}; }}"
    yield f"{scope} .edge text {{ fill: {theme.label}; stroke: {theme.paper}; }}"
    for mark, ink in theme.inks.items():
        yield f"{scope} .{mark} .outline {{ fill: {ink.ground}; stroke: {ink.outline}; }}"
        yield f"{scope} .{mark} .second, {scope} .{mark} .sign {{ stroke: {ink.outline}; }}"
        yield f"{scope} .{mark} text {{ fill: {ink.text}; }}"
