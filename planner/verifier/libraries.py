"""Needed libraries against the policy, the wheel's own content and its dependencies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.model.policies import Policy
from planner.model.sources import Standing
from planner.model.wheel_facts import ExternalGroup, LibraryProvider, original_name, stem_of
from planner.model.wheels import ElfFile
from planner.verifier.catalogue import Rule
from planner.verifier.context import Context
from planner.verifier.findings import Finding, Severity, finding
from planner.verifier.releases import is_of_release
from planner.verifier.requirements import normalised, overlap

if TYPE_CHECKING:
    from planner.verifier.unknown_projects import Unknown

_VERSIONED = re.compile(r"\.so\.\d")
_SHOWN = 3
_LOADERS = ("ld-linux", "ld64.so", "ld.so", "ld-musl", "linux-vdso")


def is_expected(context: Context, library: str) -> bool:
    """Whether a library comes from outside by the facts: an accelerator's, another project's, or
    one of a driver, if that is sure."""
    facts = context.facts
    if context.job and any(c.soname == library for c in context.job.components.values()):
        return True
    others = any(group.projects for group in facts.externals_of(library))
    sure = any(row.standing is not Standing.UNCONFIRMED for row in facts.drivers_of(library))
    return bool(others or sure or facts.family_of(library))


def _driver(context: Context, library: str) -> bool:
    return bool(context.facts.drivers_of(library))


def outside_policy(context: Context) -> Iterator[Finding]:
    """Libraries that nobody provides: not the policy, not the wheel, not a known project.

    Where a project may bring them that the facts do not know, that is said, once for all of it.
    """
    if context.strictest is None:
        return
    _, policy = context.strictest
    unknown: Unknown | None = None
    answers: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for file, library in _lacking(context, policy):
        unknown = _unknown(context)
        projects = _may_bring(context, unknown, file, library)
        if projects:
            answers.setdefault(projects, []).append((file.path, library))
        else:
            yield _outside(context, policy, file, library)
    for projects, needs in answers.items():
        rest = (*unknown.akin, *unknown.projects) if unknown else ()
        yield _of_unknown(policy, projects, tuple(dict.fromkeys((*projects, *rest))), needs)


def _unknown(context: Context) -> Unknown:
    from planner.verifier.unknown_projects import unknown_projects  # noqa: PLC0415

    return context.once(unknown_projects)


def _lacking(context: Context, policy: Policy) -> Iterator[tuple[ElfFile, str]]:
    """The libraries that nobody is known to provide, with the files that need them."""
    for file in context.native:
        for library in context.external(file):
            if not _is_promised(policy, library) and not is_expected(context, library):
                yield file, library


def _may_bring(context: Context, unknown: Unknown, file: ElfFile, library: str) -> tuple[str, ...]:
    """The unknown projects that may bring a library; none for those of drivers and interpreters,
    and for those that some policy has on every host."""
    facts = context.facts
    on_hosts = any(library in policy.libraries for policy in facts.policies.values())
    if on_hosts or facts.drivers_of(library) or facts.externals_of(library):
        return ()
    return unknown.may_bring(file, library)


def _outside(context: Context, policy: Policy, file: ElfFile, library: str) -> Finding:
    rows = context.facts.drivers_of(library)
    way = "bundle it (auditwheel repair), or link it statically" + _or_else(context, file)
    return finding(
        Rule.LIBRARY_OUTSIDE_POLICY,
        file.path,
        facts=(policy.fact.id, *(row.fact for row in rows[:1])),
        severity=Severity.WARNING if rows else None,
        library=library,
        policy=policy.name,
        unless=", unless the driver brings it, which is not confirmed" if rows else "",
        way="say in the documentation which driver users need" if rows else way,
    )


def _of_unknown(
    policy: Policy,
    projects: tuple[str, ...],
    declared: tuple[str, ...],
    needs: list[tuple[str, str]],
) -> Finding:
    members = tuple(dict.fromkeys(path for path, _ in needs))
    libraries = tuple(dict.fromkeys(library for _, library in needs))
    return finding(
        Rule.LIBRARY_OF_UNKNOWN_PROJECT,
        members[0] if len(members) == 1 else "",
        facts=(policy.fact.id,),
        shown=_some(libraries),
        users=f" ({_some(members)})" if len(members) > 1 else "",
        policy=policy.name,
        named=_some(declared),
        project=" or ".join(projects[:_SHOWN]),
        libraries=", ".join(libraries),
        members=", ".join(members),
    )


def _some(names: tuple[str, ...]) -> str:
    """The first of some names, and how many more there are."""
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _or_else(context: Context, file: ElfFile) -> str:
    """Another way to mend a library that may only be dead weight: one with a version in its name
    (extension modules have none) that no other one of the wheel asks for."""
    names = {file.path.rpartition("/")[2], file.soname or ""}
    is_used = not names.isdisjoint(context.asked_for)
    if is_used or not any(_VERSIONED.search(name) for name in names):
        return ""
    return f"; or leave {min(names - {''})} out: no library of the wheel asks for it"


def _is_promised(policy: Policy, library: str) -> bool:
    """Whether a policy promises a library; musl's own name of its ``libc.so`` has the machine."""
    if policy.libc == "musl" and library.startswith("libc.musl-"):
        return True
    return library in policy.libraries or library.startswith(_LOADERS)


