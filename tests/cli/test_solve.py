from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import FAILING, REQUEST, Mlplan
from tests.load.made import TINY

JOBS = ["plain-aarch64", "plain-x86_64", "toy-toy1.10.1-aarch64", "toy-toy1.10.1-x86_64"]


def job_ids(text: str) -> list[str]:
    return sorted(job["id"] for job in json.loads(text)["jobs"])


class TestBuiltIn:
    def test_plans_every_family_and_writes_nothing(self, real: Mlplan, work: Path) -> None:
        answer = real("solve", "--format", "json")
        assert answer.status == 0
        document = json.loads(answer.out)
        assert document["schema"] == "mlplan-plan/1"
        assert {job["variant"] for job in document["jobs"]} == {"cuda", "rocm", "mkl"}
        assert document["failures"] == []
        assert list(work.iterdir()) == []

    def test_text_fits_a_hundred_columns(self, real: Mlplan) -> None:
        answer = real("solve")
        assert answer.status == 0
        assert max(map(len, answer.out.splitlines())) <= 100
        assert all(line == line.rstrip() for line in answer.out.splitlines())

    def test_tiny_text_as_a_whole(self, mlplan: Mlplan) -> None:
        answer = mlplan("solve", "--date", "2026-10-01")
        assert (answer.status, answer.err) == (0, "")
        assert "toy 1.10.1   x86_64   manylinux_2_28  same   14.2.1" in answer.out
        assert "[2] toy 1.10.1 calls these targets deprecated: sm_70\n" in answer.out


def test_a_big_request_fits_a_hundred_columns(real: Mlplan, work: Path) -> None:
    (work / "mlplan.yaml").write_text(
        "mlplan: 1\ndate: 2026-10-01\nvariants:\n"
        '  a-variant-with-a-long-name: {cuda: ["13", "12.8", "11.8"], runs-on: [rhel-8]}\n'
        '  hip: {rocm: ["10", "7.2", "6.4"]}\n'
        '  both: {cuda: "12", mkl: "2025", architectures: [x86_64]}\n'
        '  old: {cuda: "11.8", gpu: [sm_120], runs-on: [rhel-7, ubuntu-18.04]}\n'
        "  plain: {}\n"
    )
    answer = real("solve", "--dry-run")
    assert answer.status == 1
    assert max(map(len, answer.out.splitlines())) <= 100


class TestLock:
    def test_stands_beside_the_request(self, mlplan: Mlplan, work: Path) -> None:
        (work / "sub").mkdir()
        (work / "sub" / "mlplan.yaml").write_text(REQUEST)
        answer = mlplan("solve", "sub/mlplan.yaml")
        assert (answer.status, answer.err) == (0, "wrote sub/mlplan.lock (4 jobs)\n")
        assert job_ids((work / "sub" / "mlplan.lock").read_text()) == JOBS
        assert sorted(path.name for path in (work / "sub").iterdir()) == [
            "mlplan.lock",
            "mlplan.yaml",
        ]

    def test_request_is_found_in_the_folder(self, mlplan: Mlplan, work: Path) -> None:
        (work / "mlplan.yaml").write_text(REQUEST)
        assert mlplan("solve").status == 0
        assert job_ids((work / "mlplan.lock").read_text()) == JOBS

    def test_request_is_found_in_a_named_folder(self, mlplan: Mlplan, work: Path) -> None:
        (work / "sub").mkdir()
        (work / "sub" / "mlplan.yaml").write_text(REQUEST)
        assert mlplan("solve", "sub").status == 0
        assert (work / "sub" / "mlplan.lock").is_file()

    def test_pyproject(self, mlplan: Mlplan, work: Path) -> None:
        (work / "pyproject.toml").write_text(
            "[tool.mlplan]\nmlplan = 1\ndate = 2026-10-01\nvariants.plain = {}\n"
        )
        assert mlplan("solve").status == 0
        assert job_ids((work / "mlplan.lock").read_text()) == JOBS[:2]

    def test_dry_run_writes_nothing(self, mlplan: Mlplan, work: Path) -> None:
        (work / "mlplan.yaml").write_text(REQUEST)
        answer = mlplan("solve", "--dry-run")
        assert (answer.status, answer.err) == (0, "")
        assert [path.name for path in work.iterdir()] == ["mlplan.yaml"]

    def test_output(self, mlplan: Mlplan, work: Path) -> None:
        (work / "mlplan.yaml").write_text(REQUEST)
        answer = mlplan("solve", "--output", "other.lock")
        assert (answer.status, answer.err) == (0, "wrote other.lock (4 jobs)\n")
        assert sorted(path.name for path in work.iterdir()) == ["mlplan.yaml", "other.lock"]

    def test_ad_hoc_writes_only_with_output(self, mlplan: Mlplan, work: Path) -> None:
        assert mlplan("solve", "--with", "toy>=1.10", "--arch", "x86_64").status == 0
        assert list(work.iterdir()) == []
        answer = mlplan("solve", "--with", "toy>=1.10", "--arch", "x86_64", "-o", "x.lock")
        assert answer.status == 0
        assert job_ids((work / "x.lock").read_text()) == ["toy-toy1.10.1-x86_64"]

    def test_json_equals_the_lock(self, mlplan: Mlplan, work: Path) -> None:
        (work / "mlplan.yaml").write_text(REQUEST)
        answer = mlplan("solve", "--format", "json")
        assert answer.out == (work / "mlplan.lock").read_text()

    def test_is_a_plain_readable_file(self, mlplan: Mlplan, work: Path) -> None:
        (work / "mlplan.yaml").write_text(REQUEST)
        mlplan("solve")
        mode = stat.S_IMODE((work / "mlplan.lock").stat().st_mode)
        assert mode & 0o444 == 0o444 or mode & 0o400
        assert not mode & 0o111

    def test_quiet_says_nothing(self, mlplan: Mlplan, work: Path) -> None:
        (work / "mlplan.yaml").write_text(REQUEST)
        for more in ([], ["--check"], ["--output", "x.lock"]):
            assert mlplan("solve", "-q", *more).err == ""

    def test_verbose_names_the_facts(self, mlplan: Mlplan) -> None:
        answer = mlplan("solve", "-v", "--dry-run")
        assert answer.err.startswith("facts: ")
        assert str(TINY) in answer.err.splitlines()[0]


