"""``--overlay`` of every command, as people run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import planner
from planner.errors import DataError
from tests.cli.conftest import Mlplan
from tests.load.made import TINY
from tests.wheels.made import elf_file, wheel_file

REQUEST = """\
mlplan: 1
{date}variants:
  toy: {{toy: "1.10", architectures: [x86_64]}}
"""
OVERLAY = """\
mlplan-overlay: 1
toolsets:
  corp-gcc-15: {gcc: "15.2.0", binutils: "2.44", kind: toolset, package: corp-gcc-15}
obtainable:
  - {toolset: corp-gcc-15, base: almalinux-8, architectures: [x86_64], since: "2026-01-01"}
distributions:
  corp-linux-8: {name: Corp, version: "8", glibc: "2.28", architectures: [x86_64]}
libraries:
  corp: {patterns: [libcorp.so.*], projects: [corp-runtime]}
waive:
  toy-1.10/host-gcc-newest:
    reason: our kernels are tested with -allow-unsupported-compiler
    expires: "2027-03-31"
"""
EXPIRED = (
    "error: own.yaml:11: waive.toy-1.10/host-gcc-newest: has expired: it no longer holds on "
    "{day}\n  found:   expires: 2027-03-31\n\n"
    "hint: take it out, or look at its reason again and give it a later day\n"
)
WAIVER_OF_A_DRIVER = """\
mlplan-overlay: 1
waive:
  toy/driver-toy: {reason: we own the kernel module, expires: "%s"}
