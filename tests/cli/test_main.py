from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from planner import __version__, errors
from planner.cli import main
from planner.cli.main import app, run
from planner.errors import MlplanError, Problem
from planner.load.facts import load_facts
from planner.model.facts import FactBase
from planner.solve.compiled import load_index
from tests.cli.conftest import FAILING, REQUEST, Mlplan
from tests.load.made import TINY, copy_tiny, replace_once


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NoSolutionError, 1),
        (errors.UsageError, 2),
        (errors.RequestError, 3),
        (errors.DataError, 4),
        (errors.WheelError, 5),
        (errors.LockError, 6),
    ],
)
def test_each_error_has_its_exit_status(
    error: type[MlplanError], status: int, real: Mlplan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        problem = Problem(message="bad", file="f", line=3, path="a.b", found="x", allowed="y")
        raise error([problem], hint="do this")

    monkeypatch.setattr("planner.cli.main.app", fail)
    answer = real()
    assert (answer.status, answer.out) == (status, "")
    assert answer.err == ("error: f:3: a.b: bad\n  found:   x\n  allowed: y\n\nhint: do this\n")


@pytest.mark.parametrize(
    "argv", ["--help", "--version", "solve --help", "facts list releases", "solve --format json"]
)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_closed_pipe(argv: str, unbuffered: str, work: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = _run_into(writer, argv, work, PYTHONUNBUFFERED=unbuffered)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize("argv", ["--help", "--version", "solve", "solve --format json"])
def test_output_that_cannot_be_written(argv: str, work: Path) -> None:
    with Path("/dev/null").open("rb") as reader:
        done = _run_into(reader.fileno(), argv, work)
    said = "error: cannot write the answer: Bad file descriptor\n"
    assert (done.returncode, done.stderr) == (2, said)
    with Path("/dev/full").open("wb") as full:
        done = _run_into(full.fileno(), argv, work)
    said = "error: cannot write the answer: No space left on device\n"
    assert (done.returncode, done.stderr) == (2, said)


def _run_into(stream: int, argv: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from planner.cli.main import run; run()", *argv.split()],
        stdout=stream,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "MLPLAN_DATA": str(TINY), **env},
    )


def test_interrupted(real: Mlplan, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("planner.cli.help.help_", interrupt)
    monkeypatch.setattr("planner.cli.main._Program.WHERE", {"x": "planner.cli.help:help_"})
    monkeypatch.setattr("planner.cli.main.app", typer.main.get_command(main.app))
    answer = real("x")
    assert (answer.status, answer.out) == (130, "")


def test_our_own_bugs_keep_their_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("planner.cli.main.app", fail)
    with pytest.raises(ZeroDivisionError):
        run()


def test_version(facts: FactBase) -> None:
    answer = CliRunner().invoke(app, ["--version"])
    said = f"mlplan {__version__}, facts {facts.version} (sha256 {facts.sha256[:12]})\n"
    assert (answer.exit_code, answer.output) == (0, said)


def test_version_of_other_facts(mlplan: Mlplan) -> None:
    tiny = load_facts(TINY)
    said = f"mlplan {__version__}, facts {tiny.version} (sha256 {tiny.sha256[:12]})\n"
    assert mlplan("--version").out == said


def test_version_without_facts(real: Mlplan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLPLAN_DATA", "nowhere")
    answer = real("--version")
    assert (answer.status, answer.out) == (4, f"mlplan {__version__}, facts unknown\n")
    assert answer.err.startswith("error: MLPLAN_DATA names a folder without facts\n")


@pytest.mark.parametrize(
    "argv", [["--help"], ["solve", "--help"], ["facts", "--help"], ["facts", "check", "--help"]]
)
def test_help(argv: list[str]) -> None:
    answer = CliRunner().invoke(app, argv)
    assert answer.exit_code == 0
    assert answer.output.strip().startswith("Usage:")


def test_help_lists_every_option_of_solve() -> None:
    text = CliRunner().invoke(app, ["solve", "--help"], env={"COLUMNS": "200"}).output
    for name in (
        *("--output", "--dry-run", "--check", "--set", "--prefer", "--date", "--allow", "--cuda"),
        *("--rocm", "--mkl", "--with", "--arch", "--python", "--gpu", "--links", "--runs-on"),
        *("--glibc", "--pip", "--driver", "--cxx", "--features", "--format", "--data", "--color"),
    ):
        assert name in text


@pytest.mark.parametrize("argv", ["--help", "solve --help", "--version"])
def test_help_imports_no_heavy_module(argv: str) -> None:
    code = (
        "import sys; from planner.cli.main import run\n"
        f"sys.argv = ['mlplan', *{argv.split()!r}]\n"
        "try:\n    run()\n"
        "except SystemExit as left:\n    assert not left.code\n"
        "heavy = {'networkx', 'elftools', 'yaml', 'rich.table', 'numpy'} & set(sys.modules)\n"
        "print('HEAVY', sorted(heavy))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=TINY
    )
    assert done.stdout.splitlines()[-1] == "HEAVY []"
    assert done.stderr == ""


def test_planning_from_kept_facts_imports_no_networkx(data_root: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from planner.cli.main import run\n"
        "sys.argv = ['mlplan', 'solve', '--arch', 'x86_64']\n"
        "try:\n    run()\nexcept SystemExit as left:\n    assert not left.code\n"
        "print('HEAVY', sorted({'networkx', 'elftools'} & set(sys.modules)))\n"
    )
    env = {"XDG_CACHE_HOME": str(tmp_path), "MLPLAN_DATA": str(TINY), "PYTHONPATH": str(data_root)}
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=tmp_path,
            env=env,
        )
    assert done.stdout.splitlines()[-1] == "HEAVY []"


BAD_COMMAND_LINES = [
    ([], 2),
    (["nonsense"], 2),
    (["solv"], 2),
    (["--nonsense"], 2),
    (["facts"], 2),
    (["facts", "nonsense"], 2),
    (["facts", "check", "--format", "xml"], 2),
    (["facts", "check", "--data", "nowhere"], 4),
    (["solve", "--nonsense"], 2),
    (["solve", "--format", "xml"], 2),
    (["solve", "--color", "sometimes"], 2),
    (["solve", "--cxx", "many"], 2),
    (["solve", "--cuda"], 2),
    (["solve", "a.yaml", "b.yaml"], 2),
    (["solve", "--set", "nonsense"], 2),
    (["solve", "--set", "=widest"], 2),
    (["solve", "--with", ""], 2),
    (["solve", "--with", "+"], 2),
    (["solve", "--with", "tea"], 2),
    (["solve", "--with", "toy>=1 + tea"], 2),
    (["solve", "--with", "toy>=1 + toy<1.10"], 2),
    (["solve", "--with", "toy &"], 2),
    (["solve", "--features", "sve3"], 2),
    (["solve", "--features", "sve2", "--arch", "x86_64"], 2),
    (["solve", "--frontier", "--check"], 2),
    (["solve", "--cuda", ","], 3),
    (["solve", "--date", "２０２６-11-21"], 3),  # noqa: RUF001
    (["solve", "good.yaml", "--with", "toy"], 2),
    (["solve", "good.yaml", "--cxx", "17"], 2),
    (["solve", "--check"], 2),
    (["solve", "--check", "--with", "toy"], 2),
    (["solve", "nowhere.yaml"], 3),
    (["solve", "nowhere/"], 3),
    (["solve", "empty-folder"], 3),
    (["solve", "binary.yaml"], 3),
    (["solve", "broken.yaml"], 3),
    (["solve", "broken.toml"], 3),
    (["solve", "empty.yaml"], 3),
    (["solve", "list.yaml"], 3),
    (["solve", "lock.yaml"], 3),
    (["solve", "good.yaml", "--set", "prefer=oldest"], 3),
    (["solve", "good.yaml", "--set", "variants=1"], 3),
    (["solve", "good.yaml", "--set", "variants.toy.gpu=[[[["], 3),
    (["solve", "good.yaml", "--set", "project=\udcff"], 3),
    (["solve", "good.yaml", "--date", "tomorrow"], 3),
    (["solve", "good.yaml", "--date", "2026-02-30"], 3),
    (["solve", "good.yaml", "--date", "\udcff"], 3),
    (["solve", "good.yaml", "--allow", "everything"], 3),
    (["solve", "good.yaml", "--prefer", ""], 3),
    (["solve", "--with", "toy>=2"], 3),
    (["solve", "--with", "toy>=1.10,<1.9"], 3),
    (["solve", "--with", f"toy{'9' * 5000}"], 3),
    (["solve", "--with", "toy", "--gpu", "sm_1"], 3),
    (["solve", "--with", "toy", "--gpu", ","], 3),
    (["solve", "--arch", "arm64"], 3),
    (["solve", "--cxx", "18"], 3),
    (["solve", "--cxx", "-17"], 3),
    (["solve", "--python", "cp27"], 3),
    (["solve", "--python", ""], 3),
    (["solve", "--python", "three"], 3),
    (["solve", "--runs-on", "beos"], 3),
    (["solve", "--links", "libtoy"], 3),
    (["solve", "--glibc", "old"], 3),
    (["solve", "--glibc", ""], 3),
    (["solve", "--pip", ">=99,<1"], 3),
    (["solve", "--features", "arm64:sve2"], 3),
    (["solve", "--data", "nowhere"], 4),
    (["solve", "--data", "empty-folder"], 4),
    (["solve", "--data", "good.yaml"], 4),
    (["solve", "--with", "toy", "-o", "no/such/folder/x.lock"], 6),
    (["solve", "--with", "toy", "-o", "empty-folder"], 6),
    (["solve", "good.yaml", "--check"], 6),
    (["solve", "good.yaml", "--check", "-o", "empty-folder"], 6),
    (["solve", "good.yaml", "--check", "-o", "list.yaml"], 6),
    (["solve", "good.yaml", "--check", "-o", "binary.yaml"], 6),
    (["solve", "failing.yaml", "--dry-run"], 1),
]


@pytest.mark.parametrize(("argv", "status"), BAD_COMMAND_LINES, ids=lambda x: str(x)[:60])
def test_bad_command_lines_end_without_a_traceback(
    argv: list[str], status: int, mlplan: Mlplan, work: Path
) -> None:
    (work / "good.yaml").write_text(REQUEST)
    (work / "failing.yaml").write_text(FAILING)
    (work / "broken.yaml").write_text("mlplan: [1\n")
    (work / "broken.toml").write_text("[tool.mlplan\n")
    (work / "empty.yaml").write_text("")
    (work / "list.yaml").write_text("- 1\n")
    (work / "lock.yaml").write_text('{"schema": "mlplan-plan/1", "jobs": []}')
    (work / "binary.yaml").write_bytes(b"\x7fELF\xff\xfe")
    (work / "empty-folder").mkdir()
    before = sorted(path.name for path in work.rglob("*"))
    answer = mlplan(*argv)
    assert answer.status == status, answer.err
    assert "Traceback" not in answer.err
    if status not in (1, 2):
        assert answer.err.startswith("error: ")
    assert sorted(path.name for path in work.rglob("*")) == before


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (
            ["solve", "--with", "toi"],
            "error: --with: unknown family\n  found:   toi\n  allowed: toy\n"
            "  did you mean: toy\n\nhint: mlplan solve --with 'cuda>=13 + mkl>=2025'\n",
        ),
        (
            ["solve", "--features", "sve"],
            "error: --features: unknown feature\n  found:   sve\n  did you mean: sve2\n\n"
            "hint: mlplan facts list features\n",
        ),
        (
            ["solve", "--set", "widest"],
            "error: --set takes KEY=VALUE\n  found:   widest\n  allowed: prefer=widest\n",
        ),
        (
            ["solve", "x.yaml", "--arch", "x86_64"],
            "error: a request file and ad-hoc options exclude each other\n\n"
            "hint: mlplan solve FILE --set KEY=VALUE changes a key of the file\n",
        ),
        (
            ["solve", "--with", "toy<1.9"],
            "error: command line: variants.toy.toy: no toy release matches\n"
            "  found:   <1.9\n  allowed: 1.9.0 to 1.10.1\n  did you mean: 1.9.0\n\n"
            "hint: mlplan facts list releases\n",
        ),
        (
            ["solve", "--runs-on", "almalinux8"],
            "error: command line: runs-on: unknown distribution\n  found:   almalinux8\n"
            "  allowed: centos-7, almalinux-8\n  did you mean: almalinux-8\n\n"
            "hint: mlplan facts list distros\n",
        ),
    ],
)
def test_messages_say_what_helps(argv: list[str], message: str, mlplan: Mlplan) -> None:
    assert mlplan(*argv).err == message


