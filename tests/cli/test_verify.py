"""``mlplan verify`` as people run it: exit statuses, options, formats, streams."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

import planner
from tests.cli.conftest import Answer, Mlplan
from tests.docs.made_wheels import make_wheels
from tests.wheels.made import elf_file, wheel_file

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((Path(planner.__file__).parent / "schemas" / "report.schema.json").read_text())
BAD = "dist/mylib-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"
GOOD = "dist/mylib_cu13-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"
REQUEST = """\
mlplan: 1
date: "2026-11-21"
cxx: 17
variants:
  cu13:
    cuda: "13.*"
    gpu: [sm_80, sm_90, sm_120, compute_120]
    links: [cudart]
    architectures: [x86_64, aarch64]
"""


@pytest.fixture
def mlplan(real: Mlplan, work: Path, monkeypatch: pytest.MonkeyPatch) -> Mlplan:
    """Runs ``mlplan`` on the real facts, beside a ``dist/`` with a bad and a good wheel."""
    monkeypatch.setenv("MLPLAN_DATA", str(ROOT))
    make_wheels(work / "dist")
    return real


def _report(answer: Answer) -> dict[str, object]:
    document: dict[str, object] = json.loads(answer.out)
    jsonschema.validate(document, SCHEMA)
    return document


def _rows(document: dict[str, object], key: str = "wheels") -> list[dict[str, object]]:
    rows = document[key]
    assert isinstance(rows, list)
    return rows


def _told(document: dict[str, object]) -> list[tuple[object, object, object]]:
    found = []
    for wheel in _rows(document):
        findings = wheel["findings"]
        assert isinstance(findings, list)
        found += [(f["id"], f["severity"], f["member"]) for f in findings]
    return found


def test_the_bad_member_comes_first(mlplan: Mlplan) -> None:
    answer = mlplan("verify", "dist")
    assert (answer.status, answer.err) == (1, "")
    lines = answer.out.splitlines()
    assert lines[0] == f"fail {BAD.removeprefix('dist/')}"
    assert lines[2].startswith("  error MLP-T001 mylib/_plugin.so: needs GLIBC_2.34 of libc.so.6")
    assert lines[-1] == f"next: mlplan inspect {BAD}"
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize(
    ("argv", "status"),
    [
        ((GOOD,), 0),
        ((BAD,), 1),
        ((GOOD, BAD), 1),
        (("dist/*cu13*.whl",), 0),
        ((BAD, "--policy", "manylinux_2_34"), 0),
        ((BAD, "--ignore", "MLP-T001"), 0),
        ((BAD, "--ignore", "symbol-too-new"), 0),
        ((GOOD, "--max-policy", "manylinux_2_28"), 0),
        ((GOOD, "--max-policy", "manylinux_2_27"), 1),
        ((GOOD, "--max-size", "1GB"), 0),
        ((GOOD, "--max-size", "1kB"), 1),
        ((GOOD, "--max-size", "1024"), 1),
        ((GOOD, "none-1-py3-none-any.whl"), 5),
        ((BAD, "none-1-py3-none-any.whl"), 5),
        ((GOOD, "--limit", "entries=2"), 5),
        ((GOOD, "--limit", "entries=9", "--limit", "elf-symbols=1MB"), 0),
    ],
)
def test_exit_status(argv: tuple[str, ...], status: int, mlplan: Mlplan) -> None:
    answer = mlplan("verify", *argv)
    assert (answer.status, answer.err) == (status, "")


@pytest.mark.parametrize(
    ("argv", "message", "rest"),
    [
        ((BAD, "--policy", "manylinux_2_8"), "unknown policy", "did you mean: manylinux_2_"),
        ((BAD, "--ignore", "symbol-to-new"), "no finding has this", "did you mean: symbol-too-new"),
        ((BAD, "--limit", "entrys=1"), "--limit takes NAME=NUMBER", "did you mean: entries"),
        ((BAD, "--limit", "entries"), "--limit entries", "a positive number"),
        ((BAD, "--limit", "entries=0"), "--limit entries", "a positive number"),
        ((BAD, "--max-size", "huge"), "--max-size: no size", "kB, MB, GB"),
        ((BAD, "--max-size", "1iB"), "--max-size: no size", "kB, MB, GB"),
        (("empty",), "no wheel there", "hint: mlplan verify dist/"),
        (("*.none",), "no wheel there", "found:   *.none"),
    ],
)
def test_usage_errors(argv: tuple[str, ...], message: str, rest: str, mlplan: Mlplan) -> None:
    Path("empty").mkdir()
    answer = mlplan("verify", *argv)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith(f"error: {message}")
    assert rest in answer.err


def test_bad_lock(mlplan: Mlplan) -> None:
    assert mlplan("verify", GOOD, "--plan", "none.lock").status == 6


def test_json_keeps_its_schema(mlplan: Mlplan) -> None:
    answer = mlplan("verify", "dist", "none-1-py3-none-any.whl", "--format", "json")
    document = _report(answer)
    assert (answer.status, document["verdict"]) == (5, "unreadable")
    assert document["summary"] == {"pass": 1, "fail": 1, "unreadable": 1}
    assert [row["path"] for row in _rows(document)] == [BAD, GOOD, "none-1-py3-none-any.whl"]
    assert _told(document) == [
        ("MLP-T001", "error", "mylib/_plugin.so"),
        ("MLP-W031", "error", ""),
    ]
    assert mlplan("verify", "dist", "none-1-py3-none-any.whl", "--format", "json") == answer
    assert mlplan(
        "verify", "dist", "none-1-py3-none-any.whl", "--format", "json", "--jobs", "3"
    ) == (answer)


@pytest.mark.parametrize("format_", ["text", "json", "github", "markdown", "junit", "sarif"])
def test_every_format_tells_the_finding(format_: str, mlplan: Mlplan) -> None:
    answer = mlplan("verify", "dist", "--format", format_)
    assert (answer.status, answer.err) == (1, "")
    assert "MLP-T001" in answer.out
    assert "mylib/_plugin.so" in answer.out.replace("\\", "")


def test_junit_has_a_case_per_wheel(mlplan: Mlplan) -> None:
    suite = ElementTree.fromstring(mlplan("verify", "dist", "--format", "junit").out)
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    cases = {case.get("name"): case.find("failure") is not None for case in suite}
    assert cases == {Path(BAD).name: True, Path(GOOD).name: False}


def test_wheels_of_one_name_are_told_apart(mlplan: Mlplan, work: Path) -> None:
    make_wheels(work / "other")
    suite = ElementTree.fromstring(mlplan("verify", "dist", "other", "--format", "junit").out)
    assert (suite.get("tests"), suite.get("failures")) == ("4", "2")


def test_sarif_names_rule_and_place(mlplan: Mlplan) -> None:
    (run,) = json.loads(mlplan("verify", "dist", "--format", "sarif").out)["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["MLP-T001"]
    (text,) = [rule["shortDescription"]["text"] for rule in run["tool"]["driver"]["rules"]]
    assert text.startswith("needs <symbol> of <library>")
    (result,) = run["results"]
    assert result["level"] == "error"
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": BAD}


def test_against_a_plan(mlplan: Mlplan, work: Path) -> None:
    (work / "mlplan.yaml").write_text(REQUEST)
    assert mlplan("solve", "--quiet").status == 0
    document = _report(mlplan("verify", GOOD, "--plan", "mlplan.lock", "--format", "json"))
    (wheel,) = _rows(document)
    assert wheel["job"] == "cu13-cuda13.5.0-x86_64"
    assert [id_ for id_, _, _ in _told(document)] == ["MLP-G001", "MLP-G002"]
    (missing,) = _rows(document, "findings")
    assert (missing["id"], missing["severity"]) == ("MLP-P006", "note")
    strict = _report(
        mlplan("verify", GOOD, "--plan", "mlplan.lock", "--format", "json", "--strict")
    )
    assert [row["severity"] for row in _rows(strict, "findings")] == ["error"]
    text = mlplan("verify", GOOD, "--plan", "mlplan.lock").out
    assert "job cu13-cuda13.5.0-x86_64" in text
    assert "note MLP-P006 job cu13-cuda13.5.0-aarch64 of the plan has no wheel here" in text
    suite = ElementTree.fromstring(
        mlplan("verify", GOOD, "--plan", "mlplan.lock", "--format", "junit").out
    )
    assert [case.get("name") for case in suite] == [Path(GOOD).name, "mlplan.lock"]


def test_what_was_not_read_is_not_held_to_the_plan(mlplan: Mlplan, work: Path) -> None:
    (work / "mlplan.yaml").write_text(REQUEST)
    mlplan("solve", "--quiet")
    (work / "x-1-cp312-cp312-manylinux_2_28_x86_64.whl").write_bytes(b"not a zip")
    answer = mlplan("verify", "x-1-*.whl", "--plan", "mlplan.lock", "--format", "json")
    assert (answer.status, _told(_report(answer))) == (5, [("MLP-W020", "error", "")])


def test_colour_only_where_it_is_wanted(mlplan: Mlplan, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in mlplan("verify", "dist").out
    coloured = mlplan("verify", "dist", "--color", "always").out
    assert "\x1b[1;31mfail\x1b[0m" in coloured
    assert "\x1b" not in mlplan("verify", "dist", "--color", "always", "--format", "json").out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in mlplan("verify", "dist").out


def test_hostile_names_stay_text(mlplan: Mlplan, work: Path) -> None:
    evil = "pkg/\x1b[2J\u202egnp.\nso"
    path = wheel_file(
        work,
        "p-1-py3-none-manylinux_2_17_x86_64.whl",
        {evil: elf_file(needs={"libc.so.6": ["f@GLIBC_2.34"]}, needed=["lib\x1b]0;x\x07.so"])},
    )
    for format_ in ("text", "github", "markdown", "junit", "sarif"):
        out = mlplan("verify", path.name, "--format", format_).out
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert "MLP-T001" in out
    document = _report(mlplan("verify", path.name, "--format", "json"))
    assert evil in {member for _, _, member in _told(document)}


def test_a_name_that_is_no_utf8(mlplan: Mlplan, work: Path) -> None:
    name = os.fsdecode(b"p\xff-1-py3-none-any.whl")
    for format_ in ("text", "json", "github", "markdown", "junit", "sarif"):
        answer = mlplan("verify", name, "--format", format_)
        assert answer.status == 5
        answer.out.encode("utf-8")
    assert mlplan("inspect", name, "--format", "json").out.encode("utf-8")


def test_quiet_leaves_errors_only(mlplan: Mlplan) -> None:
    lines = mlplan("verify", "dist", "--quiet").out.splitlines()
    assert lines[0].startswith("fail ")
    assert [line for line in lines if line.startswith("pass")] == []
    assert lines[-1] == "2 wheels: 1 pass, 1 fail; 1 error"


def test_verbose_shows_facts(mlplan: Mlplan) -> None:
    out = mlplan("verify", "dist", "-v").out
    assert "fact: manylinux_2_28 lists the libraries and symbol versions" in out
    assert "(enforced;\n              policy/manylinux_2_28; read 2026-11-21); source:" in out


_SLOW_MODULES = (
    "networkx elftools rich yaml jsonschema planner.graph planner.solve planner.model.gpus "
    "planner.model.overlay planner.cli.solve planner.cli.manual dataclasses"
)


@pytest.mark.parametrize(
    ("argv", "unwanted"),
    [
        (("verify", "--help"), "networkx elftools rich yaml planner.artifacts planner.verifier"),
        (("verify", "-q", "dist"), _SLOW_MODULES),
        (("inspect", "-q", "dist"), _SLOW_MODULES),
    ],
)
def test_what_is_imported(argv: tuple[str, ...], unwanted: str, mlplan: Mlplan) -> None:
    mlplan(*argv)  # compiles the facts where they are not kept yet
    script = (
        "import sys; from planner.cli.main import run\n"
        "try: run()\nexcept SystemExit: pass\n"
        "print(sorted(set(sys.modules) & set(UNWANTED.split())), file=sys.stderr)"
    ).replace("UNWANTED", repr(unwanted))
    ran = subprocess.run(
        [sys.executable, "-c", script, *argv], capture_output=True, text=True, check=True
    )
    assert ran.stderr == "[]\n"
