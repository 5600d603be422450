"""Policies, images, distributions, interpreters, glibc and architectures as subjects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from planner.browse.known import Known, Maker, in_force, row, table
from planner.browse.records import Row, Section, Subject
from planner.browse.topics import sections_of
from planner.model.platforms import ARCHITECTURES
from planner.model.policies import Policy
from planner.model.versions import is_version, newest, version_key

_PREFIXES = ("GLIBC", "GLIBCXX", "CXXABI", "GCC")


def host_names(known: Known) -> Iterator[tuple[str, Maker]]:
    """Every name of a policy, image, distribution, Python, glibc or architecture."""
    policies = known.base.policies
    for policy in policies.policies.values():
        for name in (policy.name, *policy.aliases):
            yield name, partial(_policy, known, policy)
    for name in policies.images:
        yield name, partial(_image, known, name)
    for name in policies.distributions:
        yield name, partial(_distribution, known, name)
    for name, interpreter in policies.interpreters.items():
        for spelling in (name, f"python {interpreter.python}"):
            yield spelling, partial(_interpreter, known, name)
    for version in _glibcs(known):
        yield f"glibc {version}", partial(_glibc, known, version)
    for arch in ARCHITECTURES:
        yield arch, partial(_architecture, known, arch)
    yield "pip", lambda: known.subject("installer", "pip", sections_of(known.of_kind("installer")))


def _policy(known: Known, policy: Policy) -> Subject:
    images = [i for i in known.base.policies.images.values() if i.policy == policy.name]
    spelling = f"{policy.name.partition('_')[0]}_x_y"
    pips = [
        rule.fact
        for rule in known.base.policies.installers
        if rule.what == "spelling" and ({spelling, *policy.aliases} & set(rule.of))
    ]
    columns = ("architecture", *_PREFIXES)
    rows = [
        row(arch, *(_newest(symbols.get(p, ())) for p in _PREFIXES), facts=[policy.fact.id])
        for arch, symbols in policy.symbols.items()
    ]
    return known.subject(
        "policy",
        policy.name,
        [
            *sections_of([policy.fact, *pips]),
            table("newest symbol versions that a wheel may need", columns, rows),
            table("images", ("image", "status", "architectures"), _image_rows(known, policy)),
        ],
        title=f"{policy.name}: a platform policy for {policy.libc} {policy.version}",
        summary=(
            ("also called", " ".join(policy.aliases)),
            ("defined by", f"PEP {policy.pep}"),
            ("images", " ".join(image.name for image in images)),
            ("libraries", " ".join(policy.libraries)),
        ),
    )


def _newest(versions: Sequence[str]) -> str:
    numbers = [version for version in versions if is_version(version)]
    return newest(*numbers) if numbers else "none"


def _image_rows(known: Known, policy: Policy) -> Iterator[Row]:
    for image in known.base.policies.images.values():
        if image.policy == policy.name:
            archs = " ".join(image.architectures)
            yield row(image.name, image.status, archs, facts=[image.fact.id])


def _image(known: Known, name: str) -> Subject:
    image = known.base.policies.images[name]
    facts = [image.fact, *(entry.fact for entry in image.architectures.values())]
    facts += [held.fact for held in image.toolsets]
    bases = dict.fromkeys(entry.base for entry in image.architectures.values())
    ends = [end.fact for end in known.base.policies.ends if end.id in bases]
    rows = [
        row(each.tag, each.since or "", each.until or "still there", facts=[each.fact.id])
        for each in known.base.policies.image_interpreters
        if each.images == image.interpreters
    ]
    toolkits = " ".join(f"{family} {minor}" for family, minor in image.toolkits.items())
    return known.subject(
        "image",
        name,
        [
            *sections_of([*facts, *ends]),
            table("Pythons", ("python", "since", "until"), rows),
        ],
        title=f"{name}: a build image of {image.publisher}",
        summary=(
            ("policy", image.policy),
            ("reference", image.repository),
            ("toolkits", toolkits),
        ),
    )


def _distribution(known: Known, name: str) -> Subject:
    policies = known.base.policies
    facts = [policies.distributions[name].fact]
    facts += [end.fact for end in policies.ends if end.id == name]
    facts += [row.fact for row in policies.obtainable if row.base == name]
    facts += [toolset.fact for toolset in policies.toolsets.values() if toolset.base == name]
    based = [
        entry.fact
        for image in policies.images.values()
        for entry in image.architectures.values()
        if entry.base == name
    ]
    listed: dict[str, dict[str, str]] = {}
    for minor in known.minors:
        for fact in in_force(minor.facts.values()):
            if fact.kind == "distributions" and name in fact.table("supports"):
                archs = listed.setdefault(f"{minor.family} {minor.minor}", {})
                archs[fact.text("arch")] = fact.id
    rows = [row(n, " ".join(archs), facts=archs.values()) for n, archs in listed.items()]
    return known.subject(
        "distribution",
        name,
        [
            *sections_of(facts),
            Section(title="images built on it", facts=tuple(based)),
            table("releases whose vendor lists it", ("release", "architectures"), rows),
        ],
    )


def _interpreter(known: Known, tag: str) -> Subject:
    policies = known.base.policies
    facts = [policies.interpreters[tag].fact]
    facts += [end.fact for end in policies.ends if end.id in (tag, tag.removesuffix("t"))]
    facts += [each.fact for each in policies.image_interpreters if each.tag == tag]
    facts += [rule.fact for rule in policies.installers if tag in rule.of]
    return known.subject("Python", tag, sections_of(facts))


def _glibcs(known: Known) -> list[str]:
    policies = known.base.policies
    found = {fact.id.partition("/")[2] for fact in known.of_kind("glibc")}
    found |= {distro.glibc for distro in policies.distributions.values() if distro.glibc}
    found |= {policy.version for policy in policies.policies.values() if policy.libc == "glibc"}
    return sorted(found, key=version_key)


def _glibc(known: Known, version: str) -> Subject:
    policies = known.base.policies
    facts = [f for f in known.of_kind("glibc") if f.id == f"glibc/{version}"]
    facts += [f for f in known.of_kind("glibc-trap") if f.text("glibc") == version]
    named = [
        policy.fact
        for policy in policies.policies.values()
        if policy.libc == "glibc" and policy.version == version
    ]
    rows = [
        row(d.id, d.glibc or "", d.glibcxx or "", d.pip or "", facts=[d.fact.id])
        for d in policies.distributions.values()
        if d.glibc == version
    ]
    columns = ("distribution", "glibc", "GLIBCXX", "pip")
    return known.subject(
        "glibc",
        f"glibc {version}",
        [*sections_of([*facts, *named]), table("distributions that have it", columns, rows)],
        title=f"glibc {version}",
    )


def _architecture(known: Known, arch: str) -> Subject:
    images = [
        row(image.name, image.policy, image.status, facts=[image.architectures[arch].fact.id])
        for image in known.base.policies.images.values()
        if arch in image.architectures
    ]
    never = [f for f in known.of_kind("never-covers") if arch in f.words("architectures")]
    releases = [
        row(f"{minor.family} {minor.minor}", fact.standing.value, facts=[fact.id])
        for minor in known.minors
        for fact in in_force(minor.facts.values())
        if fact.kind == "architectures" and arch in fact.words("covers")
    ]
    return known.subject(
        "architecture",
        arch,
        [
            table("images", ("image", "policy", "status"), images),
            *sections_of(never),
            table("releases that cover it, newest first", ("release", "standing"), releases),
        ],
    )
