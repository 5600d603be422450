"""``mlplan facts harvest``: its answer, exit status and words, against made and real wheels."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from urllib3.util import Retry

from planner.audit import program_help
from planner.index import configuration
from planner.load import locate
from planner.load.canonical import rewrite
from planner.load.facts import load_facts
from planner.load.locate import SCHEMAS
from planner.model.sources import Fact, Standing
from tests.cli.conftest import Answer, Mlplan
from tests.harvest.making import acme, publish, wheel
from tests.wheels.downloads import needs_network, needs_time
from tests.wheels.served import ServedIndex, served_index

Run = Callable[..., Answer]
MEASURED = (Standing.ENFORCED, Standing.MEASURED)


@pytest.fixture
def run(real: Mlplan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a harvest of the made family against an index."""
    monkeypatch.setattr(configuration, "_asked_of_pip", lambda: None)
    monkeypatch.setattr(program_help, "_runs_here", lambda arch: True)
    monkeypatch.setattr(Retry, "sleep", lambda self, response=None: None)
    root = acme(tmp_path)
    rewrite(root)

    def harvest(index: ServedIndex | str, *argv: str) -> Answer:
        url = index if isinstance(index, str) else index.url
        options = ["--data", str(root), "--index", url, "--no-cache"]
        return real("facts", "harvest", *argv, *options)

    return harvest


@pytest.fixture
def index(tmp_path: Path) -> Iterator[ServedIndex]:
    with served_index(tmp_path / "index") as index:
        publish(index, "1.0.0", day="2026-03-02")
        yield index


def test_nothing_new(run: Run, index: ServedIndex) -> None:
    index.add("acme_toolkit-1.2.0rc1-py3-none-any.whl", {})
    index.add("acme_toolkit-1.3.0rc1-py3-none-any.whl", {})
    answer = run(index, "acme")
    assert answer.status == 0
    assert answer.out == (
        "acme: the facts have every release that acme-toolkit lists\n\n"
        "Passed over\n  - 1.2.0rc1, 1.3.0rc1: a pre-release\n"
    )
    assert re.fullmatch(r"read 0\.0 MB in 1 requests; \d+ s\n", answer.err)


def test_a_new_release(run: Run, index: ServedIndex, tmp_path: Path) -> None:
    publish(index, "1.1.0")
    answer = run(index, "acme", "-q")
    assert (answer.status, answer.err) == (0, "")
    assert (
        answer.out
        == """\
acme 1.1.0: matrices/acme/1.1.yaml, after 1.0
   12 read in the vendor's files
      acme-1.1/targets
        but  which are deprecated is carried over
    2 carried over: no file of the vendor says it
      acme-1.1/documented-gcc, acme-1.1/driver
    3 left out

Wrote
  matrices/acme/1.1.yaml (new)
  matrices/acme/libraries.yaml
  matrices/acme/family.yaml
"""
    )
    assert list(load_facts(tmp_path / "data").families["acme"].minors) == ["1.0", "1.1"]


def test_a_dry_run(run: Run, index: ServedIndex, tmp_path: Path) -> None:
    """The diff is the answer; the report stands beside it, and nothing is written."""
    publish(index, "1.1.0")
    before = sorted(path.read_bytes() for path in (tmp_path / "data").rglob("*.yaml"))
    answer = run(index, "acme", "--dry-run", "-q")
    assert answer.status == 0
    assert answer.out.startswith("--- /dev/null\n+++ b/matrices/acme/1.1.yaml\n@@ -0,0 +1,")
    assert [line[6:] for line in answer.out.splitlines() if line.startswith("+++ ")] == [
        "matrices/acme/1.1.yaml",
        "matrices/acme/libraries.yaml",
        "matrices/acme/family.yaml",
    ]
    assert '-order: ["1.0"]\n+order: ["1.0", "1.1"]\n' in answer.out
    assert "Would write\n  matrices/acme/1.1.yaml (new)\n" in answer.err
    assert sorted(path.read_bytes() for path in (tmp_path / "data").rglob("*.yaml")) == before


