"""Where facts say different things about one thing, which one the solver goes by, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from planner.browse.records import Disagreement, Side
from planner.browse.sentences import shown
from planner.browse.topics import highest_need
from planner.explain.facts import subject_of
from planner.model.accelerators import MinorRelease
from planner.model.facts import FactBase
from planner.model.overlay import is_overlaid
from planner.model.sources import Fact, Standing
from planner.model.versions import newest, version_key

_FIELDS = {
    "host-compiler": "range",
    "documented-compiler": "range",
    "cxx-host-compiler": "range",
    "end": "date",
    "trait": "value",
    "released": "date",
    "driver": "minimum",
    "build-glibc": "glibc",
    "documented-glibc": "glibc",
}
"""The field that facts of a kind disagree about; of others it is all that differs."""


def disagreements(facts: FactBase) -> list[Disagreement]:
    """Every disagreement: those that a person decided, then those that a rule decides."""
    found = [*_overruled(facts), *_ends(facts)]
    for family in facts.families.values():
        for minor in family.minors.values():
            for members in _in_force(minor):
                found += [*_compilers(members), *_glibc(members), *_targets(members)]
    return list({tuple(side.fact.id for side in each.sides): each for each in found}.values())


def _in_force(minor: MinorRelease) -> list[list[Fact]]:
    """The facts that hold together: those of the minor release, and of each full version that has
    other ones."""
    sets = [list(minor.facts.values())]
    sets += [list(minor.facts_of(v).values()) for v, own in minor.releases.items() if own]
    return [[fact for fact in each if fact.overruled_by is None] for each in sets]


def believed(fact: Fact, facts: Mapping[str, Fact]) -> Fact | None:
    """The fact that is believed instead of an overruled one; None where it overrules nothing that
    is known. It is named by its whole id, or by its local one in the same place."""
    if fact.overruled_by is None:
        return None
    prefix = fact.id.rpartition("/")[0]
    place = prefix.rpartition(".")[0] if prefix.count(".") > 1 else prefix
    names = (fact.overruled_by, f"{prefix}/{fact.overruled_by}", f"{place}/{fact.overruled_by}")
    return next((facts[name] for name in names if name in facts), None)


def _overruled(facts: FactBase) -> Iterator[Disagreement]:
    known = facts.facts()
    by_used: dict[str, list[Fact]] = {}
    for fact in known.values():
        used = believed(fact, known)
        while used is not None and (next_ := believed(used, known)) is not None:
            used = next_
        if used is not None:
            by_used.setdefault(used.id, []).append(fact)
    for id_, others in by_used.items():
        yield _decided(known[id_], others)


def _ends(facts: FactBase) -> Iterator[Disagreement]:
    """Days on which support ends: rows of one thing of which some are overruled."""
    rows = facts.policies.ends
    for row in rows:
        if not row.overruled:
            key = (row.of, row.id, row.what)
            others = [o.fact for o in rows if o.overruled and (o.of, o.id, o.what) == key]
            if others:
                yield _decided(row.fact, others)


def _decided(used: Fact, others: list[Fact]) -> Disagreement:
    """A disagreement that a person decided; the note of what was not believed says why."""
    sides = [_side(fact, [used, *others], is_used=fact is used) for fact in (used, *others)]
    notes = dict.fromkeys(fact.note for fact in others if fact.note)
    why = "; ".join(notes) or f"{used.id} is marked as believed, without a reason"
    if is_overlaid(used.id):
        why = f"this project's overlay says so: {used.note}" if used.note else "the overlay says so"
    return Disagreement(about=_about(used), sides=tuple(sides), why=why)


def _about(fact: Fact) -> str:
    if fact.kind == "end":
        return f"end of {fact.text('what')} support of {fact.text('id')}"
    if fact.kind in ("host-compiler", "documented-compiler"):
        return f"host {fact.text('compiler')} of {subject_of(fact)}"
    if fact.kind == "trait":
        return f"{fact.text('name')} {fact.text('says')}".strip()
    return f"{fact.kind} of {subject_of(fact)}"


def _side(fact: Fact, rivals: Iterable[Fact], *, is_used: bool) -> Side:
    field = _FIELDS.get(fact.kind)
    if field is not None and field in fact.payload:
        return Side(fact=fact, value=shown(fact.payload[field]), is_used=is_used)
    return Side(fact=fact, value=_difference(fact, list(rivals)), is_used=is_used)


def _difference(fact: Fact, rivals: list[Fact]) -> str:
    """What a fact says otherwise than its rivals, down to the names in its tables."""
    parts = []
    for key, value in fact.payload.items():
        others = [rival.payload.get(key) for rival in rivals if rival is not fact]
        if all(other == value for other in others):
            continue
        if isinstance(value, Mapping):
            tables = [other if isinstance(other, Mapping) else {} for other in others]
            inner = {n: v for n, v in value.items() if any(t.get(n) != v for t in tables)}
            parts.append("; ".join(f"{name} {_version(row)}" for name, row in inner.items()))
        else:
            parts.append(f"{key} {shown(value)}")
    return "; ".join(parts) or "the same"


def _version(row: Mapping[str, str] | str) -> str:
    return row if isinstance(row, str) else row.get("version") or shown(row)


def _compilers(facts: list[Fact]) -> Iterator[Disagreement]:
    """A limit of the vendor's tool, and documents that state another one."""
    bounds: dict[tuple[str, bool], list[Fact]] = {}
    for fact in facts:
        if fact.kind in ("host-compiler", "documented-compiler"):
            is_upper = fact.text("range").startswith("<")
            bounds.setdefault((fact.text("compiler"), is_upper), []).append(fact)
    for (compiler, is_upper), rivals in bounds.items():
        if len({fact.text("range") for fact in rivals}) < 2:
            continue
        own = [fact for fact in rivals if fact.kind == "host-compiler"]
        # Where the tool states no limit every document binds: the narrowest decides.
        used = own or [_narrowest(rivals, is_upper=is_upper)]
        sides = [_side(fact, rivals, is_used=fact in used) for fact in rivals]
        bound = "newest" if is_upper else "oldest"
        why = _compiler_reason(own)
        yield Disagreement(
            about=f"{bound} host {compiler} of {subject_of(rivals[0])}",
            sides=tuple(sorted(sides, key=lambda side: not side.is_used)),
            why=why if compiler == "gcc" else f"{why} (no plan rests on it: they build with gcc)",
        )


