"""Requests: ``mlplan.yaml``, ``[tool.mlplan]`` in pyproject.toml, or options of the command line.

All three become the same YAML nodes first, so that each is checked by the same code.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import yaml

from planner.errors import Problem, RequestError
from planner.load.nodes import Document, Section, parse_yaml, read_text
from planner.load.variants import Defaults, read_variant
from planner.load.vocabulary import Vocabulary
from planner.model.nearest import nearest
from planner.model.request import Request, Variant

REQUEST_FILE = "mlplan.yaml"
_DEFAULT_VARIANT_KEYS = frozenset({"mlplan", "project", "date", "variants"})


def find_request(folder: Path) -> Path | None:
    """The request file of a folder: ``mlplan.yaml``, or a pyproject.toml with ``[tool.mlplan]``."""
    if (folder / REQUEST_FILE).is_file():
        return folder / REQUEST_FILE
    pyproject = folder / "pyproject.toml"
    if pyproject.is_file() and re.search(
        r"^\[tool\.mlplan[].]", pyproject.read_text(encoding="utf-8", errors="replace"), re.M
    ):
        return pyproject
    return None


def read_request_file(
    path: Path, vocabulary: Vocabulary, *, overrides: Mapping[str, str] | None = None
) -> Request:
    """The request in a file.

    :raises RequestError: with every problem of the file.
    """
    shown = str(path)
    text, problems = read_text(path, shown)
    node: yaml.Node | None = None
    if not problems:
        if path.suffix == ".toml":
            node, problems = _toml_node(text, shown)
        else:
            node, problems = parse_yaml(text, shown)
    if problems:
        raise RequestError(problems, hint="docs/request.md shows a request to start from")
    return _read(node, shown, vocabulary, overrides or {})


def read_request_text(text: str, shown: str, vocabulary: Vocabulary) -> Request:
    """The request in the text of a ``mlplan.yaml``; ``shown`` is the file that problems name.

    :raises RequestError: with every problem of the text.
    """
    node, problems = parse_yaml(text, shown)
    if problems:
        raise RequestError(problems)
    return _read(node, shown, vocabulary, {})


def read_request_values(
    values: Mapping[str, object], vocabulary: Vocabulary, *, overrides: Mapping[str, str]
) -> Request:
    """A request made of plain values, as the ad-hoc options give it.

    :raises RequestError: with every problem of the values.
    """
    return _read(to_node(values), None, vocabulary, overrides)


def _read(
    node: yaml.Node | None, file: str | None, vocabulary: Vocabulary, overrides: Mapping[str, str]
) -> Request:
    problems: list[Problem] = []
    document = Document(file or "command line", problems)
    section = document.root(node)
    for path, value in overrides.items():
        _override(section, path, value, document)
    if overrides and not problems:
        section = document.root(section.node)
    request = _read_document(section, file, vocabulary) if not problems else None
    if problems or request is None:
        raise RequestError(problems, hint=_hint(problems))
    return request


def _hint(problems: list[Problem]) -> str:
    text = " ".join(problem.message for problem in problems)
    if "distribution" in text:
        return "mlplan facts list distros"
    if "GPU target" in text:
        return "mlplan facts list targets"
    if "release" in text:
        return "mlplan facts list releases"
    return "docs/request.md lists every key; mlplan solve --help lists the options"


def _override(section: Section, path: str, value: str, document: Document) -> None:
    node, problems = parse_yaml(value, f"--set {path}")
    if problems:
        document.problems += problems
        return
    current = section.node
    parts = _path_parts(section, path)
    if parts is None:
        return
    *parents, last = parts
    for key in parents:
        current = _child(current, key)
    _remove(current, last)
    if node is not None:
        _forget_lines(node)
        current.value.append((_string_node(last), node))


def _path_parts(section: Section, path: str) -> list[str] | None:
    """The keys of a dotted path; a variant's name may hold dots. None for an unknown variant."""
    head, _, rest = path.partition(".")
    if head != "variants" or not rest:
        return path.split(".")
    outer = section.section("variants", required=False)
    names = [] if outer is None else outer.keys
    for name in sorted(names, key=len, reverse=True):
        if rest == name or rest.startswith(f"{name}."):
            return ["variants", name, *filter(None, rest[len(name) + 1 :].split("."))]
    if "." not in rest:
        return ["variants", rest]
    section.document.problems.append(
        Problem(
            file=f"--set {path}",
            message="no such variant",
            found=rest.partition(".")[0],
            allowed=", ".join(names),
            nearest=nearest(rest.partition(".")[0], names),
        )
    )
    return None


