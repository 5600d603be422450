"""``mlplan facts list``, ``show``, ``sources`` and ``stale`` as they are run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

import planner
from tests.cli.conftest import Mlplan

SCHEMAS = Path(planner.__file__).parent / "schemas"


def checked(text: str, name: str) -> dict[str, Any]:
    """A document that its JSON Schema takes."""
    schemas = {n: json.loads((SCHEMAS / f"{n}.schema.json").read_text()) for n in (name, "diff")}
    registry = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas.values()
    )
    document: dict[str, Any] = json.loads(text)
    validator = jsonschema.Draft202012Validator(schemas[name], registry=registry)
    validator.check_schema(schemas[name])
    validator.validate(document)
    assert document["schema"] == f"mlplan-{name}/1"
    return document


def test_overview(mlplan: Mlplan) -> None:
    answer = mlplan("facts", "list")
    assert (answer.status, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[0] == "54 facts from 4 sources, of 2026.11.21"
    assert (
        "  releases       3     full versions of every family, with the day and what they cover"
        in (lines)
    )
    document = checked(mlplan("facts", "list", "--format", "json").out, "facts-overview")
    assert document["lists"]["disagreements"] == 1
    assert [place["facts"] for place in document["places"]] == [26, 28]


def test_disagreements_are_listed(mlplan: Mlplan) -> None:
    assert mlplan("facts", "list", "disagreements").out == (
        "sources disagree: host gcc of toy 1.10\n"
        "            says  standing    fact                      read\n"
        "  used      <15   enforced    toy-1.10/host-gcc-newest  2026-11-21\n"
        "  not used  <14   documented  toy-1.10/host-gcc-manual  2026-11-20\n"
        "  why       toy-1.10/host-gcc-newest is marked as believed, without a reason\n"
    )
    text = mlplan("facts", "list", "disagreements", "--format", "json").out
    (row,) = checked(text, "facts-list")["rows"]
    assert row["used"] == "<15 (enforced, toy-1.10/host-gcc-newest)"


def test_a_fact_as_a_whole(mlplan: Mlplan) -> None:
    assert mlplan("facts", "show", "toy-1.10/host-gcc-manual").out == (
        "fact toy-1.10/host-gcc-manual\n"
        "  kind       documented-compiler\n"
        "  standing   documented\n"
        "  stands in  matrices/toy/1.10.yaml:30\n"
        "\n"
        "host compilers\n"
        "  not used     the documents of toy 1.10 name gcc <14 only "
        "(toy-1.10/host-gcc-manual) [1]\n"
        "\n"
        "its fields\n"
        "  field     value\n"
        "  compiler  gcc\n"
        "  range     <14\n"
        "\n"
        "sources disagree: host gcc of toy 1.10\n"
        "            says  standing    fact                      read\n"
        "  used      <15   enforced    toy-1.10/host-gcc-newest  2026-11-21\n"
        "  not used  <14   documented  toy-1.10/host-gcc-manual  2026-11-20\n"
        "  why       toy-1.10/host-gcc-newest is marked as believed, without a reason\n"
        "\n"
        "sources\n"
        "  [1]   toy:manual: The toy manual (document; read 2026-11-20)\n"
        "  [2]   toy:wheels: readelf on the toy wheels (measured; read 2026-11-21)\n"
    )


def test_a_real_release_as_json(real: Mlplan) -> None:
    answer = real("facts", "show", "cuda", "12.9", "--format", "json")
    assert (answer.status, answer.err) == (0, "")
    document = checked(answer.out, "facts-show")
    assert [(s["kind"], s["name"]) for s in document["subjects"]] == [("release", "cuda 12.9")]


def test_unknown_words(mlplan: Mlplan) -> None:
    answer = mlplan("facts", "show", "toy", "1.8")
    assert (answer.status, answer.out) == (2, "")
    assert answer.err == (
        "error: no fact is about this, and none mentions it\n"
        "  found:   toy 1.8\n"
        "  did you mean: toy 1.9\n"
        "\n"
        "hint: mlplan facts list shows what there is\n"
    )


def test_colour_when_wanted(mlplan: Mlplan) -> None:
    plain = mlplan("facts", "show", "toy", "1.10").out
    painted = mlplan("facts", "show", "toy", "1.10", "--color", "always").out
    assert "\x1b[" not in plain
    assert painted.startswith("\x1b[1mtoy 1.10: a minor release of A made-up toolkit\x1b[0m\n")


def test_sources(mlplan: Mlplan) -> None:
    assert mlplan("facts", "sources", "--family", "toy").out == (
        "source      facts  enforced  measured  documented  unconfirmed\n"
        "toy:manual  14     1         0         12          1\n"
        "    The toy manual (document; read 2026-11-20)\n"
        "toy:wheels  12     2         10        0           0\n"
        "    readelf on the toy wheels (measured; read 2026-11-21)\n"
    )
    document = checked(mlplan("facts", "sources", "--format", "json").out, "facts-sources")
    assert [row["id"] for row in document["sources"]] == [
        *("policies:known", "policies:pages", "toy:manual", "toy:wheels")
    ]


def test_no_such_family(mlplan: Mlplan) -> None:
    answer = mlplan("facts", "sources", "--family", "toys")
    assert (answer.status, answer.out) == (2, "")
    assert "  allowed: toy, policies\n  did you mean: toy\n" in answer.err


def test_stale(mlplan: Mlplan) -> None:
    argv = ("facts", "stale", "--days", "6", "--date", "2026-11-26")
    answer = mlplan(*argv)
    assert answer.status == 1
    assert answer.out == (
        "read more than 6 days before 2026-11-26: 1 sources, 1 facts\n"
        "\n"
        "sources\n"
        "  source          read        days  facts  title\n"
        "  policies:known  2026-11-19  7     1      Known to all\n"
    )
    document = checked(mlplan(*argv, "--format", "json").out, "facts-stale")
    assert document["facts"] == [{"id": "cxx/17", "read": "2026-11-19", "age": 7}]


def test_nothing_stale(mlplan: Mlplan) -> None:
    answer = mlplan("facts", "stale", "--date", "2026-11-26")
    assert (answer.status, answer.out) == (
        0,
        "every source was read within 180 days before 2026-11-26\n",
    )


@pytest.mark.parametrize("day", ["2026-13-01", "2026-11", "tomorrow"])
def test_no_day(day: str, mlplan: Mlplan) -> None:
    answer = mlplan("facts", "stale", "--date", day)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith(f"error: --date names no day\n  found:   {day}\n")
