"""A picture as Graphviz text (the DOT language, graphviz.org/doc/info/lang.html).

Every name and text is a double-quoted string. In such a string a quote is written with a backslash
before it; in labels a backslash starts an escape (``escString``), and entities of HTML are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planner.report.pictures.layout import TEXT
from planner.report.pictures.lettering import printable, wrapped
from planner.report.pictures.look import DASHES, LIGHT, OUTLINES
from planner.report.pictures.records import Edge, Mark, Node, Picture

_SHAPES = {
    Mark.CONFLICT: "octagon",
    Mark.WAY_OUT: "component",
    Mark.FACT: "note",
}
_STYLES = {
    Mark.PLAIN: "rounded,filled",
    Mark.FOCUS: "rounded,filled,bold",
    Mark.ASKED: "rounded,filled",
    Mark.CHOSEN: "filled",
    Mark.CONFLICT: "filled,bold",
    Mark.REFUSED: "rounded,filled",
}
_SIGNS = {
    Mark.CHOSEN: "\N{CHECK MARK} ",
    Mark.REFUSED: "\N{BALLOT X} ",
    Mark.CONFLICT: "\N{WARNING SIGN} ",
    Mark.WAY_OUT: "\N{RIGHTWARDS ARROW} ",
}
_WIDEST = 300.0


def picture_dot(picture: Picture) -> str:
    """The text of a directed graph, from left to right; nodes and edges keep their ids."""
    lines = [
        "digraph mlplan {",
        f"  graph [{_attributes(_graph(picture))}];",
        f"  node [{_attributes({'shape': 'box', 'fontname': 'Helvetica', 'fontsize': '11'})}];",
        f"  edge [{_attributes({'fontname': 'Helvetica', 'fontsize': '9', 'color': LIGHT.line})}];",
        *(f"  {_name(node.id)} [{_attributes(_node(node))}];" for node in picture.nodes),
        *_ranks(picture.nodes),
        *(
            f"  {_name(edge.source)} -> {_name(edge.target)} [{_attributes(_edge(edge))}];"
            for edge in picture.edges
        ),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _graph(picture: Picture) -> dict[str, str]:
    return {
        "label": _label([picture.title]),
        "labelloc": "t",
        "tooltip": _label([picture.description]),
        "rankdir": "LR",
        "bgcolor": LIGHT.paper,
        "fontname": "Helvetica",
    }


def _node(node: Node) -> dict[str, str]:
    ink = LIGHT.inks[node.mark]
    style = _STYLES.get(node.mark, "filled")
    if dash := {"7 3": "dashed", "2 3": "dotted"}.get(DASHES.get(node.standing, "")):
        style = f"{style},{dash}"
    caption = _SIGNS.get(node.mark, "") + node.caption.upper()
    found = {
        "id": _plain(node.id),
        "class": f"{_plain(node.kind)} {node.mark}",
        "label": _label([caption, *wrapped(map(printable, node.lines), TEXT, _WIDEST)]),
        "tooltip": _label([node.detail or " ".join(node.lines)]),
        "style": style,
        "fillcolor": ink.ground,
        "color": ink.outline,
        "fontcolor": ink.text,
        "penwidth": f"{OUTLINES.get(node.mark, 1.5):g}",
    }
    if node.mark in _SHAPES:
        found["shape"] = _SHAPES[node.mark]
    if node.mark is Mark.CHOSEN:
        found["peripheries"] = "2"
    return found


def _edge(edge: Edge) -> dict[str, str]:
    found = {"id": _plain(edge.id), "class": _plain(edge.kind)}
    if edge.label:
        found["label"] = _label([edge.label])
    if edge.is_weak:
        found["style"] = "dashed"
    return found


def _ranks(nodes: Iterable[Node]) -> list[str]:
    """Nodes of one column side by side, where every node names its column."""
    columns: dict[int, list[str]] = {}
    for node in nodes:
        if node.rank is None:
            return []
        columns.setdefault(node.rank, []).append(node.id)
    return [
        f"  {{ rank=same; {' '.join(f'{_name(id_)};' for id_ in ids)} }}"
        for _, ids in sorted(columns.items())
        if len(ids) > 1
    ]


def _attributes(values: Mapping[str, str]) -> str:
    return ", ".join(f'{name}="{value}"' for name, value in values.items())


def _name(id_: str) -> str:
    return f'"{_plain(id_)}"'


def _plain(text: str) -> str:
    """Text inside quotes: an even number of backslashes never hides the closing one."""
    return printable(text).replace("\\", "\\\\").replace('"', '\\"')


def _label(lines: Iterable[str]) -> str:
    """Lines set to the left; ``&`` is spelled out, so that nothing is read as an entity."""
    plain = [_plain(line).replace("&", "&amp;") for line in lines]
    return plain[0] if len(plain) == 1 else "".join(f"{line}\\l" for line in plain)