def _forget_lines(node: yaml.Node) -> None:
    """Mark nodes of an option's value as coming from the command line, not from a file's line."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if current.start_mark is _ORIGIN:
            continue
        current.start_mark = current.end_mark = _ORIGIN
        if isinstance(current, yaml.MappingNode):
            waiting += [part for pair in current.value for part in pair]
        elif isinstance(current, yaml.SequenceNode):
            waiting += current.value


def _child(node: yaml.Node, key: str) -> yaml.Node:
    for key_node, value_node in node.value:
        if key_node.value == key and isinstance(value_node, yaml.MappingNode):
            return value_node
    _remove(node, key)
    child = to_node({})
    node.value.append((_string_node(key), child))
    return child


def _remove(node: yaml.Node, key: str) -> None:
    node.value[:] = [(k, v) for k, v in node.value if k.value != key]


_ORIGIN = yaml.Mark("command line", 0, -1, 0, None, 0)


def _string_node(text: str, mark: yaml.Mark = _ORIGIN) -> yaml.ScalarNode:
    return yaml.ScalarNode("tag:yaml.org,2002:str", text, mark, mark, style='"')


def to_node(value: object, mark: yaml.Mark = _ORIGIN) -> yaml.Node:
    """Plain values as YAML nodes; texts count as quoted, numbers and truth values do not."""
    if isinstance(value, Mapping):
        pairs = [(_string_node(str(k), mark), to_node(v, mark)) for k, v in value.items()]
        return yaml.MappingNode("tag:yaml.org,2002:map", pairs, mark, mark)
    if isinstance(value, list | tuple):
        items = [to_node(item, mark) for item in value]
        return yaml.SequenceNode("tag:yaml.org,2002:seq", items, mark, mark)
    if isinstance(value, bool):
        return yaml.ScalarNode("tag:yaml.org,2002:bool", str(value).lower(), mark, mark)
    if isinstance(value, int):
        return yaml.ScalarNode("tag:yaml.org,2002:int", str(value), mark, mark)
    if isinstance(value, str):
        return _string_node(value, mark)
    return yaml.ScalarNode("tag:yaml.org,2002:float", str(value), mark, mark)


def _toml_node(text: str, shown: str) -> tuple[yaml.Node | None, list[Problem]]:
    try:
        table = tomllib.loads(text).get("tool", {}).get("mlplan")
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return None, [Problem(file=shown, message=f"not valid TOML: {error}")]
    if not isinstance(table, dict):
        return None, [Problem(file=shown, message="has no table [tool.mlplan]")]
    found = re.search(r"^\[tool\.mlplan[].]", text, re.M)
    line = text.count("\n", 0, found.start()) if found else 0
    return _toml_table(table, text.split("\n"), line), []


def _toml_table(table: Mapping[str, object], lines: list[str], start: int) -> yaml.Node:
    """A TOML table as nodes; a key's line is where it is first written after its table starts."""
    pairs = []
    for key, value in table.items():
        line = _toml_line(lines, key, start)
        mark = yaml.Mark("toml", 0, line, 0, None, 0)
        inner = (
            _toml_table(value, lines, line) if isinstance(value, Mapping) else to_node(value, mark)
        )
        pairs.append((_string_node(key, mark), inner))
    mark = yaml.Mark("toml", 0, start, 0, None, 0)
    return yaml.MappingNode("tag:yaml.org,2002:map", pairs, mark, mark)


def _toml_line(lines: list[str], key: str, start: int) -> int:
    pattern = re.compile(rf"""^\s*["']?{re.escape(key)}["']?\s*[=.]|^\[.*\b{re.escape(key)}\b""")
    for number in range(start, len(lines)):
        if pattern.search(lines[number]):
            return number
    return start


def _read_document(section: Section, file: str | None, vocabulary: Vocabulary) -> Request | None:
    if section.has("mlplan") and section.integer("mlplan") not in (1, None):
        section.report_key("mlplan", "unknown schema number", allowed="1")
    if file is not None and "mlplan" not in section.keys:
        section.report(None, "key 'mlplan' is missing", allowed="mlplan: 1")
    project = section.text("project", required=False)
    date = section.day("date", required=False, quoted=False)
    if date is not None and len(date) != 10:
        section.report_key("date", "names no day", found=date, allowed='"YYYY-MM-DD"')
    defaults = Defaults(section, date)
    variants = _variants(section, defaults, vocabulary)
    defaults.finish(_DEFAULT_VARIANT_KEYS)
    if section.document.problems:
        return None
    return Request(
        project=project,
        date=date,
        variants={variant.name: variant for variant in variants},
        document=_normalised(project, date, variants),
        file=file,
    )


def _variants(section: Section, defaults: Defaults, vocabulary: Vocabulary) -> list[Variant]:
    found = []
    outer = section.section("variants")
    if outer is None:
        return []
    if not outer.keys:
        section.report_key("variants", "names no variant")
    for name in outer.keys:
        inner = outer.section(name)
        if not re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*$", name):
            outer.report_key(
                name, "not a name for a variant", found=name, allowed="letters, digits, . _ -"
            )
        if inner is not None:
            found.append(read_variant(inner, name, defaults, vocabulary))
    return sorted(found, key=lambda variant: variant.name)


def _normalised(
    project: str | None, date: str | None, variants: list[Variant]
) -> dict[str, object]:
    """The request in one form whatever the order of its keys and unordered lists."""
    document: dict[str, object] = {"mlplan": 1}
    if project is not None:
        document["project"] = project
    if date is not None:
        document["date"] = date
    document["variants"] = {variant.name: normalised_variant(variant) for variant in variants}
    return document


def normalised_variant(variant: Variant) -> dict[str, object]:
    """A variant with every setting that the request makes, in canonical spelling and order."""
    settings: dict[str, object] = {f: list(specs) for f, specs in sorted(variant.families.items())}
    settings["prefer"] = variant.prefer
    settings["toolchain"] = variant.toolchain
    settings["naming"] = variant.naming
    if variant.gpu is not None:
        gpu = variant.gpu
        targets = [*gpu.cuda_real, *gpu.cuda_virtual, *gpu.hip, *gpu.other]
        settings["gpu"] = ["all"] if gpu.all else targets
    optional: dict[str, object] = {
        "python": list(variant.python) if isinstance(variant.python, tuple) else variant.python,
        "architectures": None if variant.architectures is None else list(variant.architectures),
        "cxx": variant.cxx,
        "cxx11-abi": variant.cxx11_abi,
        "runs-on": list(variant.runs_on) or None,
        "glibc": variant.glibc,
        "pip": variant.pip,
        "x86-64-level": variant.x86_64_level,
        "features": {a: list(f) for a, f in sorted(variant.features.items())} or None,
        "links": None if variant.links is None else list(variant.links),
        "driver": variant.driver,
        "allow": sorted(variant.allow) or None,
    }
    settings.update({key: value for key, value in optional.items() if value is not None})
    return settings