class TestCheck:
    def test_up_to_date(self, mlplan: Mlplan, work: Path) -> None:
        (work / "mlplan.yaml").write_text(REQUEST)
        mlplan("solve")
        before = (work / "mlplan.lock").stat().st_mtime_ns
        answer = mlplan("solve", "--check")
        assert (answer.status, answer.out, answer.err) == (0, "", "mlplan.lock is up to date\n")
        assert (work / "mlplan.lock").stat().st_mtime_ns == before

    def test_out_of_date(self, mlplan: Mlplan, work: Path) -> None:
        (work / "mlplan.yaml").write_text(REQUEST)
        mlplan("solve")
        (work / "mlplan.yaml").write_text(REQUEST.replace("7.0 9.0+PTX", "9.0"))
        answer = mlplan("solve", "--check")
        assert answer.status == 1
        assert answer.out == (
            "would change: request\n"
            "would change: toy-toy1.10.1-x86_64\n"
            "would change: toy-toy1.10.1-aarch64\n"
        )
        assert answer.err == "\nhint: mlplan solve writes mlplan.lock anew\n"

    def test_other_facts_alone_are_only_mentioned(self, mlplan: Mlplan, work: Path) -> None:
        (work / "mlplan.yaml").write_text(REQUEST)
        mlplan("solve")
        document = json.loads((work / "mlplan.lock").read_text())
        document["facts"]["sha256"] = "0"
        document["mlplan"] = "0.0.1"
        (work / "mlplan.lock").write_text(json.dumps(document))
        answer = mlplan("solve", "--check")
        assert (answer.status, answer.err) == (
            0,
            "note: same plan, but made with another mlplan version\n"
            "note: same plan, but made with another facts version\n"
            "mlplan.lock is up to date\n",
        )

    def test_without_a_date_the_day_of_the_lock_counts(self, mlplan: Mlplan, work: Path) -> None:
        undated = REQUEST.replace("date: 2026-10-01\n", "")
        (work / "mlplan.yaml").write_text(undated)
        mlplan("solve")
        document = json.loads((work / "mlplan.lock").read_text())
        document["date"] = "2026-10-01"
        (work / "mlplan.lock").write_text(json.dumps(document))
        assert mlplan("solve", "--check").status == 0

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (None, "error: mlplan.lock: no such lock file\n"),
            ("{", "error: mlplan.lock:1: is no JSON\n"),
            (
                '{"schema": "mlplan-plan/99"}',
                "error: mlplan.lock: schema: not a lock\n"
                "  found:   mlplan-plan/99\n  allowed: mlplan-plan/1\n",
            ),
        ],
    )
    def test_bad_lock(self, content: str | None, message: str, mlplan: Mlplan, work: Path) -> None:
        (work / "mlplan.yaml").write_text(REQUEST)
        if content is not None:
            (work / "mlplan.lock").write_text(content)
        answer = mlplan("solve", "--check")
        assert (answer.status, answer.out) == (6, "")
        first = "one from a request (mlplan.yaml), which must be there first"
        hint = f"mlplan solve writes {first if content is None else 'a new one'}"
        assert answer.err == f"{message}\nhint: {hint}\n"

    def test_a_lock_with_a_day_that_is_none(self, mlplan: Mlplan, work: Path) -> None:
        (work / "mlplan.yaml").write_text("mlplan: 1\nvariants: {plain: {}}\n")
        mlplan("solve")
        document = json.loads((work / "mlplan.lock").read_text())
        document["date"] = "someday"
        (work / "mlplan.lock").write_text(json.dumps(document))
        assert mlplan("solve", "--check").status == 6

    def test_needs_a_lock(self, mlplan: Mlplan) -> None:
        answer = mlplan("solve", "--check", "--with", "toy")
        assert (answer.status, answer.err) == (
            2,
            "error: --check needs a lock file to compare with\n\n"
            "hint: mlplan solve --check FILE, or --output LOCK with ad-hoc options\n",
        )


