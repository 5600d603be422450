"""Proves from which version on pip knows a tag, by the code of its wheels.

A version knows a tag if a text in its code, other than a docstring, begins with what stands for
the tag (``marks`` in the data: ``manylinux_{}_{}``). Holes of f-strings count as ``{}``.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from threading import Lock

from packaging.version import Version

from planner.audit.claims import Claim, compared, listed
from planner.audit.evidence import Evidence, failed, not_provable
from planner.audit.newest import finals, texts_of
from planner.index.errors import BrokenError, MissingError, RemoteError
from planner.index.listing import IndexFile
from planner.model.images import InstallerRule
from planner.model.vendor_files import VendorFile

_MOST_CODE = 1 << 20  # characters of a module that are parsed
_WARNINGS = Lock()  # filters of warnings belong to the process
_KNOWS = {True: "knows it", False: "does not know it"}


def prove_installer(rule: InstallerRule, where: VendorFile, evidence: Evidence) -> Iterator[Claim]:
    """Claims for each tag: the version that is stated knows it, the last one before does not, the
    newest does."""
    first, before, newest = _boundary(rule, where, evidence)
    for tag in rule.of:
        mark = where.marks.get(tag)
        if mark is None:
            yield not_provable("the data name no text that stands for it in code", about=tag)
            continue
        yield _claim(tag, mark, True, first, where, evidence)
        if before is None:
            yield not_provable(f"no {where.project} before {rule.pip} is on the index", about=tag)
        else:
            yield _claim(tag, mark, False, before, where, evidence)
        if newest.version > first.version:
            yield _claim(tag, mark, True, newest, where, evidence)


def _boundary(
    rule: InstallerRule, where: VendorFile, evidence: Evidence
) -> tuple[IndexFile, IndexFile | None, IndexFile]:
    """The version that is stated, the last final one before it, and the newest; withdrawn ones
    count among the first two.

    :raises RemoteError: where the version is not on the index.
    """
    newest, stated = finals(where, evidence)[0], Version(rule.pip)
    files = [f for f in evidence.vendor.wheels(where.project or "") if not f.version.is_prerelease]
    first = next((file for file in files if file.version == stated), None)
    if first is None:
        raise MissingError(f"{where.project} {rule.pip} has no wheel on the index")
    before = [file for file in files if file.version < stated]
    return first, before[-1] if before else None, newest


def _claim(
    tag: str, mark: str, stated: bool, file: IndexFile, where: VendorFile, evidence: Evidence
) -> Claim:
    version = str(file.version)
    try:
        texts = texts_of(file, where, evidence)
        if not texts:
            raise MissingError(f"{file.name} has none of the members that make tags")
        knowing = [name for name, text in texts.items() if _knows(name, text, mark)]
    except RemoteError as error:
        return failed(error, about=tag, release=version, file=file.name)
    return compared(
        tag,
        _KNOWS[stated],
        _KNOWS[bool(knowing)],
        release=version,
        file=file.name,
        member=listed(knowing or texts),
    )


def _knows(name: str, code: str, mark: str) -> bool:
    return any(text.startswith(mark) for text in code_texts(name, code))


def code_texts(name: str, code: str) -> Iterator[str]:
    """The constants in Python code as text, docstrings left out.

    :raises BrokenError: where it is no code that this Python reads.
    """
    tree = _parsed(name, code)
    silent: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            silent.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            silent.update(map(id, node.values))
            yield "".join(_part(value) for value in node.values)
        elif isinstance(node, ast.Constant) and id(node) not in silent:
            yield str(node.value)


def _part(value: ast.expr) -> str:
    return str(value.value) if isinstance(value, ast.Constant) else "{}"


def _parsed(name: str, code: str) -> ast.Module:
    if len(code) > _MOST_CODE:
        raise BrokenError(f"{name} is longer than the {_MOST_CODE} characters that are read of it")
    try:
        with _WARNINGS, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old code has escapes that Python warns of today
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BrokenError(f"{name} is no Python code that can be read: {error}") from None
