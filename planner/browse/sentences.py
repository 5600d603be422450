"""What a fact says, also where it is of a kind that no plan names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from planner.explain.facts import fact_sentence, subject_of
from planner.model.overlay import is_overlaid, shipped_id
from planner.model.sources import Fact, Payload

_MOST = 24
_TELLING_RELEASES = frozenset({"bundle-compression"})


def statement(fact: Fact) -> str:
    """One sentence for a fact of any kind; nothing of what it says is left out of it but long
    lists, whose length is given."""
    write = _SENTENCES.get(fact.kind)
    if write is None:
        says = fact_sentence(fact)
        says = _by_fields(fact) if says.startswith(fact.id) else says
    elif is_overlaid(fact.id):
        says = f"by the overlay, {write(fact._replace(id=shipped_id(fact.id)))}"
    else:
        says = write(fact)
    limited = fact.text("releases") if fact.kind not in _TELLING_RELEASES else ""
    return f"{says} (releases {limited})" if limited else says


def _by_fields(fact: Fact) -> str:
    """All that a fact says, for kinds that have no sentence."""
    what = fact.kind.replace("-", " ")
    return f"{what} of {subject_of(fact)}: {shown(fact.payload)}"


def shown(value: Payload | Mapping[str, Payload]) -> str:
    """A value of a fact on one line."""
    if isinstance(value, Mapping):
        parts = [f"{key}: {shown(inner)}" if inner != "" else key for key, inner in value.items()]
        return _cut(parts, "; ")
    if isinstance(value, tuple):
        return _cut(list(value), " ")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


def _cut(parts: list[str], between: str) -> str:
    more = f"{between}and {len(parts) - _MOST} more" if len(parts) > _MOST else ""
    return between.join(parts[:_MOST]) + more


def _trait(fact: Fact) -> str:
    says = fact.text("says")
    value = shown(fact.payload.get("value", ""))
    return f"{fact.text('name')}: {value}" + (f" ({says})" if says else "")


def _sonames(fact: Fact) -> str:
    pairs = [f"{name} {soname}" for name, soname in fact.mapping("libraries").items()]
    return f"the sonames of {subject_of(fact)}: {', '.join(pairs)}"


def _distributions(fact: Fact) -> str:
    where = f"{subject_of(fact)} lists for {fact.text('arch')}"
    return f"{where}: {shown(tuple(fact.table('supports')))}"


def _provides(fact: Fact) -> str:
    archs = f" on {' '.join(fact.words('architectures'))}" if fact.words("architectures") else ""
    wheels = fact.payload.get("wheels", "")
    return f"{fact.text('project')} holds in {fact.text('directory')}{archs}: {shown(wheels)}"


def _extras(fact: Fact) -> str:
    names = shown(tuple(fact.mapping("extras")))
    return f"{fact.text('project')} {fact.text('versions')} has the extras {names}"


def _requires(fact: Fact) -> str:
    needed = " ".join(fact.words("projects"))
    return f"{fact.text('project')} {fact.text('versions')} requires {needed}"


def _packages(fact: Fact) -> str:
    if fact.payload.get("published") is False:
        return f"the vendor has no packages of {subject_of(fact)} on the index"
    driver = fact.payload.get("compiler-driver")
    with_driver = ", the compiler driver among them" if driver is True else ""
    suffix = fact.text("suffix") or "none"
    return f"packages of {subject_of(fact)} on the index have the suffix {suffix}{with_driver}"


def _gcc(fact: Fact) -> str:
    name = fact.id.partition("/")[2]
    parts = [f"was released on {fact.text('released')}"] if fact.text("released") else []
    offers = [
        f"{prefix}_{fact.text(key)}"
        for key, prefix in (("glibcxx", "GLIBCXX"), ("cxxabi", "CXXABI"), ("symbols", "GCC"))
        if fact.text(key)
    ]
    parts += [f"its libraries offer {', '.join(offers)}"] if offers else []
    default = fact.text("cxx_default")
    parts += [f"its default is {default}"] if default else []
    return f"gcc {name} {'; '.join(parts)}".rstrip()


def _bundle(fact: Fact) -> str:
    what = f"{fact.text('format')} version {fact.text('version')}"
    return f"releases {fact.text('releases')}: the {_ROLES[fact.text('role')]} {what}"


def _external(fact: Fact) -> str:
    holders = " ".join(fact.words("projects")) or "the interpreter"
    return f"{' '.join(fact.words('patterns'))}: from {holders}"


_ROLES = {"loads": "runtime loads", "writes": "compiler writes"}
_SENTENCES: dict[str, Callable[[Fact], str]] = {
    "trait": _trait,
    "note": lambda f: f.text("says"),
    "sonames": _sonames,
    "distributions": _distributions,
    "provides": _provides,
    "extras": _extras,
    "requires": _requires,
    "python-packages": _packages,
    "driver-library": lambda f: f"{' '.join(f.words('patterns'))}: {f.text('why')}",
    "bundle-compression": _bundle,
    "threading-runtime": lambda f: (
        f"{f.text('component')} loads by itself: {' '.join(f.words('libraries')) or 'nothing'}"
    ),
    "gcc": _gcc,
    "glibc": lambda f: f"glibc {f.id.partition('/')[2]} was released on {f.text('released')}",
    "glibc-trap": lambda f: f"glibc {f.text('glibc')}: {f.text('says')}",
    "linker": lambda f: f"binutils {f.text('since')}: {f.text('says')}",
    "external-library": _external,
}
