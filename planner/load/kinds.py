"""The kinds of fact that a family's files may hold, and what each must say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from planner.load.forms import FOLDER, PROJECT, RANGE
from planner.load.nodes import Section
from planner.model.gpus import CodeForm, CodeVariant, GpuClass, RunsOn
from planner.model.nearest import nearest
from planner.model.platforms import ARCHITECTURES
from planner.model.sources import Fact, Payload, Source, Standing
from planner.model.wheel_facts import PLACES

QUALIFIERS = ("on", "by", "about", "planned")
COMPILERS = ("gcc", "clang")
STANDARDS = ("98", "03", "11", "14", "17", "20", "23", "26")
STANDINGS = tuple(standing.value for standing in Standing)

Getter = Callable[[Section, str, bool], Payload | None]


def _word(*allowed: str, what: str = "value") -> Getter:
    return lambda section, key, required: section.word(key, allowed, required=required, what=what)


def _text(section: Section, key: str, required: bool) -> Payload | None:
    return section.text(key, required=required)


def _version(section: Section, key: str, required: bool) -> Payload | None:
    return section.version(key, required=required)


def _range(section: Section, key: str, required: bool) -> Payload | None:
    return section.range(key, required=required)


def _day(section: Section, key: str, required: bool) -> Payload | None:
    return section.day(key, required=required)


def _boolean(section: Section, key: str, required: bool) -> Payload | None:
    return section.boolean(key, required=required)


def _words(section: Section, key: str, required: bool) -> Payload | None:
    return section.words(key, required=required) or None


def _choices(*allowed: str, what: str) -> Getter:
    def get(section: Section, key: str, required: bool) -> Payload | None:
        return section.words(key, required=required, among=allowed, what=what) or None

    return get


def _text_or_words(section: Section, key: str, required: bool) -> Payload | None:
    return section.text_or_words(key, required=required)


def _texts(section: Section, key: str, required: bool) -> Payload | None:
    inner = section.section(key, required=required)
    if inner is None:
        return None
    return {name: inner.text(name) or "" for name in inner.keys}


def _lists(section: Section, key: str, required: bool) -> Payload | None:
    """Lists of words by name, each list as one text."""
    inner = section.section(key, required=required)
    if inner is None:
        return None
    return {name: " ".join(inner.words(name)) for name in inner.keys}


def _lists_by_range(section: Section, key: str, required: bool) -> Payload | None:
    """Lists of words by quoted range of versions, each list as one text."""
    inner = section.section(key, required=required)
    if inner is None:
        return None
    names = inner.names(RANGE, "the key is no quoted range")
    return {name: " ".join(inner.words(name)) for name in names}


def _folder(section: Section, key: str, required: bool) -> Payload | None:
    return section.formed(key, FOLDER, required=required)


def _projects(section: Section, key: str, required: bool) -> Payload | None:
    return section.words(key, required=required, form=PROJECT) or None


def _project(section: Section, key: str, required: bool) -> Payload | None:
    return section.formed(key, PROJECT, required=required)


def _table(fields: Mapping[str, Getter]) -> Getter:
    def get(section: Section, key: str, required: bool) -> Payload | None:
        table: dict[str, dict[str, str]] = {}
        for name, row in section.sections(key, required=required):
            values = {field: getter(row, field, False) for field, getter in fields.items()}
            row.finish()
            table[name] = {
                field: " ".join(value) if isinstance(value, tuple) else str(value)
                for field, value in values.items()
                if value is not None
            }
        return table

    return get


_ARCH = _word(*ARCHITECTURES, what="architecture")
_ARCHS = _choices(*ARCHITECTURES, what="architecture")
_COMPILER = _word(*COMPILERS, what="compiler")
_NEEDS = _table(
    {
        "glibc": _version,
        "glibcxx": _version,
        "cxxabi": _version,
        "gcc": _version,
        "zlib": _version,
        "soname": _text,
        "project": _project,
        "version": _version,
        "note": _text,
        "method": _text,
    }
)

Kinds = Mapping[str, Mapping[str, Getter]]

KINDS: dict[str, dict[str, Getter]] = {
    "released": {"date": _day, "qualifier?": _word(*QUALIFIERS, what="qualifier")},
    "components": {
        "pins": _table({"project": _text, "version": _version, "range": _range, "note": _text})
    },
    "architectures": {"covers": _ARCHS},
    "host-compiler": {"compiler": _COMPILER, "range": _range},
    "documented-compiler": {"compiler": _COMPILER, "range": _range},
    "compiler-breakage": {
        "compiler": _COMPILER,
        "range": _range,
        "cxx?": _range,
        "symptom": _text,
    },
    "build-glibc": {"arch": _ARCH, "glibc": _version, "programs?": _words},
    "documented-glibc": {"arch": _ARCH, "glibc": _version, "distribution?": _text},
    "library-needs": {
        "arch": _ARCH,
        "component": _text,
        "project?": _text,
        "version?": _version,
        "tag?": _words,
        "uploaded?": _day,
        "libraries": _NEEDS,
        "method?": _text,
    },
    "gpu-targets": {
        "real?": _words,
        "virtual?": _words,
        "specific?": _words,
        "family?": _words,
        "generic?": _words,
        "deprecated?": _words,
        "architectures?": _ARCHS,
    },
    "gpu-targets-built": {"real": _words},
    "vendor-wheel": {
        "wheel": _text,
        "glibc?": _version,
        "glibcxx?": _version,
        "cxxabi?": _version,
        "bundles?": _words,
        "bundle-kinds?": _words,
        "code-objects?": _words,
        "needs?": _words,
        "targets?": _words,
        "compilers?": _words,
        "search-paths?": _words,
    },
    "compiler-ident": {"identifies": _words},
    "cxx-standards": {"device": _choices(*STANDARDS, what="C++ standard")},
    "cxx-host-compiler": {
        "cxx": _word(*STANDARDS, what="C++ standard"),
        "compiler": _COMPILER,
        "range": _range,
    },
    "driver": {"role": _word("runtime", "toolkit", what="role"), "minimum": _version},
    "sonames": {"libraries": _texts},
    "distributions": {
        "arch": _ARCH,
        "supports": _table({"glibc": _version, "points": _words, "kernel": _text, "note": _text}),
    },
    "python-packages": {
        "suffix": _text,
        "published": _boolean,
        "compiler-driver": _boolean,
    },
    "trait": {"name": _text, "value": _text_or_words, "says?": _text},
    "note": {"says": _text},
    "never-covers": {"architectures": _ARCHS},
    "target-rename": {"old": _text, "new": _text, "at": _version},
    "target-life": {"target": _text, "first": _version, "removed?": _version, "product?": _text},
}
"""Payload fields by kind; a name that ends in a question mark may be left out."""

LIBRARY_KINDS: dict[str, dict[str, Getter]] = {
    "provides": {
        "project": _project,
        "major?": _version,
        "directory": _folder,
        "below?": _word(*PLACES, what="place"),
        "architectures?": _ARCHS,
        "shared-names?": _boolean,
        "wheels": _lists_by_range,
    },
    "extras": {"project": _project, "major?": _version, "versions": _range, "extras": _lists},
    "requires": {"project": _project, "versions": _range, "projects": _projects},
    "driver-library": {"patterns": _words, "why": _text},
    "bundle-compression": {
        "format": _text,
        "version": _version,
        "role": _word("loads", "writes", what="role"),
        "releases": _range,
    },
    "threading-runtime": {"component": _text, "libraries?": _words},
    "spelled": {"words": _words},
    "made-for": {"projects": _projects},
    "trait": KINDS["trait"],
    "note": KINDS["note"],
}
"""The same for the kinds that ``libraries.yaml`` may hold."""

GPU_FACT_KINDS: dict[str, dict[str, Getter]] = {
    "products": {
        "target": _text,
        "class": _word(*(each.value for each in GpuClass), what="class of product"),
        "short?": _text,
        "names": _words,
        "aliases?": _texts,
        "architectures?": _ARCHS,
    },
    "runs-on": {
        "code": _word(*(each.value for each in CodeForm), what="form of code"),
        "variant": _word(*(each.value for each in CodeVariant), what="variant of a target"),
        "runs": _word(*(each.value for each in RunsOn), what="rule"),
        "targets?": _words,
        "says": _text,
    },
    "members": {"target": _text, "members": _words, "code-object?": _text},
    "target-mode": {"mode": _text, "processors": _words, "says": _text},
    "target-driver": {"targets": _words, "first-toolkit?": _version, "last-branch?": _version},
    "name-words": {"left-out": _words, "says": _text},
    "trait": KINDS["trait"],
    "note": KINDS["note"],
}
"""The same for the kinds that ``gpus.yaml`` may hold."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FactContext:
    """What is needed to read the facts of one mapping: how ids start, known sources and kinds.

    ``own`` is the source that every fact has without naming it (an overlay's own file); such facts
    are documented unless they say otherwise.
    """

    prefix: str
    namespace: str
    sources: Mapping[str, Source]
    own: str | None = None
    with_releases: bool = False
    kinds: Kinds = field(default_factory=lambda: KINDS)


