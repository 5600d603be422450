"""Where everything of a picture is drawn: boxes in columns from left to right, arrows between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from planner.report.pictures.layers import Item, columns_of, forward, ordered, split_high
from planner.report.pictures.lettering import printable, text_width, wrapped
from planner.report.pictures.records import Edge, Node, Picture

TEXT, CAPTION, LABEL = 13.0, 10.5, 11.0
"""Font sizes in pixels: of a node's text, of the words above it, of what stands beside an edge."""
LINE, CAPTION_LINE, LABEL_LINE = 17.0, 15.0, 14.0
PADDING, MARGIN = 10.0, 16.0
_BOLD = 1.13  # a bold line is at most this much wider
_BETWEEN, _BEND = 14.0, 6.0
_GAP, _MOST_GAP, _GAP_EACH = 44.0, 110.0, 3.0
_WIDEST, _WIDEST_LABEL = 300.0, 150.0
_LABEL_SPACE, _HEAD = 5.0, 8.0
_ROUNDS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A node with its place; ``x`` and ``y`` are its top left corner, all in pixels."""

    node: Node
    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrow:
    """An edge as the points that its line runs through, level wherever it passes a column.

    ``label_at`` is the centre of the label. ``is_turned`` says that the points run from the target
    to the source.
    """

    edge: Edge
    points: tuple[tuple[float, float], ...]
    label: tuple[str, ...]
    label_at: tuple[float, float]
    is_turned: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """A picture with every place; sizes in pixels."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: float
    height: float


@dataclass(slots=True)
class _Route:
    """An edge on its way from the column further left to the one further right."""

    edge: Edge
    chain: tuple[Item, ...]
    is_turned: bool
    label: tuple[str, ...]
    is_label_left: bool = False

    @property
    def left(self) -> Item:
        return self.chain[0]

    @property
    def right(self) -> Item:
        return self.chain[-1]

    @property
    def is_flat(self) -> bool:
        """Whether both ends stand in one column."""
        return len(self.chain) == 1

    @property
    def label_width(self) -> float:
        widest = max((text_width(line, LABEL) for line in self.label), default=0.0)
        return widest + 2 * _LABEL_SPACE + _HEAD if self.label else 0.0

    @property
    def label_height(self) -> float:
        return len(self.label) * LABEL_LINE


def laid_out(picture: Picture) -> Layout:
    """The places of everything in a picture: the same for the same picture, nothing on top of
    another box."""
    return _Drawing(picture).layout()


