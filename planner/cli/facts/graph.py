"""``mlplan facts graph``: what stands around a node of the constraint graph."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.facts.reading import print_text, tell_facts
from planner.cli.options import (
    Color,
    ColorOption,
    DataOption,
    OverlayOption,
    QuietOption,
    VerboseOption,
    text_width,
)

if TYPE_CHECKING:
    from planner.graph.index import Index
    from planner.report.browse.graph import Surroundings

_MANY = 150


class GraphFormat(StrEnum):
    """How a neighbourhood is printed."""

    TEXT = "text"
    JSON = "json"
    DOT = "dot"
    SVG = "svg"


def graph(
    around: Annotated[
        list[str],
        typer.Option(
            "--around",
            metavar="NODE",
            help="The node in the middle: cuda:12.9, gcc:14.2.1, sm_90, policy:manylinux_2_28. "
            "Repeatable.",
            show_default=False,
        ),
    ],
    depth: Annotated[
        int, typer.Option("--depth", metavar="N", min=1, help="How many steps to follow.")
    ] = 1,
    kinds: Annotated[
        list[str] | None,
        typer.Option(
            "--kinds", metavar="KIND,KIND", help="Kinds of edges to follow; all. Repeatable."
        ),
    ] = None,
    unfolded: Annotated[
        bool, typer.Option("--unfolded", help="Draw also each of many like nodes on its own.")
    ] = False,
    format_: Annotated[
        GraphFormat, typer.Option("--format", help="How to print the answer.")
    ] = GraphFormat.TEXT,
    data: DataOption = None,
    overlay: OverlayOption = None,
    color: ColorOption = Color.AUTO,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Show what a release, compiler, tag or GPU target is connected with in the facts."""
    from planner.load.locate import data_root
    from planner.report.browse.graph import graph_json, graph_text
    from planner.solve.compiled import load_index

    root = data_root(data)
    index = load_index(root, overlay=overlay)
    tell_facts(root, index.version, verbose=verbose and not quiet)
    found = _surroundings(index, around, depth, kinds or [])
    if format_ is GraphFormat.JSON:
        typer.echo(graph_json(found), nl=False)
    elif format_ is GraphFormat.TEXT:
        print_text(graph_text(found, text_width()), color)
    else:
        typer.echo(_drawn(found, format_, is_folded=not unfolded, quiet=quiet), nl=False)


def _surroundings(index: Index, words: list[str], depth: int, kinds: list[str]) -> Surroundings:
    from planner.errors import Problem, UsageError
    from planner.graph.neighbourhood import all_names, around, kinds_of_edges, nodes_named
    from planner.model.nearest import nearest
    from planner.report.browse.graph import Link, Surroundings

    named = {word: nodes_named(index, word) for word in words}
    known = kinds_of_edges(index)
    wanted = [kind.strip() for text in kinds for kind in text.split(",") if kind.strip()]
    problems = [
        Problem(
            message="--around names no node", found=word, nearest=nearest(word, all_names(index))
        )
        for word, nodes in named.items()
        if not nodes
    ]
    problems += [
        Problem(
            message="--kinds names no kind of edge",
            found=kind,
            allowed=", ".join(known),
            nearest=nearest(kind, known),
        )
        for kind in wanted
        if kind not in known
    ]
    if problems:
        raise UsageError(problems, hint="mlplan facts list, and facts show, tell the names")
    centres = dict.fromkeys(node for nodes in named.values() for node in nodes)
    near = around(index, tuple(centres), depth, wanted)
    return Surroundings(
        centres=near.centres,
        steps=near.steps,
        links=tuple(
            Link(source=e.source, target=e.target, kind=e.kind, facts=e.facts, data=e.data)
            for e in near.edges
        ),
        facts={id_: index.facts[id_] for edge in near.edges for id_ in edge.facts},
    )


def _drawn(found: Surroundings, format_: GraphFormat, *, is_folded: bool, quiet: bool) -> str:
    from planner.report.browse.graph import graph_picture
    from planner.report.pictures.dot import picture_dot
    from planner.report.pictures.fold import folded
    from planner.report.pictures.svg import picture_svg

    picture = graph_picture(found)
    if is_folded:
        picture = folded(picture)
    if len(picture.nodes) > _MANY and not quiet:
        text = f"note: {len(picture.nodes)} nodes; --kinds, or fewer steps, make a picture readable"
        typer.echo(text, err=True)
    return picture_dot(picture) if format_ is GraphFormat.DOT else picture_svg(picture)
