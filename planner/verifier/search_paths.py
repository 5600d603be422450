"""RPATH and RUNPATH: where the loader is told to look."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from planner.model.wheel_facts import SITE_PACKAGES
from planner.model.wheels import ElfFile
from planner.verifier.catalogue import Rule
from planner.verifier.context import Context
from planner.verifier.findings import Finding, finding
from planner.verifier.libraries import planned_providers

_ORIGIN = ("$ORIGIN", "${ORIGIN}")
_SHOWN = 3


def rpath(context: Context) -> Iterator[Finding]:
    """Search paths outside the wheel's own folders (ld.so(8): "$ORIGIN", empty elements)."""
    for file in context.wheel.elf:
        paths = dict.fromkeys(file.search_path)
        absolute = [path for path in paths if path.startswith("/")]
        if absolute:
            yield finding(Rule.RPATH_ABSOLUTE, file.path, path=_some(absolute))
        relative = [p or "an empty path" for p in paths if not p.startswith(("/", *_ORIGIN))]
        if relative:
            yield finding(Rule.RPATH_WORKING_DIRECTORY, file.path, path=_some(relative))


def _some(paths: list[str]) -> str:
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return ", ".join(paths[:_SHOWN]) + more


def layout(context: Context) -> Iterator[Finding]:
    """Accelerator libraries whose folder the search paths miss although they name another one.

    A file whose paths name no folder of accelerator projects relies on others to load them, which
    is their business.
    """
    for file in context.native:
        looked = _folders(file)
        vendor = [folder for folder in looked if folder.startswith("nvidia/")]
        if vendor:
            yield from _missed(context, file, looked, vendor)


def _missed(
    context: Context, file: ElfFile, looked: list[str], vendor: list[str]
) -> Iterator[Finding]:
    for library in context.external(file):
        rows = [
            row
            for row in planned_providers(context, library)
            if row.directory and row.below == SITE_PACKAGES
        ]
        folders = {row.directory for row in rows}
        if rows and not folders & set(looked):
            row = rows[-1]
            start = posixpath.dirname(file.path) or "."
            shown = ", ".join(vendor[:_SHOWN])
            yield finding(
                Rule.RPATH_LAYOUT,
                file.path,
                facts=(row.fact,),
                library=library,
                project=row.project,
                directory=row.directory,
                found=shown + (", ..." if len(vendor) > _SHOWN else ""),
                relative=posixpath.relpath(row.directory, start),
            )


def _folders(file: ElfFile) -> list[str]:
    """The folders below site-packages that the search paths name."""
    start = posixpath.dirname(file.path)
    found = []
    for path in file.search_path:
        for origin in _ORIGIN:
            if path.startswith(origin):
                rest = path.removeprefix(origin).lstrip("/")
                found.append(posixpath.normpath(posixpath.join(start, rest)))
    return found
