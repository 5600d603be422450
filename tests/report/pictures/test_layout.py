from __future__ import annotations

import itertools

import pytest

from planner.report.pictures.layout import MARGIN, Arrow, Box, laid_out
from planner.report.pictures.records import Picture
from tests.report.pictures.made import CONFLICT, edge, node, picture, random_picture


def _apart(a: Box, b: Box) -> bool:
    return (
        a.x + a.width <= b.x
        or b.x + b.width <= a.x
        or a.y + a.height <= b.y
        or b.y + b.height <= a.y
    )


def _touches(arrow: Arrow, boxes: dict[str, Box]) -> bool:
    """Whether the line starts and ends at the sides of its two boxes."""
    ends = [boxes[arrow.edge.source], boxes[arrow.edge.target]]
    if arrow.is_turned:
        ends.reverse()
    places = zip((arrow.points[0], arrow.points[-1]), ends, strict=True)
    return all(
        (x == pytest.approx(box.x) or x == pytest.approx(box.x + box.width))
        and box.y <= y <= box.y + box.height
        for (x, y), box in places
    )


def _crosses(arrow: Arrow, box: Box) -> bool:
    """Whether a bend of a line lies within a box."""
    return any(
        box.x < x < box.x + box.width and box.y < y < box.y + box.height
        for (x0, y0), (x1, y1) in itertools.pairwise(arrow.points)
        if y0 == y1
        for x, y in [((x0 + x1) / 2, y0)]
    )


@pytest.mark.parametrize("seed", range(12))
def test_nothing_lies_on_top_of_a_box(seed: int) -> None:
    whole = random_picture(seed)
    layout = laid_out(whole)
    boxes = {box.node.id: box for box in layout.boxes}
    assert list(boxes) == [each.id for each in whole.nodes]
    assert [arrow.edge for arrow in layout.arrows] == list(whole.edges)
    assert all(itertools.starmap(_apart, itertools.combinations(layout.boxes, 2)))
    assert all(_touches(arrow, boxes) for arrow in layout.arrows)
    assert not any(_crosses(arrow, box) for arrow in layout.arrows for box in layout.boxes)
    assert min(box.x for box in layout.boxes) == MARGIN
    assert min(box.y for box in layout.boxes) >= MARGIN
    assert max(box.x + box.width for box in layout.boxes) <= layout.width - MARGIN
    assert max(box.y + box.height for box in layout.boxes) <= layout.height - MARGIN + 0.01
    assert laid_out(whole) == layout


def test_columns_go_from_left_to_right() -> None:
    ask, fact, clash = laid_out(CONFLICT).boxes
    assert ask.x == fact.x < clash.x
    assert ask.y < clash.y < fact.y


def test_a_circle_is_drawn_with_one_line_turned() -> None:
    ring = picture(
        node("a"), node("b"), node("c"), edges=(edge("a", "b"), edge("b", "c"), edge("c", "a"))
    )
    layout = laid_out(ring)
    assert [box.x for box in layout.boxes] == sorted(box.x for box in layout.boxes)
    assert [arrow.is_turned for arrow in layout.arrows] == [False, False, True]


def test_long_lines_of_one_node_share_their_bends() -> None:
    ends = [node(f"n{number}") for number in range(40)]
    layout = laid_out(
        picture(node("hub"), *ends, edges=tuple(edge("hub", each.id) for each in ends))
    )
    long = [arrow.points for arrow in layout.arrows if len(arrow.points) > 2]
    assert len(long) == 20
    assert len({points[:3] for points in long}) == 1


def test_an_empty_picture_has_a_size() -> None:
    layout = laid_out(Picture(title="", description="", nodes=(), edges=()))
    assert (layout.width, layout.height) == (2 * MARGIN, MARGIN)