def read_fact(section: Section, local_id: str, context: FactContext) -> Fact | None:
    """One fact of a family file; None where its kind is unknown."""
    kind = section.variant("kind", context.kinds, what="kind of fact")
    if kind is None:
        return None
    payload: dict[str, Payload] = {}
    for name, getter in context.kinds[kind].items():
        key = name.removesuffix("?")
        value = getter(section, key, not name.endswith("?"))
        if value is not None:
            payload[key] = value
    if context.with_releases and (releases := section.range("releases", required=False)):
        payload["releases"] = releases
    fact = read_head(section, f"{context.prefix}/{local_id}", kind, context, payload)
    section.finish()
    return fact


def read_head(
    section: Section,
    fact_id: str,
    kind: str,
    context: FactContext,
    payload: Mapping[str, Payload],
) -> Fact:
    """The part that all facts share: standing, sources, day read, evidence, note."""
    default = "unconfirmed" if context.own is None else "documented"
    standing = section.word("standing", STANDINGS, required=context.own is None, what="standing")
    sources = read_sources(section, context, required=context.own is None)
    days = [context.sources[id_].read for id_ in sources if id_ in context.sources]
    read = section.day("read", required=False) or (max(days) if days else "")
    overruled_by = section.text("overruled-by", required=False)
    return Fact(
        id=fact_id,
        kind=kind,
        standing=Standing(standing or default),
        sources=qualified_sources(sources, context),
        read=read,
        payload=payload,
        evidence=section.text("evidence", required=False),
        note=section.text("note", required=False),
        overruled_by=overruled_by,
        file=section.document.file,
        line=section.line,
    )


def read_sources(
    section: Section, context: FactContext, *, required: bool = True
) -> tuple[str, ...]:
    """The source ids of a fact; an id without a row in the sources table is a problem."""
    ids = section.words("source", required=required, needs="a fact needs a source")
    for id_ in ids:
        if id_ not in context.sources:
            section.report_key(
                "source", "unknown source", found=id_, near=nearest(id_, context.sources)
            )
    return ids


def qualified_sources(ids: tuple[str, ...], context: FactContext) -> tuple[str, ...]:
    """Source ids with their namespace, the one that goes without saying first."""
    own = () if context.own is None else (context.own,)
    return tuple(f"{context.namespace}:{id_}" for id_ in (*own, *ids))


def read_source_table(section: Section, key: str, *, required: bool = True) -> dict[str, Source]:
    """The ``sources`` table of a file."""
    table = {}
    for id_, row in section.sections(key, required=required):
        title = row.text("title")
        kind = row.word("kind", ("measured", "document", "secondary", "none"), what="kind")
        read = row.day("read")
        row.finish()
        table[id_] = Source(id=id_, title=title or "", kind=kind or "none", read=read or "")
    return table
