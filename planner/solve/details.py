"""From a chosen candidate to everything that a plan says about the job."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache, partial

from planner.model.gpu_targets import target_key
from planner.model.sources import Fact, Standing
from planner.model.versions import version_key
from planner.plan.records import (
    Alternative,
    Decision,
    Explanation,
    PlannedComponent,
    PlannedImage,
)
from planner.solve.cautions import cautions_of, costly_tag_cautions
from planner.solve.constraints import (
    Question,
    constraints_of,
    interpreter_tags,
    linked_components,
    python_wishes,
)
from planner.solve.endings import ending_cautions
from planner.solve.environment_rules import pip_floor_of, pythons_of, runs_on
from planner.solve.overlaid import overlaid_facts
from planner.solve.pair_rules import linked_needs
from planner.solve.reasons import reasons_of
from planner.solve.rows import Environment, Release
from planner.solve.solver import Candidate, Solver
from planner.solve.view import Constraint, View


def decide(solver: Solver, question: Question, chosen: Candidate) -> Decision:
    """Everything that a plan says about a solved question."""
    view = solver.view(question)
    env = chosen.environment
    pythons = _pythons(question, view, env)
    gpu = _gpu(question, view, chosen)
    pip, pip_facts = pip_floor_of(env, interpreter_tags(question.variant), view.tables)
    unmeasured = _unmeasured(question, view, chosen)
    serves, excludes = reach_of(question, view, env)
    used = (*used_facts(question, view, chosen), *pip_facts)
    return Decision(
        arch=question.arch,
        accelerators=chosen.versions,
        policy=env.policy,
        glibc=env.policy_version,
        tags=_tags(view, env),
        image=_image(question, env),
        gcc=env.gcc,
        binutils=env.binutils or None,
        toolset=env.toolset,
        in_image=bool(env.holds(question.day.iso)),
        setup=_setup(question, env),
        cxx11_abi=env.cxx11_abi or None,
        pythons=pythons,
        gpu=gpu,
        components=_components(question, view, chosen),
        pip_floor=pip,
        driver_floor=_driver(chosen, "runtime"),
        jit_driver_floor=_driver(chosen, "toolkit") if _has_ptx(gpu) else None,
        serves=serves,
        excludes=excludes,
        warnings=(
            *cautions_of(question, view, chosen, gpu),
            *ending_cautions(view.tables, env, pythons, question.day),
            *costly_tag_cautions(solver, question, view, chosen),
        ),
        unconfirmed=_unconfirmed(view, used, unmeasured),
        unmeasured=unmeasured,
        overlaid=overlaid_facts(question, view, chosen, used),
        explain=cache(partial(_explanation, solver, question, chosen)),
    )


def _explanation(solver: Solver, question: Question, chosen: Candidate) -> Explanation:
    view = solver.view(question)
    constraints = constraints_of(question, solver.tables)
    return Explanation(
        because=reasons_of(question, view, constraints, chosen),
        wider=_wider(solver, question, view, constraints, chosen),
        held_toolset=_held_toolset(solver, question, view, constraints, chosen),
    )


def _tags(view: View, env: Environment) -> tuple[str, ...]:
    aliases = view.tables.policies[env.policy]["aliases"].split()
    return tuple(f"{name}_{env.arch}" for name in (env.policy, *aliases))


def _image(question: Question, env: Environment) -> PlannedImage:
    pinned = env.pinned.partition("-")[0].replace(".", "-")
    existed = bool(env.digest) and pinned <= question.day.iso
    return PlannedImage(
        name=env.image,
        reference=env.repository,
        base=env.base,
        status=env.status,
        end_of_life=env.base_end or None,
        digest=env.digest if existed else None,
    )


def _setup(question: Question, env: Environment) -> tuple[str, ...]:
    """The packages to install in the image before the build."""
    if env.holds(question.day.iso) or env.is_system or not env.package:
        return ()
    return (env.package,)


def _pythons(question: Question, view: View, env: Environment) -> tuple[str, ...]:
    found: list[str] = []
    for wish in python_wishes(question.variant):
        found += pythons_of(env, wish, question.day, view.tables)
    return tuple(dict.fromkeys(found))


def _gpu(
    question: Question, view: View, chosen: Candidate
) -> dict[str, dict[str, tuple[str, ...]]]:
    """The targets of each kind of GPU code: those asked for, else every plain one."""
    gpu: dict[str, dict[str, tuple[str, ...]]] = {
        "cuda": {"real": (), "virtual": ()},
        "hip": {"targets": ()},
    }
    for release in chosen.releases:
        kind = view.tables.families[release.family].gpu
        wanted = question.variant.gpu.of(kind) if question.variant.gpu is not None else ()
        targets = wanted or _plain_targets(release, question.arch)
        if kind == "cuda":
            real = tuple(t for t in targets if t.startswith("sm_"))
            virtual = tuple(t for t in targets if t.startswith("compute_"))
            gpu["cuda"] = {"real": real, "virtual": virtual}
        elif kind != "none":
            gpu[kind] = {"targets": tuple(targets)}
    return gpu


@lru_cache(maxsize=4096)
def _plain_targets(release: Release, arch: str) -> tuple[str, ...]:
    """Every plain real target of a release on an architecture, and PTX of the highest."""
    here = {
        name: target
        for name, target in release.gpu.items()
        if not target.architectures or arch in target.architectures
    }
    real = sorted((n for n, t in here.items() if t.form == "real"), key=target_key)
    if not real:
        return tuple(sorted(release.gpu_built, key=target_key))
    virtual = [n for n, t in here.items() if t.form == "virtual" and n[-1].isdigit()]
    return (*real, *sorted(virtual, key=target_key)[-1:])


def _has_ptx(gpu: dict[str, dict[str, tuple[str, ...]]]) -> bool:
    return bool(gpu["cuda"]["virtual"])


def _driver(chosen: Candidate, role: str) -> str | None:
    floors = [release.driver[role][0] for release in chosen.releases if role in release.driver]
    return max(floors, key=version_key) if floors else None


def _components(question: Question, view: View, chosen: Candidate) -> dict[str, PlannedComponent]:
    """The vendor projects of the planned releases, and the separate ones that are linked."""
    found: dict[str, PlannedComponent] = {}
    for release in chosen.releases:
        for name, pin in release.components.items():
            found[name] = PlannedComponent(
                project=pin.project,
                version=pin.version,
                range=pin.range or None,
                soname=release.sonames.get(name),
            )
        family = view.tables.families[release.family]
        links = linked_components(question.variant, family)
        for name in links:
            if name not in found:
                found.update(_separate(release, name, question))
    return dict(sorted(found.items()))


def _separate(release: Release, name: str, question: Question) -> dict[str, PlannedComponent]:
    """A component with versions of its own: the newest that was measured by the day."""
    needs, _ = linked_needs(release, (name,), question.arch, question.day)
    named = [need for need in needs if need.project]
    if not named:
        soname = release.sonames.get(name)
        if soname is None:
            return {}
        return {name: PlannedComponent(project="", version="", range=None, soname=soname)}
    soname = next((need.soname for need in named if need.soname), None)
    return {
        name: PlannedComponent(
            project=named[0].project,
            version=named[0].version,
            range=None,
            soname=soname or release.sonames.get(name),
        )
    }


def _unmeasured(question: Question, view: View, chosen: Candidate) -> tuple[Fact, ...]:
    """A fact-to-be for each linked component whose glibc need nobody measured."""
    found = []
    for release in chosen.releases:
        links = linked_components(question.variant, view.tables.families[release.family])
        _, missing = linked_needs(release, links, question.arch, question.day)
        found += [
            Fact(
                id=f"{release.family}-{release.version}/needs-{name}-{question.arch}",
                kind="not-measured",
                standing=Standing.UNCONFIRMED,
                sources=(),
                read="",
                payload={"component": name, "arch": question.arch},
            )
            for name in missing
        ]
    return tuple(found)


def used_facts(question: Question, view: View, chosen: Candidate) -> tuple[str, ...]:
    """The facts that a job rests on: those of its release, image, toolset and interpreters."""
    env = chosen.environment
    used = [env.facts["policy"], env.facts["image"], env.facts["architecture"]]
    used.append(env.facts["toolset"])
    held = env.holds(question.day.iso) or env.offers(question.day.iso)
    used += [held] if held else []
    used += [env.base_end_fact] if env.base_end_fact else []
    for release in chosen.releases:
        used += _release_facts(question, view, release)
    for tag in _pythons(question, view, env):
        rows = view.tables.interpreters.get(env.interpreters, ())
        base = tag.removeprefix("abi3-")
        used += [fact for row in rows if row.tag == base for fact in row.facts]
    if question.variant.cxx in view.tables.host_cxx:
        used.append(view.tables.host_cxx[question.variant.cxx][0].fact)
    for feature in question.variant.features.get(question.arch, ()):
        used += [fact for _, _, fact in view.tables.features.get(feature, ())]
    used += [view.tables.distributions[name].fact for name in question.variant.runs_on]
    return tuple(dict.fromkeys(used))


def _release_facts(question: Question, view: View, release: Release) -> list[str]:
    arch, variant = question.arch, question.variant
    family = view.tables.families[release.family]
    facts = [release.released_fact] if release.released_fact else []
    facts += [release.covers[arch]] if arch in release.covers else []
    for limits in (release.enforced, release.documented, release.breakages):
        facts += [limit.fact for limit in limits]
    facts += [fact for _, fact in release.build_glibc.get(arch, ())]
    facts += [fact for _, _, fact in release.documented_glibc.get(arch, ())]
    links = linked_components(variant, family)
    needs, _ = linked_needs(release, links, arch, question.day)
    facts += [need.fact for need in needs]
    facts += [target.fact for target in release.gpu.values()]
    facts += list(release.gpu_built.values()) if not release.gpu else []
    facts += [fact for _, fact in release.driver.values()]
    facts += [pin.fact for pin in release.components.values()]
    facts += release.doubts
    if variant.cxx is not None and variant.cxx in release.device_cxx:
        facts.append(release.device_cxx[variant.cxx])
        facts += [limit.fact for limit in release.cxx_host if limit.cxx == variant.cxx]
    return facts


def _unconfirmed(view: View, used: Sequence[str], unmeasured: tuple[Fact, ...]) -> tuple[str, ...]:
    facts = view.tables.index.facts
    doubtful = [id_ for id_ in used if facts[id_].standing is Standing.UNCONFIRMED]
    return tuple(sorted({*doubtful, *(fact.id for fact in unmeasured)}))


def reach_of(
    question: Question, view: View, env: Environment
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The distributions that a tag serves and those that it gives up, of those still supported.

    Counted are distributions on the architecture whose latest known end (extended support too) has
    not passed on the day.
    """
    key = (env.image, env.toolset)
    if key not in view.reach:
        view.reach[key] = _reach(question, view, env)
    return view.reach[key]


