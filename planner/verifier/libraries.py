"""Needed libraries against the policy, the wheel's own content and its dependencies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from planner.model.policies import Policy
from planner.model.wheel_facts import LibraryProvider, original_name, stem_of
from planner.model.wheels import ElfFile
from planner.verifier.catalogue import Rule
from planner.verifier.context import Context
from planner.verifier.findings import Finding, Severity, finding
from planner.verifier.releases import is_of_release
from planner.verifier.requirements import normalised, overlap

_VERSIONED = re.compile(r"\.so\.\d")
_LOADERS = ("ld-linux", "ld64.so", "ld.so", "ld-musl", "linux-vdso")


def is_expected(context: Context, library: str) -> bool:
    """Whether a library comes from outside by the facts: an accelerator's, or another project's."""
    facts = context.facts
    if context.job and any(c.soname == library for c in context.job.components.values()):
        return True
    others = any(group.projects for group in facts.externals_of(library))
    return bool(others or facts.family_of(library) or _driver(context, library))


def _driver(context: Context, library: str) -> bool:
    return bool(context.facts.drivers_of(library))


def outside_policy(context: Context) -> Iterator[Finding]:
    """Libraries that nobody provides: not the policy, not the wheel, not a known project."""
    if context.strictest is None:
        return
    _, policy = context.strictest
    for file in context.native:
        for library in context.external(file):
            if not _is_promised(policy, library) and not is_expected(context, library):
                yield finding(
                    Rule.LIBRARY_OUTSIDE_POLICY,
                    file.path,
                    facts=(policy.fact.id,),
                    library=library,
                    policy=policy.name,
                    or_else=_or_else(context, file),
                )


def _or_else(context: Context, file: ElfFile) -> str:
    """Another way to mend a library that may only be dead weight: one with a version in its name
    (extension modules have none) that no other one of the wheel asks for."""
    names = {file.path.rpartition("/")[2], file.soname or ""}
    is_used = any(names.intersection(other.needed) for other in context.wheel.elf)
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
            sure = row.standing.value != "unconfirmed"
            yield finding(
                Rule.BUNDLED_DRIVER,
                file.path,
                facts=(row.fact,),
                severity=None if sure else Severity.WARNING,
                library=original_name(file.soname or file.path.rpartition("/")[2]),
                why=row.why,
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
    projects = " or ".join(dict.fromkeys(row.project for row in providers))
    facts = tuple(dict.fromkeys(row.fact for row in providers))
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
        yield finding(
            Rule.UNDECLARED_LIBRARY,
            file.path,
            facts=facts,
            library=library,
            family=family,
            projects=projects,
        )


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
    groups = [group for group in context.facts.externals_of(library) if group.projects]
    own = normalised(context.wheel.name)
    projects = [project for group in groups for project in group.projects]
    if groups and own not in projects and not any(context.declared.has(p) for p in projects):
        yield finding(
            Rule.UNDECLARED_LIBRARY,
            file.path,
            facts=tuple(group.fact for group in groups),
            library=library,
            family=groups[0].name,
            projects=" or ".join(projects),
        )


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
    wrong = dict.fromkeys(row.project for row in rows if row.project not in right)
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
    """A declared project that loads a family's libraries itself (torch, jaxlib), if any.

    Its own dependencies are not looked up: that would need an index.
    """
    for group in context.facts.externals:
        for project in group.projects:
            if family and project in context.declared.versions and family in group.families:
                return project
    return None


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