def test_every_fact_with_its_evidence(run: Run, index: ServedIndex) -> None:
    publish(index, "1.1.0")
    answer = run(index, "acme", "--dry-run", "-q", "-v")
    assert (
        """\
      acme-1.1/host-gcc  enforced
        by   acme/include/host_config.h in acme_crt-1.1.0-py3-none-manylinux_2_28_x86_64.whl
"""
        in answer.err
    )
    assert (
        """\
    3 left out
      acme-1.1.0/toolkit-driver
        why  it is about one release only
"""
        in answer.err
    )
    assert max(map(len, answer.err.splitlines())) <= 100


def test_json(run: Run, index: ServedIndex) -> None:
    publish(index, "1.1.0")
    index.spoil(wheel("crt", "1.1.0"), "gone")
    answer = run(index, "acme", "--format", "json", "-q")
    document = json.loads(answer.out)
    schema = json.loads((SCHEMAS / "harvest.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(document)
    assert answer.status == 1
    assert {
        key: document[key] for key in ("schema", "family", "project", "complete", "written")
    } == {
        "schema": "mlplan-harvest/1",
        "family": "acme",
        "project": "acme-toolkit",
        "complete": False,
        "written": True,
    }
    (release,) = document["releases"]
    assert release["counts"] == {
        "read": 10,
        "same": 0,
        "carried over": 2,
        "not proved": 2,
        "left out": 3,
    }
    assert release["facts"][5] == {
        "fact": "acme-1.1/host-gcc",
        "kind": "host-compiler",
        "fate": "not proved",
        "standing": "unconfirmed",
        "evidence": "host_config.h",
        "why": f"{wheel('crt', '1.1.0')} is listed and no longer there",
    }
    assert [(change["file"], change["new"]) for change in document["changes"]] == [
        ("matrices/acme/1.1.yaml", True),
        ("matrices/acme/libraries.yaml", False),
        ("matrices/acme/family.yaml", False),
    ]


def test_what_is_unreadable_wins(run: Run, index: ServedIndex) -> None:
    publish(index, "1.1.0")
    publish(index, "1.2.0", day="2026-10-01")
    index.spoil("acme_toolkit-1.1.0-py3-none-any.whl", "gone")
    assert run(index, "acme", "--dry-run", "-q").status == 1
    index.spoil(wheel("math", "1.2.0"), "truncated")
    answer = run(index, "acme", "-q")
    assert answer.status == 5
    assert answer.out.startswith("""\
acme 1.1.0: not written
  why       acme_toolkit-1.1.0-py3-none-any.whl is listed and no longer there
  file      matrices/acme/1.1.yaml

acme 1.2.0: matrices/acme/1.2.yaml, after 1.0
""")
    assert (
        """\
    3 not proved: the vendor's files should say it
      acme-1.2/needs-math-x86_64
        why  acme_math-1.2.0-py3-none-manylinux_2_28_x86_64.whl is no readable zip archive: File is
             not a zip file
"""
        in answer.out
    )


def test_no_index(run: Run) -> None:
    answer = run("http://127.0.0.1:9/simple", "acme", "-q")
    assert (answer.status, answer.out) == (
        5,
        "acme: new releases could not be looked for\n"
        "  why       the index was asked for acme-toolkit: it cannot be reached\n",
    )


def test_a_family_without_a_list_of_releases(run: Run, index: ServedIndex, tmp_path: Path) -> None:
    """Wheels that were built for its releases are named, and nothing is written."""
    path = tmp_path / "data" / "matrices" / "toy" / "1.10.yaml"
    fact = "kind: vendor-wheel, wheel: toy_plugin-2.0-py3-none-any.whl, standing: measured"
    row = f"  wheel-plugin: {{{fact}, source: [wheels]}}\n"
    path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
    for version in ("1.0", "2.0", "2.1", "3.0", "4.0rc1"):
        index.add(f"toy_plugin-{version}-py3-none-any.whl", {})
    answer = run(index, "toy", "-q")
    assert (answer.status, answer.err) == (1, "")
    assert (
        answer.out
        == """\
toy: no releases to find
  why       no project on the index has a version for each release of A made-up toolkit; new ones
            are written by hand

Wheels on the index, built for its releases, of versions that no fact names
  - toy-plugin: newer than 2.0: 2.1, 3.0; 1 older than 2.0
"""
    )
    for version in ("2.1", "3.0"):
        index.wheels.pop(f"toy_plugin-{version}-py3-none-any.whl")
    answer = run(index, "toy", "-q")
    assert answer.status == 0
    assert answer.out.endswith("\n  - toy-plugin: 1 older than 2.0\n")


def test_an_unknown_family(run: Run, index: ServedIndex) -> None:
    answer = run(index, "acne")
    assert (answer.status, answer.out) == (2, "")
    assert "did you mean: acme" in answer.err


def test_facts_of_an_installed_package(
    real: Mlplan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are not written to; a dry run may read them."""
    shutil.move(acme(tmp_path), tmp_path / "package" / "data")
    monkeypatch.setattr(locate, "PACKAGE", tmp_path / "package")
    answer = real("facts", "harvest", "acme")
    assert (answer.status, answer.out) == (2, "")
    assert answer.err == (
        "error: the facts of an installed package are not written to; name a folder with --data\n\n"
        "hint: mlplan facts harvest FAMILY --data DIR\n"
    )


def _told(root: Path, minor: str) -> dict[str, Fact]:
    """The facts of a minor release of CUDA by place."""
    release = load_facts(root).families["cuda"].minors[minor]
    found = {f"{v}/{k}": fact for v, own in release.releases.items() for k, fact in own.items()}
    return {**found, **release.facts}


@needs_network
@pytest.mark.parametrize(
    "minors", [("13.5",), pytest.param(("13.4", "13.5"), marks=needs_time)], ids="+".join
)
def test_real_releases_that_were_deleted(
    real: Mlplan, data_root: Path, tmp_path: Path, minors: Sequence[str]
) -> None:
    """They come back with the same enforced and measured values, and give the same plans."""
    copy = tmp_path / "copy"
    for folder in ("matrices", "policies"):
        shutil.copytree(data_root / folder, copy / folder)
    for minor in minors:
        (copy / "matrices" / "cuda" / f"{minor}.yaml").unlink()
    answer = real("facts", "harvest", "cuda", "--data", str(copy), "--no-cache", "-q")
    assert (answer.status, answer.err) == (0, "")
    for minor in minors:
        before, after = _told(data_root, minor), _told(copy, minor)
        for place, fact in before.items():
            if fact.kind not in ("trait", "note") and fact.standing in MEASURED:
                assert after[place].standing is fact.standing, place
                assert _values(after[place], fact) == _values(fact, fact), place
        assert _plan(real, copy, minor) == _plan(real, data_root, minor)


def _values(fact: Fact, stated: Fact) -> dict[str, object]:
    """What a fact says of what another one says: how it was measured apart, and libraries that the
    other one does not name."""
    values: dict[str, object] = {k: v for k, v in fact.payload.items() if k != "method"}
    if fact.kind == "library-needs":
        rows = fact.table("libraries")
        values["libraries"] = {name: rows.get(name) for name in stated.table("libraries")}
    return values


def _plan(real: Mlplan, root: Path, cuda: str) -> list[tuple[object, ...]]:
    """Tag, image, gcc, binutils, GPU targets and components of each job for a release."""
    options = ["--cuda", cuda, "--date", "2026-11-21", "--dry-run", "--format", "json"]
    answer = real("solve", *options, "--data", str(root))
    names = ("id", "tags", "image", "gcc", "binutils", "gpu", "components", "driver_floor")
    return [tuple(job[name] for name in names) for job in json.loads(answer.out)["jobs"]]
