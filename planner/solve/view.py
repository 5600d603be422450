"""The candidates of one architecture in order of preference, and rules as masks over them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from planner.model.rules import Rule
from planner.model.versions import version_key
from planner.solve.day import Day
from planner.solve.predicates import ENVIRONMENT_RULES, PAIR_LOOKS_AT, PAIR_RULES, RELEASE_RULES
from planner.solve.rows import Environment, Release, Tables
from planner.solve.search import bits
from planner.solve.verdict import Facts, Verdict, unwaived


@dataclass(frozen=True, slots=True)
class Constraint:
    """One instance of a rule: the value that it is asked with, and where the request says so.

    ``family`` is empty for rules on environments. ``setting`` names the request setting (empty for
    rules that hold without being asked for), ``item`` one value of it (empty: all of them);
    ``waiver`` is the word of ``allow`` that lifts the rule.
    """

    rule: Rule
    family: str = ""
    value: Hashable = None
    setting: str = ""
    item: str = ""
    waiver: str = ""
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        """Masks are kept by constraint, so each is hashed many times: once is enough."""
        parts = (self.rule, self.family, self.value, self.setting, self.item, self.waiver)
        object.__setattr__(self, "_hash", hash(parts))

    def __hash__(self) -> int:
        return self._hash

    @property
    def is_pair(self) -> bool:
        """Whether the rule looks at a release together with an environment."""
        return bool(self.family) and self.rule in PAIR_RULES


@dataclass(frozen=True, slots=True)
class Preference:
    """What decides between candidates that satisfy every rule."""

    prefer: str
    toolchain: str


class View:
    """Environments of an architecture on a day, most preferred first, with masks kept by rule."""

    def __init__(self, tables: Tables, arch: str, preference: Preference, day: Day) -> None:
        self.tables = tables
        self.arch = arch
        self.preference = preference
        self.day = day
        self.environments = sorted(tables.environments.get(arch, ()), key=self._by_name)
        self.environments.sort(key=self._by_worth, reverse=True)
        self.environments.sort(
            key=lambda env: version_key(env.policy_version), reverse=preference.prefer == "newest"
        )
        self.all = (1 << len(self.environments)) - 1
        self.levels = self._levels()
        self._environment_masks: dict[Constraint, int] = {}
        self._pair_masks: dict[tuple[Constraint, int], int] = {}
        self._alike: dict[Rule, list[tuple[int, Environment]]] = {}
        self._release_masks: dict[Constraint, int] = {}
        self.reach: dict[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._releases_masks: dict[tuple[Constraint, int], int] = {}
        self._group_numbers: dict[Rule, list[int]] = {}

    @staticmethod
    def _by_name(env: Environment) -> tuple[bool, str, str]:
        return (not env.is_own, env.image, env.toolset)

    def _by_worth(self, env: Environment) -> tuple[object, ...]:
        held = bool(env.holds(self.day.iso)) if self.preference.toolchain == "image" else False
        ends = [day for day in (env.ended, env.base_end) if day]
        binutils = version_key(env.binutils or "0")
        return (held, version_key(env.gcc), binutils, min(ends, default=""))

    def _levels(self) -> list[int]:
        levels: dict[str, int] = {}
        for bit, env in enumerate(self.environments):
            levels[env.policy_version] = levels.get(env.policy_version, 0) | 1 << bit
        return list(levels.values())

    def releases(self, family: str) -> list[Release]:
        """The releases of a family, newest first: bit n is the n-th."""
        return self.tables.families[family].releases

    def environment_mask(self, constraint: Constraint) -> int:
        """The environments that satisfy a rule."""
        mask = self._environment_masks.get(constraint)
        if mask is None:
            mask = 0
            for bit, env in enumerate(self.environments):
                if self.against_environment(constraint, env) is None:
                    mask |= 1 << bit
            self._environment_masks[constraint] = mask
        return mask

    def release_mask(self, constraint: Constraint) -> int:
        """The releases of the constraint's family that satisfy a rule."""
        mask = self._release_masks.get(constraint)
        if mask is None:
            mask = 0
            for release in self.releases(constraint.family):
                if self.against_release(constraint, release) is None:
                    mask |= 1 << release.bit
            self._release_masks[constraint] = mask
        return mask

    def pair_mask(self, constraint: Constraint, release: Release) -> int:
        """The environments in which a release satisfies a rule."""
        key = (constraint, release.bit)
        mask = self._pair_masks.get(key)
        if mask is None:
            mask = 0
            for members, first in self.groups(constraint.rule):
                if self.against_pair(constraint, release, first) is None:
                    mask |= members
            self._pair_masks[key] = mask
        return mask

    def releases_mask(self, constraint: Constraint, environment: int) -> int:
        """The releases of the constraint's family that satisfy a pair rule in an environment."""
        group = self.group_of(constraint.rule, environment)
        key = (constraint, group)
        mask = self._releases_masks.get(key)
        if mask is None:
            mask = sum(
                1 << release.bit
                for release in self.releases(constraint.family)
                if self.pair_mask(constraint, release) >> environment & 1
            )
            self._releases_masks[key] = mask
        return mask

    def group_of(self, rule: Rule, environment: int) -> int:
        """The number of the group of environments that look alike to a pair rule."""
        numbers = self._group_numbers.get(rule)
        if numbers is None:
            numbers = [0] * len(self.environments)
            for number, (members, _) in enumerate(self.groups(rule)):
                for bit in bits(members):
                    numbers[bit] = number
            self._group_numbers[rule] = numbers
        return numbers[environment]

    def groups(self, rule: Rule) -> list[tuple[int, Environment]]:
        """Environments that look alike to a pair rule: their mask and the first of them."""
        groups = self._alike.get(rule)
        if groups is None:
            looks_at = PAIR_LOOKS_AT[rule]
            found: dict[object, tuple[int, Environment]] = {}
            for bit, env in enumerate(self.environments):
                members, first = found.get(looks_at(env), (0, env))
                found[looks_at(env)] = (members | 1 << bit, first)
            groups = self._alike[rule] = list(found.values())
        return groups

    def against_environment(self, constraint: Constraint, env: Environment) -> Verdict:
        """The facts by which an environment breaks a rule, or None."""
        verdict = ENVIRONMENT_RULES[constraint.rule](env, constraint.value, self.tables)
        return self._binding(constraint, verdict)

    def against_release(self, constraint: Constraint, release: Release) -> Verdict:
        """The facts by which a release breaks a rule, or None."""
        family = self.tables.families[constraint.family]
        verdict = RELEASE_RULES[constraint.rule](release, constraint.value, family, self.tables)
        return self._binding(constraint, verdict)

    def against_pair(self, constraint: Constraint, release: Release, env: Environment) -> Verdict:
        """The facts by which a release in an environment breaks a rule, or None."""
        verdict = PAIR_RULES[constraint.rule](release, env, constraint.value, self.tables)
        return self._binding(constraint, verdict)

    def _binding(self, constraint: Constraint, verdict: Verdict) -> Verdict:
        """What is left of a verdict without waived facts."""
        if not verdict or not self.tables.waived:
            return verdict
        return unwaived(constraint.rule, verdict, self.tables.waived)

    def against(
        self, constraint: Constraint, releases: dict[str, Release], env: Environment
    ) -> Verdict:
        """The facts by which a whole candidate breaks a rule, or None."""
        if not constraint.family:
            return self.against_environment(constraint, env)
        release = releases[constraint.family]
        if constraint.is_pair:
            return self.against_pair(constraint, release, env)
        return self.against_release(constraint, release)

    def lifted(
        self, constraint: Constraint, releases: dict[str, Release], env: Environment
    ) -> Facts:
        """The waived facts but for which a whole candidate would break a rule that it satisfies."""
        if not constraint.family:
            rule = ENVIRONMENT_RULES[constraint.rule]
            verdict = rule(env, constraint.value, self.tables)
        elif constraint.is_pair:
            release = releases[constraint.family]
            verdict = PAIR_RULES[constraint.rule](release, env, constraint.value, self.tables)
        else:
            release, family = releases[constraint.family], self.tables.families[constraint.family]
            verdict = RELEASE_RULES[constraint.rule](release, constraint.value, family, self.tables)
        if not verdict or self._binding(constraint, verdict) is not None:
            return ()
        return tuple(fact for fact in verdict if fact in self.tables.waived)