"""
WHEEL = "corp-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"


@pytest.fixture(autouse=True)
def files(work: Path) -> Path:
    """A folder with a request and an overlay."""
    (work / "mlplan.yaml").write_text(REQUEST.format(date='date: "2026-11-21"\n'))
    (work / "own.yaml").write_text(OVERLAY)
    return work


def lock(path: Path) -> dict[str, object]:
    document: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return document


class TestSolve:
    def test_writes_a_lock_that_names_the_overlay(self, mlplan: Mlplan, work: Path) -> None:
        answer = mlplan("solve", "--overlay", "own.yaml")
        assert (answer.status, answer.err) == (0, "wrote mlplan.lock (1 job)\n")
        assert "15.2.0*" in answer.out
        assert "[4] toy-1.10/host-gcc-newest would refuse this; the overlay waives it" in answer.out
        assert (
            "overlay own.yaml: rests on overlay/distribution/corp-linux-8,\n"
            "        overlay/obtainable/corp-gcc-15@almalinux-8:x86_64, "
            "overlay/toolset/corp-gcc-15,\n"
            "        overlay/toy-1.10/host-gcc-newest\n"
        ) in answer.out
        facts = lock(work / "mlplan.lock")["facts"]
        assert isinstance(facts, dict)
        assert facts["overlay"]["file"] == "own.yaml"
        assert mlplan("solve", "--check", "--overlay", "own.yaml").status == 0

    def test_the_folder_of_the_overlay_leaves_no_trace(self, mlplan: Mlplan, work: Path) -> None:
        mlplan("solve", "--overlay", "own.yaml", "--output", "a.lock")
        (work / "ci").mkdir()
        (work / "own.yaml").rename(work / "ci" / "own.yaml")
        mlplan("solve", "--overlay", "ci/own.yaml", "--output", "b.lock")
        assert (work / "a.lock").read_bytes() == (work / "b.lock").read_bytes()

    def test_nothing_is_mixed_up_with_plain_facts(self, mlplan: Mlplan, work: Path) -> None:
        mlplan("solve", "--output", "before.lock")
        mlplan("solve", "--overlay", "own.yaml", "--output", "own.lock")
        mlplan("solve", "--output", "after.lock")
        assert (work / "before.lock").read_bytes() == (work / "after.lock").read_bytes()
        assert b"overlay" not in (work / "after.lock").read_bytes()

    def test_check_says_that_the_overlay_is_missing(self, mlplan: Mlplan) -> None:
        mlplan("solve", "--overlay", "own.yaml")
        answer = mlplan("solve", "--check")
        assert (answer.status, answer.out) == (1, "would change: toy-toy1.10.1-x86_64\n")
        assert answer.err.startswith(
            "note: mlplan.lock was made with own.yaml, this check with no --overlay\n"
        )

    def test_check_says_that_the_lock_knows_no_overlay(self, mlplan: Mlplan) -> None:
        mlplan("solve")
        answer = mlplan("solve", "--check", "--overlay", "own.yaml")
        assert answer.status == 1
        assert answer.err.startswith(
            "note: mlplan.lock was made with no overlay, this check with --overlay own.yaml\n"
        )
        assert mlplan("solve", "--check", "--overlay", "own.yaml", "--quiet").err == ""

    def test_an_expired_waiver_on_the_day_of_the_plan(self, mlplan: Mlplan, work: Path) -> None:
        answer = mlplan("solve", "--overlay", "own.yaml", "--date", "2027-04-01")
        assert (answer.status, answer.out) == (4, "")
        assert answer.err == EXPIRED.format(day="2027-04-01")
        assert not (work / "mlplan.lock").exists()
        assert mlplan("solve", "--overlay", "own.yaml", "--date", "2027-03-31").status == 0

    def test_check_of_an_undated_request_uses_the_day_of_the_lock(
        self, mlplan: Mlplan, work: Path
    ) -> None:
        (work / "mlplan.yaml").write_text(REQUEST.format(date=""))
        mlplan("solve", "--overlay", "own.yaml", "--date", "2027-03-31")
        document = lock(work / "mlplan.lock")
        del document["request"]["date"]  # type: ignore[attr-defined]
        (work / "mlplan.lock").write_text(json.dumps(document))
        assert mlplan("solve", "--check", "--overlay", "own.yaml").status == 1
        document["date"] = "2027-04-01"
        (work / "mlplan.lock").write_text(json.dumps(document))
        answer = mlplan("solve", "--check", "--overlay", "own.yaml")
        assert (answer.status, answer.err) == (4, EXPIRED.format(day="2027-04-01"))

    def test_ad_hoc_requests_and_the_frontier(self, mlplan: Mlplan) -> None:
        options = ("--with", "toy", "--arch", "x86_64", "--overlay", "own.yaml")
        answer = mlplan("solve", *options, "--date", "2026-11-21", "--runs-on", "corp-linux-8")
        assert (answer.status, "15.2.0*" in answer.out) == (0, True)
        answer = mlplan("solve", *options, "--date", "2026-11-21", "--frontier")
        assert (answer.status, "corp-gcc-15" in answer.out) == (0, True)
        answer = mlplan("solve", *options, "--date", "2027-04-01", "--frontier")
        assert (answer.status, answer.err) == (4, EXPIRED.format(day="2027-04-01"))

    def test_an_overlay_that_no_job_rests_on(self, mlplan: Mlplan, work: Path) -> None:
        (work / "own.yaml").write_text("mlplan-overlay: 1\n")
        answer = mlplan("solve", "--overlay", "own.yaml", "--dry-run")
        assert "overlay own.yaml: no job rests on it\n" in answer.out

    def test_verbose_names_it(self, mlplan: Mlplan) -> None:
        answer = mlplan("solve", "--overlay", "own.yaml", "--dry-run", "--verbose")
        assert "overlay: own.yaml\n" in answer.err

    @pytest.mark.parametrize("name", ["none.yaml", "."])
    def test_no_such_file(self, name: str, mlplan: Mlplan) -> None:
        answer = mlplan("solve", "--overlay", name)
        assert (answer.status, answer.out) == (4, "")
        assert answer.err.startswith(f"error: {name}: ")
        assert "hint: --overlay takes a YAML file" in answer.err

    def test_a_faulty_overlay(self, mlplan: Mlplan, work: Path) -> None:
        (work / "own.yaml").write_text("mlplan-overlay: 1\nwaived: {}\n")
        answer = mlplan("solve", "--overlay", "own.yaml")
        assert (answer.status, answer.out) == (4, "")
        assert answer.err == (
            "error: own.yaml:2: waived: unknown key\n"
            "  found:   waived\n"
            "  allowed: mlplan-overlay, sources, images, toolsets, obtainable, distributions, "
            "interpreters, libraries, facts, waive, add\n"
            "  did you mean: waive\n\n"
            "hint: mlplan facts check --overlay own.yaml\n"
        )


class TestCheck:
    ROWS = '[{"id": "a", "toy": "1.10", "gcc": "15", "arch": "x86_64"%s}]'

    def test_a_waived_fact_refuses_no_row_and_is_named(self, mlplan: Mlplan, work: Path) -> None:
        (work / "rows.json").write_text(self.ROWS % "")
        assert mlplan("check", "rows.json", "--date", "2026-11-21").status == 1
        options = ("--date", "2026-11-21", "--overlay", "own.yaml", "--format", "json")
        answer = mlplan("check", "rows.json", *options)
        assert answer.status == 0
        document = json.loads(answer.out)
        row = document["rows"][0]
        assert row["verdict"] == "possible"
        assert [w for w in row["warnings"] if w["rule"] == "waived-fact"] == [
            {
                "id": "MLP-C117",
                "rule": "waived-fact",
                "says": "toy-1.10/host-gcc-newest would refuse this; the overlay waives it until "
                "2027-03-31: our kernels are tested with -allow-unsupported-compiler",
                "facts": ["overlay/toy-1.10/host-gcc-newest", "toy-1.10/host-gcc-newest"],
            }
        ]

    def test_a_row_that_needs_no_waiver(self, mlplan: Mlplan, work: Path) -> None:
        (work / "rows.json").write_text(self.ROWS.replace("15", "14") % "")
        answer = mlplan("check", "rows.json", "--date", "2026-11-21", "--overlay", "own.yaml")
        assert (answer.status, "waives" in answer.out) == (0, False)

    @pytest.mark.parametrize(
        ("row", "today", "expired"),
        [
            ("", "2027-03-31", None),
            ("", "2027-04-01", "2027-04-01"),
            (', "date": "2027-05-01"', "2027-03-31", "2027-05-01"),
            (', "date": "2026-12-01"', "2027-04-02", "2027-04-02"),
        ],
    )
    def test_expiry(
        self, row: str, today: str, expired: str | None, mlplan: Mlplan, work: Path
    ) -> None:
        (work / "rows.json").write_text(self.ROWS % row)
        answer = mlplan("check", "rows.json", "--date", today, "--overlay", "own.yaml")
        if expired is None:
            assert answer.status == 0
        else:
            assert (answer.status, answer.err) == (4, EXPIRED.format(day=expired))


class TestWheels:
    @pytest.fixture(autouse=True)
    def wheel(self, work: Path) -> None:
        """A wheel that bundles a driver library and needs a library of the company."""
        module = elf_file(needs={"libc.so.6": ["memcpy@GLIBC_2.17"]}, needed=["libcorp.so.1"])
        driver = elf_file(needs={"libc.so.6": ["memcpy@GLIBC_2.17"]}, soname="libtoydriver.so.1")
        wheel_file(work, WHEEL, {"corp/_c.so": module, "corp/libtoydriver.so.1": driver})

    def told(self, mlplan: Mlplan, *options: str) -> dict[str, tuple[str, list[str]]]:
        document = json.loads(mlplan("verify", WHEEL, "--format", "json", *options).out)
        return {
            f["rule"]: (f["severity"], list(f.get("facts", ())))
            for f in document["wheels"][0]["findings"]
        }

    def test_a_waived_fact_leaves_a_note(self, mlplan: Mlplan, work: Path) -> None:
        assert self.told(mlplan)["bundled-driver"][0] == "error"
        (work / "own.yaml").write_text(WAIVER_OF_A_DRIVER % "9999-12-31")
        found = self.told(mlplan, "--overlay", "own.yaml")
        assert found["bundled-driver"][0] == "note"
        answer = mlplan("verify", WHEEL, "--verbose", "--overlay", "own.yaml")
        assert (
            "by the overlay, toy/driver-toy does not bind this project until 9999-12-31: we own "
            "the kernel module"
        ) in " ".join(answer.out.split())

    def test_libraries_of_the_overlay_are_expected(self, mlplan: Mlplan, work: Path) -> None:
        text = OVERLAY.partition("waive:")[0]
        (work / "own.yaml").write_text(text)
        assert "library-outside-policy" in self.told(mlplan)
        assert "library-outside-policy" not in self.told(mlplan, "--overlay", "own.yaml")

    def test_expired_today(self, mlplan: Mlplan, work: Path) -> None:
        (work / "own.yaml").write_text(WAIVER_OF_A_DRIVER % "2026-01")
        for command in ("verify", "inspect"):
            answer = mlplan(command, WHEEL, "--overlay", "own.yaml")
            assert (answer.status, answer.out) == (4, "")
            assert "own.yaml:3: waive.toy/driver-toy: has expired" in answer.err

    def test_inspect(self, mlplan: Mlplan, work: Path) -> None:
        (work / "own.yaml").write_text(OVERLAY.partition("waive:")[0])
        assert mlplan("inspect", WHEEL, "--overlay", "own.yaml").status == 0

    def test_api(self, monkeypatch: pytest.MonkeyPatch, work: Path) -> None:
        (work / "own.yaml").write_text(WAIVER_OF_A_DRIVER % "9999-12-31")
        report = planner.verify(WHEEL, data=str(TINY), overlay="own.yaml")
        finding = next(f for f in report.wheels[0].findings if f.rule == "bundled-driver")
        assert (finding.severity, finding.facts) == (
            "note",
            ("toy/driver-toy", "overlay/toy/driver-toy"),
        )
        assert len(planner.inspect(WHEEL, data=str(TINY), overlay=Path("own.yaml")).wheels) == 1
        (work / "own.yaml").write_text(WAIVER_OF_A_DRIVER % "2026-01-31")
        with pytest.raises(DataError, match="has expired"):
            planner.verify(WHEEL, data=str(TINY), overlay="own.yaml")


class TestReadersOfLocks:
    COMMANDS = (("explain", "toy"), ("emit", "github"), ("diff", "mlplan.lock", "mlplan.lock"))

    @pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
    def test_a_lock_of_this_overlay(self, command: tuple[str, ...], mlplan: Mlplan) -> None:
        mlplan("solve", "--overlay", "own.yaml")
        plain, held = mlplan(*command), mlplan(*command, "--overlay", "own.yaml")
        assert (held.status, held.out, held.err) == (0, plain.out, plain.err)

    @pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
    def test_a_lock_without_an_overlay(self, command: tuple[str, ...], mlplan: Mlplan) -> None:
        mlplan("solve")
        answer = mlplan(*command, "--overlay", "own.yaml")
        assert (answer.status, answer.out) == (6, "")
        assert answer.err == (
            "error: mlplan.lock: facts: the plan was made without an overlay\n\n"
            "hint: mlplan solve --overlay own.yaml writes a new one\n"
        )

    @pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
    def test_an_overlay_that_changed_since(
        self, command: tuple[str, ...], mlplan: Mlplan, work: Path
    ) -> None:
        mlplan("solve", "--overlay", "own.yaml")
        (work / "own.yaml").write_text(OVERLAY + "# looked at again\n")
        answer = mlplan(*command, "--overlay", "own.yaml")
        assert answer.status == 0
        assert "note: mlplan.lock was made with another state of own.yaml\n" in answer.err

    @pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
    def test_an_overlay_expired_on_the_day_of_the_lock(
        self, command: tuple[str, ...], mlplan: Mlplan, work: Path
    ) -> None:
        mlplan("solve", "--overlay", "own.yaml")
        (work / "own.yaml").write_text(OVERLAY.replace("2027-03-31", "2026-10-31"))
        answer = mlplan(*command, "--overlay", "own.yaml")
        assert answer.status == 4
        assert "has expired: it no longer holds on 2026-11-21" in answer.err

    def test_explain_gives_the_reason(self, mlplan: Mlplan) -> None:
        mlplan("solve", "--overlay", "own.yaml")
        answer = mlplan("explain", "toy")
        said = " ".join(answer.out.split())
        assert (
            "this project's overlay - added by this project fact by the overlay, corp-linux-8 has "
            "glibc 2.28 on x86_64 (documented; overlay/distribution/corp-linux-8)"
        ) in said
        assert (
            "- decided, until 2027-03-31: our kernels are tested with "
            "-allow-unsupported-compiler fact by the overlay, toy-1.10/host-gcc-newest does not "
            "bind this project until 2027-03-31"
        ) in said

    def test_diff_tells_what_the_overlay_changed(self, mlplan: Mlplan) -> None:
        mlplan("solve", "--output", "old.lock")
        mlplan("solve", "--overlay", "own.yaml")
        answer = mlplan("diff", "old.lock", "mlplan.lock")
        assert "facts of the overlay\n  - newly rests on overlay/distribution/" in answer.out
        assert "  overlay  none -> own.yaml (" in answer.out
        document = json.loads(mlplan("diff", "old.lock", "mlplan.lock", "--format", "json").out)
        added = [c["added"] for c in document["changes"] if c["subject"] == "overlay"]
        assert added == [
            [
                "overlay/distribution/corp-linux-8",
                "overlay/obtainable/corp-gcc-15@almalinux-8:x86_64",
                "overlay/toolset/corp-gcc-15",
                "overlay/toy-1.10/host-gcc-newest",
            ]
        ]

    @pytest.mark.parametrize(
        ("damage", "path"),
        [
            (lambda d: d["facts"].update(overlay="own.yaml"), "facts.overlay"),
            (lambda d: d["jobs"][0].update(overlay=["overlay/none"]), "derivation.facts"),
            (lambda d: d["jobs"][0].update(overlay="all"), "jobs[0].overlay"),
        ],
    )
    def test_damaged_locks(self, damage: object, path: str, mlplan: Mlplan, work: Path) -> None:
        mlplan("solve", "--overlay", "own.yaml")
        document = lock(work / "mlplan.lock")
        assert callable(damage)
        damage(document)
        (work / "mlplan.lock").write_text(json.dumps(document))
        answer = mlplan("diff", "mlplan.lock", "mlplan.lock")
        assert (answer.status, path in answer.err) == (6, True)


class TestFacts:
    def test_check(self, mlplan: Mlplan, work: Path) -> None:
        (work / "own.yaml").write_text(OVERLAY.replace("2027-03-31", "9999-12-31"))
        answer = mlplan("facts", "check", "--overlay", "own.yaml")
        assert (answer.status, "are in order" in answer.out) == (0, True)
        (work / "own.yaml").write_text(OVERLAY.replace("2027-03-31", "2026-01"))
        answer = mlplan("facts", "check", "--overlay", "own.yaml")
        assert (answer.status, "own.yaml:11: waive.toy" in answer.err) == (4, True)

    def test_list(self, mlplan: Mlplan) -> None:
        assert "corp-gcc-15" not in mlplan("facts", "list", "toolsets").out
        answer = mlplan("facts", "list", "toolsets", "--overlay", "own.yaml")
        assert (answer.status, "corp-gcc-15" in answer.out) == (0, True)
