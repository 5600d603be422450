"""What a row's reader should know although nothing refuses the row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from planner.check.checks import BY_RULE, Doubt
from planner.check.judge import Judge
from planner.check.places import same_line
from planner.check.results import Warned
from planner.check.rows import Row
from planner.check.spellings import policy_order
from planner.solve.day import Day
from planner.solve.environment_rules import base_not_ended, image_by_date, image_not_ended
from planner.solve.rows import Environment, Interpreter, Limit, Release


def doubts_of(judge: Judge, row: Row) -> tuple[Warned, ...]:
    """Every doubt about a row, those about its tag first."""
    found = [*_about_tag(judge, row), *_about_image(judge, row), *_about_compiler(judge, row)]
    for family in row.families:
        found += _about_release(judge, row, judge.releases(row, family))
    return (*found, *_about_pythons(judge, row))


def waivers_of(judge: Judge, row: Row) -> Iterator[Warned]:
    """The waivers without which a possible row would be impossible."""
    strict, overlay = judge.unwaived, judge.tables.index.overlay
    if strict is None or overlay is None or strict.is_possible(row):
        return
    conflicts = [strict.conflict(row, parts) for parts in strict.minimal_parts(row)]
    for fact in dict.fromkeys(fact for conflict in conflicts for fact in conflict.facts):
        entry = overlay.by_fact.get(judge.tables.waived.get(fact, ""))
        if entry is not None:
            says = f"{fact} would refuse this; the overlay waives it until {entry.expires}: "
            yield _warned(Doubt.WAIVED_FACT, f"{says}{entry.reason}", (entry.fact, fact))


def _warned(doubt: Doubt, says: str, facts: Iterable[str] = ()) -> Warned:
    named = tuple(dict.fromkeys(fact for fact in facts if fact))
    return Warned(id=BY_RULE[doubt].id, rule=doubt.value, says=says, facts=named)


def _about_tag(judge: Judge, row: Row) -> Iterator[Warned]:
    """The images that could build the tag, where the row names none."""
    tables, day = judge.tables, judge.day(row)
    for policy in row.tag:
        if policy not in tables.policies:
            says = f"the facts have no policy {policy}: it is judged by its glibc alone"
            yield _warned(Doubt.POLICY_NOT_KNOWN, says)
    if not row.tag or row.image or not row.any_arch:
        return
    images = [
        env
        for env in tables.environments.get(row.any_arch, ())
        if env.policy in row.tag and not env.toolkits
    ]
    tag = f"{row.tag[-1]}_{row.any_arch}"
    if not images:
        facts = [tables.policies[p]["fact"] for p in row.tag if p in tables.policies]
        yield _warned(Doubt.NO_IMAGE_FOR_TAG, f"no published image builds {tag}", facts)
        return
    yield from _about_lives(judge, images, tag, day)
    if row.gcc:
        like = [env for env in images if same_line(env.gcc, row.gcc)]
        if not any(env.holds(day.iso) or env.offers(day.iso) for env in like):
            names = ", ".join(dict.fromkeys(env.image for env in images))
            facts = [env.facts["toolset"] for env in like]
            says = f"gcc {row.gcc} cannot be had in {names} on {day.iso}: bring your own"
            yield _warned(Doubt.COMPILER_NOT_IN_BASE, says, facts)


def _about_lives(judge: Judge, images: list[Environment], tag: str, day: Day) -> Iterator[Warned]:
    tables = judge.tables
    rules: tuple[tuple[Callable[..., object], Doubt, str], ...] = (
        (image_by_date, Doubt.NO_IMAGE_FOR_TAG, "no image for {tag} existed on {day}"),
        (image_not_ended, Doubt.IMAGE_ENDED, "{image}, the image for {tag}, has ended"),
        (
            base_not_ended,
            Doubt.BASE_ENDED,
            "{base}, the base of the image for {tag}, had its end of life on {end}",
        ),
    )
    left = images
    for rule, doubt, says in rules:
        kept = [env for env in left if rule(env, day, tables) is None]
        if not kept:
            env = left[0]
            facts = rule(env, day, tables)
            text = says.format(
                tag=tag, day=day.iso, image=env.image, base=env.base, end=env.base_end
            )
            yield _warned(doubt, text, facts if isinstance(facts, tuple) else ())
            return
        left = kept
    if all(env.status == "alpha" for env in left):
        says = f"{left[0].image}, the image for {tag}, is alpha: its makers may still change it"
        yield _warned(Doubt.IMAGE_ALPHA, says, (left[0].facts["image"],))


def _about_image(judge: Judge, row: Row) -> Iterator[Warned]:
    if not row.image or not row.any_arch:
        return
    found = [e for e in judge.tables.environments.get(row.any_arch, ()) if e.image == row.image]
    if found and row.tag and policy_order(row.tag[0]) > policy_order(found[0].policy):
        says = f"{row.tag[0]} is newer than image {row.image} needs ({found[0].policy})"
        yield _warned(Doubt.TAG_NEWER_THAN_IMAGE, says, (found[0].facts["image"],))
    like = [env for env in found if not row.gcc or same_line(env.gcc, row.gcc)]
    known = [env for env in like if env.binutils]
    if row.binutils and known and not any(_begins(env.binutils, row.binutils) for env in known):
        versions = ", ".join(dict.fromkeys(env.binutils for env in known))
        says = f"the toolsets of {row.image} have binutils {versions}, not {row.binutils}"
        facts = [env.facts["toolset"] for env in known]
        yield _warned(Doubt.BINUTILS_NOT_OF_TOOLSET, says, facts)


def _begins(version: str, prefix: str) -> bool:
    return version == prefix or version.startswith(f"{prefix}.")


def _about_compiler(judge: Judge, row: Row) -> Iterator[Warned]:
    limit, experimental = judge.tables.host_cxx.get(row.cxx, (None, False))
    if limit is not None and experimental:
        says = f"C++{row.cxx} is experimental in gcc"
        yield _warned(Doubt.EXPERIMENTAL_CXX, says, (limit.fact,))
    if not row.gcc:
        return
    versions = judge.places.compilers_like(row.gcc)
    for family in row.families:
        release = judge.releases(row, family)[0]
        name = f"{family} {release.version}"
        for limit in (*release.enforced, *_unenforced(release)):
            refused = [v for v in versions if not limit.admits(v)]
            if refused and len(refused) < len(versions):
                says = f"{name} accepts gcc {limit.range}: not every gcc {row.gcc} will do"
                yield _warned(Doubt.PARTLY_REFUSED_COMPILER, says, (limit.fact,))
        for limit in release.documented:
            taken = [v for v in versions if all(e.admits(v) for e in release.enforced)]
            is_free = limit not in _unenforced(release)
            if taken and is_free and not any(limit.admits(version) for version in taken):
                says = f"{name} documents gcc {limit.range} only, though its header accepts others"
                yield _warned(Doubt.DOCUMENTED_COMPILER, says, (limit.fact,))


def _unenforced(release: Release) -> list[Limit]:
    """Documented limits on a side where nothing is enforced."""
    sides = {limit.is_upper for limit in release.enforced}
    return [limit for limit in release.documented if limit.is_upper not in sides]


def _about_release(judge: Judge, row: Row, releases: list[Release]) -> Iterator[Warned]:
    release = releases[0]
    name = f"{release.family} {release.version}"
    if all(each.preview for each in releases) and "preview-release" not in row.allow:
        yield _warned(Doubt.PREVIEW_RELEASE, f"{name} is a preview")
    kind = judge.tables.families[release.family].gpu
    targets = {t: t.partition(":")[0] for t in judge.names.grouped(row.gpu).of(kind)}
    old = [t for t, base in targets.items() if base in release.gpu and release.gpu[base].deprecated]
    if old:
        facts = [release.gpu[targets[target]].fact for target in old]
        yield _warned(
            Doubt.DEPRECATED_TARGETS,
            f"{name} calls these targets deprecated: {' '.join(old)}",
            facts,
        )
    unlisted = [t for t, base in targets.items() if base not in release.gpu]
    built = [t for t in unlisted if targets[t] in release.gpu_built]
    if built:
        facts = [release.gpu_built[targets[target]] for target in built]
        says = f"{name} builds these targets but does not list them: {' '.join(built)}"
        yield _warned(Doubt.UNLISTED_TARGETS, says, facts)


def _about_pythons(judge: Judge, row: Row) -> Iterator[Warned]:
    day = judge.day(row).iso
    for wish in row.pythons:
        tag = wish.removeprefix("abi3-")
        if not tag[0].isalpha():
            continue
        rows = [r for held in judge.tables.interpreters.values() for r in held if r.tag == tag]
        ended = [r for r in rows if r.end and day > r.end]
        if ended:
            says = f"{tag} had its end of life on {ended[0].end}"
            yield _warned(Doubt.PYTHON_ENDED, says, ended[0].facts[:1])
        if not row.image and not any(_is_held(r, row.any_arch, day) for r in rows):
            on = f" for {row.any_arch}" if row.any_arch else ""
            facts = [r.facts[1] for r in rows]
            says = f"no image{on} holds {tag} on {day}"
            yield _warned(Doubt.PYTHON_NOT_IN_IMAGES, says, facts)


def _is_held(row: Interpreter, arch: str, day: str) -> bool:
    here = not arch or not row.architectures or arch in row.architectures
    return here and (not row.since or row.since <= day) and (not row.until or day < row.until)
