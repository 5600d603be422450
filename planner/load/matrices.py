"""``matrices/<family>/``: ``family.yaml``, one file per minor release, maybe ``libraries.yaml`` and
``gpus.yaml``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from planner.errors import Problem
from planner.load.forms import VERSION
from planner.load.kinds import (
    GPU_FACT_KINDS,
    LIBRARY_KINDS,
    FactContext,
    Kinds,
    read_fact,
    read_source_table,
)
from planner.load.nodes import Document, Section, parse_yaml, read_text
from planner.model.accelerators import Component, Family, MinorRelease
from planner.model.nearest import nearest
from planner.model.sources import Fact, Source
from planner.model.vendor_files import FORMATS, RELEASES, VendorFile
from planner.model.versions import version_key

GPU_KINDS = ("cuda", "hip", "names", "none")
STREAMS = ("production", "preview")
_EXTRA_FILES: dict[str, Kinds] = {"libraries": LIBRARY_KINDS, "gpus": GPU_FACT_KINDS}
"""Files that a family may have beside its releases, and the kinds of fact that each holds."""
_NO_RELEASE = frozenset({"family", *_EXTRA_FILES})


def load_families(root: Path, problems: list[Problem]) -> dict[str, Family]:
    """Every family under ``matrices/``, by rank; what is wrong is added to ``problems``."""
    families = []
    for folder in sorted((root / "matrices").iterdir()):
        if folder.is_dir():
            family = _load_family(folder, root, problems)
            if family is not None:
                families.append(family)
    families.sort(key=lambda family: (family.rank, family.name))
    return {family.name: family for family in families}


def open_document(path: Path, root: Path, problems: list[Problem]) -> Section:
    """The root mapping of a YAML file, shown in messages by its path below the data root."""
    shown = path.relative_to(root).as_posix()
    text, unreadable = read_text(path, shown)
    node, unparsable = parse_yaml(text, shown) if not unreadable else (None, [])
    problems += unreadable + unparsable
    document = Document(shown, [] if unreadable or unparsable else problems)
    return document.root(node)


def check_schema(section: Section, key: str) -> None:
    """The first key of every data file names its schema and number."""
    section.integer(key, only=1, what="schema number")


def _load_family(folder: Path, root: Path, problems: list[Problem]) -> Family | None:
    section = open_document(folder / "family.yaml", root, problems)
    if not section.keys:
        section.report(None, "key 'mlplan-family' is missing")
        return None
    family, order = read_family(section, folder.name)
    minors = _load_minors(folder, root, family, problems)
    _check_order(section, order, {path.stem for path in folder.glob("*.yaml")} - _NO_RELEASE)
    extra, more_sources = _load_extra(folder, root, family, problems)
    return replace(
        family,
        facts={**family.facts, **extra},
        minors={minor: minors[minor] for minor in order if minor in minors},
        sources={**family.sources, **more_sources},
    )


def read_family(section: Section, folder: str) -> tuple[Family, tuple[str, ...]]:
    """What ``family.yaml`` of a folder says, as yet without releases, and their order."""
    check_schema(section, "mlplan-family")
    name = section.own_name("family", folder, what="family (the folder's name)") or folder
    order = section.words("order")
    sources = read_source_table(section, "sources")
    context = FactContext(prefix=name, namespace=name, sources=sources, with_releases=True)
    family = Family(
        name=name,
        title=section.text("title") or name,
        rank=section.integer("rank") or 0,
        gpu=section.word("gpu", GPU_KINDS, what="kind of GPU code") or "none",
        components=_components(section),
        facts=_facts(section, "facts", context, required=False),
        minors={},
        sources=sources,
        vendor_files=_vendor_files(section, context.kinds),
        file=section.document.file,
    )
    section.finish()
    return family, order


def _load_extra(
    folder: Path, root: Path, family: Family, problems: list[Problem]
) -> tuple[dict[str, Fact], dict[str, Source]]:
    """The facts of the files that a family may have, and the sources that they add."""
    facts: dict[str, Fact] = {}
    sources: dict[str, Source] = {}
    for name in _EXTRA_FILES:
        path = folder / f"{name}.yaml"
        if path.exists():
            section = open_document(path, root, problems)
            if not section.keys:
                section.report(None, f"key 'mlplan-{name}' is missing")
                continue
            before = {**family.sources, **sources}
            known = replace(family, facts={**family.facts, **facts}, sources=before)
            found, own = read_extra(section, name, known)
            facts |= found
            sources |= own
    return facts, sources


def read_extra(
    section: Section, name: str, family: Family
) -> tuple[dict[str, Fact], dict[str, Source]]:
    """The facts of one such file by local id, and the sources that it adds; ``family`` holds the
    facts and sources of the files before."""
    check_schema(section, f"mlplan-{name}")
    section.own_name("family", family.name, what="family")
    own = read_source_table(section, "sources", required=False)
    for id_ in own.keys() & family.sources.keys():
        section.report_key("sources", "a source with this id stands elsewhere too", found=id_)
    context = FactContext(
        prefix=family.name,
        namespace=family.name,
        sources={**family.sources, **own},
        kinds=_EXTRA_FILES[name],
    )
    facts = _facts(section, "facts", context)
    inner = section.section("facts")
    for local_id in (id_ for id_ in facts if id_ in family.facts):
        if inner is not None:
            file = family.facts[local_id].file
            inner.report_key(local_id, f"a fact with this id stands in {file} too")
    section.finish()
    return facts, own


def _components(section: Section) -> dict[str, Component]:
    components = {}
    for name, row in section.sections("components", required=False):
        components[name] = Component(
            name=name,
            default=row.boolean("default") or False,
            separate=row.boolean("separate", required=False) or False,
            libraries=row.words("libraries"),
        )
        row.finish()
    return components


def _vendor_files(section: Section, kinds: Kinds) -> dict[str, VendorFile]:
    """Where facts are proved, by their kind; ``releases`` is where new releases are found."""
    files = {}
    known = (*kinds, RELEASES)
    for kind, row in section.sections(
        "vendor-files", required=False, among=known, what="kind of fact"
    ):
        files[kind] = VendorFile(
            kind=kind,
            format=row.word("format", FORMATS, what="format") or "",
            project=row.text("project", required=False),
            components=row.words("components", required=False),
            members=row.words("members", required=False),
            option=row.text("option", required=False),
        )
        row.finish()
    return files


def _check_order(section: Section, order: tuple[str, ...], files: set[str]) -> None:
    for minor in order:
        if minor not in files:
            section.report_key(
                "order",
                "names a minor release without a file",
                found=minor,
                near=nearest(minor, files),
            )
    for minor in sorted(files - set(order)):
        section.report_key(
            "order", "leaves out a minor release that has a file", found=f"{minor}.yaml"
        )


def _load_minors(
    folder: Path, root: Path, family: Family, problems: list[Problem]
) -> dict[str, MinorRelease]:
    minors = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.stem in _NO_RELEASE:
            continue
        minor = _load_minor(path, root, family, problems)
        if minor is not None:
            minors[minor.minor] = minor
    return minors


def _load_minor(
    path: Path, root: Path, family: Family, problems: list[Problem]
) -> MinorRelease | None:
    section = open_document(path, root, problems)
    if not section.keys:
        section.report(None, "key 'mlplan-release' is missing")
        return None
    return read_minor(section, path.stem, family)


def read_minor(section: Section, stem: str, family: Family) -> MinorRelease:
    """What the file of a minor release says; ``stem`` is the file's name without its ending."""
    check_schema(section, "mlplan-release")
    section.own_name("family", family.name, what="family")
    minor = section.version("minor") or stem
    if minor != stem:
        section.report_key("minor", "differs from the file's name", found=minor, allowed=stem)
    stream = section.word("stream", STREAMS, what="stream") or "production"
    prefix = f"{family.name}-{minor}"
    context = FactContext(prefix=prefix, namespace=family.name, sources=family.sources)
    releases = _releases(section, family, minor)
    facts = _facts(section, "facts", context)
    _check_components(section, family, [facts, *releases.values()])
    section.finish()
    return MinorRelease(
        family=family.name,
        minor=minor,
        stream=stream,
        facts=facts,
        releases=releases,
        file=section.document.file,
    )


