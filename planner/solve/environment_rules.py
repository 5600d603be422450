"""Rules on an environment: image, toolset, tag, interpreters."""

from __future__ import annotations

from functools import lru_cache

from planner.model.rules import Rule
from planner.model.specs import spec_admits
from planner.model.versions import version_key
from planner.solve.day import Day
from planner.solve.rows import Environment, Tables
from planner.solve.verdict import Facts, Verdict, unwaived


def policy_covers(env: Environment, _: None, tables: Tables) -> Verdict:
    """The policy has symbol sets for the architecture."""
    known = (env.policy, env.arch) in tables.policy_symbols
    return None if known else (env.facts["policy"],)


def policy_within_image(env: Environment, _: None, tables: Tables) -> Verdict:
    """An image claims no policy newer than its own C library."""
    fits = version_key(env.policy_version) <= version_key(env.libc_version)
    return None if fits else (env.facts["image"],)


def image_published(env: Environment, _: None, tables: Tables) -> Verdict:
    """The image can be pulled."""
    return None if env.status != "unpublished" else (env.facts["image"],)


def image_by_date(env: Environment, day: Day, tables: Tables) -> Verdict:
    """The image existed on the day."""
    return None if day.reached(env.since) else (env.facts["architecture"],)


def image_not_ended(env: Environment, day: Day, tables: Tables) -> Verdict:
    """The image is still supported on the day."""
    ended = (env.ended and day.iso > env.ended) or (env.status == "ended" and not env.ended)
    return (env.facts["image"],) if ended else None


def image_not_alpha(env: Environment, day: Day, tables: Tables) -> Verdict:
    """The image is not alpha, unless its architecture has no other live image."""
    if env.status != "alpha" or not has_live_image(env.arch, day, tables):
        return None
    return (env.facts["image"],)


def has_live_image(arch: str, day: Day, tables: Tables, *, alpha: bool = False) -> bool:
    """Whether an architecture has a supported image whose base has not ended on the day."""
    return any(
        env.status == "supported" or (alpha and env.status == "alpha")
        for env in tables.environments.get(arch, ())
        if image_by_date(env, day, tables) is None
        and image_not_ended(env, day, tables) is None
        and unwaived(Rule.BASE_NOT_ENDED, base_not_ended(env, day, tables), tables.waived) is None
        and policy_covers(env, None, tables) is None
        and not env.toolkits
    )


def base_not_ended(env: Environment, day: Day, tables: Tables) -> Verdict:
    """The base distribution has not passed its standard end of life on the day."""
    ended = env.base_end and day.iso > env.base_end
    return (env.base_end_fact,) if ended else None


def toolset_obtainable(env: Environment, day: Day, tables: Tables) -> Verdict:
    """The toolset was in the image, or could be installed from its base, on the day."""
    if env.holds(day.iso) or env.offers(day.iso):
        return None
    days = [fact for _, fact in env.obtainable] + [fact for _, _, fact in env.held]
    return tuple(days) or (env.facts["toolset"],)


def image_for_families(env: Environment, families: tuple[str, ...], tables: Tables) -> Verdict:
    """An image that ships a toolkit serves only jobs with that family."""
    return None if set(env.toolkits) <= set(families) else (env.facts["image"],)


def host_cxx(env: Environment, standard: str, tables: Tables) -> Verdict:
    """The host gcc has the C++ standard."""
    limit = tables.host_cxx.get(standard)
    if limit is None:
        return ()
    return None if limit[0].admits(env.gcc) else (limit[0].fact, env.facts["toolset"])


def cxx11_abi(env: Environment, abi: str, tables: Tables) -> Verdict:
    """The image's libstdc++ uses the wanted C++11 ABI."""
    return None if env.cxx11_abi == abi else (env.facts["image"],)


def glibc_cap(env: Environment, spec: str, tables: Tables) -> Verdict:
    """The policy's glibc lies within the cap."""
    return None if spec_admits(spec, env.policy_version) else (env.facts["policy"],)


def runs_on(env: Environment, distribution: str, tables: Tables) -> Verdict:
    """glibc, libstdc++ and architecture of the distribution admit a wheel with this tag."""
    distro = tables.distributions[distribution]
    facts = (distro.fact, env.facts["policy"])
    if env.arch not in distro.architectures or not distro.glibc:
        return (distro.fact,)
    if version_key(distro.glibc) < version_key(env.policy_version):
        return facts
    symbols = tables.policy_symbols.get((env.policy, env.arch), {})
    promised = highest(symbols.get("GLIBCXX", frozenset()))
    if distro.glibcxx and promised and version_key(promised) > version_key(distro.glibcxx):
        return facts
    return None


