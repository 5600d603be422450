"""Each rule as one predicate: what a candidate breaks, as the facts that say so.

A predicate returns None where the candidate is fine, and otherwise the facts that are against it
(an empty tuple where nothing but the request is). The search compiles them to bit masks, the
explanation asks them again; so both always agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from planner.model.rules import Rule
from planner.model.specs import spec_admits
from planner.model.versions import range_contains, version_key
from planner.solve.tables import Environment, FamilyTable, Limit, Need, Release, Tables

Facts = tuple[str, ...]
Verdict = Facts | None


@dataclass(frozen=True, slots=True)
class Day:
    """The day of release as ISO text, and whether the request states it."""

    iso: str
    explicit: bool

    def reached(self, since: str) -> bool:
        """Whether something that exists from a day on (``""``: not known) exists by now.

        What has no known day is no candidate under a stated date, and one otherwise.
        """
        return since <= self.iso if since else not self.explicit


# Rules on environments ---------------------------------------------------------------------------


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
        and base_not_ended(env, day, tables) is None
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
    return None if env.gcc in limit[0].accepts else (limit[0].fact, env.facts["toolset"])


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
    return tuple(
        row.facts[1] for row in tables.interpreters.get(env.interpreters, ()) if row.tag == base
    )


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


# Rules on releases -------------------------------------------------------------------------------


def release_matches(release: Release, spec: str, family: FamilyTable, tables: Tables) -> Verdict:
    """The request's specifier admits the version."""
    return None if spec_admits(spec, release.version) else ()


def release_covers(release: Release, arch: str, family: FamilyTable, tables: Tables) -> Verdict:
    """The vendor ships the release for the architecture."""
    if arch in release.covers:
        return None
    if arch in family.never_covers:
        return (family.never_covers[arch],)
    return tuple(dict.fromkeys(release.covers.values()))


def released_by_date(release: Release, day: Day, family: FamilyTable, tables: Tables) -> Verdict:
    """The release was out on the day."""
    if day.reached(release.released):
        return None
    return (release.released_fact,) if release.released_fact else ()


def release_not_preview(release: Release, _: None, family: FamilyTable, tables: Tables) -> Verdict:
    """The release is no preview."""
    return () if release.preview else None


def component_in_release(
    release: Release, component: str, family: FamilyTable, tables: Tables
) -> Verdict:
    """The release has the component, as far as its parts are known."""
    part = family.parts.get(component)
    if part is None or part.separate or not release.components:
        return None
    if component in release.components or component in release.sonames:
        return None
    if any(name == component for _, name in release.needs):
        return None
    others = any(component in other.components for other in family.releases)
    pins = tuple({pin.fact for pin in release.components.values()})
    return pins if others else None


def gpu_target_known(
    release: Release, wanted: tuple[str, str], family: FamilyTable, tables: Tables
) -> Verdict:
    """The release's compiler knows the target (``wanted``: target, architecture)."""
    target, arch = wanted
    base = target.partition(":")[0]
    known = release.gpu.get(base)
    if known is not None and (not known.architectures or arch in known.architectures):
        return None
    if known is None and base in release.gpu_built:
        return None
    renamed = (tables.renames[base][1],) if base in tables.renames else ()
    first, removed, life = family.target_life.get(base, ("", "", ""))
    if life and _outside(release.version, first, removed):
        return (life, *renamed)
    lists = {t.fact for t in release.gpu.values()} | set(release.gpu_built.values())
    return (*sorted(lists), *renamed)


def _outside(version: str, first: str, removed: str) -> bool:
    key = version_key(version)
    return key < version_key(first) or bool(removed and key >= version_key(removed))


def device_cxx(release: Release, standard: str, family: FamilyTable, tables: Tables) -> Verdict:
    """The device compiler has the C++ standard; families without such facts do not bind."""
    if standard in release.device_cxx or not release.device_cxx:
        return None
    return tuple(dict.fromkeys(release.device_cxx.values()))