def not_known(context: Context) -> Iterator[Finding]:
    """Accelerator libraries of a version that the facts do not know: unknown is not fine."""
    seen = set()
    for file in context.native:
        for library in context.external(file):
            known = context.facts.is_known(library) or context.facts.externals_of(library)
            family = context.facts.family_of(library)
            if family and not known and not _driver(context, library) and library not in seen:
                seen.add(library)
                yield finding(
                    Rule.LIBRARY_NOT_KNOWN, file.path, library=library, stem=stem_of(library)
                )


def bundled_driver(context: Context) -> Iterator[Finding]:
    """Parts of a driver inside the wheel: they must match the user's kernel driver."""
    for file in context.wheel.elf:
        names = {original_name(file.path.rpartition("/")[2]), original_name(file.soname or "")}
        rows = [row for name in sorted(names) for row in context.facts.drivers_of(name)]
        if rows:
            row = min(rows, key=lambda row: row.fact in context.facts.waived)
            sure = row.standing is not Standing.UNCONFIRMED
            library = original_name(file.soname or file.path.rpartition("/")[2])
            yield finding(
                Rule.BUNDLED_DRIVER,
                file.path,
                facts=(row.fact,),
                severity=None if sure else Severity.WARNING,
                library=library,
                why=row.why,
                pattern=f"{stem_of(library)}.so.*" if _VERSIONED.search(library) else library,
            )


def bundled_next_to_external(context: Context) -> Iterator[Finding]:
    """A runtime in the wheel beside the same one from outside: two of them in one process."""
    bundled = {
        stem_of(original_name(name)): name
        for name in sorted(context.held)
        if context.facts.family_of(original_name(name))
    }
    seen = set()
    for file in context.native:
        for library in context.external(file):
            stem = stem_of(library)
            if stem in bundled and stem not in seen and stem_of(file.soname or "") != stem:
                seen.add(stem)
                user = file.path.rpartition("/")[2]
                yield finding(
                    Rule.BUNDLED_NEXT_TO_EXTERNAL,
                    file.path,
                    library=bundled[stem],
                    user=f"{user} ({library})",
                )


def openmp(context: Context) -> Iterator[Finding]:
    """More than one OpenMP runtime among the wheel's libraries."""
    users: dict[str, str] = {}
    for file in context.native:
        for runtime in file.openmp:
            if runtime != "tbb":
                users.setdefault(runtime, file.path)
    if len(users) > 1:
        said = ", ".join(f"{runtime} ({path})" for runtime, path in sorted(users.items()))
        yield finding(Rule.OPENMP_MIXED, runtimes=said)


def dependencies(context: Context) -> Iterator[Finding]:
    """Accelerator libraries from outside against what Requires-Dist brings."""
    by_family: dict[tuple[str, Rule], dict[str, None]] = {}
    seen = set()
    for file in context.native:
        for library in context.external(file):
            if library in seen or _driver(context, library):
                continue
            seen.add(library)
            if is_of_other_release(context, library):
                continue  # the plan's own finding says so; what it declares follows from that
            if _brought_groups(context, library):
                continue
            if context.facts.is_known(library):
                yield from _dependency(context, file, library, by_family)
            else:
                yield from _other_project(context, file, library)
    yield from _summed(context, by_family)


