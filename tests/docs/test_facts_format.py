"""docs/facts-format.md: its tables name every file and kind of fact, as the loader reads them.

``MLPLAN_REFRESH=1 pytest tests/docs/test_facts_format.py`` writes the tables of the kinds anew.
"""

from __future__ import annotations

import re
from pathlib import Path

from planner.load.kind_words import KIND_SAYS
from planner.load.kinds import GPU_FACT_KINDS, KINDS, LIBRARY_KINDS, Kinds
from planner.load.locate import fact_files
from tests.docs.fenced_blocks import REFRESH, ROOT

PAGE = ROOT / "docs" / "facts-format.md"
HEAD = "| Kind | Fields | Says |\n|---|---|---|\n"


def _table(kinds: Kinds) -> str:
    rows = (f"| `{kind}` | {', '.join(f)} | {KIND_SAYS[kind]} |\n" for kind, f in kinds.items())
    return HEAD + "".join(rows)


def _with_tables(text: str) -> str:
    """The page with the tables of today."""
    first, *others = re.split(re.escape(HEAD) + r"(?:\|.*\n)*", text)
    tables = (KINDS, _own(LIBRARY_KINDS), _own(GPU_FACT_KINDS))
    rows = (_table(kinds) + rest for kinds, rest in zip(tables, others, strict=True))
    return first + "".join(rows)


def _own(kinds: Kinds) -> Kinds:
    return {kind: fields for kind, fields in kinds.items() if kind not in KINDS}


def test_every_kind_is_described_once() -> None:
    assert set(KIND_SAYS) == {*KINDS, *LIBRARY_KINDS, *GPU_FACT_KINDS}


def test_tables_of_kinds_are_up_to_date() -> None:
    text = PAGE.read_text(encoding="utf-8")
    if REFRESH:
        PAGE.write_text(_with_tables(text), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == _with_tables(text)


def test_every_fact_file_has_a_row(data_root: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    places = re.findall(r"^\| `((?:matrices|policies)/.+?)`", text, re.M)
    patterns = [re.sub(r"<\w+>", "*", place) for place in places]
    found = [set(data_root.glob(pattern)) for pattern in patterns]
    assert set(fact_files(data_root)) == set().union(*found)
    assert all(found)