def driver_floor(release: Release, oldest: str, family: FamilyTable, tables: Tables) -> Verdict:
    """The oldest promised driver runs what the release builds.

    A promise such as ``580`` names the whole branch, so floors are compared to its precision.
    """
    if "runtime" not in release.driver:
        return None
    floor, fact = release.driver["runtime"]
    precision = oldest.count(".") + 1
    shortened = ".".join(floor.split(".")[:precision])
    return None if version_key(shortened) <= version_key(oldest) else (fact,)


# Rules on a release together with an environment -------------------------------------------------


def host_compiler(release: Release, env: Environment, _: None, tables: Tables) -> Verdict:
    """The vendor's header accepts the host gcc."""
    return _refusing(release.enforced, env)


def documented_compiler(release: Release, env: Environment, _: None, tables: Tables) -> Verdict:
    """The vendor's documents admit the host gcc, where nothing enforces a limit on that side."""
    enforced = {limit.is_upper for limit in release.enforced}
    return _refusing([d for d in release.documented if d.is_upper not in enforced], env)


def _refusing(limits: list[Limit], env: Environment) -> Verdict:
    facts = tuple(limit.fact for limit in limits if env.gcc not in limit.accepts)
    return facts or None


def compiler_breakage(
    release: Release, env: Environment, standard: str | None, tables: Tables
) -> Verdict:
    """No known breakage of the release with this gcc (some only from a C++ standard on)."""
    facts = tuple(
        limit.fact
        for limit in release.breakages
        if env.gcc in limit.accepts
        and (not limit.cxx or (standard is not None and range_contains(limit.cxx, standard)))
    )
    return facts or None


def cxx_host_compiler(release: Release, env: Environment, standard: str, tables: Tables) -> Verdict:
    """The vendor accepts this gcc for device code of the C++ standard."""
    return _refusing([limit for limit in release.cxx_host if limit.cxx == standard], env)


def build_glibc(release: Release, env: Environment, arch: str, tables: Tables) -> Verdict:
    """The vendor's build programs run in the image."""
    facts = tuple(
        fact
        for floor, fact in release.build_glibc.get(arch, ())
        if version_key(floor) > version_key(env.libc_version)
    )
    return facts or None


def linked_needs(
    release: Release, links: tuple[str, ...], arch: str, day: Day
) -> tuple[list[Need], list[str]]:
    """What the linked components need (the newest measured version of each by the day), and
    the names of those that were not measured."""
    needs: list[Need] = []
    unmeasured = []
    for component in links:
        rows = release.needs.get((arch, component), [])
        dated = [row for row in rows if not row.uploaded or row.uploaded <= day.iso]
        if not dated:
            unmeasured.append(component)
            continue
        newest = max(dated, key=lambda row: version_key(row.version or "0")).version
        needs += [row for row in dated if row.version == newest or not row.uploaded]
    return needs, unmeasured


def linked_library_floor(
    release: Release, env: Environment, wanted: tuple[tuple[str, ...], Day], tables: Tables
) -> Verdict:
    """The policy offers every symbol version that the linked vendor libraries need."""
    links, day = wanted
    needs, _ = linked_needs(release, links, env.arch, day)
    symbols = tables.policy_symbols.get((env.policy, env.arch), {})
    facts = tuple(dict.fromkeys(need.fact for need in needs if exceeds_policy(need, env, symbols)))
    return facts or None


def exceeds_policy(need: Need, env: Environment, symbols: object) -> bool:
    """Whether a vendor library needs more than a policy promises."""
    assert isinstance(symbols, dict)
    if version_key(need.glibc) > version_key(env.policy_version):
        return True
    return any(
        bool(version) and version_key(version) > version_key(highest(symbols[prefix]) or "0")
        for prefix, version in (("GLIBCXX", need.glibcxx), ("CXXABI", need.cxxabi))
        if prefix in symbols
    )


def documented_glibc(
    release: Release, env: Environment, wanted: tuple[tuple[str, ...], Day], tables: Tables
) -> Verdict:
    """The vendor's documented glibc floor, where a linked library was not measured."""
    links, day = wanted
    if not links:
        return None
    _, unmeasured = linked_needs(release, links, env.arch, day)
    return exceeded_documented_glibc(release, env) if unmeasured else None