def is_of_other_release(context: Context, library: str) -> bool:
    """Whether a library belongs to another release of an accelerator than the job's."""
    family = context.facts.family_of(library)
    if context.job is None or family not in context.job.accelerators:
        return False
    return context.facts.is_known(library) and not is_of_release(
        context.facts, library, context.job
    )


def _dependency(
    context: Context,
    file: ElfFile,
    library: str,
    by_family: dict[tuple[str, Rule], dict[str, None]],
) -> Iterator[Finding]:
    family = context.facts.family_of(library) or ""
    providers = planned_providers(context, library)
    if any(_brings(context, row.project, library) for row in providers):
        return
    if not providers:
        by_family.setdefault((family, Rule.SYSTEM_LIBRARY), {})[library] = None
        return
    others = _other_majors(context, library, providers)
    fitting = _fitting(context, family, providers)
    projects = " or ".join(dict.fromkeys(row.project for row in fitting))
    facts = tuple(dict.fromkeys(row.fact for row in fitting))
    if others:
        yield finding(
            Rule.OTHER_MAJOR_DECLARED,
            file.path,
            facts=facts,
            library=library,
            declared=", ".join(others),
            projects=projects,
        )
    elif carrier(context, family):
        by_family.setdefault((family, Rule.BROUGHT_BY_OTHERS), {})[library] = None
    else:
        unknown = context.once(_unknown_bringers)
        yield finding(
            Rule.UNDECLARED_LIBRARY,
            file.path,
            facts=facts,
            severity=Severity.WARNING if unknown else None,
            library=library,
            family=" or ".join(dict.fromkeys(row.family for row in fitting)),
            projects=projects,
            unless=f", unless {' or '.join(unknown[:_SHOWN])} brings it" if unknown else "",
        )


def _unknown_bringers(context: Context) -> tuple[str, ...]:
    """Declared projects that may bring what an accelerator needs: those that the facts do not
    know, named like the wheel itself or like another library that it takes from outside."""
    unknown = _unknown(context)
    found = dict.fromkeys(unknown.akin)
    if context.strictest is not None:
        for _, library in _lacking(context, context.strictest[1]):
            found.update(dict.fromkeys(unknown.named_like(library)))
    return tuple(found)


def _brings(context: Context, project: str, library: str) -> bool:
    """Whether Requires-Dist brings a project in a version that may hold a library."""
    if not context.declared.has(project):
        return False
    specifier = context.declared.versions.get(project, "")
    held = context.facts.holds(project, library, lambda versions: overlap(specifier, versions))
    return held is not False and not _excludes_all(context, project, library, specifier)


def _excludes_all(context: Context, project: str, library: str, specifier: str) -> bool:
    """Whether a specifier admits nothing of the major that the library's versions are of."""
    rows = [row for row in context.facts.providers_of(library) if row.project == project]
    majors = {part.split(".")[0] for row in rows for part in _numbers(row.versions)}
    return bool(majors) and not any(overlap(specifier, f"=={major}.*") for major in majors)


def _numbers(versions: str) -> list[str]:
    return re.findall(r"\d[\d.]*", versions)


def _other_project(context: Context, file: ElfFile, library: str) -> Iterator[Finding]:
    """A library of another project (torch, jaxlib) that no Requires-Dist brings."""
    groups = _undeclared_groups(context, library)
    if groups:
        projects = dict.fromkeys(project for group in groups for project in group.projects)
        yield finding(
            Rule.UNDECLARED_LIBRARY,
            file.path,
            facts=tuple(group.fact for group in groups if group.fact),
            library=library,
            family=groups[0].name,
            projects=" or ".join(of_own_release(context, tuple(projects))),
            unless="",
        )


def _undeclared_groups(context: Context, library: str) -> tuple[ExternalGroup, ...]:
    """The other projects that a library is of, where none of them is declared."""
    groups = tuple(group for group in context.facts.externals_of(library) if group.projects)
    own = normalised(context.wheel.name)
    is_own = any(own in group.projects for group in groups)
    return () if is_own or _brought_groups(context, library) else groups


def _brought_groups(context: Context, library: str) -> tuple[ExternalGroup, ...]:
    """The other projects that a library is of, where one of them is declared."""
    return tuple(
        group
        for group in context.facts.externals_of(library)
        if any(context.declared.has(project) for project in group.projects)
    )


def _fitting(
    context: Context, family: str, rows: tuple[LibraryProvider, ...]
) -> tuple[LibraryProvider, ...]:
    """Of the projects that hold a library those of the wheel's own major, if that is told."""
    major = context.once(own_release, family)
    fitting = tuple(row for row in rows if row.major is None or _is_of(major, row.major))
    return fitting or rows


