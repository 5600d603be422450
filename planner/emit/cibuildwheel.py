"""``cibuildwheel``: TOML for pyproject.toml or ``--config-file`` (contract: docs/emit-build.md).

All but ``build`` and ``enable`` stands in ``[tool.cibuildwheel.linux]`` and in overrides that
append: options that the project sets in ``[tool.cibuildwheel]`` stay.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.emit.base import EmittedFile, Wanted, commented
from planner.emit.cibuildwheel_options import (
    AUDIT_REQUIRES,
    Group,
    audit_command,
    before_all,
    enabled,
    environment_value,
    groups,
    identifiers,
    image_option,
    libc,
    notes,
    repair_command,
)
from planner.emit.quoting import toml_list, toml_string
from planner.emit.settings import settings
from planner.plan.locked import LockedJob


class CibuildwheelToml:
    """A complete configuration per variant and release."""

    name = "cibuildwheel"
    says = "cibuildwheel configuration (TOML), one file per variant and release"
    needs_libraries = True

    def files(self, wanted: Wanted) -> tuple[EmittedFile, ...]:
        """One file per variant and release.

        :raises RequestError: where cibuildwheel cannot build the plan.
        """
        found = groups(wanted)
        if len(found) == 1:
            return (EmittedFile("cibuildwheel.toml", _text(wanted, found[0])),)
        return tuple(
            EmittedFile(f"cibuildwheel-{group.name}.toml", _text(wanted, group)) for group in found
        )


def _text(wanted: Wanted, group: Group) -> str:
    parts = [commented(wanted.banner), *_tables(wanted, group)]
    parts += ["".join(f"{line}\n" for line in _override(wanted, job)) for job in group.jobs]
    return "\n".join(parts)


def _tables(wanted: Wanted, group: Group) -> Iterator[str]:
    """What holds for every architecture, and the image of each."""
    names = [name for job in group.jobs for name in identifiers(job)]
    lines = ["[tool.cibuildwheel]", f"build = {toml_list(names)}"]
    if groups_ := enabled(wanted, group.jobs):
        lines.append(f"enable = {toml_list(groups_)}")
    yield "".join(f"{line}\n" for line in lines)
    archs = list(dict.fromkeys(job.arch for job in group.jobs))
    lines = ["[tool.cibuildwheel.linux]", f"archs = {toml_list(archs)}"]
    lines += [f"{image_option(job)} = {toml_string(job.image.pinned)}" for job in group.jobs]
    lines.append('inherit.audit-requires = "append"')
    lines.append(f"audit-requires = {toml_list([AUDIT_REQUIRES])}")
    lines.append('inherit.audit-command = "append"')
    lines.append(f"audit-command = {toml_list([audit_command(wanted)])}")
    yield "".join(f"{line}\n" for line in lines)


def _override(wanted: Wanted, job: LockedJob) -> Iterator[str]:
    """What differs by architecture: preparation of the image, environment, repair."""
    yield commented(notes(wanted, job)).rstrip("\n")
    yield "[[tool.cibuildwheel.overrides]]"
    yield f'select = "*-{libc(job)}_{job.arch}"'
    yield 'inherit.before-all = "prepend"'
    yield f"before-all = {toml_list(before_all(job))}"
    yield f"repair-wheel-command = {toml_string(repair_command(wanted, job))}"
    yield 'inherit.environment = "append"'
    yield "[tool.cibuildwheel.overrides.environment]"
    for setting in settings(wanted, job):
        yield f"{setting.name} = {toml_string(environment_value(setting))}"