class TestFailures:
    def test_others_are_planned(self, mlplan: Mlplan, work: Path) -> None:
        (work / "mlplan.yaml").write_text(FAILING)
        answer = mlplan("solve")
        assert answer.status == 1
        assert answer.err == "wrote mlplan.lock (1 job, 1 without a plan)\n"
        assert "no plan for old-toy1.9-x86_64\n" in answer.out
        assert "you ask    variants.old.gpu: sm_90  (mlplan.yaml:4)\n" in answer.out
        document = json.loads((work / "mlplan.lock").read_text())
        assert [job["id"] for job in document["jobs"]] == ["plain-x86_64"]
        assert [failure["id"] for failure in document["failures"]] == ["old-toy1.9-x86_64"]

    def test_only_the_answer_names_places(self, mlplan: Mlplan, work: Path) -> None:
        (work / "mlplan.yaml").write_text(FAILING)
        answer = mlplan("solve", "--format", "json")
        (shown,) = json.loads(answer.out)["failures"]
        (kept,) = json.loads((work / "mlplan.lock").read_text())["failures"]
        asked = {"path": "variants.old.gpu", "value": "sm_90"}
        assert asked in kept["conflicts"][0]["request"]
        assert {**asked, "file": "mlplan.yaml", "line": 4} in shown["conflicts"][0]["request"]
        for conflict in shown["conflicts"]:
            for line in conflict["request"]:
                line.pop("file", None)
                line.pop("line", None)
        assert shown == kept

    def test_ways_out_give_what_they_promise(self, mlplan: Mlplan, work: Path) -> None:
        (work / "mlplan.yaml").write_text(FAILING)
        argv = ["solve", "--dry-run", "--format", "json"]
        (failure,) = json.loads(mlplan(*argv).out)["failures"]
        assert failure["ways_out"]
        for way in failure["ways_out"]:
            sets = [part for text in way["set"] for part in ("--set", text)]
            answer = mlplan(*argv, *sets)
            assert answer.status == 0, answer.err
            jobs = json.loads(answer.out)["jobs"]
            (job,) = (j for j in jobs if (j["variant"], j["arch"]) == ("old", "x86_64"))
            assert job["platform_tag"] == way["yields"]["platform_tag"]
            assert job["accelerators"] == way["yields"]["accelerators"]

    def test_check_of_a_plan_with_failures(self, mlplan: Mlplan, work: Path) -> None:
        (work / "mlplan.yaml").write_text(FAILING)
        mlplan("solve")
        assert mlplan("solve", "--check").status == 0