def of_own_release(context: Context, projects: tuple[str, ...]) -> tuple[str, ...]:
    """Of some projects those whose names tell no other major than the wheel's own, if any."""
    for row in context.facts.spelled:
        major = own_release(context, row.family)
        fitting = (p for p in projects if _is_of(major, release_in(p, row.names)))
        projects = tuple(fitting) or projects
    return projects


def _is_of(release: str, major: str) -> bool:
    return not release or not major or release.startswith(major) or major.startswith(release)


def own_release(context: Context, family: str) -> str:
    """The digits of the family's release (``12``, ``118``) that a wheel's name tells, or else the
    libraries that it needs, where they are of one major; empty where nothing tells it."""
    facts = context.facts
    words = tuple(word for row in facts.spelled if row.family == family for word in row.names)
    named = release_in(context.wheel.name, words)
    if named:
        return named
    majors = set()
    for library in {name for file in context.native for name in context.external(file)}:
        rows = [row for row in facts.providers_of(library) if row.family == family]
        told = {row.major or "" for row in rows}
        majors |= told if len(told) == 1 else set()
    return majors.pop() if len(majors) == 1 else ""


def release_in(name: str, words: tuple[str, ...]) -> str:
    """The digits behind one of some words in a project's name: ``12`` of ``cupy-cuda12x``."""
    parts = (re.fullmatch(r"([a-z]+)(\d+)x?", part) for part in normalised(name).split("-"))
    return next((part[2] for part in parts if part and part[1] in words), "")


def planned_providers(context: Context, library: str) -> tuple[LibraryProvider, ...]:
    """The projects that hold a library; of several, the one that the plan names, else those of the
    planned major."""
    rows = context.facts.providers_of(library)
    if context.job is None:
        return rows
    planned = {c.project for c in context.job.components.values() if c.project}
    majors = {family: v.partition(".")[0] for family, v in context.job.accelerators.items()}
    named = tuple(row for row in rows if row.project in planned)
    return named or tuple(row for row in rows if row.major == majors.get(row.family)) or rows


def _other_majors(
    context: Context, library: str, providers: tuple[LibraryProvider, ...]
) -> tuple[str, ...]:
    """Declared projects that hold the same library of another major."""
    right = {row.project for row in providers}
    sonames = [name for row in context.facts.stems_of(library) for name in row.sonames]
    rows = [row for name in sonames for row in context.facts.providers_of(name)]
    wrong = dict.fromkeys(
        row.project
        for row in rows
        if row.project not in right
        and overlap(context.declared.versions.get(row.project, ""), row.versions)
    )
    own = tuple(
        f"{project} {context.declared.versions[project]}"
        for project in dict.fromkeys(row.project for row in providers)
        if project in context.declared.versions
    )
    return own + tuple(
        f"{project} (by {context.declared.brought[project]})"
        if project in context.declared.brought
        else project
        for project in wrong
        if context.declared.has(project)
    )


def carrier(context: Context, family: str) -> str | None:
    """A project that loads a family's libraries itself (torch, jaxlib), if any: declared, or
    needed and told to be declared.

    Its own dependencies are not looked up: that would need an index.
    """
    if not family:
        return None
    groups = [group for group in context.facts.externals if family in group.families]
    declared = (p for group in groups for p in group.projects if p in context.declared.versions)
    told = context.once(_told_to_declare)
    needed = (project for group in told if group in groups for project in group.projects)
    return next(declared, None) or next(needed, None)


def _told_to_declare(context: Context) -> tuple[ExternalGroup, ...]:
    """The other projects of which the wheel needs a library, and declares none."""
    needed = dict.fromkeys(name for file in context.native for name in context.external(file))
    return tuple(group for name in needed for group in _undeclared_groups(context, name))


def _summed(
    context: Context, by_family: dict[tuple[str, Rule], dict[str, None]]
) -> Iterator[Finding]:
    for (family, rule), libraries in by_family.items():
        rows = [row for name in libraries for row in context.facts.providers_of(name)]
        yield finding(
            rule,
            libraries=", ".join(libraries),
            family=family,
            carrier=carrier(context, family) or "",
            projects=", ".join(dict.fromkeys(row.project for row in rows)),
        )
