"""A picture as self-contained SVG (W3C SVG 1.1), drawn without any other program.

Colours follow ``prefers-color-scheme``. Every node and edge is a group with ``data-`` attributes
and a ``title``; what a box is shows in its shape, outline, sign and caption as well.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from planner.report.pictures.layout import (
    CAPTION,
    CAPTION_LINE,
    LABEL,
    LABEL_LINE,
    LINE,
    PADDING,
    TEXT,
    Arrow,
    Box,
    laid_out,
)
from planner.report.pictures.lettering import printable
from planner.report.pictures.look import CLASS, style_sheet
from planner.report.pictures.records import Mark, Node, Picture

_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
_CUT = 9.0
_SIGN = 11.0
_SIGNS = {
    Mark.CHOSEN: "M0 6 L4 10 L11 1",
    Mark.REFUSED: "M1 1 L10 10 M10 1 L1 10",
    Mark.CONFLICT: "M5.5 0 L11 10.5 L0 10.5 Z M5.5 4 L5.5 7",
    Mark.WAY_OUT: "M0 5.5 L10 5.5 M6 1.5 L10 5.5 L6 9.5",
}
"""Small drawings before the caption, in a square of eleven pixels: no font has to hold them."""


def picture_svg(picture: Picture, *, prefix: str = "", with_style: bool = True) -> str:
    """The text of an SVG document, the same bytes for the same picture.

    ``prefix`` goes before every id, for pages that hold several pictures; such a page may also
    leave out the style here and hold :func:`planner.report.pictures.look.style_sheet` once.
    """
    layout = laid_out(picture)
    width, height = f"{layout.width:.0f}", f"{layout.height:.0f}"
    ids = _element_ids((node.id for node in picture.nodes), f"{prefix}node-")
    title, about = f"{prefix}title", f"{prefix}description"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{CLASS}" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}" role="graphics-document document" '
        f"aria-labelledby={quoteattr(title)} aria-describedby={quoteattr(about)}>",
        f"<title id={quoteattr(title)}>{_text(picture.title)}</title>",
        f"<desc id={quoteattr(about)}>{_text(picture.description)}</desc>",
    ]
    if with_style:
        lines += ["<style>", style_sheet(), "</style>"]
    head = f"{prefix}head"
    lines += [
        f'<defs><marker id={quoteattr(head)} viewBox="0 0 10 10" refX="9.5" refY="5" '
        'markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">'
        '<path class="head" d="M0 0.5 L10 5 L0 9.5 Z"/></marker></defs>',
        f'<rect class="paper" width="{width}" height="{height}"/>',
        *(_edge(arrow, head) for arrow in layout.arrows),
        *(line for box in layout.boxes for line in _node(box, ids[box.node.id])),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _element_ids(names: Iterable[str], prefix: str) -> dict[str, str]:
    """An id for each name that any attribute and address can hold."""
    found: dict[str, str] = {}
    used: set[str] = set()
    for name in names:
        plain = prefix + _UNSAFE.sub("-", name)
        number = 1
        id_ = plain
        while id_ in used:
            number += 1
            id_ = f"{plain}-{number}"
        used.add(id_)
        found[name] = id_
    return found


def _text(text: str) -> str:
    return escape(printable(text))


def _attribute(name: str, value: str) -> str:
    return f" {name}={quoteattr(printable(value))}"


def _edge(arrow: Arrow, head: str) -> str:
    edge = arrow.edge
    weak = " weak" if edge.is_weak else ""
    data = "".join(
        _attribute(f"data-{name}", value)
        for name, value in (
            ("id", edge.id),
            ("source", edge.source),
            ("target", edge.target),
            ("kind", edge.kind),
        )
    )
    points = arrow.points[::-1] if arrow.is_turned else arrow.points
    says = f"{edge.source} {edge.label or edge.kind} {edge.target}"
    line = f'<path d="{_path(points)}" marker-end="url(#{escape(head)})"/>'
    return f'<g class="edge{weak}"{data}><title>{_text(says)}</title>{line}{_label(arrow)}</g>'


def _path(points: tuple[tuple[float, float], ...]) -> str:
    """A line through the points: straight where it is level, else a curve that starts and ends
    level."""
    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (x, y), (to_x, to_y) in itertools.pairwise(points):
        end = f"{to_x:.1f} {to_y:.1f}"
        if abs(y - to_y) < 0.05:
            parts.append(f"L{end}")
            continue
        bulge = 34.0 if x == to_x else (to_x - x) / 2
        control = to_x + 34.0 if x == to_x else to_x - bulge
        parts.append(f"C{x + bulge:.1f} {y:.1f} {control:.1f} {to_y:.1f} {end}")
    return " ".join(parts)


def _label(arrow: Arrow) -> str:
    if not arrow.label:
        return ""
    x, y = arrow.label_at
    first = y - (len(arrow.label) - 1) * LABEL_LINE / 2 + LABEL * 0.36
    lines = "".join(
        f'<tspan x="{x:.1f}" y="{first + number * LABEL_LINE:.1f}">{_text(line)}</tspan>'
        for number, line in enumerate(arrow.label)
    )
    return f'<text font-size="{LABEL:g}" text-anchor="middle">{lines}</text>'


def _node(box: Box, id_: str) -> Iterator[str]:
    node = box.node
    standing = f" standing-{_UNSAFE.sub('-', node.standing)}" if node.standing else ""
    data = _attribute("data-id", node.id) + _attribute("data-kind", node.kind)
    data += _attribute("data-mark", node.mark)
    data += _attribute("data-standing", node.standing) if node.standing else ""
    data += _attribute("data-members", " ".join(node.members)) if node.members else ""
    yield f'<g id={quoteattr(id_)} class="node {node.mark}{standing}" role="img"{data}>'
    yield f"<title>{_text(_told(node))}</title>"
    yield from _outline(box)
    x, y = box.x + PADDING, box.y + PADDING
    if node.mark in _SIGNS:
        place = f"translate({x:.1f} {y:.1f})"
        yield f'<path class="sign" transform="{place}" d="{_SIGNS[node.mark]}"/>'
        x += _SIGN + 6
    caption = _text(node.caption.upper())
    yield (
        f'<text class="caption" x="{x:.1f}" y="{y + CAPTION:.1f}" font-size="{CAPTION:g}">'
        f"{caption}</text>"
    )
    x, y = box.x + PADDING, box.y + PADDING + CAPTION_LINE
    lines = "".join(
        f'<tspan x="{x:.1f}" y="{y + number * LINE + TEXT:.1f}">{_text(line)}</tspan>'
        for number, line in enumerate(box.lines)
    )
    yield f'<text font-size="{TEXT:g}">{lines}</text>'
    yield "</g>"


def _told(node: Node) -> str:
    """What a node says in one line, for a pointer resting on it and for screen readers."""
    says = f"{node.caption}: {' '.join(node.lines)}"
    return f"{says} ({node.detail})" if node.detail else says


def _outline(box: Box) -> Iterator[str]:
    match box.node.mark:
        case Mark.CONFLICT:
            yield f'<path class="outline" d="{_cut_corners(box)}"/>'
        case Mark.WAY_OUT:
            yield f'<path class="outline" d="{_pointed(box)}"/>'
        case Mark.CHOSEN:
            yield _rectangle(box, "outline", 6.0)
            yield _rectangle(box, "second", 4.0, inset=4.0)
        case Mark.ASKED:
            yield _rectangle(box, "outline", 16.0)
        case Mark.FACT:
            yield _rectangle(box, "outline", 0.0)
        case Mark.PLAIN | Mark.FOCUS | Mark.REFUSED:
            yield _rectangle(box, "outline", 6.0)


def _rectangle(box: Box, name: str, corner: float, *, inset: float = 0.0) -> str:
    return (
        f'<rect class="{name}" x="{box.x + inset:.1f}" y="{box.y + inset:.1f}" '
        f'width="{box.width - 2 * inset:.1f}" height="{box.height - 2 * inset:.1f}" '
        f'rx="{corner:g}"/>'
    )


def _cut_corners(box: Box) -> str:
    left, top, right, low = box.x, box.y, box.x + box.width, box.y + box.height
    corners = (
        (left + _CUT, top),
        (right - _CUT, top),
        (right, top + _CUT),
        (right, low - _CUT),
        (right - _CUT, low),
        (left + _CUT, low),
        (left, low - _CUT),
        (left, top + _CUT),
    )
    return "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + " Z"


def _pointed(box: Box) -> str:
    left, top, right, low = box.x, box.y, box.x + box.width, box.y + box.height
    middle = (top + low) / 2
    corners = ((left, top), (right - _CUT, top), (right, middle), (right - _CUT, low), (left, low))
    return "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + " Z"