def _narrowest(rivals: list[Fact], *, is_upper: bool) -> Fact:
    ordered = sorted(rivals, key=lambda fact: version_key(fact.text("range").lstrip("<>=! ")))
    return ordered[0] if is_upper else ordered[-1]


def _compiler_reason(own: list[Fact]) -> str:
    if not own:
        return "the tool's own limit is not known, so documents refuse, and the narrowest decides"
    known = (
        "the vendor's tool enforces it"
        if own[0].standing is Standing.ENFORCED
        else f"it is the tool's own limit, though {own[0].standing} only"
    )
    return f"{known}, so it refuses; what a document states beside it warns"


def _glibc(facts: list[Fact]) -> Iterator[Disagreement]:
    """The glibc that a vendor documents, and what was measured in its libraries."""
    documented = {f.text("arch"): f for f in facts if f.kind == "documented-glibc"}
    measured: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.kind == "library-needs":
            measured.setdefault(fact.text("arch"), []).append(fact)
    for arch in [arch for arch in documented if arch in measured]:
        stated = documented[arch]
        needs = {fact.id: highest_need(fact) for fact in measured[arch]}
        known = [glibc for glibc, _ in needs.values() if glibc != "none"]
        highest = newest(*known) if known else "none"
        if highest == stated.text("glibc"):
            continue
        decisive = [fact for fact in measured[arch] if needs[fact.id][0] == highest]
        yield Disagreement(
            about=f"glibc that {subject_of(stated)} needs on {arch}",
            sides=(
                *(
                    Side(fact=f, value=f"{highest} ({' '.join(needs[f.id][1])})", is_used=True)
                    for f in decisive
                ),
                Side(fact=stated, value=stated.text("glibc"), is_used=False),
            ),
            why=(
                "for libraries that were measured the measurement decides and the document warns; "
                "for those that were not the document refuses"
            ),
        )


def _targets(facts: list[Fact]) -> Iterator[Disagreement]:
    """GPU targets that a vendor lists, and those that its build files build."""
    listed = [fact for fact in facts if fact.kind == "gpu-targets"]
    for built in (fact for fact in facts if fact.kind == "gpu-targets-built"):
        for fact in listed:
            extra = tuple(t for t in built.words("real") if t not in fact.words("real"))
            if extra:
                yield Disagreement(
                    about=f"GPU targets of {subject_of(fact)}",
                    sides=(
                        Side(fact=fact, value=shown(fact.words("real")), is_used=True),
                        Side(fact=built, value=f"also {' '.join(extra)}", is_used=False),
                    ),
                    why="targets are chosen from the list; one that is only built can be asked "
                    "for, with a warning",
                )
