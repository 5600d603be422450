"""Why the chosen tag, releases and compiler, and not the next preferred ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from planner.model.request import Line
from planner.model.rules import Rule
from planner.model.versions import version_key
from planner.plan.records import Reason
from planner.solve.constraints import Question
from planner.solve.rows import Environment, Release
from planner.solve.search import bits
from planner.solve.solver import Candidate, admitted_masks, violations
from planner.solve.view import Constraint, View

Broken = list[tuple[Constraint, tuple[str, ...]]]


def lines_of(question: Question, constraint: Constraint) -> tuple[Line, ...]:
    """The request lines behind a constraint; empty for rules that nobody asked for."""
    if constraint.setting == "date" and not question.day.explicit:
        return ()
    lines = question.variant.lines.get(constraint.setting, ())
    if constraint.setting in question.variant.families and constraint.item:
        specs = question.variant.families[constraint.setting]
        return (lines[specs.index(constraint.item)],) if lines else ()
    if constraint.item:
        return tuple(line for line in lines if line.value == constraint.item)
    return lines


def reasons_of(
    question: Question, view: View, constraints: Sequence[Constraint], chosen: Candidate
) -> tuple[Reason, ...]:
    """For each choice the nearest preferred value that was not taken, and what was against it."""
    found = [*_policy_reasons(question, view, constraints, chosen)]
    for release in chosen.releases:
        found += _release_reasons(view, constraints, chosen, release)
    found += _tool_reasons(view, constraints, chosen, "gcc", lambda env: env.gcc)
    found += _tool_reasons(view, constraints, chosen, "binutils", lambda env: env.binutils)
    return tuple(found)


def _to_reasons(chose: str, value: str, instead_of: str, broken: Broken) -> list[Reason]:
    return [
        Reason(
            chose=chose,
            value=value,
            instead_of=instead_of,
            rule=constraint.rule.value,
            facts=facts,
        )
        for constraint, facts in broken
    ]


def _least_broken(
    view: View,
    constraints: Sequence[Constraint],
    releases: tuple[Release, ...],
    environments: Sequence[int],
) -> Broken | None:
    """What the environment breaks that breaks the fewest rules, but at least one; else None.

    Of equals it is the first; ``environments`` are bits.
    """
    masks = admitted_masks(view, constraints, releases)
    scope = sum(1 << bit for bit in environments)
    counts = dict.fromkeys(environments, 0)
    for mask in masks:
        for bit in bits(scope & ~mask):
            counts[bit] += 1
    breaking = [bit for bit in environments if counts[bit]]
    if not breaking:
        return None
    best = min(breaking, key=counts.__getitem__)
    broken = [c for c, mask in zip(constraints, masks, strict=True) if not mask >> best & 1]
    return violations(view, broken, Candidate(releases, view.environments[best]))


def _policy_reasons(
    question: Question, view: View, constraints: Sequence[Constraint], chosen: Candidate
) -> list[Reason]:
    """Why not the next preferred policy of the architecture, with or without an image."""
    env = chosen.environment
    newest_first = question.variant.prefer == "newest"
    versions = sorted(
        {
            (version_key(node["version"]), name)
            for name, node in view.tables.policies.items()
            if (name, question.arch) in view.tables.policy_symbols
        }
    )
    position = [name for _, name in versions].index(env.policy)
    rest = versions[position + 1 :] if newest_first else versions[:position][::-1]
    if not rest:
        return []
    with_image = {other.policy for other in view.environments}
    found = _no_image_reason(env, rest[0][1], view) if rest[0][1] not in with_image else []
    nearest = next((name for _, name in rest if name in with_image), None)
    if nearest is None:
        return found
    there = [bit for bit, other in enumerate(view.environments) if other.policy == nearest]
    broken = _least_broken(view, constraints, chosen.releases, there)
    if broken is not None:
        found += _to_reasons("policy", env.policy, nearest, broken)
    return found


def _no_image_reason(env: Environment, policy: str, view: View) -> list[Reason]:
    fact = view.tables.policies[policy]["fact"]
    return [
        Reason(
            chose="policy",
            value=env.policy,
            instead_of=policy,
            rule=Rule.IMAGE_COVERS_ARCHITECTURE.value,
            facts=(fact,),
        )
    ]


def _release_reasons(
    view: View,
    constraints: Sequence[Constraint],
    chosen: Candidate,
    release: Release,
) -> list[Reason]:
    """Why not the next newer release of a family."""
    if release.bit == 0:
        return []
    newer = view.releases(release.family)[release.bit - 1]
    others = tuple(newer if r.family == release.family else r for r in chosen.releases)
    policy = chosen.environment.policy
    same_policy = [bit for bit, env in enumerate(view.environments) if env.policy == policy]
    broken = _least_broken(view, constraints, others, same_policy)
    if broken is None:
        return []
    return _to_reasons(release.family, release.version, newer.version, broken)


def _tool_reasons(
    view: View,
    constraints: Sequence[Constraint],
    chosen: Candidate,
    tool: str,
    version_of: Callable[[Environment], str],
) -> list[Reason]:
    """Why not the next newer gcc (or binutils) that the tag's images and their bases know."""
    env = chosen.environment
    here = version_of(env) or "0"
    newer = {
        bit: version_of(other)
        for bit, other in enumerate(view.environments)
        if other.policy == env.policy and version_key(version_of(other) or "0") > version_key(here)
    }
    if not newer:
        return []
    nearest = min(newer.values(), key=version_key)
    there = [bit for bit, version in newer.items() if version == nearest]
    broken = _least_broken(view, constraints, chosen.releases, there)
    if broken is None:
        return [_worth_reason(env, view.environments[there[0]], tool, here, nearest)]
    return _to_reasons(tool, here, nearest, broken)


def _worth_reason(
    env: Environment, other: Environment, tool: str, value: str, nearest: str
) -> Reason:
    """A newer tool was possible but not preferred: something before it in the order decided."""
    newer_gcc = version_key(env.gcc) > version_key(other.gcc)
    rule = "newer-gcc-first" if newer_gcc else "toolchain-in-image-first"
    fact = env.facts["toolset"] if newer_gcc else env.facts["image"]
    return Reason(chose=tool, value=value, instead_of=nearest, rule=rule, facts=(fact,))