def _releases(section: Section, family: Family, minor: str) -> dict[str, dict[str, Fact]]:
    outer = section.section("releases")
    if outer is None:
        return {}
    releases: dict[str, dict[str, Fact]] = {}
    wanted = "a release is keyed by its quoted full version"
    for version in outer.names(VERSION, wanted, needs="names no release"):
        if version != minor and not version.startswith(f"{minor}."):
            outer.report_key(version, "is no release of this minor", found=version, allowed=minor)
        context = FactContext(
            prefix=f"{family.name}-{version}", namespace=family.name, sources=family.sources
        )
        releases[version] = _facts(outer, version, context)
    if list(releases) != sorted(releases, key=version_key):
        section.report_key("releases", "must stand oldest first")
    return releases


def _facts(
    section: Section, key: str, context: FactContext, *, required: bool = True
) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    inner = section.section(key, required=required)
    if inner is None:
        return facts
    for local_id in inner.keys:
        row = inner.section(local_id)
        if row is None:
            continue
        fact = read_fact(row, local_id, context)
        if fact is not None:
            facts[local_id] = fact
    for local_id, fact in facts.items():
        if fact.overruled_by is not None and fact.overruled_by not in facts:
            inner.report_key(
                local_id,
                "is overruled by a fact that this mapping lacks",
                found=fact.overruled_by,
                near=nearest(fact.overruled_by, facts),
            )
    return facts


def _check_components(section: Section, family: Family, groups: list[dict[str, Fact]]) -> None:
    for facts in groups:
        for fact in facts.values():
            component = fact.text("component")
            if fact.kind == "library-needs" and component not in family.components:
                section.document.problems.append(
                    Problem(
                        file=fact.file,
                        line=fact.line,
                        path=fact.id,
                        message="unknown component",
                        found=component,
                        nearest=nearest(component, family.components),
                    )
                )
