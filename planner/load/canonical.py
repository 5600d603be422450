"""The one form of the fact files: what a program would write is what stands there."""

from __future__ import annotations

import os
import re
from pathlib import Path

import yaml

from planner.errors import Problem
from planner.load.locate import fact_files, fact_schema

_NEEDS_QUOTES = re.compile(r"[<>=!~]*\s*\d|[<>=!~]")
_SCHEMA_LINE = re.compile(r"# yaml-language-server: \$schema=\S+\n")
_WIDTH = 100
_FLOW_WIDTH = 84


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = '"' if _NEEDS_QUOTES.match(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _is_leaf(value: object) -> bool:
    return not isinstance(value, dict | list)


def _flows(value: dict[str, object] | list[object]) -> bool:
    """Whether a mapping or list is short and flat enough to stand on one line."""
    if isinstance(value, list):
        return all(_is_leaf(item) for item in value)
    flat = all(
        _is_leaf(item) or (isinstance(item, list) and all(_is_leaf(leaf) for leaf in item))
        for item in value.values()
    )
    return flat and len(", ".join(f"{k}: {v}" for k, v in value.items())) <= _FLOW_WIDTH


def _represent_mapping(dumper: _Dumper, value: dict[str, object]) -> yaml.MappingNode:
    pairs = list(value.items())
    return dumper.represent_mapping("tag:yaml.org,2002:map", pairs, flow_style=_flows(value))


def _represent_list(dumper: _Dumper, value: list[object]) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=_flows(value))


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(dict, _represent_mapping)
_Dumper.add_representer(list, _represent_list)


def canonical_text(document: object) -> str:
    """A YAML document in canonical form: versions quoted, short flat values on one line."""
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)


def canonical_file(path: Path, root: Path, text: str) -> str:
    """The canonical text of a fact file under a data folder.

    Below a checkout of this project its first line names the JSON Schema that editors shall use.
    Elsewhere there is no schema to point at, so such a line stays as it is, and none is added.
    """
    document = yaml.load(text, Loader=_loader())
    schema = fact_schema(root, next(iter(document), "") if isinstance(document, dict) else "")
    if schema is not None:
        relative = os.path.relpath(schema, path.parent).replace(os.sep, "/")
        line = f"# yaml-language-server: $schema={relative}\n"
    else:
        given = _SCHEMA_LINE.match(text)
        line = "" if given is None else given[0]
    return line + canonical_text(document)


def misformatted(root: Path) -> list[Problem]:
    """The fact files that are not in canonical form, each with the first line that differs."""
    found = []
    for path in fact_files(root):
        text = path.read_text(encoding="utf-8")
        wanted = canonical_file(path, root, text)
        if text != wanted:
            found.append(_difference(path.relative_to(root).as_posix(), text, wanted))
    return found


def rewrite(root: Path) -> list[str]:
    """Bring every fact file into canonical form; the names of those that changed.

    Comments do not survive, but for the line that names the schema to editors: the facts carry
    their remarks in ``note``.
    """
    changed = []
    for path in fact_files(root):
        text = path.read_text(encoding="utf-8")
        wanted = canonical_file(path, root, text)
        if text != wanted:
            path.write_text(wanted, encoding="utf-8")
            changed.append(path.relative_to(root).as_posix())
    return changed


def _loader() -> type[yaml.SafeLoader]:
    loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return loader


def _difference(shown: str, text: str, wanted: str) -> Problem:
    lines, others = text.split("\n"), wanted.split("\n")
    for number, (line, other) in enumerate(zip(lines, others, strict=False), 1):
        if line != other:
            return Problem(
                file=shown,
                line=number,
                message="not in canonical form",
                found=line.strip(),
                allowed=other.strip(),
            )
    return Problem(file=shown, line=min(len(lines), len(others)), message="not in canonical form")
