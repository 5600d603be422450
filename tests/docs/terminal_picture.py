"""Console output with ANSI colours as an SVG picture without font, script or style of its own.

Each run of text has the length that its columns take, so it stays in line whatever font is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

WIDTH, HEIGHT, MARGIN, BAR = 8.4, 19, 16, 34
"""Pixels: a column, a line, the empty border, the window's title bar."""
BACK, FRAME, TEXT = "#0f172a", "#334155", "#e2e8f0"
COLOURS = {31: "#f87171", 32: "#4ade80", 33: "#fbbf24", 34: "#60a5fa", 35: "#e879f9", 36: "#22d3ee"}
"""By the SGR parameter of ECMA-48; light enough to read on the dark ground."""
_SGR = re.compile(r"\x1b\[([\d;]*)m")


def terminal_svg(text: str, *, title: str, columns: int = 100) -> str:
    """A window with the text in it. ``title`` says what is shown, for those who cannot see it."""
    lines = text.rstrip("\n").split("\n")
    width = round(columns * WIDTH + 2 * MARGIN)
    height = BAR + len(lines) * HEIGHT + MARGIN
    drawn = "\n".join(
        _run(run, style, column, row)
        for row, line in enumerate(lines)
        for column, run, style in _runs(line)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f"font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" "
        f'font-size="14" fill="{TEXT}" xml:space="preserve">\n'
        f"<title>{escape(title)}</title>\n"
        f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8" fill="{BACK}" '
        f'stroke="{FRAME}"/>\n{_buttons()}\n{drawn}\n</svg>\n'
    )


def _buttons() -> str:
    return "\n".join(
        f'<circle cx="{MARGIN + 6 + 18 * number}" cy="17" r="5.5" fill="{colour}"/>'
        for number, colour in enumerate(("#f87171", "#fbbf24", "#4ade80"))
    )


def _runs(line: str) -> Iterator[tuple[int, str, str]]:
    """The parts of a line that look alike: column, text, and attributes; blanks are left out."""
    column, style = 0, ""
    for number, part in enumerate(_SGR.split(line)):
        if number % 2:
            style = _style(part)
            continue
        for word in re.finditer(r"\S+(?: \S+)*", part):
            yield column + word.start(), word.group(), style
        column += len(part)


def _style(parameters: str) -> str:
    codes = [int(code or 0) for code in parameters.split(";")]
    colours = [COLOURS[code] for code in codes if code in COLOURS]
    return "".join(
        [' font-weight="bold"'] * (1 in codes) + [f' fill="{colour}"' for colour in colours]
    )


def _run(text: str, style: str, column: int, row: int) -> str:
    left, base = MARGIN + column * WIDTH, BAR + row * HEIGHT + 14
    length = len(text) * WIDTH
    return (
        f'<text x="{left:.1f}" y="{base}" textLength="{length:.1f}" '
        f'lengthAdjust="spacingAndGlyphs"{style}>{escape(text)}</text>'
    )