@lru_cache(maxsize=1024)
def highest(versions: frozenset[str]) -> str:
    """The highest of some symbol versions, leaving out those that are no numbers; "" if none."""
    numbers = [v for v in versions if v[:1].isdigit()]
    return max(numbers, key=version_key) if numbers else ""


def pip_floor(env: Environment, wanted: tuple[str, Facts], tables: Tables) -> Verdict:
    """The oldest promised pip installs one of the tags that the wheel carries.

    ``wanted`` is that pip's version and the interpreter tags of the job.
    """
    oldest, tags = wanted
    floor, facts = pip_floor_of(env, tags, tables)
    return None if version_key(floor) <= version_key(oldest) else facts


def pip_floor_of(env: Environment, tags: Facts, tables: Tables) -> tuple[str, Facts]:
    """The oldest pip that installs the wheels of an environment, and the facts behind it."""
    spellings = [tables.pip_rules[("spelling", "manylinux_x_y")]]
    aliases = tables.policies[env.policy]["aliases"].split()
    spellings += [
        tables.pip_rules[("spelling", a)] for a in aliases if ("spelling", a) in tables.pip_rules
    ]
    rules = [min(spellings, key=lambda rule: version_key(rule[0]))]
    if ("architecture", env.arch) in tables.pip_rules:
        rules.append(tables.pip_rules[("architecture", env.arch)])
    rules += [tables.pip_rules[("abi", t)] for t in tags if ("abi", t) in tables.pip_rules]
    floor = max((pip for pip, _ in rules), key=version_key)
    return floor, tuple(fact for pip, fact in rules if pip == floor)


def x86_64_level(env: Environment, level: str, tables: Tables) -> Verdict:
    """Nothing that the image links in needs a higher micro-architecture level."""
    return None if int(env.level or "1") <= int(level) else (env.facts["architecture"],)


def assembler_feature(env: Environment, feature: str, tables: Tables) -> Verdict:
    """binutils knows the instructions of the feature."""
    return _feature(env, feature, "binutils", env.binutils, tables)


def compiler_feature(env: Environment, feature: str, tables: Tables) -> Verdict:
    """gcc knows the instructions of the feature."""
    return _feature(env, feature, "gcc", env.gcc, tables)


def _feature(env: Environment, feature: str, tool: str, version: str, tables: Tables) -> Verdict:
    for wanted, accepted, fact in tables.features.get(feature, ()):
        if wanted == tool and version not in accepted:
            return (fact, env.facts["toolset"])
    return None


def interpreters_in_image(env: Environment, wanted: tuple[str, Day], tables: Tables) -> Verdict:
    """The image has an interpreter that the request asks for on the day.

    ``wanted`` is a specifier (any one Python that it admits will do) or one tag.
    """
    found = pythons_of(env, wanted[0], wanted[1], tables)
    if found:
        return None
    base = wanted[0].removeprefix("abi3-")
    rows = tables.interpreters.get(env.interpreters, ())
    if base[:1].isalpha() and base != "newest":
        return tuple(row.facts[1] for row in rows if row.tag == base)
    admitted = [row.facts for row in rows if spec_admits(base, row.python)]
    return admitted[-1] if admitted else ()


def pythons_of(env: Environment, wanted: str, day: Day, tables: Tables) -> list[str]:
    """The tags of the interpreters that a wish (specifier or tag) finds in an image, oldest first.

    A specifier keeps the GIL CPythons that are final and not ended on the day; a tag also finds
    free-threaded ones, PyPy and interpreters past their end.
    """
    rows = tables.interpreters.get(env.interpreters, ())
    here = [row for row in rows if not row.architectures or env.arch in row.architectures]
    present = [
        row
        for row in here
        if (not row.since or row.since <= day.iso) and (not row.until or day.iso < row.until)
    ]
    base = wanted.removeprefix("abi3-")
    if base[:1].isalpha() and base != "newest":
        return [wanted for row in present if row.tag == base and _is_final(row.released, day)]
    return [
        row.tag
        for row in present
        if row.implementation == "cpython"
        and not row.free_threaded
        and _is_final(row.released, day)
        and not (row.end and day.iso > row.end)
        and spec_admits(wanted, row.python)
    ]


def _is_final(released: str, day: Day) -> bool:
    return not released or released <= day.iso