class TestAdHoc:
    @pytest.mark.parametrize(
        ("argv", "jobs"),
        [
            (["--with", "toy"], ["toy-toy1.10.1-aarch64", "toy-toy1.10.1-x86_64"]),
            (["--with", "toy<1.10"], ["toy-toy1.9.0-x86_64"]),
            (["--with", "toy 1.9"], ["toy-toy1.9.0-x86_64"]),
            (["--with", "toy", "--with", "toy<1.10", "--arch", "x86_64"], None),
            (["--arch", "x86_64"], ["plain-x86_64"]),
            (["--arch", "x86_64,aarch64"], ["plain-aarch64", "plain-x86_64"]),
            (["--arch", "x86_64", "--arch", "aarch64"], ["plain-aarch64", "plain-x86_64"]),
            (["--with", "toy", "--gpu", "9.0+PTX", "--arch", "x86_64"], ["toy-toy1.10.1-x86_64"]),
            (["--python", "cp312", "--arch", "x86_64"], ["plain-x86_64"]),
            (["--python", ">=3.11", "--arch", "x86_64"], ["plain-x86_64"]),
            (["--features", "sve2", "--arch", "aarch64"], ["plain-aarch64"]),
            (["--features", "aarch64:sve2", "--arch", "aarch64"], ["plain-aarch64"]),
            (["--cxx", "17", "--arch", "x86_64"], ["plain-x86_64"]),
            (["--runs-on", "almalinux-8", "--arch", "x86_64"], ["plain-x86_64"]),
            (["--glibc", "<=2.28", "--pip", ">=20.3", "--arch", "x86_64"], ["plain-x86_64"]),
            (["--prefer", "widest", "--arch", "x86_64"], ["plain-x86_64"]),
        ],
    )
    def test_jobs(self, argv: list[str], jobs: list[str] | None, mlplan: Mlplan) -> None:
        answer = mlplan("solve", *argv, "--format", "json", "--date", "2026-10-01")
        assert answer.status == 0, answer.err
        if jobs is None:
            jobs = ["toy-2-toy1.9.0-x86_64", "toy-toy1.10.1-x86_64"]
        assert job_ids(answer.out) == jobs

    def test_families_have_options_of_their_own(self, real: Mlplan) -> None:
        argv = ["--cuda", "12.8", "--cuda", "13.0", "--rocm", "6.4", "--mkl", "2025"]
        answer = real("solve", *argv, "--arch", "x86_64", "--format", "json")
        assert answer.status == 0
        releases = {
            family: version.rpartition(".")[0]
            for job in json.loads(answer.out)["jobs"]
            for family, version in job["accelerators"].items()
            if family != "cuda"
        }
        assert releases["rocm"] == "6.4"
        assert releases["mkl"].startswith("2025.")

    def test_several_families_in_one_wheel(self, real: Mlplan) -> None:
        answer = real(
            "solve", "--with", "cuda>=12,<13 + mkl>=2025", "--arch", "x86_64", "--format", "json"
        )
        (job,) = json.loads(answer.out)["jobs"]
        assert list(job["accelerators"]) == ["cuda", "mkl"]
        assert job["variant"] == "cuda-mkl"

    def test_set_and_shorthands(self, mlplan: Mlplan, work: Path) -> None:
        (work / "mlplan.yaml").write_text(REQUEST)
        argv = ["--set", "variants.toy.gpu=sm_90", "--prefer", "widest", "--allow", "ended-base"]
        answer = mlplan("solve", "--dry-run", "--format", "json", *argv, "--date", "2026-09-01")
        assert answer.status == 0, answer.err
        request = json.loads(answer.out)["request"]
        assert request["date"] == "2026-09-01"
        assert request["variants"]["toy"]["gpu"] == ["sm_90"]
        assert request["variants"]["toy"]["prefer"] == "widest"
        assert request["variants"]["toy"]["allow"] == ["ended-base"]


class TestColor:
    def test_none_in_a_pipe(self, mlplan: Mlplan) -> None:
        assert "\x1b" not in mlplan("solve").out

    def test_always(self, mlplan: Mlplan) -> None:
        assert "\x1b[" in mlplan("solve", "--color", "always").out

    def test_never(self, mlplan: Mlplan, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        assert "\x1b" not in mlplan("solve", "--color", "never").out

    def test_terminal(self, mlplan: Mlplan, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        assert "\x1b[" in mlplan("solve").out
        monkeypatch.setenv("NO_COLOR", "1")
        assert "\x1b" not in mlplan("solve").out

    def test_an_empty_no_color_does_not_count(
        self, mlplan: Mlplan, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        monkeypatch.setenv("NO_COLOR", "")
        assert "\x1b[" in mlplan("solve").out

    @pytest.mark.parametrize("columns", [60, 80, 99])
    def test_narrow_terminals(
        self, columns: int, mlplan: Mlplan, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        monkeypatch.setenv("COLUMNS", str(columns))
        answer = mlplan("solve", "--color", "never")
        assert max(map(len, answer.out.splitlines())) <= columns
