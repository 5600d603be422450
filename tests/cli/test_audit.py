"""``mlplan facts audit``: its answer, exit status and words, against made and real wheels."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from planner.index import configuration
from planner.load.locate import SCHEMAS
from planner.report.audit_text import audit_text
from tests.audit.test_release_facts import TAGS, acme, audited, publish
from tests.cli.conftest import Answer, Mlplan
from tests.docs.fenced_blocks import ROOT, blocks
from tests.wheels.downloads import needs_network
from tests.wheels.served import ServedIndex, served_index

Run = Callable[..., Answer]


@pytest.fixture
def run(real: Mlplan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs an audit of the made family against an index."""
    monkeypatch.setattr(configuration, "_asked_of_pip", lambda: None)
    acme(tmp_path / "data")

    def audit(index: ServedIndex | str, *argv: str) -> Answer:
        url = index if isinstance(index, str) else index.url
        data = tmp_path / "data" / "data"
        options = ["--data", str(data), "--index", url, "--no-cache", "--no-run"]
        return real("facts", "audit", *argv, *options)

    return audit


@pytest.fixture
def index(tmp_path: Path) -> Iterator[ServedIndex]:
    with served_index(tmp_path / "index") as index:
        publish(index)
        yield index


def test_confirmed(run: Run, index: ServedIndex) -> None:
    answer = run(index, "acme")
    assert answer.status == 0
    assert answer.out.startswith("acme: 15 facts, ")
    assert re.search(r"confirmed +2 +10 +0 +0 +12\n", answer.out)
    assert re.fullmatch(r"read 0\.0 MB in \d+ requests; \d+ s\n", answer.err)


def test_contradicted(run: Run, index: ServedIndex, tmp_path: Path) -> None:
    file = tmp_path / "data" / "data" / "matrices" / "acme" / "1.0.yaml"
    file.write_text(file.read_text().replace('range: "<17"', 'range: "<16"'))
    answer = run(index, "acme", "1.0", "-q")
    assert (answer.status, answer.err) == (1, "")
    head = answer.out.partition("acme 1.0:")[0]
    line = (
        file.read_text()
        .splitlines()
        .index(next(x for x in file.read_text().splitlines() if "host-gcc:" in x))
        + 1
    )
    assert (
        head
        == f"""\
Contradicted
  acme-1.0/host-gcc  enforced
    in       matrices/acme/1.0.yaml:{line}
    of       gcc x86_64 1.0.0
    stated   <16
    found    <17
    file     acme_crt-1.0.0-{TAGS}.whl
    member   acme/include/host_config.h

"""
    )


def test_unreadable_wins(run: Run, index: ServedIndex) -> None:
    index.spoil(f"acme_math-1.0.5-{TAGS}.whl", "truncated")
    answer = run(index, "acme")
    assert answer.status == 5
    assert "Unreadable\n  acme-1.0/needs-math-x86_64  measured\n" in answer.out


def test_no_index(run: Run) -> None:
    answer = run("http://127.0.0.1:9/simple", "acme", "1.0.0")
    assert answer.status == 5
    assert "why      it cannot be reached" in answer.out


def test_an_index_that_has_nothing(run: Run, index: ServedIndex) -> None:
    """An address that is wrong proves nothing, and is no index where all is well."""
    index.wheels.clear()
    answer = run(index, "acme", "-q")
    assert answer.status == 5
    assert re.search(r"confirmed +0 +0 +0 +0 +0\n", answer.out)
    assert answer.err == (
        "error: the index has no wheel of any project that it was asked for\n\n"
        "hint: pip config list shows which index that is; --index URL names another\n"
    )


def test_json(run: Run, index: ServedIndex) -> None:
    answer = run(index, "acme", "--format", "json")
    document = json.loads(answer.out)
    schema = json.loads((SCHEMAS / "audit.schema.json").read_text())
    Draft202012Validator(schema).validate(document)
    assert document["counts"]["confirmed"] == {
        "all": 12, "enforced": 2, "measured": 10, "documented": 0, "unconfirmed": 0,
    }  # fmt: skip
    (overruled,) = [row for row in document["verdicts"] if row["outcome"] == "overruled"]
    assert (overruled["fact"], overruled["ruling"]) == (
        "acme-1.0/host-gcc-other", "acme-1.0/host-gcc",
    )  # fmt: skip


def test_verbose_names_every_fact(run: Run, index: ServedIndex) -> None:
    answer = run(index, "acme", "-v")
    assert f"confirmed     acme-1.0/needs-math-x86_64  acme_math-1.0.5-{TAGS}.whl\n" in answer.out
    assert all(len(row) <= 100 for row in answer.out.splitlines())


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["acm"], "did you mean: acme"),
        (["acme", "1.1"], "did you mean: 1.0"),
        (["policies", "1.0"], "policies has no releases"),
    ],
)
def test_names_that_are_none(run: Run, argv: list[str], says: str) -> None:
    answer = run("http://127.0.0.1:9/simple", *argv)
    assert answer.status == 2
    assert says in answer.err
    assert "hint: mlplan facts audit cuda 13.5" in answer.err


def test_an_index_that_is_no_address(run: Run) -> None:
    answer = run("/srv/simple", "acme")
    assert answer.status == 2
    assert "found:   /srv/simple" in answer.err


def test_what_is_missing_is_named() -> None:
    """In a process of its own: the modules are imported as if the package were not there."""
    code = (
        "import sys; sys.modules['pypi_simple'] = None; sys.argv[1:] = ['facts', 'audit', 'cuda'];"
        "from planner.cli.main import run; run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 2
    assert "needs pypi_simple, which is missing" in done.stderr
    assert "hint: pip install pypi-simple" in done.stderr


def test_many_ids_are_folded(index: ServedIndex, tmp_path: Path) -> None:
    audit = audited(
        acme(
            tmp_path / "more",
            *[
                (
                    "standing: measured\n    source: [wheels]\n  sonames",
                    "standing: unconfirmed\n    source: [wheels]\n  sonames",
                )
            ],
        ),
        index,
    )
    text = audit_text(audit)
    assert "can be raised\n  - acme-1.0/needs-math-x86_64\n" in text


@needs_network
@pytest.mark.network
@pytest.mark.parametrize("asked", [["cuda", "13.5"], ["mkl", "2026.2"], ["policies"], ["images"]])
def test_the_real_facts(real: Mlplan, asked: list[str]) -> None:
    """Nothing that the vendors' newest files say is contradicted by the facts."""
    answer = real("facts", "audit", *asked, "--no-cache", "--format", "json")
    document = json.loads(answer.out)
    wrong = [row for row in document["verdicts"] if row["outcome"] == "contradicted"]
    assert (answer.status, wrong) == (0, [])
    assert (
        document["counts"]["confirmed"]["all"]
        >= {"cuda": 35, "mkl": 10, "policies": 15, "images": 5}[asked[0]]
    )
    assert document["read"]["bytes"] < 60e6


@needs_network
@pytest.mark.network
def test_the_example_of_the_page(real: Mlplan) -> None:
    page = ROOT / "docs" / "audit.md"
    (block,) = [block for block in blocks(page) if block.language == "text"]
    command, _, output = block.text.partition("\n")
    assert real(*command.removeprefix("$ mlplan ").split()).out == output