def _reach(
    question: Question, view: View, env: Environment
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    serves: list[str] = []
    excludes: list[str] = []
    for distro in view.tables.distributions.values():
        if env.arch not in distro.architectures or not distro.glibc:
            continue
        if distro.end and distro.end < question.day.iso:
            continue
        admitted = runs_on(env, distro.id, view.tables) is None
        (serves if admitted else excludes).append(distro.id)
    return tuple(serves), tuple(excludes)


def _wider(
    solver: Solver,
    question: Question,
    view: View,
    constraints: Sequence[Constraint],
    chosen: Candidate,
) -> Alternative | None:
    """The widest older tag that keeps the releases, else the nearest older one, and its cost."""
    here = version_key(chosen.environment.policy_version)
    older = [
        level
        for level in view.levels
        if version_key(view.environments[_first(level)].policy_version) < here
    ]
    older.sort(key=lambda level: version_key(view.environments[_first(level)].policy_version))
    found = [
        candidate
        for level in older
        if (candidate := solver.solve_under(view, question.families, constraints, level))
    ]
    same = [candidate for candidate in found if candidate.releases == chosen.releases]
    best = same[0] if same else (found[-1] if found else None)
    if best is None:
        return None
    tag = f"{best.environment.policy}_{question.arch}"
    return Alternative(value=tag, cost=_cost(chosen, best))


def _first(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


def _held_toolset(
    solver: Solver,
    question: Question,
    view: View,
    constraints: Sequence[Constraint],
    chosen: Candidate,
) -> Alternative | None:
    """The best choice without installing a compiler, where the chosen one must be installed."""
    if chosen.environment.holds(question.day.iso):
        return None
    held = sum(
        1 << bit
        for bit, env in enumerate(view.environments)
        if env.holds(question.day.iso) and env.policy_version == chosen.environment.policy_version
    )
    best = solver.solve_under(view, question.families, constraints, held)
    if best is None:
        return None
    return Alternative(value=best.environment.toolset, cost=_cost(chosen, best))


def _cost(chosen: Candidate, other: Candidate) -> str:
    """What the other candidate gives up, as ``gcc 10.2.1 instead of 14.2.1``; "" if nothing."""
    parts = [
        f"{new.family} {new.version} instead of {old.version}"
        for old, new in zip(chosen.releases, other.releases, strict=True)
        if old.version != new.version
    ]
    old_env, new_env = chosen.environment, other.environment
    if old_env.gcc != new_env.gcc:
        parts.append(f"gcc {new_env.gcc} instead of {old_env.gcc}")
    if old_env.cxx11_abi != new_env.cxx11_abi:
        parts.append(f"{new_env.cxx11_abi} C++11 ABI instead of {old_env.cxx11_abi}")
    return "; ".join(parts)