@pytest.mark.parametrize(
    "argv",
    [
        ["solve", b"\xff.yaml"],
        ["solve", "--set", b"variants.\xff.cxx=17"],
        ["solve", "--date", b"\xff"],
    ],
)
def test_bytes_that_are_no_text(argv: list[str | bytes], work: Path) -> None:
    code = "from planner.cli.main import run; run()"
    done = subprocess.run(
        [sys.executable, "-c", code, *argv], capture_output=True, check=False, cwd=work
    )
    assert done.returncode == 3
    assert done.stderr.startswith(b"error: ")


class TestFactsCheck:
    def test_in_order(self, mlplan: Mlplan) -> None:
        answer = mlplan("facts", "check")
        assert (answer.status, answer.out, answer.err) == (
            0,
            "54 facts are in order (minor releases: toy 2)\n",
            "",
        )

    def test_real_facts_are_in_order(self, real: Mlplan) -> None:
        assert real("facts", "check").status == 0

    def test_json_in_order(self, mlplan: Mlplan) -> None:
        answer = mlplan("facts", "check", "--format", "json")
        assert json.loads(answer.out) == {"schema": "mlplan-facts-check/1", "problems": []}

    @pytest.mark.parametrize(
        ("old", "new", "message", "path"),
        [
            (
                "stream: production",
                "stream: made",
                "matrices/toy/1.10.yaml:4: stream: unknown stream\n"
                "  found:   made\n  allowed: production, preview\n",
                "stream",
            ),
            (
                "deprecated: [sm_70]",
                "deprecated: [sm_60]",
                "matrices/toy/1.10.yaml:37: toy-1.10/targets: "
                "deprecates a target that it does not list\n  found:   sm_60\n",
                "toy-1.10/targets",
            ),
            (
                "real: [sm_70, sm_90]",
                "real: [sm_70,sm_90]",
                "matrices/toy/1.10.yaml:38: not in canonical form\n"
                "  found:   real: [sm_70,sm_90]\n  allowed: real: [sm_70, sm_90]\n"
                "\nhint: mlplan facts check --fix\n",
                "",
            ),
        ],
    )
    def test_out_of_order(
        self, old: str, new: str, message: str, path: str, mlplan: Mlplan, tmp_path: Path
    ) -> None:
        root = copy_tiny(tmp_path)
        replace_once(root / "matrices/toy/1.10.yaml", old, new)
        answer = mlplan("facts", "check", "--data", str(root))
        assert (answer.status, answer.out, answer.err) == (4, "", f"error: {message}")
        answer = mlplan("facts", "check", "--data", str(root), "--format", "json")
        (problem,) = json.loads(answer.out)["problems"]
        assert (answer.status, answer.err) == (4, "")
        assert (problem["file"], problem["path"]) == ("matrices/toy/1.10.yaml", path)

    def test_solve_refuses_bad_facts(self, mlplan: Mlplan, tmp_path: Path) -> None:
        root = copy_tiny(tmp_path)
        replace_once(root / "matrices/toy/1.10.yaml", "deprecated: [sm_70]", "deprecated: [sm_6]")
        answer = mlplan("solve", "--data", str(root))
        assert (answer.status, answer.out) == (4, "")
        assert answer.err.endswith("  found:   sm_6\n\nhint: mlplan facts check\n")


