"""What an overlay may change in which kind of fact, and which changes only tighten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from planner.load.kinds import KINDS
from planner.load.nodes import Section
from planner.model.platforms import ARCHITECTURES
from planner.model.sources import Payload, Standing
from planner.model.versions import last_day, range_within, version_key

Shipped = Payload | None
"""A field of a shipped fact; None where it has no such field."""
Tightens = Callable[[Shipped, Payload], bool]
"""Whether a new value lets in at most what the shipped one does."""
Getter = Callable[[Section, str], Payload | None]


@dataclass(frozen=True, slots=True)
class Field:
    """A field that may be changed: how it is read, and when its change only tightens."""

    get: Getter
    tightens: Tightens


def _any(shipped: Shipped, own: Payload) -> bool:
    """It says nothing about what is possible."""
    return True


def _unclear(shipped: Shipped, own: Payload) -> bool:
    """What it lets in cannot be compared."""
    return False


def _narrower(shipped: Shipped, own: Payload) -> bool:
    return shipped is None or range_within(_text(own), _text(shipped))


def _wider(shipped: Shipped, own: Payload) -> bool:
    return shipped is not None and range_within(_text(shipped), _text(own))


def _higher(shipped: Shipped, own: Payload) -> bool:
    return shipped is None or version_key(_text(own)) >= version_key(_text(shipped))


def _lower(shipped: Shipped, own: Payload) -> bool:
    return shipped is not None and version_key(_text(own)) <= version_key(_text(shipped))


def _later(shipped: Shipped, own: Payload) -> bool:
    return shipped is not None and last_day(_text(own)) >= last_day(_text(shipped))


def _earlier(shipped: Shipped, own: Payload) -> bool:
    return shipped is None or last_day(_text(own)) <= last_day(_text(shipped))


def _fewer(shipped: Shipped, own: Payload) -> bool:
    return set(_words(own)) <= set(_words(shipped))


def _fewer_of_all(shipped: Shipped, own: Payload) -> bool:
    return shipped is None or _fewer(shipped, own)


def _more(shipped: Shipped, own: Payload) -> bool:
    return set(_words(shipped)) <= set(_words(own))


def _needs_more(shipped: Shipped, own: Payload) -> bool:
    """Of every library at least what it needs according to the shipped fact."""
    if not isinstance(shipped, Mapping) or not isinstance(own, Mapping):
        return False
    return all(_library_needs_more(needs, own.get(name)) for name, needs in shipped.items())


def _library_needs_more(shipped: object, own: object) -> bool:
    if not isinstance(shipped, Mapping) or not isinstance(own, Mapping):
        return False
    versions = {key: text for key, text in shipped.items() if key in _NEEDED_VERSIONS}
    return all(
        key in own and version_key(own[key]) >= version_key(text) for key, text in versions.items()
    )


_NEEDED_VERSIONS = ("glibc", "glibcxx", "cxxabi", "gcc", "zlib")
_STATUS = ("supported", "alpha", "ended", "unpublished")


def _worse_status(shipped: Shipped, own: Payload) -> bool:
    return _STATUS.index(_text(own)) >= _STATUS.index(_text(shipped))


def as_strong(shipped: Standing, own: Standing) -> bool:
    """Whether a fact of a standing refuses whatever one of the shipped standing refuses."""
    refusing = (Standing.ENFORCED, Standing.MEASURED)
    return own in refusing or shipped not in refusing


def _text(value: Shipped) -> str:
    return value if isinstance(value, str) else ""


def _words(value: Shipped) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


_FAMILY_DIRECTIONS: dict[str, dict[str, Tightens]] = {
    "released": {"date": _later, "qualifier": _any},
    "components": {"pins": _unclear},
    "architectures": {"covers": _fewer},
    "host-compiler": {"range": _narrower},
    "documented-compiler": {"range": _narrower},
    "compiler-breakage": {"range": _wider, "cxx": _wider, "symptom": _any},
    "cxx-host-compiler": {"range": _narrower},
    "build-glibc": {"glibc": _higher},
    "documented-glibc": {"glibc": _higher},
    "library-needs": {"libraries": _needs_more},
    "gpu-targets": {
        "real": _fewer,
        "virtual": _fewer,
        "specific": _fewer,
        "family": _fewer,
        "generic": _fewer,
        "deprecated": _more,
        "architectures": _fewer_of_all,
    },
    "gpu-targets-built": {"real": _fewer},
    "cxx-standards": {"device": _fewer},
    "driver": {"minimum": _higher},
}


def _family_field(kind: str, name: str, tightens: Tightens) -> Field:
    getters = {key.removesuffix("?"): getter for key, getter in KINDS[kind].items()}
    getter = getters[name]
    return Field(lambda section, key: getter(section, key, False), tightens)


def _read_text(section: Section, key: str) -> Payload | None:
    return section.text(key)


def _read_day(section: Section, key: str) -> Payload | None:
    return section.day(key)


def _read_version(section: Section, key: str) -> Payload | None:
    return section.version(key)


def _read_range(section: Section, key: str) -> Payload | None:
    return section.range(key)


def _archs(section: Section, key: str) -> Payload | None:
    needs = "names no architecture"
    return section.words(key, among=ARCHITECTURES, what="architecture", needs=needs) or None


def _status(section: Section, key: str) -> Payload | None:
    return section.word(key, _STATUS, what="status of an image")


_POLICY_FIELDS: dict[str, dict[str, Field]] = {
    "image": {
        "publisher": Field(_read_text, _any),
        "repository": Field(_read_text, _any),
        "status": Field(_status, _worse_status),
        "ended": Field(_read_day, _earlier),
        "interpreters": Field(_read_text, _unclear),
    },
    "image-architecture": {
        "since": Field(_read_day, _later),
        "base": Field(_read_text, _unclear),
        "digest": Field(_read_text, _any),
        "pinned": Field(_read_text, _any),
        "level": Field(_read_version, _higher),
    },
    "image-toolset": {
        "since": Field(_read_day, _later),
        "architectures": Field(_archs, _fewer),
    },
    "toolset": {
        "gcc": Field(_read_version, _unclear),
        "binutils": Field(_read_version, _unclear),
        "package": Field(_read_text, _any),
    },
    "obtainable": {
        "since": Field(_read_day, _later),
        "architectures": Field(_archs, _fewer),
    },
    "end": {"date": Field(_read_day, _earlier)},
    "distribution": {
        "glibc": Field(_read_version, _lower),
        "glibcxx": Field(_read_version, _lower),
        "pip": Field(_read_version, _lower),
        "architectures": Field(_archs, _fewer),
    },
    "cxx-standard": {"gcc": Field(_read_range, lambda s, own: s is not None and _narrower(s, own))},
    "feature": {
        "binutils": Field(_read_range, _narrower),
        "gcc": Field(_read_range, _narrower),
        "architectures": Field(_archs, _fewer),
    },
    "interpreter": {"released": Field(_read_day, _later)},
    "image-interpreter": {
        "since": Field(_read_day, _later),
        "until": Field(_read_day, _earlier),
        "architectures": Field(_archs, _fewer_of_all),
    },
    "installer": {"pip": Field(_read_version, _higher)},
}
"""Of facts of ``policies/``; the names are those of the rows, with ``_`` those of the records."""

CHANGEABLE: Mapping[str, Mapping[str, Field]] = {
    **{
        kind: {name: _family_field(kind, name, tightens) for name, tightens in fields.items()}
        for kind, fields in _FAMILY_DIRECTIONS.items()
    },
    **_POLICY_FIELDS,
}
"""The fields that an overlay may change, by kind of fact."""

WAIVABLE = (
    "host-compiler",
    "documented-compiler",
    "compiler-breakage",
    "cxx-host-compiler",
    "build-glibc",
    "documented-glibc",
    "library-needs",
    "driver",
    "cxx-standards",
    "cxx-standard",
    "feature",
    "end",
    "driver-library",
    "bundle-compression",
)
"""The kinds of fact that only refuse, so that a waiver of one refuses less and permits nothing."""

ADDABLE = (
    "documented-compiler",
    "compiler-breakage",
    "cxx-host-compiler",
    "build-glibc",
    "documented-glibc",
)
"""The kinds that only take away from what is possible, whatever else is known.

``host-compiler`` is none of them: where a vendor enforces a limit, documented ones only warn.
"""
