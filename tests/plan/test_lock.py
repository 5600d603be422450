from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.errors import LockError
from planner.plan.document import render, request_digest
from planner.plan.lock import differing_jobs, read_lock, write_text
from tests.load.made import TINY

GOOD = {
    "schema": "mlplan-plan/1",
    "date": "2026-10-01",
    "request": {},
    "jobs": [{"id": "a", "gcc": "14"}, {"id": "b", "gcc": "14"}],
    "failures": [],
}


def refusal(path: Path) -> str:
    with pytest.raises(LockError) as caught:
        read_lock(path)
    assert caught.value.exit_status == 6
    assert caught.value.hint is not None
    assert caught.value.hint.startswith("mlplan solve writes")
    return str(caught.value.problems[0])


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class TestReading:
    def test_good(self) -> None:
        Path("x.lock").write_text(json.dumps(GOOD))
        assert read_lock(Path("x.lock")) == GOOD

    def test_missing(self) -> None:
        assert refusal(Path("x.lock")) == "x.lock: no such lock file"

    def test_folder(self) -> None:
        Path("x.lock").mkdir()
        assert refusal(Path("x.lock")) == "x.lock: is no regular file"

    def test_binary(self) -> None:
        Path("x.lock").write_bytes(b"\x7fELF\xff")
        assert refusal(Path("x.lock")).startswith("x.lock: cannot be read: ")

    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("", "x.lock:1"),
            ("{", "x.lock:1"),
            ('{\n"schema": }', "x.lock:2"),
            ("mlplan: 1", "x.lock:1"),
            ("[" * 100_000, "x.lock"),
            ('{"a": ' + "9" * 5000 + "}", "x.lock"),
        ],
    )
    def test_no_json(self, text: str, place: str) -> None:
        Path("x.lock").write_text(text)
        assert refusal(Path("x.lock")) == f"{place}: is no JSON"

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("[]", "None"),
            ("1", "None"),
            ("null", "None"),
            ("{}", "None"),
            ('{"schema": 1}', "1"),
            ('{"schema": ["mlplan-plan/1"]}', "['mlplan-plan/1']"),
            ('{"schema": "mlplan-plan/2"}', "mlplan-plan/2"),
            ('{"schema": "mlplan-report/1"}', "mlplan-report/1"),
        ],
    )
    def test_other_schema(self, text: str, found: str) -> None:
        Path("x.lock").write_text(text)
        assert refusal(Path("x.lock")) == (
            f"x.lock: schema: not a lock\n  found:   {found}\n  allowed: mlplan-plan/1"
        )

    @pytest.mark.parametrize("key", ["date", "request", "jobs", "failures"])
    @pytest.mark.parametrize("value", [None, 1, True, "missing"])
    def test_wrong_types(self, key: str, value: object) -> None:
        document = {**GOOD, key: value}
        if value == "missing":
            del document[key]
        Path("x.lock").write_text(json.dumps(document))
        assert refusal(Path("x.lock")) == f"x.lock: {key}: missing or of the wrong type"

    @pytest.mark.parametrize("day", ["", "someday", "2026-02-30", "2026"])
    def test_no_day(self, day: str) -> None:
        Path("x.lock").write_text(json.dumps({**GOOD, "date": day}))
        assert refusal(Path("x.lock")) == f"x.lock: date: not a date\n  found:   {day}"


