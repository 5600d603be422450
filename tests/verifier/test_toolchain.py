"""Compilers as they sign themselves in .comment."""

from __future__ import annotations

import pytest

from planner.verifier.toolchain import compiler_of, compilers
from tests.wheels.made import AMD_CLANG, GCC_14


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        (GCC_14, "GCC 14.2.1"),
        ("GCC: (Ubuntu 13.3.0-6ubuntu2~24.04) 13.3.0", "GCC 13.3.0"),
        ("GCC: (GNU) 4.8.5 20150623 (Red Hat 4.8.5-44)", "GCC 4.8.5"),
        ("GCC: (crosstool-NG 1.25.0.90_cf9beb1) 12.2.0", "GCC 12.2.0"),
        ("clang version 18.1.8", "clang 18.1.8"),
        ("Ubuntu clang version 14.0.0-1ubuntu1.1", "clang 14.0.0"),
        (AMD_CLANG, "AMD clang 22.0.0"),
        ("Linker: LLD 18.1.8", "None"),
        ("rustc version 1.91.0 (f8297e351 2025-10-28)", "None"),
        ("", "None"),
    ],
)
def test_compiler(comment: str, said: str) -> None:
    assert str(compiler_of(comment)) == said


def test_each_once_in_order() -> None:
    found = compilers((AMD_CLANG, GCC_14, "Linker: LLD", GCC_14))
    assert [str(compiler) for compiler in found] == ["AMD clang 22.0.0", "GCC 14.2.1"]