class TestCache:
    @pytest.fixture
    def cache(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        return tmp_path / "cache" / "mlplan"

    def test_compiled_and_fresh_facts_give_the_same_plan(self, cache: Path, mlplan: Mlplan) -> None:
        first = mlplan("solve", "--format", "json")
        (kept,) = cache.iterdir()
        assert kept.name.startswith("facts-")
        assert mlplan("solve", "--format", "json") == first
        assert list(cache.iterdir()) == [kept]

    def test_copied_facts_give_the_same_plan(
        self, cache: Path, mlplan: Mlplan, tmp_path: Path
    ) -> None:
        first = mlplan("solve", "--format", "json")
        root = copy_tiny(tmp_path)
        assert mlplan("solve", "--format", "json", "--data", str(root)) == first
        assert len(list(cache.iterdir())) == 1

    def test_changed_facts_are_read_anew(self, cache: Path, mlplan: Mlplan, tmp_path: Path) -> None:
        root = copy_tiny(tmp_path)
        argv = ["solve", "--data", str(root), "--format", "json"]
        assert json.loads(mlplan(*argv).out)["jobs"][0]["gcc"] == "14.2.1"
        replace_once(root / "policies/toolchains.yaml", '"14.2.1"', '"14.2.2"')
        assert json.loads(mlplan(*argv).out)["jobs"][0]["gcc"] == "14.2.2"

    @pytest.mark.parametrize(
        "damage",
        [b"", b"{", b"[]", b"{}", b"null", b"\xff\xfe", b'{"schema": "mlplan-compiled/1"}', b'"x"'],
    )
    def test_damaged_files_are_ignored(self, damage: bytes, cache: Path, mlplan: Mlplan) -> None:
        first = mlplan("solve", "--format", "json")
        (kept,) = cache.iterdir()
        good = kept.read_bytes()
        kept.write_bytes(damage)
        assert mlplan("solve", "--format", "json") == first
        assert kept.read_bytes() == good

    def test_a_half_right_file_is_ignored(self, cache: Path, mlplan: Mlplan) -> None:
        first = mlplan("solve", "--format", "json")
        (kept,) = cache.iterdir()
        for key, value in (("edges", [[1]]), ("nodes", []), ("facts", [1]), ("mlplan", "9")):
            document = json.loads(kept.read_text().partition("\n")[2])
            document[key] = value
            text = json.dumps(document)
            kept.write_text(f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}")
            assert mlplan("solve", "--format", "json") == first

    def test_a_file_that_was_changed_is_ignored(self, cache: Path, mlplan: Mlplan) -> None:
        first = mlplan("solve", "--format", "json")
        (kept,) = cache.iterdir()
        digest, _, text = kept.read_text().partition("\n")
        document = json.loads(text)
        document["nodes"] = {}
        kept.write_text(f"{digest}\n{json.dumps(document)}")
        assert mlplan("solve", "--format", "json") == first

    def test_a_folder_that_cannot_be_made_is_no_error(
        self, mlplan: Mlplan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").write_text("")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
        answer = mlplan("solve")
        assert (answer.status, answer.err) == (0, "")

    def test_kept_facts_equal_the_yaml(self, cache: Path, data_root: Path) -> None:
        fresh = load_index(data_root, cache=False)
        assert load_index(data_root) == fresh
        assert load_index(data_root) == fresh
        assert len(list(cache.iterdir())) == 1
