"""The verdict on one row, its minimal conflicts, and the facts behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from planner.check.checks import RULE_ORDER, OwnRule
from planner.check.places import Places
from planner.check.row_rules import pair_rules, release_rules
from planner.check.rows import Atom, Names, Row
from planner.model.rules import WAIVERS, Rule
from planner.model.specs import spec_admits
from planner.plan.records import Conflict
from planner.solve.day import Day
from planner.solve.predicates import ENVIRONMENT_RULES, PAIR_RULES, RELEASE_RULES
from planner.solve.rows import Environment, Release
from planner.solve.verdict import Verdict, unwaived

Key = tuple[str, str, str]
"""A broken rule: its name, the family that it is about, the item that it is asked with."""
Broken = dict[Key, tuple[str, ...]]

_MOST_CONFLICTS = 16
_MOST_NODES = 80
_LIFECYCLE = (Rule.IMAGE_NOT_ENDED, Rule.IMAGE_NOT_ALPHA, Rule.BASE_NOT_ENDED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """Some parts of a row, spread out for the rules that ask for them."""

    arch: str
    day: Day
    families: tuple[str, ...]
    in_image: bool
    has_tag: bool
    cxx: str
    pythons: tuple[str, ...]
    release_rules: Mapping[str, list[tuple[Rule, str, object]]]
    pair_rules: Mapping[str, list[tuple[Rule, object]]]


class Judge:
    """Judges rows against one set of tables on one day (rows may state another day).

    ``unwaived`` judges them as if no fact were waived; None where none is.
    """

    def __init__(self, names: Names, today: str) -> None:
        self.names = names
        self.tables = names.tables
        self.today = today
        self.places = Places(names.tables)
        self.unwaived = _without_waivers(names, today)
        self._asked: dict[tuple[object, ...], Verdict] = {}
        self._releases: dict[tuple[str, str], list[Release]] = {}

    def is_possible(self, row: Row, parts: Iterable[Atom] | None = None) -> bool:
        """Whether nothing refuses a row (or some parts of it)."""
        chosen = frozenset(row.atoms() if parts is None else parts)
        asked: dict[str, Parts] = {}
        left: dict[str, list[list[Release]]] = {}
        for place in self.places.of(row, chosen):
            arch = place.environment.arch
            if arch not in asked:
                asked[arch] = self._parts(row, chosen, arch)
                left[arch] = self._left(row, asked[arch])
            if not place.flaws and self._fits(row, asked[arch], left[arch], place.environment):
                return True
        return False

    def releases(self, row: Row, family: str) -> list[Release]:
        """The releases that a row's value may mean, newest first."""
        spec = row.families[family]
        found = self._releases.get((family, spec))
        if found is None:
            every = self.tables.families[family].releases
            found = [release for release in every if spec_admits(spec, release.version)]
            if spec == "newest":
                found = [release for release in every if not release.preview][:1]
            self._releases[(family, spec)] = found
        return found

    def day(self, row: Row, parts: frozenset[Atom] | None = None) -> Day:
        """The day of a row, stated or today."""
        stated = bool(row.date) and (parts is None or ("date", "") in parts)
        return Day(row.date, explicit=True) if stated else Day(self.today, explicit=False)

    def _left(self, row: Row, asked: Parts) -> list[list[Release]]:
        """By family the releases that break no rule on releases alone."""
        return [
            [
                release
                for release in self.releases(row, family)
                if next(self._alone_broken(asked, family, release), None) is None
            ]
            for family in asked.families
        ]

    def _fits(self, row: Row, asked: Parts, left: list[list[Release]], env: Environment) -> bool:
        """Whether an environment and some of the releases left break no rule."""
        if not all(left) or next(self._environment_broken(row, asked, env), None) is not None:
            return False
        return all(
            any(
                next(self._pair_broken(asked, family, release, env), None) is None
                for release in releases
            )
            for family, releases in zip(asked.families, left, strict=True)
        )

    def _parts(self, row: Row, chosen: frozenset[Atom], arch: str) -> Parts:
        names = tuple(name for name in row.families if (name, "") in chosen)
        families = [self.tables.families[name] for name in names]
        day = self.day(row, chosen)
        cxx = row.cxx if ("cxx", "") in chosen else ""
        links = tuple(item for item in row.links if ("links", item) in chosen)
        gpu = self.names.grouped(tuple(item for item in row.gpu if ("gpu", item) in chosen))
        in_image = ("image", "") in chosen
        free = "unsupported-compiler" in row.allow
        return Parts(
            arch=arch,
            day=day,
            families=names,
            in_image=in_image,
            has_tag=bool(row.tag) and ("platform_tag", "") in chosen,
            cxx=cxx,
            pythons=tuple(item for item in row.pythons if ("python", item) in chosen),
            release_rules={
                family.name: release_rules(
                    family, arch, day, cxx=cxx, links=links, targets=gpu.of(family.gpu)
                )
                for family in families
            },
            pair_rules={
                family.name: pair_rules(
                    family, arch, day, cxx=cxx, links=links, in_image=in_image, any_compiler=free
                )
                for family in families
            },
        )

    def _ask(self, rule: Rule, env: Environment, value: object) -> Verdict:
        return unwaived(rule, ENVIRONMENT_RULES[rule](env, value, self.tables), self.tables.waived)

    def _environment_broken(
        self, row: Row, asked: Parts, env: Environment
    ) -> Iterator[tuple[Key, tuple[str, ...]]]:
        """The rules on the environment that it breaks, each with the facts against it."""
        rules: list[tuple[Rule, str, object]] = []
        if asked.has_tag and env.policy in self.tables.policies:
            rules.append((Rule.POLICY_COVERS_ARCHITECTURE, "", None))
        if asked.cxx:
            rules.append((Rule.HOST_CXX_STANDARD, "", asked.cxx))
        if asked.in_image:
            rules += [(Rule.IMAGE_BY_DATE, "", asked.day), (Rule.TOOLSET_OBTAINABLE, "", asked.day)]
            waived = {rule for word in row.allow for rule in WAIVERS[word]}
            rules += [(rule, "", asked.day) for rule in _LIFECYCLE if rule not in waived]
            rules += [
                (Rule.INTERPRETER_IN_IMAGE, python, (python, asked.day)) for python in asked.pythons
            ]
        for rule, item, value in rules:
            against = self._ask(rule, env, value)
            if against is not None:
                yield (str(rule), "", item), against
        for python in asked.pythons:
            against = self.too_early(python, asked.day)
            if against is not None:
                yield (str(OwnRule.PYTHON_BY_DATE), "", python), against

    def too_early(self, python: str, day: Day) -> Verdict:
        """The facts by which an interpreter was not final on a day, or None."""
        base = python.removeprefix("abi3-")
        for rows in self.tables.interpreters.values():
            for row in rows:
                if row.tag == base and row.released and row.released > day.iso:
                    return (row.facts[0],)
        return None

    def _alone_broken(
        self, asked: Parts, name: str, release: Release
    ) -> Iterator[tuple[Key, tuple[str, ...]]]:
        """The rules on a release alone that it breaks, each with the facts against it."""
        family = self.tables.families[name]
        for rule, item, value in asked.release_rules[name]:
            if rule is Rule.RELEASED_BY_DATE and not release.released:
                continue  # told as unknown by the caller
            key = (rule, name, release.version, value)
            if key not in self._asked:
                verdict = RELEASE_RULES[rule](release, value, family, self.tables)
                self._asked[key] = unwaived(rule, verdict, self.tables.waived)
            against = self._asked[key]
            if against is not None:
                yield (str(rule), name, item), against

    def _pair_broken(
        self, asked: Parts, name: str, release: Release, env: Environment
    ) -> Iterator[tuple[Key, tuple[str, ...]]]:
        """The rules on a release in an environment that are broken."""
        place = (env.policy, env.libc_version, env.gcc, env.arch, env.image)
        for rule, value in asked.pair_rules[name]:
            key = (rule, name, release.version, value, place)
            if key not in self._asked:
                verdict = PAIR_RULES[rule](release, env, value, self.tables)
                self._asked[key] = unwaived(rule, verdict, self.tables.waived)
            against = self._asked[key]
            if against is not None:
                yield (str(rule), name, ""), against

    def minimal_parts(self, row: Row) -> list[tuple[Atom, ...]]:
        """Every smallest set of parts that is impossible by itself, each told once.

        A hitting set tree (Reiter 1987): after each set found, look again without one of its parts.
        """
        known: dict[frozenset[Atom], bool] = {}

        def possible(parts: frozenset[Atom]) -> bool:
            if parts not in known:
                known[parts] = self.is_possible(row, parts)
            return known[parts]

        atoms = row.atoms()
        found: list[tuple[Atom, ...]] = []
        waiting: list[frozenset[Atom]] = [frozenset()]
        seen: set[frozenset[Atom]] = set(waiting)
        for _ in range(_MOST_NODES):
            if not waiting or len(found) >= _MOST_CONFLICTS:
                break
            removed = waiting.pop(0)
            kept = next((one for one in found if not removed & set(one)), None)
            if kept is None:
                left = frozenset(atoms) - removed
                if possible(left):
                    continue
                kept = _shrunk(atoms, left, possible)
                found.append(kept)
            for atom in kept:
                child = removed | {atom}
                if child not in seen:
                    seen.add(child)
                    waiting.append(child)
        return [parts for parts in found if not _by_arch(parts, found)]

    def conflict(self, row: Row, parts: tuple[Atom, ...]) -> Conflict:
        """The conflict of a smallest impossible set of parts: lines, rules, facts."""
        candidates = self._broken(row, frozenset(parts))
        kept = _smallest_cover(candidates)
        facts: list[str] = []
        for broken in reversed(candidates):
            against = [key for key in kept if key in broken]
            if len(against) == 1:
                facts += broken[against[0]]
        return Conflict(
            request=tuple(dict.fromkeys(row.lines[part] for part in parts)),
            rules=tuple(dict.fromkeys(rule for rule, _, _ in kept)),
            facts=tuple(dict.fromkeys(fact for fact in facts if fact)),
        )

    def _broken(self, row: Row, parts: frozenset[Atom]) -> list[Broken]:
        """What each place with each choice of releases breaks."""
        found: list[Broken] = []
        spread: dict[str, Parts] = {}
        for place in self.places.of(row, parts):
            env = place.environment
            if env.arch not in spread:
                spread[env.arch] = self._parts(row, parts, env.arch)
            asked = spread[env.arch]
            own: Broken = {(rule, "", ""): facts for rule, facts in place.flaws}
            own.update(self._environment_broken(row, asked, env))
            each = [self._ways_to_break(row, asked, family, env) for family in asked.families]
            for combination in product(*each):
                merged = dict(own)
                for broken in combination:
                    merged.update(broken)
                if merged not in found:
                    found.append(merged)
        return found

    def _ways_to_break(self, row: Row, asked: Parts, family: str, env: Environment) -> list[Broken]:
        """What each release that may be meant breaks; releases that break the same count once."""
        found: list[Broken] = []
        for release in self.releases(row, family):
            broken = dict(self._alone_broken(asked, family, release))
            broken.update(self._pair_broken(asked, family, release, env))
            if broken not in found:
                found.append(broken)
        return found


