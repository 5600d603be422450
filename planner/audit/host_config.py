"""Host compilers that a CUDA toolkit's header refuses: its ``#error`` lines, run for each version.

Source: ``crt/host_config.h`` of the toolkit, section "check host compiler version".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from planner.audit.conditions import Names, UnknownConditionError, holds

_DIRECTIVE = re.compile(
    r"^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|else|endif|error|define)\b(.*)$", re.M
)
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
_CONTINUED = re.compile(r"\\[ \t]*\r?\n")
_NUMBER = re.compile(r"[0-9]{1,20}")
_MOST_BYTES = 4 << 20
_NEWEST = 99  # a major version that no compiler has reached
_WITH_MINORS = 4  # clang's minor versions meant something up to here
_LINUX = {"__linux__": 1, "__LP64__": 1, "__x86_64__": 1, "__CUDACC__": 1, "__cplusplus": 201703}


class HeaderShapeError(Exception):
    """A header that does not refuse compilers in a way that is understood."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """Oldest version accepted and oldest newer one refused; None where nothing is refused."""

    oldest: str | None
    refused_from: str | None


def host_compiler_bounds(header: bytes, compiler: str) -> Bounds:
    """What a header accepts of a compiler (``gcc`` or ``clang``).

    :raises HeaderShapeError: where it refuses all or none, or versions in between, or checks in a
        way that is not understood.
    """
    if len(header) > _MOST_BYTES:
        raise HeaderShapeError(f"{len(header)} bytes are no header")
    directives = list(_directives(header.decode("utf-8", "replace")))
    tried = list(_versions(compiler))
    accepted = [not _refuses(directives, names) for _, names in tried]
    if not any(accepted) or all(accepted):
        raise HeaderShapeError(f"it refuses {'no' if all(accepted) else 'every'} {compiler}")
    first = accepted.index(True)
    last = len(accepted) - 1 - accepted[::-1].index(True)
    if not all(accepted[first : last + 1]):
        raise HeaderShapeError(f"it refuses some {compiler} between others")
    return Bounds(
        oldest=tried[first][0] if first else None,
        refused_from=tried[last + 1][0] if last + 1 < len(tried) else None,
    )


def _versions(compiler: str) -> Iterator[tuple[str, Names]]:
    """Versions of a compiler, oldest first, with what each defines."""
    if compiler == "gcc":
        for major in range(1, _NEWEST):
            yield f"{major}", {**_LINUX, "__GNUC__": major}
        return
    for major in range(1, _NEWEST):
        for minor in range(10) if major <= _WITH_MINORS else (0,):
            names = {"__clang__": 1, "__clang_major__": major, "__clang_minor__": minor}
            yield f"{major}.{minor}" if minor else f"{major}", {**_LINUX, "__GNUC__": 4, **names}


def _directives(text: str) -> Iterator[tuple[str, str]]:
    plain = _CONTINUED.sub(" ", _COMMENT.sub(" ", text))
    for match in _DIRECTIVE.finditer(plain):
        yield match[1], match[2].strip()


@dataclass(slots=True)
class _Level:
    """One ``#if``: whether its present branch is taken (None: unknown), and one was before."""

    taken: bool | None
    done: bool


def _refuses(directives: list[tuple[str, str]], given: Names) -> bool:
    """Whether a compiler that defines these names meets an ``#error``."""
    names = dict(given)
    levels: list[_Level] = []
    for word, rest in directives:
        if word in ("if", "ifdef", "ifndef"):
            taken = _value(word, rest, names)
            levels.append(_Level(taken, bool(taken)))
        elif word in ("elif", "else"):
            _next_branch(levels, word, rest, names)
        elif word == "endif":
            if not levels:
                raise HeaderShapeError("it has an #endif without an #if")
            levels.pop()
        elif all(level.taken is not False for level in levels):
            unknown = any(level.taken is None for level in levels)
            if word == "define" and not unknown:
                _define(rest, names)
            elif word == "error":
                if unknown:
                    raise HeaderShapeError("an #error stands under a condition of another kind")
                return True
    return False


def _next_branch(levels: list[_Level], word: str, rest: str, names: Names) -> None:
    if not levels:
        raise HeaderShapeError(f"it has an #{word} without an #if")
    level = levels[-1]
    if level.done:
        level.taken = False
    elif word == "elif":
        level.taken = _value("if", rest, names)
        level.done = bool(level.taken)
    else:
        level.taken = None if level.taken is None else True


def _value(word: str, rest: str, names: Names) -> bool | None:
    if word in ("ifdef", "ifndef"):
        return (rest in names) == (word == "ifdef")
    try:
        return holds(rest, names)
    except UnknownConditionError:
        return None


def _define(rest: str, names: dict[str, int]) -> None:
    name, _, value = rest.partition(" ")
    names[name] = int(value) if _NUMBER.fullmatch(value.strip()) else 1
