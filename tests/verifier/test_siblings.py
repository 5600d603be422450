"""Wheels of one run: what a declared project holds and brings is read from its own wheel."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.api import verify
from tests.verifier.judging import elf_of, lines_of
from tests.wheels.made import wheel_file

TAG = "cp312-cp312-manylinux_2_28_x86_64"


def _wheel(folder: Path, name: str, requires: tuple[str, ...] = (), **elf: object) -> Path:
    members = {path.replace("__", "/") + ".so": elf_of(asked) for path, asked in elf.items()}  # type: ignore[arg-type]
    return wheel_file(folder, f"{name}-1.0-{TAG}.whl", members, requires=requires)


def _told(*wheels: Path) -> list[str]:
    return lines_of(verify(wheels).wheels[0].findings)


@pytest.fixture
def user(tmp_path: Path) -> Path:
    return _wheel(tmp_path, "rmm", ("librmm-cu12==1.*",), rmm___C={"needed": ["librmm.so"]})


def test_alone_it_is_not_known(user: Path) -> None:
    assert _told(user) == ["MLP-L014 warning rmm/_C.so"]


@pytest.mark.parametrize("held", [{"soname": "librmm.so"}, {}])
def test_a_declared_wheel_of_the_run_holds_it(
    user: Path, tmp_path: Path, held: dict[str, str]
) -> None:
    other = _wheel(tmp_path, "librmm_cu12", librmm__librmm=held)
    assert _told(user, other) == []
    assert [row.wheel.file for row in verify([other, user]).wheels] == [other.name, user.name]


def test_a_declared_wheel_of_the_run_lacks_it(user: Path, tmp_path: Path) -> None:
    other = _wheel(tmp_path, "librmm_cu12", librmm__libother={})
    assert _told(user, other) == ["MLP-L001 error rmm/_C.so"]


@pytest.mark.parametrize(
    "requires", [("librmm-cu12>=2",), ("librmm-cu12; sys_platform == 'win32'",), ()]
)
def test_a_wheel_that_is_not_asked_for_brings_nothing(
    tmp_path: Path, requires: tuple[str, ...]
) -> None:
    user = _wheel(tmp_path, "pkg", requires, pkg___C={"needed": ["librmm.so"]})
    other = _wheel(tmp_path, "librmm_cu12", librmm__librmm={"soname": "librmm.so"})
    assert _told(user, other) == _told(user)


def test_through_another_wheel_of_the_run(tmp_path: Path) -> None:
    needed = ["librmm.so", "librapids_logger.so", "libcudart.so.12"]
    user = _wheel(tmp_path, "rmm", ("librmm-cu12",), rmm___C={"needed": needed})
    asks = ("rapids-logger", "nvidia-cuda-runtime-cu12")
    other = _wheel(tmp_path, "librmm_cu12", asks, librmm__librmm={})
    last = _wheel(tmp_path, "rapids_logger", logger__librapids_logger={})
    assert _told(user, other, last) == []
    assert _told(user, other) == ["MLP-L014 warning rmm/_C.so"]


def test_an_extra_that_nobody_asks_for_brings_nothing(tmp_path: Path) -> None:
    needed = ["librmm.so", "libcudart.so.12"]
    user = _wheel(tmp_path, "rmm", ("librmm-cu12",), rmm___C={"needed": needed})
    asks = ("nvidia-cuda-runtime-cu12; extra == 'cuda'",)
    other = _wheel(tmp_path, "librmm_cu12", asks, librmm__librmm={})
    assert _told(user, other) == ["MLP-L002 error rmm/_C.so"]


def test_another_architecture_holds_nothing_for_this_one(user: Path, tmp_path: Path) -> None:
    name = "librmm_cu12-1.0-cp312-cp312-manylinux_2_28_aarch64.whl"
    other = wheel_file(
        tmp_path, name, {"librmm/librmm.so": elf_of({"arch": "aarch64", "needs": {}})}
    )
    assert _told(user, other) == ["MLP-L014 warning rmm/_C.so"]


def test_a_wheel_of_a_project_that_the_facts_know_is_but_one_release(tmp_path: Path) -> None:
    needed = ["libgomp.so.1", "libcudart.so.12"]
    user = _wheel(tmp_path, "pkg", ("torch",), pkg___C={"needed": needed})
    torch = _wheel(
        tmp_path, "torch", ("nvidia-cuda-runtime",), torch__libgomp={"soname": needed[0]}
    )
    assert _told(user, torch) == _told(user) == ["MLP-L001 error pkg/_C.so", "MLP-L013 note"]


def test_what_an_extra_asks_for_holds_but_brings_nothing(tmp_path: Path) -> None:
    requires = ("librmm; extra == 'dev'",)
    user = _wheel(tmp_path, "pkg", requires, pkg___C={"needed": ["libc10.so", "librmm.so"]})
    other = _wheel(tmp_path, "librmm", ("torch",), librmm__librmm={})
    assert _told(user, other) == ["MLP-L002 error pkg/_C.so"]
