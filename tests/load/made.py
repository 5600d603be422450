"""A tiny made-up family with policies, and ways to break it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from planner.errors import DataError
from planner.load.vocabulary import Vocabulary
from planner.solve.compiled import compile_index

HERE = Path(__file__).resolve().parent
TINY = HERE / "tiny"


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """An edit of one file of the tiny data, and the problems that it must cause.

    ``old`` is replaced by ``new``; without ``old`` the whole file is, without both it is removed.
    """

    case: str
    file: str
    says: str
    old: str | None = None
    new: str | None = None

    def apply(self, root: Path) -> None:
        """Make the edit in a copy of the tiny data."""
        path = root / self.file
        if self.new is None:
            path.unlink()
        elif self.old is None:
            path.write_text(self.new, encoding="utf-8")
        else:
            replace_once(path, self.old, self.new)


def replace_once(path: Path, old: str, new: str) -> None:
    """Replace the only occurrence of a text in a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def cases(name: str) -> list[Case]:
    """The cases of a file under ``cases/``."""
    text = (HERE / "cases" / f"{name}.yaml").read_text(encoding="utf-8")
    return [Case(**row) for row in yaml.safe_load(text)]


def copy_tiny(folder: Path) -> Path:
    """A copy of the tiny data in a folder."""
    return shutil.copytree(TINY, folder / "data")


def problems_of(root: Path) -> str:
    """What is wrong with a data folder, one problem after the other."""
    with pytest.raises(DataError) as caught:
        compile_index(root)
    assert caught.value.exit_status == 4
    assert caught.value.hint == "mlplan facts check"
    return "".join(f"{problem}\n" for problem in caught.value.problems)


VOCABULARY = Vocabulary(
    releases={
        "cuda": ("13.1.0", "13.0.2", "13.0.1", "12.8.1", "12.8.0", "11.8.0"),
        "rocm": ("10.0.0", "7.2.1", "6.4.3"),
        "mkl": ("2026.0.0", "2025.3.0"),
        "toy": ("2.0.0",),
    },
    components={
        "cuda": frozenset({"cudart", "cublas", "cudnn"}),
        "rocm": frozenset({"amdhip64", "rocblas"}),
        "mkl": frozenset({"rt", "sequential"}),
        "toy": frozenset(),
    },
    targets=frozenset(
        {
            *("sm_70", "sm_75", "sm_80", "sm_90", "sm_90a", "sm_100", "sm_120", "sm_120f"),
            *("compute_70", "compute_75", "compute_80", "compute_90", "compute_120"),
            *("gfx90a", "gfx942", "gfx11-generic", "big-toy"),
        }
    ),
    plain_names=frozenset({"big-toy"}),
    modes={"sramecc": frozenset({"gfx90a", "gfx942"}), "xnack": frozenset({"gfx90a", "gfx942"})},
    distributions=("rhel-8", "rhel-9", "ubuntu-20.04", "ubuntu-22.04"),
    features={"x86_64": ("avx512-fp16", "amx"), "aarch64": ("sve2", "sme")},
    interpreters=("cp310", "cp311", "cp312", "cp314t", "pp311"),
)
"""Names that never change, so that messages about requests stay the same when facts are added."""