class TestWriting:
    def test_replaces_the_file(self) -> None:
        Path("x.lock").write_text("old and longer")
        write_text(Path("x.lock"), "new é\n")
        assert Path("x.lock").read_bytes() == "new é\n".encode()
        assert [path.name for path in Path().iterdir()] == ["x.lock"]

    def test_mode_follows_the_umask(self) -> None:
        old = os.umask(0o027)
        try:
            write_text(Path("x.lock"), "")
        finally:
            os.umask(old)
        assert Path("x.lock").stat().st_mode & 0o777 == 0o640

    def test_missing_folder(self) -> None:
        with pytest.raises(LockError) as caught:
            write_text(Path("no/x.lock"), "")
        problem = str(caught.value.problems[0])
        assert problem == "no/x.lock: cannot be written: No such file or directory"

    def test_a_folder_of_that_name_leaves_nothing_behind(self) -> None:
        Path("x.lock").mkdir()
        with pytest.raises(LockError) as caught:
            write_text(Path("x.lock"), "")
        assert str(caught.value.problems[0]) == "x.lock: cannot be written: it is no file"
        assert [path.name for path in Path().iterdir()] == ["x.lock"]

    def test_a_link_is_followed(self) -> None:
        Path("real.lock").write_text("old")
        Path("x.lock").symlink_to("real.lock")
        write_text(Path("x.lock"), "new")
        assert Path("x.lock").is_symlink()
        assert Path("real.lock").read_text() == "new"

    def test_a_pipe_is_neither_replaced_nor_waited_for(self) -> None:
        os.mkfifo("x.lock")
        with pytest.raises(LockError) as caught:
            write_text(Path("x.lock"), "new")
        assert str(caught.value.problems[0]) == "x.lock: cannot be written: it is no file"
        assert refusal(Path("x.lock")) == "x.lock: is no regular file"

    def test_a_failure_keeps_the_old_file(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(path: Path, target: Path) -> None:
            raise OSError(28, "No space left on device")

        Path("x.lock").write_text("old")
        monkeypatch.setattr(Path, "replace", refuse)
        with pytest.raises(LockError):
            write_text(Path("x.lock"), "new")
        assert Path("x.lock").read_text() == "old"
        assert [path.name for path in Path().iterdir()] == ["x.lock"]


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({}, []),
        ({"mlplan": "9", "facts": {"sha256": "0"}, "derivation": {}, "date": "2027-01-01"}, []),
        ({"request": {"date": "2026-10-02"}}, ["request"]),
        ({"jobs": [{"id": "a", "gcc": "14"}, {"id": "b", "gcc": "13"}]}, ["b"]),
        ({"jobs": [{"id": "a", "gcc": "14"}]}, ["b"]),
        ({"jobs": [*GOOD["jobs"], {"id": "c"}]}, ["c"]),
        ({"jobs": [*GOOD["jobs"]][::-1]}, ["order of the jobs"]),
        ({"failures": [{"id": "f"}]}, ["f"]),
        ({"jobs": []}, ["a", "b"]),
        ({"jobs": [1, "x"]}, ["a", "b"]),
        ({"jobs": None}, ["a", "b"]),
    ],
)
def test_what_makes_a_lock_out_of_date(change: dict[str, object], names: list[str]) -> None:
    assert differing_jobs(dict(GOOD), {**GOOD, **change}) == names


def test_rendering() -> None:
    assert render({"a": "é", "b": [1]}) == '{\n "a": "é",\n "b": [\n  1\n ]\n}\n'


def test_digest_ignores_the_order_of_keys() -> None:
    assert request_digest({"a": 1, "b": {"c": 2, "d": 3}}) == request_digest(
        {"b": {"d": 3, "c": 2}, "a": 1}
    )
    assert request_digest({"a": ["x", "y"]}) != request_digest({"a": ["y", "x"]})


REQUESTS = {
    "first": """\
mlplan: 1
project: mylib
date: 2026-10-01
prefer: newest
runs-on: [almalinux-8]
allow: [ended-base, ended-image]
features: {aarch64: [sve2]}
variants:
  old: {toy: "1.9", gpu: [sm_90]}
  toy: {toy: ["1.9", "1.10"], gpu: [sm_70, compute_70]}
  plain: {architectures: [x86_64, aarch64]}
""",
    "shuffled": """\
variants:
  plain: {architectures: [aarch64, x86_64]}
  toy: {gpu: "7.0+PTX", toy: ["1.10.*", "1.9"]}
  old: {gpu: 9.0 , toy: "1.9"}
features: {aarch64: [sve2]}
allow: "ended-image ended-base"
runs-on: almalinux-8
prefer: "newest"
date: "2026-10-01"
project: "mylib"
mlplan: 1
""".replace("gpu: 9.0 ,", 'gpu: "9.0",'),
}


def _locks(folder: Path) -> Iterator[bytes]:
    code = "from planner.cli.main import run; run()"
    for seed in "0", "1", "2":
        for name, text in REQUESTS.items():
            target = folder / f"{name}-{seed}"
            target.mkdir()
            (target / "mlplan.yaml").write_text(text)
            done = subprocess.run(
                [sys.executable, "-c", code, "solve", "-q", "--format", "json"],
                capture_output=True,
                check=False,
                cwd=target,
                env={
                    **os.environ,
                    "PYTHONHASHSEED": seed,
                    "MLPLAN_DATA": str(TINY),
                    "XDG_CACHE_HOME": str(folder / f"cache-{seed}"),
                },
            )
            assert (done.returncode, done.stderr) == (1, b"")
            yield (target / "mlplan.lock").read_bytes()


def test_same_bytes_for_any_hash_seed_and_order_of_keys(tmp_path: Path) -> None:
    assert len(set(_locks(tmp_path))) == 1
