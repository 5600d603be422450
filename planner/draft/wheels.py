"""What finished wheels say: their tags are promises, their libraries name releases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from planner.draft.dependencies import whole_major
from planner.draft.known import Known
from planner.draft.matrices import glibc_of
from planner.draft.records import Wish, Wishes
from planner.model.versions import version_key
from planner.verifier.context import Context
from planner.verifier.gpu_code import held_targets

_STABLE = re.compile(r"(cp3\d+)-abi3-")
_PYTHON = re.compile(r"(cp3\d+)-cp3\d+t?-")


def wheel_wishes(wheels: Sequence[tuple[str, Context]], known: Known) -> Wishes:
    """What wheels say about releases, targets, libraries, architectures, tags and Pythons.

    Each wheel comes with the place to name.
    """
    wishes: dict[tuple[tuple[str, str], ...], Wish] = {}
    archs: dict[str, str] = {}
    policies: dict[str, str] = {}
    pythons: dict[str, str] = {}
    naming: dict[str, str] = {}
    for at, context in wheels:
        if context.arch:
            archs.setdefault(context.arch, f"{at}: its tag")
        if glibc := _glibc(context):
            policies.setdefault(glibc, f"{at}: its tag")
        for tag in context.wheel.filename_tags:
            pythons.update(dict.fromkeys(_pythons(tag), f"{at}: its tag"))
        local = context.wheel.version.partition("+")[2]
        if any(release for _, release in known.speller.releases(local)):
            naming.setdefault("local", f"{at}: its version {context.wheel.version}")
        if families := _families(context, known):
            key = tuple(sorted(families.items()))
            wish = _wish(context, families, at)
            wishes[key] = _joined(wishes[key], wish) if key in wishes else wish
    return Wishes(
        wishes=tuple(wishes.values()),
        archs=archs,
        policies=policies,
        pythons=pythons,
        naming=naming,
    )


def _families(context: Context, known: Known) -> dict[str, str]:
    """Families and releases: what the name and local version say, else what its libraries do."""
    found: dict[str, str] = {}
    for word in (context.wheel.version.partition("+")[2], context.wheel.name):
        for family, release in known.speller.releases(word):
            if release:
                found.setdefault(family, whole_major(release))
    for family, majors in _library_majors(context).items():
        found.setdefault(family, f"{majors[0]}.*" if len(majors) == 1 else "")
    for (kind, _), targets in held_targets(context).items():
        for family in known.families_of_gpu(kind) if targets else ():
            found.setdefault(family, "")
    return found


def _library_majors(context: Context) -> dict[str, list[str]]:
    """By family, the majors that all its libraries which the wheel expects from outside agree on.

    A soname may serve several majors: ``libcurand.so.10`` is in CUDA 11, 12 and 13.
    """
    found: dict[str, list[str]] = {}
    for soname in sorted({name for file in context.native for name in context.external(file)}):
        family, majors = _majors_of(soname, context)
        if family is None:
            continue
        both = [major for major in found.get(family, majors) if major in majors]
        found[family] = both or found.get(family, majors)
    return found


def _majors_of(soname: str, context: Context) -> tuple[str | None, list[str]]:
    facts = context.facts
    family = facts.family_of(soname)
    if family is None or facts.component_of(soname) is None:
        return None, []
    majors = [row.major for row in facts.providers_of(soname) if row.major]
    if not majors:
        rows = [row for row in facts.releases_of(soname) if row.family == family]
        majors = [minor.partition(".")[0] for row in rows for minor in row.minors]
    return family, list(dict.fromkeys(majors))


def _wish(context: Context, families: dict[str, str], at: str) -> Wish:
    names = {name for file in context.native for name in context.external(file)}
    links = {context.facts.component_of(name) for name in names}
    return Wish(
        families=families,
        because=(at,),
        gpu=tuple(t for targets in held_targets(context).values() for t in targets),
        links=tuple(sorted(filter(None, links))),
        archs=(context.arch,) if context.arch else (),
    )


def _joined(one: Wish, other: Wish) -> Wish:
    """Two wishes for the same releases as one."""
    return Wish(
        families=one.families,
        because=(*one.because, *other.because),
        gpu=tuple(dict.fromkeys((*one.gpu, *other.gpu))),
        links=tuple(dict.fromkeys((*one.links, *other.links))),
        archs=tuple(dict.fromkeys((*one.archs, *other.archs))),
    )


def _glibc(context: Context) -> str | None:
    """The oldest glibc that the wheel's manylinux tags promise to run on."""
    policies = [tag.policy for tag in context.platforms if tag.policy is not None]
    found = [glibc_of(policy) for policy in policies if policy.startswith("manylinux_")]
    return min(found, key=version_key, default=None)


def _pythons(tag: str) -> Iterator[str]:
    """``abi3-cp311`` or ``cp312`` of a wheel's tag."""
    if match := _STABLE.match(tag):
        yield f"abi3-{match[1]}"
    elif match := _PYTHON.match(tag):
        yield match[1]
