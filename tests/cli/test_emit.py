from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from planner.emit.registry import OWN
from tests.cli.conftest import Mlplan

PLUGIN = """\
class Names:
    name = "names"
    says = "ids of the jobs"

    def files(self, wanted):
        from planner.emit.base import EmittedFile

        return (EmittedFile("names.txt", "".join(f"{job.id}\\n" for job in wanted.jobs)),)
"""
EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
JOBS = [
    "cuda12-cuda12.9.2-x86_64",
    "cuda12-cuda12.9.2-aarch64",
    "cuda13-cuda13.5.0-x86_64",
    "cuda13-cuda13.5.0-aarch64",
    "rocm10-rocm10.1.0-x86_64",
    "rocm7-rocm7.14.1-x86_64",
]


@pytest.fixture
def planned(real: Mlplan, work: Path) -> Mlplan:
    """In a folder with the lock of an example."""
    shutil.copy(EXAMPLES / "plugin-set" / "mlplan.lock", work)
    return real


@pytest.fixture
def plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of an installed distribution with a format, as pip would make it."""
    folder = tmp_path / "site"
    info = folder / "names_format-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: names-format\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[mlplan.emitters]\nnames = names_format:Names\nbroken = names_format:Nothing\n"
    )
    (folder / "names_format.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "names_format", raising=False)
    return info


def _rows(text: str) -> list[str]:
    return [row["id"] for row in json.loads(text)["rows"]]


def test_list(real: Mlplan) -> None:
    answer = real("emit", "--list")
    assert (answer.status, answer.err) == (0, "")
    lines = [line.split("  ", 1) for line in answer.out.splitlines()]
    assert [line[0] for line in lines] == list(OWN)
    assert all(line[1].strip() for line in lines)
    assert max(map(len, answer.out.splitlines())) <= 100


def test_standard_output(planned: Mlplan) -> None:
    answer = planned("emit", "json")
    assert (answer.status, answer.err) == (0, "")
    assert _rows(answer.out) == JOBS


def test_several_files_are_told_apart(planned: Mlplan) -> None:
    answer = planned("emit", "requirements", "--jobs", JOBS[4])
    names = [line for line in answer.out.splitlines() if line.startswith("# ===== ")]
    assert names == [
        f"# ===== {JOBS[4]}/{name}"
        for name in (
            "requires-dist.txt",
            "dependencies.toml",
            "requirements.txt",
            "constraints.txt",
        )
    ]


def test_output_is_a_file(planned: Mlplan, work: Path) -> None:
    answer = planned("emit", "json", "--output", "rows.txt")
    assert (answer.status, answer.out, answer.err) == (0, "", "wrote rows.txt\n")
    assert _rows((work / "rows.txt").read_text()) == JOBS


def test_output_is_a_folder(planned: Mlplan, work: Path) -> None:
    (work / "out").mkdir()
    assert planned("emit", "json", "--output", "out", "-q").err == ""
    assert _rows((work / "out" / "rows.json").read_text()) == JOBS


def test_several_files_make_folders(planned: Mlplan, work: Path) -> None:
    answer = planned("emit", "requirements", "--output", "new", "-q")
    assert (answer.status, answer.out, answer.err) == (0, "", "")
    found = sorted(path.relative_to(work / "new").as_posix() for path in work.glob("new/*/*"))
    assert len(found) == 4 * len(JOBS)
    assert found[0] == f"{JOBS[1]}/constraints.txt"


def test_the_file_says_how_to_write_it_again(planned: Mlplan, work: Path) -> None:
    argv = ["emit", "conda", "--arch", "x86_64", "--plan", "mlplan.lock", "--output", "c.yaml"]
    planned(*argv)
    text = (work / "c.yaml").read_text()
    line = "# Write it again: mlplan emit conda --arch x86_64 --plan mlplan.lock --output c.yaml"
    assert line in text.splitlines()
    planned(*argv)
    assert (work / "c.yaml").read_text() == text


def test_check_of_a_file_that_is_up_to_date(planned: Mlplan) -> None:
    planned("emit", "json", "--output", "rows.json")
    assert planned("emit", "json", "--output", "rows.json", "--check").status == 0


def test_check_of_a_file_that_is_not(planned: Mlplan, work: Path) -> None:
    planned("emit", "json", "--output", "rows.json")
    (work / "rows.json").write_text("{}")
    answer = planned("emit", "json", "--output", "rows.json", "--check")
    assert (answer.status, answer.out) == (1, "")
    assert answer.err == (
        "error: rows.json: is out of date\n\nhint: mlplan emit json --output rows.json\n"
    )
    assert (work / "rows.json").read_text() == "{}"


def test_check_of_files_that_are_missing(planned: Mlplan, work: Path) -> None:
    argv = ("emit", "requirements", "--jobs", JOBS[4], "--output", "out")
    planned(*argv)
    (work / "out" / JOBS[4] / "constraints.txt").unlink()
    answer = planned(*argv, "--check")
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith(f"error: out/{JOBS[4]}/constraints.txt: is missing\n\nhint: ")
    assert not (work / "out" / JOBS[4] / "constraints.txt").exists()


@pytest.mark.parametrize(
    ("argv", "left"),
    [
        (["--variant", "cuda13"], JOBS[2:4]),
        (["--variant", "rocm7", "--variant", "cuda12"], [*JOBS[:2], JOBS[5]]),
        (["--arch", "aarch64"], [JOBS[1], JOBS[3]]),
        (["--jobs", JOBS[3], "--jobs", JOBS[0]], [JOBS[0], JOBS[3]]),
        (["--variant", "cuda12", "--arch", "aarch64"], [JOBS[1]]),
        (["--variant", "rocm7", "--jobs", JOBS[0]], []),
    ],
)
def test_filters(argv: list[str], left: list[str], planned: Mlplan) -> None:
    answer = planned("emit", "json", *argv)
    assert (answer.status, answer.err) == (0, "")
    assert _rows(answer.out) == left


def test_per_python(planned: Mlplan) -> None:
    found = _rows(planned("emit", "json", "--per-python", "--jobs", JOBS[0]).out)
    assert found
    assert all(id_.startswith(f"{JOBS[0]}-cp") for id_ in found)


@pytest.mark.parametrize(
    ("argv", "message", "nearest"),
    [
        (["json", "--variant", "cuda14"], "--variant: the plan has none of that name", "cuda1"),
        (["json", "--arch", "x86-64"], "--arch: the plan has none of that name", "x86_64"),
        (["json", "--jobs", JOBS[4][:-1]], "--jobs: the plan has none of that name", JOBS[4]),
        (["jsno"], "no such format", "json"),
    ],
)
def test_wrong_names(argv: list[str], message: str, nearest: str, planned: Mlplan) -> None:
    answer = planned("emit", *argv)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith(f"error: {message}\n  found:   {argv[-1]}\n  allowed: ")
    assert f"did you mean: {nearest}" in answer.err


@pytest.mark.parametrize(
    ("argv", "status", "message"),
    [
        ([], 2, "error: name a format\n\nhint: mlplan emit --list\n"),
        (["json", "--check"], 2, "error: --check needs --output: the file to compare with\n"),
        (["json", "--plan", "no.lock"], 6, "error: no.lock: no such lock file\n"),
        (["json", "--plan", "request.yaml"], 6, "error: request.yaml:1: is no JSON\n"),
        (["json", "--output", "no/rows.json"], 6, "error: no/rows.json: "),
        (["json", "--wrong"], 2, ""),
    ],
)
def test_wrong_use(argv: list[str], status: int, message: str, planned: Mlplan, work: Path) -> None:
    (work / "request.yaml").write_text("mlplan: 1\n")
    answer = planned("emit", *argv)
    assert (answer.status, answer.out) == (status, "")
    assert answer.err.startswith(message)


def test_a_damaged_lock(planned: Mlplan, work: Path) -> None:
    document = json.loads((work / "mlplan.lock").read_text())
    document["jobs"][0]["pythons"] = "cp311"
    (work / "mlplan.lock").write_text(json.dumps(document))
    answer = planned("emit", "json")
    assert (answer.status, answer.out) == (6, "")
    assert answer.err.startswith("error: mlplan.lock: jobs[0].pythons: must be a list\n")


def test_equal_file_names_are_warned_of(real: Mlplan) -> None:
    lock = str(EXAMPLES / "rocm-only" / "mlplan.lock")
    answer = real("emit", "json", "--plan", lock)
    assert answer.status == 0
    assert answer.err.startswith("warning: rocm")
    assert "make wheels with the same file name" in answer.err
    assert real("emit", "json", "--plan", lock, "-q").err == ""


def test_a_plug_in(planned: Mlplan, plug_in: Path) -> None:
    assert planned("emit", "names").out == "".join(f"{id_}\n" for id_ in JOBS)


def test_a_plug_in_is_listed(real: Mlplan, plug_in: Path) -> None:
    (plug_in / "entry_points.txt").write_text("[mlplan.emitters]\nnames = names_format:Names\n")
    answer = real("emit", "--list")
    assert answer.status == 0
    assert answer.out.splitlines()[-1].split(None, 1) == ["names", "ids of the jobs"]


def test_a_broken_plug_in(planned: Mlplan, plug_in: Path) -> None:
    answer = planned("emit", "broken")
    assert (answer.status, answer.out) == (2, "")
    assert answer.err == (
        "error: plug-in broken (names_format:Nothing) cannot be loaded: "
        "module 'names_format' has no attribute 'Nothing'\n\n"
        "hint: reinstall the package of names_format\n"
    )


def test_a_broken_plug_in_leaves_the_others_listed(real: Mlplan, plug_in: Path) -> None:
    answer = real("emit", "--list")
    assert answer.status == 0
    assert "names  " in answer.out
    (line,) = [line for line in answer.out.splitlines() if line.startswith("broken")]
    assert "cannot be loaded" in line