def _without_waivers(names: Names, today: str) -> Judge | None:
    if not names.tables.waived:
        return None
    return Judge(Names(replace(names.tables, waived={}), names.vocabulary), today)


def _by_arch(parts: tuple[Atom, ...], others: list[tuple[Atom, ...]]) -> bool:
    """Whether a conflict is told already with the row's architecture instead of its tag's."""
    for name in ("platform_tag", "image"):
        if (name, "") in parts:
            rest = {part for part in parts if part != (name, "")} | {("arch", "")}
            if any(set(other) == rest for other in others):
                return True
    return False


def _shrunk(
    atoms: Sequence[Atom], left: frozenset[Atom], possible: Callable[[frozenset[Atom]], bool]
) -> tuple[Atom, ...]:
    """A smallest impossible subset: parts are left out from the end, first in halves."""
    kept = [atom for atom in atoms if atom in left]
    size = max(len(kept) // 2, 1)
    while True:
        position = len(kept)
        while position > 0:
            start = max(position - size, 0)
            rest = kept[:start] + kept[position:]
            if rest and not possible(frozenset(rest)):
                kept = rest
            position = start
        if size == 1:
            return tuple(kept)
        size //= 2


def _smallest_cover(candidates: list[Broken]) -> list[Key]:
    """The rules without any of which some candidate would pass, plainest rules first."""
    keys = list(dict.fromkeys(key for broken in candidates for key in broken))
    keys.sort(key=lambda key: (RULE_ORDER.get(key[0], 99), key))
    kept = list(keys)
    for key in reversed(keys):
        rest = [other for other in kept if other != key]
        if rest and all(any(other in broken for other in rest) for broken in candidates):
            kept = rest
    return kept