class _Drawing:
    """One picture on its way to places: columns, then heights, then lines."""

    def __init__(self, picture: Picture) -> None:
        self.nodes = {node.id: node for node in picture.nodes}
        self.column = _columns(picture)
        self.routes = self._routes(picture.edges)
        self.leaving: dict[Item, list[_Route]] = {}
        self.arriving: dict[Item, list[_Route]] = {}
        for route in (route for route in self.routes if not route.is_flat):
            self.leaving.setdefault(route.left, []).append(route)
            self.arriving.setdefault(route.right, []).append(route)
        for route in (route for route in self.routes if not route.is_flat):
            busy = len(self.leaving[route.left]), len(self.arriving[route.right])
            route.is_label_left = busy[0] < busy[1]
        self.lines = {
            id_: wrapped(map(printable, node.lines), TEXT, _WIDEST)
            for id_, node in self.nodes.items()
        }
        self.height = {id_: self._height(id_) for id_ in self.nodes}
        self.columns = self._ordered_columns()
        self.middle = self._middles()

    def _routes(self, edges: Sequence[Edge]) -> list[_Route]:
        """Long edges bend in every column between; those of one node share their bends."""
        turned = [self.column[edge.source] > self.column[edge.target] for edge in edges]
        ends = [
            (edge.target, edge.source) if back else (edge.source, edge.target)
            for edge, back in zip(edges, turned, strict=True)
        ]
        long = [pair for pair in ends if self.column[pair[1]] - self.column[pair[0]] > 1]
        leaving = Counter(left for left, _ in long)
        arriving = Counter(right for _, right in long)
        routes = []
        for edge, back, (left, right) in zip(edges, turned, ends, strict=True):
            owner = ("<", left) if leaving[left] >= arriving[right] else (">", right)
            bends = [(*owner, n) for n in range(self.column[left] + 1, self.column[right])]
            flat = self.column[left] == self.column[right]
            chain: tuple[Item, ...] = (left,) if flat else (left, *bends, right)
            label = wrapped([printable(edge.label)], LABEL, _WIDEST_LABEL) if edge.label else ()
            routes.append(_Route(edge=edge, chain=chain, is_turned=back, label=label))
        return routes

    def _height(self, id_: str) -> float:
        """High enough for its own text, and for the labels at either side."""
        own = CAPTION_LINE + len(self.lines[id_]) * LINE
        left = [route for route in self.arriving.get(id_, ()) if not route.is_label_left]
        right = [route for route in self.leaving.get(id_, ()) if route.is_label_left]
        labels = max(sum(route.label_height for route in side) for side in (left, right))
        return max(own, labels) + 2 * PADDING

    def _ordered_columns(self) -> list[list[Item]]:
        columns: list[list[Item]] = [[] for _ in range(max(self.column.values(), default=-1) + 1)]
        for id_ in self.nodes:
            columns[self.column[id_]].append(id_)
        links: dict[tuple[Item, Item], None] = {}
        bends: dict[Item, int] = {}
        for route in self.routes:
            first = self.column[str(route.left)]
            bends |= {bend: first + n for n, bend in enumerate(route.chain[1:-1], 1)}
            links |= dict.fromkeys(pairwise(route.chain))
        for bend, column in bends.items():
            columns[column].insert(len(columns[column]) // 2, bend)
        return ordered(columns, list(links))

    def _middles(self) -> dict[Item, float]:
        """The height of every item's middle: near those of its neighbours, without overlap."""
        near: tuple[dict[Item, list[Item]], dict[Item, list[Item]]] = ({}, {})
        for route in self.routes:
            for left, right in pairwise(route.chain):
                near[0].setdefault(right, []).append(left)
                near[1].setdefault(left, []).append(right)
        middle: dict[Item, float] = {}
        for column in self.columns:
            gaps = self._gaps(column)
            middle.update(zip(column, accumulate(gaps, initial=0.0), strict=True))
        for number in range(_ROUNDS):
            sides = (near[number % 2],) if number < _ROUNDS - 1 else near
            for column in self.columns if number % 2 == 0 else reversed(self.columns):
                wanted = [_wanted(item, sides, middle) for item in column]
                middle.update(zip(column, _spread(wanted, self._gaps(column)), strict=True))
        top = min((y - self._half(item) for item, y in middle.items()), default=0.0)
        return {item: y - top + MARGIN for item, y in middle.items()}

    def _half(self, item: Item) -> float:
        return (self.height[item] if isinstance(item, str) else _BEND) / 2

    def _gaps(self, column: Sequence[Item]) -> list[float]:
        """The least distance between the middles of neighbours in a column."""
        return [
            self._half(above) + self._half(below) + (_BETWEEN if is_node else _BEND)
            for above, below in pairwise(column)
            for is_node in [isinstance(above, str) or isinstance(below, str)]
        ]

    def layout(self) -> Layout:
        """Boxes and arrows in the picture's own order."""
        widths = [self._column_width(column) for column in self.columns]
        starts: list[float] = []
        x = MARGIN
        for number, width in enumerate(widths):
            starts.append(x)
            x += width + max(self._gap(number), self._bulge(number))
        boxes = tuple(
            Box(
                node=node,
                lines=self.lines[id_],
                x=starts[self.column[id_]],
                y=self.middle[id_] - self.height[id_] / 2,
                width=widths[self.column[id_]],
                height=self.height[id_],
            )
            for id_, node in self.nodes.items()
        )
        arrows = self._arrows({box.node.id: box for box in boxes}, starts, widths)
        low = max((y + self._half(item) for item, y in self.middle.items()), default=0.0)
        return Layout(boxes=boxes, arrows=arrows, width=x + MARGIN, height=low + MARGIN)

    def _column_width(self, column: Sequence[Item]) -> float:
        widths = [0.0]
        for id_ in (item for item in column if isinstance(item, str)):
            caption = printable(self.nodes[id_].caption).upper()
            widths.append(text_width(caption, CAPTION) * _BOLD)
            widths += [text_width(line, TEXT) for line in self.lines[id_]]
        return max(widths) + 2 * PADDING

    def _gap(self, number: int) -> float:
        """The room right of a column: for labels at both ends, more where many lines cross it."""
        if number + 1 == len(self.columns):
            return 0.0
        left = [r.label_width for r in self._at(number, self.leaving) if r.is_label_left]
        right = [r.label_width for r in self._at(number + 1, self.arriving) if not r.is_label_left]
        lines = len(self._at(number, self.leaving)) + len(self._at(number + 1, self.arriving))
        room = min(_GAP + _GAP_EACH * lines, _MOST_GAP)
        return room + max([*left, 0.0]) + max([*right, 0.0])

    def _bulge(self, number: int) -> float:
        """The room that lines within a column take."""
        flat = [r.label_width for r in self.routes if r.is_flat and r.left in self.columns[number]]
        return max(flat) + _GAP if flat else 0.0

    def _at(self, number: int, routes: Mapping[Item, Sequence[_Route]]) -> list[_Route]:
        return [route for item in self.columns[number] for route in routes.get(item, ())]

    def _arrows(
        self, boxes: Mapping[str, Box], starts: Sequence[float], widths: Sequence[float]
    ) -> tuple[Arrow, ...]:
        ports = _Ports(self.routes, boxes, self.middle)
        arrows = []
        for route in self.routes:
            first, last = boxes[str(route.left)], boxes[str(route.right)]
            if route.is_flat:
                arrows.append(_flat_arrow(route, first, boxes[route.edge.target]))
                continue
            start, end = ports.leaving[id(route)], ports.arriving[id(route)]
            points = [(first.x + first.width, start)]
            label_at = (last.x - (route.label_width + _HEAD) / 2, end)
            if route.label and route.is_label_left:
                points.append((points[0][0] + route.label_width, start))
                label_at = (points[0][0] + route.label_width / 2, start)
            for offset, bend in enumerate(route.chain[1:-1], 1):
                column, y = self.column[first.node.id] + offset, self.middle[bend]
                points += [(starts[column], y), (starts[column] + widths[column], y)]
            if route.label and not route.is_label_left:
                points.append((last.x - route.label_width, end))
            points.append((last.x, end))
            arrows.append(
                Arrow(
                    edge=route.edge,
                    points=tuple(points),
                    label=route.label,
                    label_at=label_at,
                    is_turned=route.is_turned,
                )
            )
        return tuple(arrows)


def _columns(picture: Picture) -> dict[str, int]:
    """The column of every node, the first of them 0 and none empty."""
    ranks = {node.id: node.rank for node in picture.nodes if node.rank is not None}
    pairs = [(edge.source, edge.target) for edge in picture.edges]
    if len(ranks) < len(picture.nodes):
        ids = [node.id for node in picture.nodes]
        ranks = columns_of(ids, forward(ids, pairs))
    return split_high(ranks, pairs)


def _wanted(
    item: Item, sides: Sequence[Mapping[Item, Sequence[Item]]], middle: Mapping[Item, float]
) -> float:
    """The mean height of an item's neighbours; its own height where it has none."""
    heights = [middle[each] for side in sides for each in side.get(item, ())]
    return sum(heights) / len(heights) if heights else middle[item]


def _spread(wanted: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """The heights nearest to the wanted ones, in their order and at least the gaps apart.

    Least squares by pooling neighbours that are in each other's way (isotonic regression).
    """
    offsets = list(accumulate(gaps, initial=0.0))[: len(wanted)]
    pools: list[tuple[float, int]] = []
    for height, offset in zip(wanted, offsets, strict=True):
        total, count = height - offset, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            above = pools.pop()
            total, count = total + above[0], count + above[1]
        pools.append((total, count))
    level = [total / count for total, count in pools for _ in range(count)]
    return [y + offset for y, offset in zip(level, offsets, strict=True)]


class _Ports:
    """The heights at which lines leave and reach boxes, by route; in order of their other ends."""

    def __init__(
        self, routes: Sequence[_Route], boxes: Mapping[str, Box], middle: Mapping[Item, float]
    ) -> None:
        self.leaving: dict[int, float] = {}
        self.arriving: dict[int, float] = {}
        for id_, box in boxes.items():
            out = [r for r in routes if r.left == id_ and not r.is_flat]
            out.sort(key=lambda route: middle[route.chain[1]])
            self.leaving.update(_shared(box, out, 1))
            into = [r for r in routes if r.right == id_ and not r.is_flat]
            into.sort(key=lambda route: middle[route.chain[-2]])
            self.arriving.update(_shared(box, into, -2))


def _shared(box: Box, routes: Sequence[_Route], following: int) -> dict[int, float]:
    """The side of a box shared out between lines: what their labels need, and equal parts of the
    rest. Lines without a label here that go through the same bend first share their place."""
    slots: dict[Item, list[_Route]] = {}
    labels: dict[Item, float] = {}
    for route in routes:
        label = route.label_height if route.is_label_left is (following == 1) else 0.0
        bend = route.chain[following]
        key = id(route) if label or isinstance(bend, str) else bend
        slots.setdefault(key, []).append(route)
        labels[key] = label
    spare = max(box.height - 2 * PADDING - sum(labels.values()), 0.0) / max(len(slots), 1)
    found = {}
    y = box.y + PADDING
    for key, sharing in slots.items():
        found.update({id(route): y + (labels[key] + spare) / 2 for route in sharing})
        y += labels[key] + spare
    return found


def _flat_arrow(route: _Route, source: Box, target: Box) -> Arrow:
    """A line between two boxes of a column, or from a box to itself, bulging to the right."""
    x = source.x + source.width
    same = source.node.id == target.node.id
    start = source.y + source.height * (1 / 3 if same else 1 / 2)
    end = target.y + target.height * (2 / 3 if same else 1 / 2)
    at = (x + _GAP / 2 + route.label_width / 2, (start + end) / 2)
    points = ((x, start), (x, end))
    return Arrow(edge=route.edge, points=points, label=route.label, label_at=at, is_turned=False)
