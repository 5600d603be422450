"""The human report of judged wheels: folding, order, width, harmless strings."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.api import verify
from planner.artifacts.limits import Limits
from planner.model.gpu_code import GpuCode, SyclImages
from planner.model.sources import Standing
from planner.model.wheel_facts import Citation
from planner.model.wheels import Oddness
from planner.report.plain import member_cut, middle_cut, plain
from planner.report.verify_findings import findings_of
from planner.report.verify_text import (
    Folded,
    amd_targets,
    fact_text,
    folded,
    gpu_parts,
    size_text,
    summary,
    verify_text,
    wrapped,
)
from planner.report.wheel_summary import gpu_summary, wheel_gpu
from planner.verifier.catalogue import Rule
from planner.verifier.findings import Finding, finding
from planner.verifier.judge import Report
from tests.wheels.made import elf_file, fatbin, hip_bundle, wheel_file

NAME = "pkg-1.0-cp312-cp312-manylinux_2_17_x86_64.whl"


def _report(folder: Path, members: dict[str, bytes], name: str = NAME) -> Report:
    return verify(wheel_file(folder, name, members))


def _new(*versions: str) -> bytes:
    return elf_file(needs={"libc.so.6": [f"f{v[0]}@GLIBC_{v}" for v in versions]})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("naïve 中", "naïve 中"),
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\u202egnp\u2066", r"\u202egnp\u2066"),
        ("\udcff", r"\udcff"),
        ("x" * 700, "x" * 597 + "..."),
        ("a ::error::b", r"a :\x3aerror:\x3ab"),
        (":::", r":\x3a\x3a"),
        ("a ##[error]b ##vso[task] ## c", r"a #\x23[error]b #\x23vso[task] ## c"),
        ("a: b #c[d]", "a: b #c[d]"),
    ],
)
def test_plain(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [("abcdefghij", 10, "abcdefghij"), ("abcdefghij", 8, "ab...hij"), ("abcdefghij", 1, "a...j")],
)
def test_middle_cut(text: str, most: int, shown: str) -> None:
    assert middle_cut(text, most) == shown


@pytest.mark.parametrize(
    ("path", "most", "shown"),
    [
        ("p/core.cpython-312-x86_64-linux-gnu.so", 40, "p/core.cpython-312-x86_64-linux-gnu.so"),
        ("p/core.cpython-312-x86_64-linux-gnu.so", 30, "p/core...so"),
        ("p/core.cpython-313t-aarch64-linux-musl.so", 30, "p/core...so"),
        ("p/core.pypy311-pp73-x86_64-linux-gnu.so", 30, "p/core...so"),
        ("p/core.abi3.so", 12, "p/co...i3.so"),
        ("package/core.cpython-312-x86_64-linux-gnu.so", 14, "packa...e...so"),
    ],
)
def test_member_cut(path: str, most: int, shown: str) -> None:
    assert member_cut(path, most) == shown


@pytest.mark.parametrize(
    ("size", "text"),
    [(999, "999 bytes"), (1000, "1.0 kB"), (12_345_678, "12.3 MB"), (2 * 10**9, "2.0 GB")],
)
def test_sizes(size: int, text: str) -> None:
    assert size_text(size) == text


def test_amd_targets_are_listed() -> None:
    names = [f"gfx{n}" for n in range(12)]
    assert amd_targets(names[:9]) == names[:9]
    assert amd_targets(names) == [*names[:8], "and 4 more"]


def test_equal_findings_are_one() -> None:
    first, second = (finding(Rule.RECORD_NO_HASH, member) for member in ("a", "b"))
    other = finding(Rule.RECORD_SIZE, "a", found=1, claimed=2)
    assert folded([first, other, second]) == [Folded(first, ("a", "b")), Folded(other, ("a",))]


def test_findings_about_one_member_are_one() -> None:
    def missing(symbol: str, member: str = "m") -> Finding:
        return finding(
            Rule.SYMBOL_TOO_NEW,
            member,
            symbol=symbol,
            library="l",
            user="u",
            policy="p",
            image="p",
            arch="a",
            allowed="1",
            floor="f",
        )

    rows = [missing("G_3"), missing("G_2"), missing("G_1"), missing("G_3", "n")]
    assert folded(rows) == [
        Folded(rows[0], ("m", "n")),
        Folded(rows[1], ("m",), ("G_1",)),
    ]


def test_findings_that_differ_in_an_example_are_one() -> None:
    def missing(member: str, user: str, symbol: str) -> Finding:
        return finding(
            Rule.SYMBOL_TOO_NEW,
            member,
            symbol=symbol,
            library="l",
            user=user,
            policy="p",
            image="p",
            arch="a",
            allowed="1",
            floor="f",
        )

    told = (("m", "f", "G_2"), ("n", "g", "G_2"), ("m", "h", "G_3"), ("n", "i", "G_3"))
    rows = [missing(*values) for values in told]
    assert folded(rows) == [Folded(rows[0], ("m", "n"), ("G_3",))]


def test_findings_that_differ_in_what_looks_like_an_example() -> None:
    rows = [
        finding(Rule.BUNDLED_NEXT_TO_EXTERNAL, "m", library="l", user=user) for user in ("a", "b")
    ]
    assert folded(rows) == [Folded(rows[0], ("m",), ("b",))]


def test_findings_that_differ_in_nothing_told() -> None:
    one = finding(Rule.RECORD_NO_HASH, "a")
    assert folded([one, one]) == [Folded(one, ("a",))]


def test_members_are_counted(tmp_path: Path) -> None:
    report = _report(tmp_path, {f"pkg/_{n}.so": _new("2.34") for n in range(9)})
    text = verify_text(report)
    assert "error MLP-T001 9 files (pkg/_0.so, pkg/_1.so, pkg/_2.so and 6 more): needs" in text
    assert text.count("MLP-T001") == 1
    assert "pkg/_8.so" in verify_text(report, verbose=True)


def test_many_findings_of_a_rule_are_counted(tmp_path: Path) -> None:
    members = {f"pkg/_{n}.so": _new("2.34", f"2.{20 + n}") for n in range(6)}
    text = verify_text(_report(tmp_path, members))
    assert "  error MLP-T001 and 3 more of symbol-too-new (-v shows them)\n" in text


def test_bad_wheels_come_first(tmp_path: Path) -> None:
    good = wheel_file(
        tmp_path, "a-1-cp312-cp312-manylinux_2_17_x86_64.whl", {"a/a.so": _new("2.5")}
    )
    bad = wheel_file(
        tmp_path, "b-1-cp312-cp312-manylinux_2_17_x86_64.whl", {"b/b.so": _new("2.39")}
    )
    text = verify_text(verify([good, bad]))
    assert text.splitlines()[0] == f"fail {bad.name}"
    assert f"\npass {good.name}\n" in text
    assert good.name not in verify_text(verify([good, bad]), quiet=True)


def test_notes_are_counted_and_shown_on_demand(tmp_path: Path) -> None:
    name = "pkg-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"
    report = _report(tmp_path, {"pkg/a.so": _new("2.5")}, name)
    assert "  1 note (-v shows them)\n" in verify_text(report)
    assert "  note MLP-T013 tagged manylinux_2_28_x86_64" in verify_text(report, verbose=True)
    assert "note" not in verify_text(report, quiet=True).rpartition(";")[0]


@pytest.mark.parametrize(
    ("sections", "parts"),
    [
        ({}, []),
        (
            {".nv_fatbin": fatbin("sm_70", "sm_80", "sm_90", "sm_100", "compute_100")},
            ["CUDA sm_70..sm_100 (4) +PTX 100"],
        ),
        (
            {".nv_fatbin": fatbin("sm_90"), ".hip_fatbin": hip_bundle("gfx90a")},
            ["CUDA sm_90", "ROCm gfx90a"],
        ),
        ({"__nv_relfatbin": fatbin("sm_70")}, ["CUDA relocatable sm_70"]),
        (
            {"__nv_relfatbin": fatbin("sm_60", "sm_70", "sm_80", "sm_90", "compute_90")},
            ["CUDA relocatable sm_60..sm_90 (4) relocatable PTX compute_90"],
        ),
        ({".nv_fatbin": b"\x50\xed\x55\xba" + b"\xff" * 60}, ["GPU code not understood: 1 piece"]),
        (
            {".hip_fatbin": hip_bundle("gfx90a", compressed=2)[:24] + b"\xff" * 99},
            ["ROCm (1 bundle not read)"],
        ),
    ],
)
def test_gpu_code_in_short(sections: dict[str, bytes], parts: list[str], tmp_path: Path) -> None:
    report = _report(tmp_path, {"pkg/a.so": elf_file(sections=sections)})
    assert gpu_parts(wheel_gpu(report.wheels[0].context)) == parts


def test_sycl_in_short() -> None:
    sycl = (SyclImages(kind="spir64", devices=(), count=1),)
    assert gpu_parts(gpu_summary([GpuCode(sycl=sycl)])) == ["SYCL spir64"]


@pytest.mark.parametrize(
    ("name", "members", "said"),
    [
        ("p-1-py3-none-any.whl", {"p.py": b""}, "tagged any, no ELF files"),
        (NAME, {"a.so": _new("9.9")}, "no policy allows all its symbols (linux_x86_64)"),
        ("p.whl", {"a.so": _new("2.5")}, "no tag, needs manylinux_2_5_x86_64"),
    ],
)
def test_tags_against_the_floor(
    name: str, members: dict[str, bytes], said: str, tmp_path: Path
) -> None:
    path = wheel_file(tmp_path, NAME, members)
    assert said in verify_text(verify(path.rename(tmp_path / name)))


def test_what_to_run_next(tmp_path: Path) -> None:
    good, bad = (_report(tmp_path, {"pkg/a.so": _new(version)}) for version in ("2.5", "2.39"))
    last = [verify_text(report, ["x y.whl"]).splitlines()[-1] for report in (good, bad)]
    assert last[0].endswith("next: mlplan coverage 'x y.whl'")
    named = verify_text(good, ["x y.whl"], lock="mlplan.lock").splitlines()[-1]
    assert named.endswith("next: mlplan verify 'x y.whl' --plan mlplan.lock")
    assert verify_text(good, ["x" * 200]).splitlines()[-1].endswith("next: mlplan coverage WHEEL")
    assert last[1].endswith("next: mlplan inspect 'x y.whl'")
    assert verify_text(bad, ["x" * 200]).splitlines()[-1].endswith("next: mlplan inspect WHEEL")
    assert verify_text(bad, ["\x1b"]).splitlines()[-1].endswith("next: mlplan inspect WHEEL")
    pure = verify_text(verify(wheel_file(tmp_path, "p-1-py3-none-any.whl", {"p.py": b""})))
    assert pure.splitlines()[-1] == "1 wheel: 1 pass"
    lost = verify(tmp_path / "none.whl")
    assert verify_text(lost).splitlines()[-1] == "1 wheel: 1 unreadable; 2 errors"


def test_no_line_is_too_long(tmp_path: Path) -> None:
    deep = f"{'d' * 90}/{'e' * 90}/x.so"
    symbol = "_ZN" + "x" * 300
    made = elf_file(needs={"libc.so.6": [f"{symbol}@GLIBC_2.39"]}, needed=["lib" + "y" * 200])
    report = _report(tmp_path, {deep: made})
    for width in (40, 80, 100, 300):
        lines = verify_text(report, width=width, verbose=True).splitlines()
        assert max(map(len, lines)) <= min(width, 100)


def test_wrapping() -> None:
    assert wrapped("a", "", indent=2, width=40) == ["  a"]
    assert wrapped("ab", "c d", indent=1, width=40, column=5) == [" ab   c d"]


def test_facts() -> None:
    fact = Citation(says="x is y", standing=Standing.MEASURED, sources=(), read="2026-11-21")
    assert fact_text("a/b", fact) == "x is y (measured; a/b; read 2026-11-21)"
    many = Citation(says="x", standing=Standing.MEASURED, sources=("s", "t"), read="r")
    assert fact_text("a/b", many).endswith("; source: s and 1 more")


def test_summary_of_nothing() -> None:
    report = Report(wheels=(), findings=(finding(Rule.JOB_WITHOUT_WHEEL, job="j"),))
    assert summary(report) == "0 wheels: ; 1 note"
    assert verify_text(report).startswith("note MLP-P006 job j of the plan has no wheel here")


def test_every_rule_has_a_short_description(tmp_path: Path) -> None:
    rules = findings_of(verify(tmp_path / "none.whl")).rules
    assert len(rules) == len(Rule)
    said = {name: says for _, name, says in rules}
    assert said["bad-data"] == "bad data"
    assert said["no-job"] == "no job of the plan is for this wheel: <why>"


def test_limits_are_told_with_their_option(tmp_path: Path) -> None:
    path = wheel_file(tmp_path, NAME, {"pkg/a.so": _new("2.5")})
    report = verify(path, limits=Limits(entries=1))
    assert [o.what for o in report.wheels[0].wheel.oddities][:1] == [Oddness.TOO_MANY_ENTRIES]
    assert "hint: if that is meant: --limit entries=NUMBER" in verify_text(report)
