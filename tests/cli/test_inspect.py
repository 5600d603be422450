"""``mlplan inspect``: what is inside wheels, without a verdict."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import planner
from tests.cli.conftest import Mlplan
from tests.docs.made_wheels import make_wheels
from tests.wheels.made import elf_file, fatbin, hip_bundle, wheel_file

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((Path(planner.__file__).parent / "schemas" / "inspect.schema.json").read_text())
CUDA = "mylib_cu13-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"


@pytest.fixture
def mlplan(real: Mlplan, work: Path, monkeypatch: pytest.MonkeyPatch) -> Mlplan:
    """Runs ``mlplan`` on the real facts, beside a ``dist/`` with two wheels."""
    monkeypatch.setenv("MLPLAN_DATA", str(ROOT))
    make_wheels(work / "dist")
    return real


@pytest.fixture
def rich_wheel(work: Path) -> str:
    """A wheel with code for several accelerators, and many libraries."""
    members = {
        "p/_all.so": elf_file(
            needs={"libc.so.6": ["f@GLIBC_2.34"]},
            needed=["libcudart.so.13", "libother.so.1"],
            soname="_all.so",
            runpath="$ORIGIN/../nvidia/cu13/lib",
            interpreter=None,
            isa=["baseline"],
            sections={
                ".nv_fatbin": fatbin("sm_80", "compute_90", "lto_90"),
                "__nv_relfatbin": fatbin("sm_70", "compute_70"),
                ".hip_fatbin": hip_bundle("gfx90a", "gfx942", compressed=3),
            },
        ),
        "p/loose.cubin.fatbin": fatbin("sm_61"),
    }
    members |= {f"p/_{n:02}.so": elf_file(soname=f"_{n}.so") for n in range(30)}
    name = "p-1-cp312-cp312-manylinux_2_17_x86_64.whl"
    requires = ["numpy", 'torch; extra == "gpu"', 'jax; extra == "gpu"']
    return wheel_file(work, name, members, requires=requires).name


def test_text(mlplan: Mlplan) -> None:
    answer = mlplan("inspect", f"dist/{CUDA}")
    assert (answer.status, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[0] == CUDA
    assert "  floor      manylinux_2_28_x86_64 (glibc 2.28)" in lines
    assert "  outside    libcudart.so.13" in lines
    assert "  CUDA       sm_80 sm_90" in lines
    assert "pass" not in answer.out


def test_json_is_the_report_without_judgement(mlplan: Mlplan, rich_wheel: str) -> None:
    answer = mlplan("inspect", "dist", rich_wheel, "--format", "json")
    document = json.loads(answer.out)
    jsonschema.validate(document, SCHEMA)
    judged = json.loads(mlplan("verify", "dist", rich_wheel, "--format", "json").out)
    for wheel in judged["wheels"]:
        del wheel["verdict"], wheel["findings"], wheel["omitted"]
    assert document["wheels"] == judged["wheels"]
    assert document["wheels"][2]["gpu"] == {
        "cuda": {
            "real": ["sm_80"],
            "virtual": ["compute_90"],
            "other": ["lto_90"],
            "relocatable": ["compute_70", "sm_70"],
            "hidden": [],
            "raw": ["sm_61"],
            "unknown": 0,
            "containers": 3,
        },
        "hip": {
            "targets": ["gfx90a", "gfx942"],
            "formats": ["ccob-v3-zlib"],
            "bundles": 1,
            "unread": 0,
        },
        "sycl": {"images": [], "devices": []},
        "kpack": [],
    }


def test_the_most_demanding_library_is_told_first(mlplan: Mlplan, rich_wheel: str) -> None:
    lines = mlplan("inspect", rich_wheel).out.splitlines()
    assert max(map(len, lines)) <= 100
    head = next(n for n, line in enumerate(lines) if "needs from outside" in line)
    assert lines[head + 1].split() == [
        "p/_all.so",
        "x86_64",
        "manylinux_2_34",
        "libcudart.so.13,",
        "libother.so.1",
    ]
    assert "  and 11 more (-v shows them)" in lines
    assert "  requires   numpy; 2 by extras (-v)" in lines
    assert any(line.startswith("  p/loose.cubin.fatbin  raw sm_61") for line in lines)


def test_verbose_shows_every_file(mlplan: Mlplan, rich_wheel: str) -> None:
    out = mlplan("inspect", rich_wheel, "-v").out
    assert max(map(len, out.splitlines())) <= 100
    assert out.count("    machine    x86_64, 64 bits, shared") == 31
    assert "    runpath    $ORIGIN/../nvidia/cu13/lib\n" in out
    assert "  requires   numpy, torch; extra == " in out
    assert "  sha256     " in out


def test_quiet_leaves_the_files_out(mlplan: Mlplan, rich_wheel: str) -> None:
    assert "ELF file" not in mlplan("inspect", rich_wheel, "--quiet").out


def test_unreadable_wheels_are_told_and_exit_5(mlplan: Mlplan, work: Path) -> None:
    (work / "x-1-py3-none-any.whl").write_bytes(b"<html>")
    answer = mlplan("inspect", "x-1-py3-none-any.whl", "none.whl")
    assert (answer.status, answer.err) == (5, "")
    assert "  odd        not-a-zip: " in answer.out
    assert "  odd        cannot-open: cannot be read: No such file or directory\n" in answer.out
    assert answer.out.count("floor      none: no ELF files") == 2


def test_colour(mlplan: Mlplan) -> None:
    out = mlplan("inspect", f"dist/{CUDA}", "--color", "always").out
    assert out.startswith(f"\x1b[1m{CUDA}\x1b[0m\n")
