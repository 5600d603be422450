"""What a planned job rests on that its reader should know before the release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from planner.model.platforms import LEGACY_TAGS
from planner.model.versions import version_key
from planner.plan.records import Caution
from planner.solve.constraints import Question, constraints_of, linked_components
from planner.solve.environment_rules import highest, pip_floor_of
from planner.solve.pair_rules import broken_by, exceeded_documented_glibc, linked_needs
from planner.solve.rows import Environment, Release
from planner.solve.solver import Candidate, Solver, newest_admitted
from planner.solve.view import View

Gpu = Mapping[str, Mapping[str, tuple[str, ...]]]


def cautions_of(question: Question, view: View, chosen: Candidate, gpu: Gpu) -> tuple[Caution, ...]:
    """Every caution of a job, those about the image first."""
    env = chosen.environment
    found = [*_image_cautions(question, view, env), *_toolset_cautions(question, view, env)]
    found += _request_cautions(question, view, env)
    for release in chosen.releases:
        found += _release_cautions(question, view, env, release, gpu)
        found += _target_cautions(view, release, gpu)
    return (*found, *_waiver_cautions(question, view, chosen))


def _waiver_cautions(question: Question, view: View, chosen: Candidate) -> Iterator[Caution]:
    """The waivers without which the candidate would be refused."""
    overlay = view.tables.index.overlay
    if overlay is None or not overlay.waived:
        return
    releases = {release.family: release for release in chosen.releases}
    constraints = constraints_of(question, view.tables)
    lifted = [f for c in constraints for f in view.lifted(c, releases, chosen.environment)]
    for fact in dict.fromkeys(lifted):
        entry = overlay.by_fact[overlay.waived[fact]]
        data = {"fact": fact, "reason": entry.reason, "expires": entry.expires}
        yield Caution(rule="waived-fact", data=data, facts=(entry.fact, fact))


def _image_cautions(question: Question, view: View, env: Environment) -> Iterator[Caution]:
    if env.base_end and question.day.iso > env.base_end:
        data = {"image": env.image, "base": env.base, "end": env.base_end}
        yield Caution(rule="ended-base", data=data, facts=(env.base_end_fact,))
    if env.status == "ended" or (env.ended and question.day.iso > env.ended):
        data = {"image": env.image, "end": env.ended}
        yield Caution(rule="ended-image", data=data, facts=(env.facts["image"],))
    if env.status == "alpha":
        data = {"image": env.image, "arch": env.arch}
        yield Caution(rule="alpha-image", data=data, facts=(env.facts["image"],))
    if env.level and env.level != "1":
        data = {"image": env.image, "level": env.level}
        yield Caution(rule="x86-64-level", data=data, facts=(env.facts["architecture"],))
    symbols = view.tables.policy_symbols.get((env.policy, env.arch), {})
    promised = highest(symbols.get("GLIBCXX", frozenset()))
    base = view.tables.distributions.get(env.base)
    if base and base.glibcxx and version_key(base.glibcxx) > version_key(promised or "0"):
        data = {"base": env.base, "offers": base.glibcxx, "allows": promised, "policy": env.policy}
        yield Caution(rule="libstdcxx-ceiling", data=data, facts=(env.facts["policy"], base.fact))


def _toolset_cautions(question: Question, view: View, env: Environment) -> Iterator[Caution]:
    if not env.holds(question.day.iso):
        offered = env.offers(question.day.iso)
        data = {"toolset": env.toolset, "image": env.image, "package": env.package}
        if env.is_system:
            data["system"] = "yes"
        yield Caution(rule="toolset-to-install", data=data, facts=(offered,) if offered else ())
    standard = question.variant.cxx
    if standard in view.tables.host_cxx and view.tables.host_cxx[standard][1]:
        limit = view.tables.host_cxx[standard][0]
        data = {"cxx": standard, "gcc": env.gcc}
        yield Caution(rule="experimental-cxx", data=data, facts=(limit.fact,))


def _request_cautions(question: Question, view: View, env: Environment) -> Iterator[Caution]:
    floor, facts = pip_floor_of(env, (), view.tables)
    for name in question.variant.runs_on:
        distro = view.tables.distributions[name]
        if distro.pip and version_key(distro.pip) < version_key(floor):
            data = {"distribution": name, "pip": distro.pip, "floor": floor, "policy": env.policy}
            yield Caution(rule="distribution-pip", data=data, facts=(distro.fact, *facts))
        doubts = distro.unconfirmed & {"glibc", "glibcxx"}
        if doubts:
            data = {"distribution": name, "fields": ", ".join(sorted(doubts))}
            yield Caution(rule="distribution-unconfirmed", data=data, facts=(distro.fact,))


def _release_cautions(
    question: Question, view: View, env: Environment, release: Release, gpu: Gpu
) -> Iterator[Caution]:
    about = {"family": release.family, "version": release.version}
    enforced = {limit.is_upper for limit in release.enforced}
    is_waived = any(x.fact in view.tables.waived for x in release.enforced if not x.admits(env.gcc))
    for limit in release.documented:
        if not limit.admits(env.gcc) and limit.is_upper in enforced and not is_waived:
            data = {**about, "gcc": env.gcc, "range": limit.range}
            yield Caution(rule="documented-compiler", data=data, facts=(limit.fact,))
    for limit in broken_by(release, env, question.variant.cxx):
        data = {**about, "gcc": env.gcc}
        yield Caution(rule="compiler-breakage", data=data, facts=(limit.fact,))
    if "unsupported-compiler" in question.variant.allow:
        limits = [*release.enforced, *release.documented]
        refused = [x.fact for x in limits if not x.admits(env.gcc)]
        if refused:
            data = {**about, "gcc": env.gcc}
            yield Caution(rule="unsupported-compiler", data=data, facts=tuple(refused))
    links = linked_components(question.variant, view.tables.families[release.family])
    below = exceeded_documented_glibc(release, env)
    if below and links:
        floors = [f for f in release.documented_glibc[env.arch] if f[2] in below]
        data = {**about, "floor": floors[0][0], "distribution": floors[0][1], "policy": env.policy}
        yield Caution(rule="documented-glibc", data=data, facts=below)
    yield from _vendor_tag_cautions(question, env, release, links)
    if release.preview:
        yield Caution(rule="preview-release", data=about)
    if gpu.get("cuda", {}).get("virtual") and release.driver and "toolkit" not in release.driver:
        yield Caution(rule="jit-driver-unknown", data=about)


def _vendor_tag_cautions(
    question: Question, env: Environment, release: Release, links: tuple[str, ...]
) -> Iterator[Caution]:
    """Vendor wheels whose own tag is newer than the planned one: pip would not install them."""
    needs, _ = linked_needs(release, links, env.arch, question.day)
    seen = set()
    for need in needs:
        floors = [_tag_glibc(tag) for tag in need.tags]
        known = [floor for floor in floors if floor]
        if not known or need.project in seen:
            continue
        lowest = min(known, key=version_key)
        if version_key(lowest) > version_key(env.policy_version):
            seen.add(need.project)
            data = {"project": need.project, "version": need.version, "tag": f"glibc {lowest}"}
            yield Caution(
                rule="vendor-wheel-tag", data={**data, "policy": env.policy}, facts=(need.fact,)
            )


def costly_tag_cautions(
    solver: Solver, question: Question, view: View, chosen: Candidate
) -> Iterator[Caution]:
    """Releases that are older than need be because the newer tag comes first."""
    constraints = constraints_of(question, solver.tables)
    here = version_key(chosen.environment.policy_version)
    for release in chosen.releases:
        newest = newest_admitted(view, release.family, constraints)
        if newest is None or newest.bit >= release.bit:
            continue
        older_tags = sum(
            1 << bit
            for bit, env in enumerate(view.environments)
            if version_key(env.policy_version) < here
        )
        wider = solver.solve_under(view, question.families, constraints, older_tags)
        found = "0" if wider is None else wider.versions[release.family]
        if wider is not None and version_key(found) > version_key(release.version):
            data = {
                "family": release.family,
                "version": release.version,
                "newer": found,
                "policy": chosen.environment.policy,
                "wider": wider.environment.policy,
            }
            yield Caution(rule="older-release-for-newer-tag", data=data)


@lru_cache(maxsize=1024)
def _tag_glibc(tag: str) -> str:
    """The glibc that a manylinux tag promises to need at most; "" for other tags."""
    for policy, legacy in LEGACY_TAGS.items():
        if tag.startswith(f"{legacy}_"):
            return policy.removeprefix("manylinux_").replace("_", ".")
    parts = tag.split("_")
    if parts[0] == "manylinux" and len(parts) > 3 and parts[1].isdigit() and parts[2].isdigit():
        return f"{parts[1]}.{parts[2]}"
    return ""


def _target_cautions(view: View, release: Release, gpu: Gpu) -> Iterator[Caution]:
    about = {"family": release.family, "version": release.version}
    kind = view.tables.families[release.family].gpu
    groups = gpu.get(kind, {})
    targets = [target for group in groups.values() for target in group]
    deprecated = [
        t for t in targets if (known := release.gpu.get(t.partition(":")[0])) and known.deprecated
    ]
    if deprecated:
        facts = {release.gpu[t.partition(":")[0]].fact for t in deprecated}
        data = {**about, "targets": " ".join(deprecated)}
        yield Caution(rule="deprecated-targets", data=data, facts=tuple(sorted(facts)))
    unlisted = [
        t
        for t in targets
        if t.partition(":")[0] not in release.gpu and t.partition(":")[0] in release.gpu_built
    ]
    if unlisted:
        facts = {release.gpu_built[t.partition(":")[0]] for t in unlisted}
        data = {**about, "targets": " ".join(unlisted)}
        yield Caution(rule="unlisted-targets", data=data, facts=tuple(sorted(facts)))
