"""Build matrices that others wrote: lists of rows, GitHub ``include``, whole workflow files.

A workflow's ``strategy.matrix`` is expanded as the workflow syntax reference of GitHub Actions
describes it: the product of the lists, less ``exclude``, then ``include``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from pathlib import Path

import yaml

from planner.errors import Problem, RequestError
from planner.load.nodes import Document, described, parse_yaml, read_text
from planner.model.matrix_rows import Cell, PlainMatrix, PlainRow

FieldOf = Callable[[str], str | None]
"""The field that a key of the file means; "" for a key that says nothing, None for unknown ones."""

MOST_ROWS = 4096
_TAG = "tag:yaml.org,2002:"
_QUOTES = ("'", '"', "|", ">")
_SPECIAL = ("include", "exclude")
_SHAPES = "a list of rows, an object with include, a list of such objects, or a GitHub workflow"

Cells = dict[str, tuple[Cell, ...]]


def read_matrix(path: Path, field_of: FieldOf) -> PlainMatrix:
    """The rows of a file.

    :raises RequestError: with every problem of the file.
    """
    shown = str(path)
    text, problems = read_text(path, shown)
    if problems:
        raise RequestError(problems, hint=f"mlplan check reads {_SHAPES}")
    return matrix_of(text, shown, field_of)


def matrix_of(text: str, shown: str, field_of: FieldOf) -> PlainMatrix:
    """The rows in a text (YAML, or JSON as a part of it).

    :raises RequestError: with every problem of the text.
    """
    if text.lstrip()[:1] in ("[", "{"):
        text = _as_yaml(text)
    node, problems = parse_yaml(text, shown)
    reader = _Reader(shown, problems, field_of)
    if not problems:
        reader.read(node)
    if problems:
        raise RequestError(problems, hint=f"mlplan check reads {_SHAPES}")
    return PlainMatrix(file=shown, rows=tuple(reader.rows), ignored=tuple(reader.ignored))


def _as_yaml(text: str) -> str:
    """JSON in the form that YAML 1.1 reads: no tabs between words, no escaped surrogate pairs."""

    def joined(match: re.Match[str]) -> str:
        pair = bytes.fromhex(match[2] + match[3])
        return match[1] + pair.decode("utf-16-be")

    pattern = r"(?i)(?<!\\)((?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})"
    return re.sub(pattern, joined, text.replace("\t", " "))


class _Reader:
    """Walks the nodes of one file; problems and rows are gathered on the way."""

    def __init__(self, shown: str, problems: list[Problem], field_of: FieldOf) -> None:
        self.document = Document(shown, problems)
        self.field_of = field_of
        self.rows: list[PlainRow] = []
        self.ignored: dict[str, None] = {}

    def read(self, node: yaml.Node | None) -> None:
        if isinstance(node, yaml.SequenceNode):
            self._list(node)
        elif isinstance(node, yaml.MappingNode):
            self._object(node)
        else:
            found = "an empty document" if node is None else described(node)
            self.document.report(node, "", "holds no matrix", found=found, allowed=_SHAPES)

    def _list(self, node: yaml.SequenceNode) -> None:
        for number, item in enumerate(node.value):
            path = f"[{number}]"
            pairs = self._pairs(item, path)
            if pairs is None:
                continue
            if "include" in pairs:
                self._matrix(item, pairs, path, "")
            else:
                self._row(self._cells(pairs, path), item, path, f"row-{len(self.rows) + 1}")

    def _object(self, node: yaml.MappingNode) -> None:
        pairs = self._pairs(node, "") or {}
        if "jobs" in pairs:
            self._workflow(pairs["jobs"])
        elif "include" in pairs:
            self._matrix(node, pairs, "", "")
        elif "matrix" in pairs:
            inner = self._pairs(pairs["matrix"], "matrix")
            if inner is not None:
                self._matrix(pairs["matrix"], inner, "matrix", "")
        else:
            found = "an object with " + (", ".join(list(pairs)[:6]) or "no keys")
            self.document.report(node, "", "holds no matrix", found=found, allowed=_SHAPES)

    def _pairs(self, node: yaml.Node, path: str) -> dict[str, yaml.Node] | None:
        """Keys and values of a mapping; a key that stands twice is a problem."""
        if not isinstance(node, yaml.MappingNode):
            self.document.report(node, path, "must be a mapping", found=described(node))
            return None
        pairs: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == f"{_TAG}merge":
                self.document.report(key, path, "a key must be a plain word", found=described(key))
            elif key.value in pairs:
                self.document.report(key, _joined(path, key.value), "key is given twice")
            else:
                pairs[key.value] = value
        return pairs

    def _workflow(self, jobs: yaml.Node) -> None:
        found = False
        for name, job in (self._pairs(jobs, "jobs") or {}).items():
            if not isinstance(job, yaml.MappingNode):
                continue
            path = f"jobs.{name}.strategy"
            strategy = _child(job, "strategy")
            matrix = None if strategy is None else _child(strategy, "matrix")
            if matrix is None:
                continue
            found = True
            if isinstance(matrix, yaml.ScalarNode) and "${{" in matrix.value:
                cell = Cell(path=f"{path}.matrix", text=matrix.value, line=_line(matrix))
                self._row({"matrix": (cell,)}, matrix, f"{path}.matrix", name)
                continue
            pairs = self._pairs(matrix, f"{path}.matrix")
            if pairs is not None:
                self._matrix(matrix, pairs, f"{path}.matrix", name)
        if not found:
            self.document.report(
                jobs, "jobs", "no job has a strategy.matrix", allowed="jobs.<job>.strategy.matrix"
            )

    def _matrix(
        self, node: yaml.Node, pairs: Mapping[str, yaml.Node], path: str, prefix: str
    ) -> None:
        """The rows of one matrix: product, exclude, include."""
        axes = {
            key: self._axis(value, _joined(path, key))
            for key, value in pairs.items()
            if key not in _SPECIAL
        }
        size = 1
        for axis in axes.values():
            size *= max(len(axis), 1)
        if size > MOST_ROWS:
            message = f"has {size} combinations, more than {MOST_ROWS}"
            self.document.report(node, path, message)
            return
        combined = [_merged(parts) for parts in product(*axes.values())] if axes else []
        excluded = [cells for _, cells in self._entries(pairs, "exclude", path)]
        rows = [(cells, node) for cells in combined if not _is_excluded(cells, excluded)]
        extra: list[tuple[Cells, yaml.Node]] = []
        originals = [dict(cells) for cells, _ in rows]
        for item, cells in self._entries(pairs, "include", path):
            if not axes or not _add(cells, originals, rows):
                extra.append((cells, item))
        for cells, item in [*rows, *extra]:
            number = len(self.rows) + 1
            name = f"{prefix}-{number}" if prefix else f"row-{number}"
            self._row(cells, item, path, name)

    def _axis(self, node: yaml.Node, path: str) -> list[Cells]:
        """The values of one list of a matrix; what is no list (an expression) counts as one."""
        if isinstance(node, yaml.SequenceNode):
            items = [(f"{path}[{n}]", item) for n, item in enumerate(node.value)]
        else:
            items = [(path, node)]
        key = path.rpartition(".")[2]
        found: list[Cells] = []
        for where, item in items:
            if isinstance(item, yaml.MappingNode):
                found.append(self._cells(self._pairs(item, where) or {}, where))
            else:
                found.append(self._cells({key: item}, where, is_item=True))
        return found

    def _entries(
        self, pairs: Mapping[str, yaml.Node], key: str, path: str
    ) -> Iterator[tuple[yaml.Node, Cells]]:
        node = pairs.get(key)
        where = _joined(path, key)
        if node is None:
            return
        if isinstance(node, yaml.ScalarNode) and "${{" in node.value:
            yield node, {"matrix": (Cell(path=where, text=node.value, line=_line(node)),)}
            return
        if not isinstance(node, yaml.SequenceNode):
            self.document.report(node, where, "must be a list", found=described(node))
            return
        for number, item in enumerate(node.value):
            inner = self._pairs(item, f"{where}[{number}]")
            if inner is not None:
                yield item, self._cells(inner, f"{where}[{number}]")

    def _cells(self, pairs: Mapping[str, yaml.Node], path: str, *, is_item: bool = False) -> Cells:
        """The cells of a mapping by key of the file; one level of inner mappings is opened."""
        cells: Cells = {}
        for key, node in pairs.items():
            where = path if is_item else _joined(path, key)
            if isinstance(node, yaml.MappingNode) and not is_item and self.field_of(key) is None:
                cells.update(self._cells(self._pairs(node, where) or {}, where, is_item=False))
            elif self.field_of(key) is None:
                self.ignored.setdefault(key)
                cells[key] = self._texts(node, where, strict=False)
            else:
                cells[key] = self._texts(node, where, strict=True)
        return cells

    def _texts(self, node: yaml.Node, path: str, *, strict: bool) -> tuple[Cell, ...]:
        if isinstance(node, yaml.SequenceNode):
            items = [(f"{path}[{n}]", item) for n, item in enumerate(node.value)]
        else:
            items = [(path, node)]
        cells = []
        for where, item in items:
            if isinstance(item, yaml.ScalarNode):
                text = self._text(item, where) if strict else str(item.value)
                cells.append(Cell(path=where, text=text, line=_line(item)))
            elif strict:
                self.document.report(
                    item, where, "must be one value or a list of values", found=described(item)
                )
        return tuple(cells)

    def _text(self, node: yaml.ScalarNode, path: str) -> str:
        """What was written; a number that YAML or JSON would change is a problem."""
        text = str(node.value)
        if node.style in _QUOTES:
            return text
        if node.tag == f"{_TAG}null":
            return ""
        if node.tag == f"{_TAG}float" and _as_number(text) != text:
            shown = _as_number(text)
            self.document.report(
                node,
                path,
                f"is read as {shown}; put it in quotes",
                found=text,
                allowed=f'"{text}"',
            )
        elif node.tag == f"{_TAG}int" and not re.fullmatch(r"0|[1-9]\d*", text):
            self.document.report(
                node, path, "is read as a number; put it in quotes", found=text, allowed=f'"{text}"'
            )
        return text

    def _row(self, cells: Cells, node: yaml.Node, path: str, name: str) -> None:
        fields: Cells = {}
        written: dict[str, str] = {}
        for key, values in cells.items():
            field = "matrix" if key == "matrix" else self.field_of(key)
            if not field:
                continue
            if field in fields:
                message = f"says {field} twice: as {written[field]} and as {key}"
                self.document.report(node, path, message)
                continue
            fields[field] = values
            written[field] = key
        own = fields.pop("id", ())
        id_ = own[0].text if own and own[0].text and "${{" not in own[0].text else name
        self.rows.append(PlainRow(id=id_, path=path, line=_line(node), cells=fields))


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _line(node: yaml.Node) -> int | None:
    return node.start_mark.line + 1 if node.start_mark is not None else None


def _child(node: yaml.Node, key: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        for key_node, value in node.value:
            if isinstance(key_node, yaml.ScalarNode) and key_node.value == key:
                return value  # type: ignore[no-any-return]
    return None


def _as_number(text: str) -> str:
    """A written number as it comes out of a YAML or JSON reader: ``3.10`` gives ``3.1``."""
    try:
        number = float(text)
    except ValueError:
        return "a number"
    return str(int(number)) if number.is_integer() else str(number)


def _merged(parts: tuple[Cells, ...]) -> Cells:
    merged: Cells = {}
    for part in parts:
        merged.update(part)
    return merged


def _words(cells: tuple[Cell, ...] | None) -> tuple[str, ...] | None:
    return None if cells is None else tuple(cell.text for cell in cells)


def _is_excluded(cells: Cells, excluded: list[Cells]) -> bool:
    return any(
        out and all(_words(cells.get(key)) == _words(value) for key, value in out.items())
        for out in excluded
    )


def _add(cells: Cells, originals: list[Cells], rows: list[tuple[Cells, yaml.Node]]) -> bool:
    """Add an include entry to every combination none of whose own values it would change."""
    added = False
    for original, (current, _) in zip(originals, rows, strict=True):
        if all(_words(original[key]) == _words(cells[key]) for key in cells if key in original):
            current.update({key: value for key, value in cells.items() if key not in original})
            added = True
    return added