def exceeded_documented_glibc(release: Release, env: Environment) -> Verdict:
    """The documented floors that a policy lies below, or None."""
    facts = tuple(
        fact
        for floor, _, fact in release.documented_glibc.get(env.arch, ())
        if version_key(floor) > version_key(env.policy_version)
    )
    return facts or None


def image_toolkit(release: Release, env: Environment, _: None, tables: Tables) -> Verdict:
    """An image that ships a toolkit serves only jobs with that release."""
    shipped = env.toolkits.get(release.family)
    return None if shipped in (None, release.minor) else (env.facts["image"],)


ENVIRONMENT_RULES: dict[Rule, Callable[..., Verdict]] = {
    Rule.POLICY_COVERS_ARCHITECTURE: policy_covers,
    Rule.POLICY_WITHIN_IMAGE: policy_within_image,
    Rule.IMAGE_PUBLISHED: image_published,
    Rule.IMAGE_BY_DATE: image_by_date,
    Rule.IMAGE_NOT_ENDED: image_not_ended,
    Rule.IMAGE_NOT_ALPHA: image_not_alpha,
    Rule.BASE_NOT_ENDED: base_not_ended,
    Rule.TOOLSET_OBTAINABLE: toolset_obtainable,
    Rule.IMAGE_TOOLKIT: image_for_families,
    Rule.HOST_CXX_STANDARD: host_cxx,
    Rule.CXX11_ABI: cxx11_abi,
    Rule.GLIBC_CAP: glibc_cap,
    Rule.RUNS_ON: runs_on,
    Rule.PIP_FLOOR: pip_floor,
    Rule.X86_64_LEVEL: x86_64_level,
    Rule.ASSEMBLER_FEATURE: assembler_feature,
    Rule.COMPILER_FEATURE: compiler_feature,
    Rule.INTERPRETER_IN_IMAGE: interpreters_in_image,
}
RELEASE_RULES: dict[Rule, Callable[..., Verdict]] = {
    Rule.RELEASE_MATCHES: release_matches,
    Rule.RELEASE_COVERS_ARCHITECTURE: release_covers,
    Rule.RELEASED_BY_DATE: released_by_date,
    Rule.RELEASE_NOT_PREVIEW: release_not_preview,
    Rule.COMPONENT_IN_RELEASE: component_in_release,
    Rule.GPU_TARGET_KNOWN: gpu_target_known,
    Rule.DEVICE_CXX_STANDARD: device_cxx,
    Rule.DRIVER_FLOOR: driver_floor,
}
PAIR_RULES: dict[Rule, Callable[..., Verdict]] = {
    Rule.HOST_COMPILER_RANGE: host_compiler,
    Rule.DOCUMENTED_COMPILER_RANGE: documented_compiler,
    Rule.COMPILER_BREAKAGE: compiler_breakage,
    Rule.CXX_HOST_COMPILER: cxx_host_compiler,
    Rule.BUILD_GLIBC: build_glibc,
    Rule.LINKED_LIBRARY_FLOOR: linked_library_floor,
    Rule.DOCUMENTED_GLIBC: documented_glibc,
    Rule.IMAGE_TOOLKIT: image_toolkit,
}
"""Rules by what they look at. ``image-toolkit`` looks at an image alone and at a pair."""


def _of_compiler(env: Environment) -> object:
    return env.gcc


def _of_libc(env: Environment) -> object:
    return (env.policy, env.libc_version)


def _of_toolkits(env: Environment) -> object:
    return (env.image,)


PAIR_LOOKS_AT: dict[Rule, Callable[[Environment], object]] = {
    Rule.HOST_COMPILER_RANGE: _of_compiler,
    Rule.DOCUMENTED_COMPILER_RANGE: _of_compiler,
    Rule.COMPILER_BREAKAGE: _of_compiler,
    Rule.CXX_HOST_COMPILER: _of_compiler,
    Rule.BUILD_GLIBC: _of_libc,
    Rule.LINKED_LIBRARY_FLOOR: _of_libc,
    Rule.DOCUMENTED_GLIBC: _of_libc,
    Rule.IMAGE_TOOLKIT: _of_toolkits,
}
"""What of an environment a pair rule looks at: environments that agree in it share the verdict."""
