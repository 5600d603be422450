"""Compilers and the C++ string ABI, against the plan and against one another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from planner.verifier.catalogue import Rule
from planner.verifier.context import Context
from planner.verifier.findings import Finding, finding

# "GCC: (GNU) 14.2.1 20250110 (Red Hat 14.2.1-11)", "clang version 18.1.8",
# "AMD clang version 22.0.0git (... roc-7.2.0 26014 ...)", "Linker: LLD 18.1.8"
_GCC = r"GCC: \(.*?\) (\d+(?:\.\d+)*)"
_CLANG = r"(AMD )?clang version (\d+(?:\.\d+)*)"


class Compiler(NamedTuple):
    """A compiler as it signs itself in .comment."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def compiler_of(comment: str) -> Compiler | None:
    """The compiler that a .comment line names; None for linkers and others."""
    if match := re.match(_GCC, comment):
        return Compiler("GCC", match[1])
    if match := re.search(_CLANG, comment):
        return Compiler("AMD clang" if match[1] else "clang", match[2])
    return None


def compilers(comments: tuple[str, ...]) -> tuple[Compiler, ...]:
    """The distinct compilers of .comment lines, in order."""
    found = (compiler_of(comment) for comment in comments)
    return tuple(dict.fromkeys(compiler for compiler in found if compiler))


def planned_compiler(context: Context) -> Iterator[Finding]:
    """Files that the planned compiler did not make, and foreign code beside its own.

    The start files of the C library carry the compiler of the base system: another GCC beside the
    planned one is what every build in an image shows.
    """
    job = context.job
    if job is None:
        return
    for file in context.native:
        found = compilers(file.compilers)
        if not found or is_bundled(file.path):
            continue
        planned = [c for c in found if c.name == "GCC" and same_series(c.version, job.gcc)]
        if not planned:
            yield finding(
                Rule.COMPILER_NOT_PLANNED,
                file.path,
                found=", ".join(map(str, found)),
                planned=job.gcc,
                toolset=job.toolset,
                job=job.id,
            )
        foreign = [c for c in found if c not in planned]
        if planned and foreign:
            said = ", ".join(map(str, foreign))
            yield finding(Rule.FOREIGN_COMPILER, file.path, found=said)


def is_bundled(path: str) -> bool:
    """Whether a repair tool put the file there: it was built elsewhere (``name.libs/``)."""
    return path.partition("/")[0].endswith(".libs")


def same_series(found: str, planned: str) -> bool:
    """Whether two versions are of one release series: major and minor, as far as both say them."""
    pairs = zip(found.split(".")[:2], planned.split(".")[:2], strict=False)
    return all(one == other for one, other in pairs)


def string_abi(context: Context) -> Iterator[Finding]:
    """The C++ string ABI of the wheel's own files against the plan."""
    job = context.job
    if job is None or job.cxx11_abi not in ("new", "old"):
        return
    other = "old" if job.cxx11_abi == "new" else "new"
    for file in context.native:
        if file.cxx11_abi == other and not is_bundled(file.path):
            yield finding(
                Rule.STRING_ABI,
                file.path,
                found=other,
                planned=job.cxx11_abi,
                value=int(job.cxx11_abi == "new"),
            )


def mixed_string_abi(context: Context) -> Iterator[Finding]:
    """Libraries of one wheel that cannot pass a std::string to each other."""
    own = [file for file in context.native if not is_bundled(file.path)]
    old = [file.path for file in own if file.cxx11_abi == "old"]
    new = [file.path for file in own if file.cxx11_abi == "new"]
    if old and new and context.job is None:
        yield finding(Rule.STRING_ABI_MIXED, old[0], old=old[0], new=new[0])
