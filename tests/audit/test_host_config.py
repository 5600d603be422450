"""Headers that refuse compilers, and conditions as far as they are understood."""

from __future__ import annotations

import pytest

from planner.audit.conditions import UnknownConditionError, holds
from planner.audit.host_config import Bounds, HeaderShapeError, host_compiler_bounds

HEADER = """\
#if defined(__CUDACC__)
/* check host compiler version */
#if !__NV_NO_HOST_COMPILER_CHECK
#if defined(__GNUC__)
#if __GNUC__ > {newest}
#error -- unsupported GNU version! \\
   gcc versions later than {newest} are not supported!
#endif /* __GNUC__ > {newest} */
#if defined(__clang__) && !defined(__ibmxl_vrm__) && \\
    !defined(__APPLE__)
#if (__clang_major__ >= {clang}) || (__clang_major__ < 3) || \\
    ((__clang_major__ == 3) && (__clang_minor__ < 3))
#error -- unsupported clang version! clang version must be less than 99 and greater than 3.2
#endif
#endif
#endif
#endif
#if defined(_WIN32)
#if _MSC_VER < 1920
#error -- unsupported Microsoft Visual Studio version!
#endif
#endif
#endif
"""


def header(newest: int = 16, clang: int = 23) -> bytes:
    return HEADER.format(newest=newest, clang=clang).encode()


def test_the_header_is_run_and_not_its_message_read() -> None:
    assert host_compiler_bounds(header(), "gcc") == Bounds(oldest=None, refused_from="17")
    assert host_compiler_bounds(header(), "clang") == Bounds(oldest="3.3", refused_from="23")
    assert host_compiler_bounds(header(12, 17), "gcc") == Bounds(oldest=None, refused_from="13")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "refuses no gcc"),
        (b"#if __GNUC__ > 12\n#endif\n", "refuses no gcc"),
        (b"#error no\n", "refuses every gcc"),
        (b"#if __GNUC__ == 9\n#error not this one\n#endif\n", "between others"),
        (b"#if __has_feature(x)\n#error\n#endif\n", "condition of another kind"),
        (b"#if __GNUC__ ** 2\n#error\n#endif\n", "condition of another kind"),
        (b"#endif\n", "#endif without an #if"),
        (b"#else\n", "#else without an #if"),
        (b"x" * (5 << 20), "are no header"),
    ],
)
def test_headers_of_another_shape(text: bytes, says: str) -> None:
    with pytest.raises(HeaderShapeError, match=says):
        host_compiler_bounds(text, "gcc")


def test_other_branches_and_definitions() -> None:
    text = b"""
#ifdef NEVER
#error a
#elif __has_include(<x>)
#elif __GNUC__ < 6
#define REFUSED 1
#else
#ifndef REFUSED
#endif
#endif
#if REFUSED
#error too old
#endif
#if __GNUC__ >= 0x10
#error too new
#endif
"""
    assert host_compiler_bounds(text, "gcc") == Bounds(oldest="6", refused_from="16")


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("1", True),
        ("0 || 2 > 1 && 1", True),
        ("!B == 1", True),
        ("!(A == 3)", False),
        ("defined A && !defined(B)", True),
        ("A >= 3 && A <= 3UL && A != 0x4", True),
        ("unknown", False),
        ("(A < 3) || ((A == 3) && (B < 3))", True),
    ],
)
def test_conditions(condition: str, value: bool) -> None:
    assert holds(condition, {"A": 3}) is value


@pytest.mark.parametrize(
    "condition",
    [
        *("", "(1", "1)", "A(", "A(1)", "1 +", "$", "defined(", "defined 1"),
        *("1 " * 1100, "9" * 5000, "0x" + "f" * 5000),
    ],
)
def test_conditions_that_are_not_understood(condition: str) -> None:
    with pytest.raises(UnknownConditionError):
        holds(condition, {"A": 1})
