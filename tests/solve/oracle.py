"""A second, slow judge of the solver: nested loops and plain predicates over the fact records.

It shares no code with ``planner.graph`` and ``planner.solve``: only the records of
``planner.model`` and the words of the contract. Versions are compared by ``packaging``.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from planner.model.accelerators import Family
from planner.model.facts import FactBase
from planner.model.images import Image, ImageArchitecture
from planner.model.policies import Policy
from planner.model.request import Request, Variant
from planner.model.rules import Rule
from planner.model.sources import Fact
from planner.model.toolchains import Toolset

ARCHITECTURES = (
    *("x86_64", "i686", "aarch64", "armv7l", "ppc64"),
    *("ppc64le", "s390x", "riscv64", "loongarch64"),
)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One job as it is asked for, in plain values; what is not asked for is None or empty."""

    arch: str
    day: str
    stated: bool = True
    families: tuple[tuple[str, str], ...] = ()
    prefer: str = "newest"
    toolchain: str = "newest"
    python: str | tuple[str, ...] | None = None
    cxx: str | None = None
    cxx11_abi: str | None = None
    runs_on: tuple[str, ...] = ()
    glibc: str | None = None
    pip: str | None = None
    level: str | None = None
    features: tuple[str, ...] = ()
    gpu: tuple[str, ...] = ()
    links: tuple[str, ...] | None = None
    driver: str | None = None
    allow: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Answer:
    """The image, the toolset and the release of each family (in order of rank)."""

    image: str
    toolset: str
    releases: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Place:
    """An image on an architecture with one toolset: all that the rules on environments look at."""

    image: Image
    entry: ImageArchitecture
    policy: Policy
    toolset: Toolset


@dataclass(frozen=True, eq=False)
class Edition:
    """A full version of a family with the facts that hold for it; ``position`` counts from old."""

    family: Family
    minor: str
    version: str
    preview: bool
    position: int
    facts: Mapping[str, tuple[Fact, ...]]
    components: frozenset[str] = field(default_factory=frozenset)

    def of(self, kind: str) -> tuple[Fact, ...]:
        return self.facts.get(kind, ())


# Versions and days --------------------------------------------------------------------------------


@cache
def number(text: str) -> Version:
    return Version(text)


@cache
def lies_in(range_: str, version: str) -> bool:
    return SpecifierSet(range_, prereleases=True).contains(Version(version))


@cache
def admits(spec: str, version: str) -> bool:
    """``A``, ``A.B`` and ``A.B.*`` mean a prefix, ``A.B.C`` itself, anything else PEP 440."""
    if spec == "newest":
        return True
    plain = spec.removesuffix(".*")
    if re.fullmatch(r"\d+(\.\d+)?", plain):
        return lies_in(f"=={plain}.*", version)
    if re.fullmatch(r"\d+(\.\d+)+", spec):
        return lies_in(f"=={spec}", version)
    return lies_in(spec, version)


@cache
def oldest_promised(spec: str) -> str:
    """The lower end of a promise such as ``>=20.3`` or ``580``; "0" where it has none."""
    bounds = re.findall(r"(?:>=|==|~=|>)\s*([0-9.]*[0-9])", spec)
    if re.fullmatch(r"[0-9.]+(\.\*)?", spec):
        bounds = [spec.removesuffix(".*")]
    return max(bounds, key=number, default="0")


@cache
def end_of(day: str) -> str:
    """A day known to the month counts as its last day."""
    if len(day) == 7:
        year, month = int(day[:4]), int(day[5:])
        return f"{day}-{calendar.monthrange(year, month)[1]:02}"
    return day


def exists(wish: Wish, since: str | None) -> bool:
    """What has no date is no candidate under an explicit date."""
    return end_of(since) <= wish.day if since else not wish.stated


def top(versions: Iterable[str]) -> Version | None:
    numbers = [number(v) for v in versions if v[:1].isdigit()]
    return max(numbers) if numbers else None


# The judge ----------------------------------------------------------------------------------------


class Judge:
    """Finds the best candidate of a wish by looking at all of them."""

    def __init__(self, facts: FactBase) -> None:
        self.facts = facts
        self.policies = facts.policies
        self.editions = {name: list(_editions(f)) for name, f in facts.families.items()}
        self.places = list(self._places())
        self.ends = {
            (end.of, end.id, end.what): end_of(end.date)
            for end in self.policies.ends
            if not end.overruled
        }

    def _places(self) -> Iterator[Place]:
        for image in self.policies.images.values():
            policy = self.policies.policies[image.policy]
            if policy.libc != "glibc":
                continue
            for entry in image.architectures.values():
                for toolset in self.policies.toolsets.values():
                    if self._ever_there(image, entry, toolset):
                        yield Place(image, entry, policy, toolset)

    def _ever_there(self, image: Image, entry: ImageArchitecture, toolset: Toolset) -> bool:
        in_image = any(
            held.toolset == toolset.name and entry.arch in held.architectures
            for held in image.toolsets
        )
        return in_image or self._offered(entry, toolset, "9999-12-31")

    def _offered(self, entry: ImageArchitecture, toolset: Toolset, day: str) -> bool:
        if toolset.kind == "system":
            return toolset.base == entry.base
        return any(
            row.toolset == toolset.name
            and row.base == entry.base
            and entry.arch in row.architectures
            and end_of(row.since) <= day
            for row in self.policies.obtainable
        )

    def held(self, place: Place, day: str) -> bool:
        """Whether the last history row on or before the day names the toolset."""
        rows = [
            (end_of(held.since) if held.since else "", held.toolset)
            for held in place.image.toolsets
            if place.entry.arch in held.architectures
        ]
        before = [row for row in rows if row[0] <= day]
        return bool(before) and max(before)[1] == place.toolset.name

    # The loops

    def best(self, wish: Wish) -> Answer | None:
        """The best candidate, family by family in each environment.

        No rule looks at two releases at once, so the newest that an environment accepts is its
        best; :meth:`best_of_product` does without this argument.
        """
        domains = [self._editions_for(wish, family, spec) for family, spec in self._asked(wish)]
        candidates = []
        for place in self._places_for(wish):
            chosen = []
            for domain in domains:
                fitting = [e for e in domain if self._fits_pair(wish, place, e)]
                if not fitting:
                    break
                chosen.append(max(fitting, key=lambda e: e.position))
            else:
                candidates.append((place, tuple(chosen)))
        return self._preferred(wish, candidates)

    def best_of_product(self, wish: Wish) -> Answer | None:
        """The best of all candidates: every combination of releases in every environment."""
        domains = [self.editions[family] for family, _ in self._asked(wish)]
        specs = [spec for _, spec in self._asked(wish)]
        candidates = [
            (place, chosen)
            for place in self.places
            for chosen in product(*domains)
            if self.fits_place(wish, place)
            and all(self._fits_edition(wish, e, s) for e, s in zip(chosen, specs, strict=True))
            and all(self._fits_pair(wish, place, e) for e in chosen)
        ]
        return self._preferred(wish, candidates)

    def _asked(self, wish: Wish) -> list[tuple[str, str]]:
        return sorted(wish.families, key=lambda pair: self.facts.families[pair[0]].rank)

    def _editions_for(self, wish: Wish, family: str, spec: str) -> list[Edition]:
        return [e for e in self.editions[family] if self._fits_edition(wish, e, spec)]

    def _places_for(self, wish: Wish) -> list[Place]:
        return [place for place in self.places if self.fits_place(wish, place)]

    def fits_place(self, wish: Wish, place: Place) -> bool:
        return all(rule(self, wish, place) for rule in PLACE_RULES.values())

    def _fits_edition(self, wish: Wish, edition: Edition, spec: str) -> bool:
        return all(rule(self, wish, edition, spec) for rule in EDITION_RULES.values())

    def _fits_pair(self, wish: Wish, place: Place, edition: Edition) -> bool:
        return all(rule(self, wish, place, edition) for rule in PAIR_RULES.values())

    def _preferred(
        self, wish: Wish, candidates: list[tuple[Place, tuple[Edition, ...]]]
    ) -> Answer | None:
        best: tuple[Place, tuple[Edition, ...]] | None = None
        for candidate in candidates:
            if best is None or self._is_better(wish, candidate, best):
                best = candidate
        if best is None:
            return None
        place, chosen = best
        releases = tuple((edition.family.name, edition.version) for edition in chosen)
        return Answer(place.image.name, place.toolset.name, releases)

    def _is_better(
        self,
        wish: Wish,
        one: tuple[Place, tuple[Edition, ...]],
        other: tuple[Place, tuple[Edition, ...]],
    ) -> bool:
        """Policy; releases; already in the image, if asked for; gcc; binutils; support; name."""
        new, old = number(one[0].policy.version), number(other[0].policy.version)
        if new != old:
            return new > old if wish.prefer == "newest" else new < old
        for mine, yours in zip(one[1], other[1], strict=True):
            if mine.position != yours.position:
                return mine.position > yours.position
        worth_of_one, worth_of_other = self._worth(wish, one[0]), self._worth(wish, other[0])
        if worth_of_one != worth_of_other:
            return worth_of_one > worth_of_other
        return _names(one[0]) < _names(other[0])

    def _worth(self, wish: Wish, place: Place) -> tuple[bool, Version, Version, str]:
        in_image = wish.toolchain == "image" and self.held(place, wish.day)
        ends = [end_of(place.image.ended)] if place.image.ended else []
        base_end = self.ends.get(("distribution", place.entry.base, "standard"))
        ends += [base_end] if base_end else []
        binutils = number(place.toolset.binutils or "0")
        return (in_image, number(place.toolset.gcc), binutils, min(ends, default=""))

    # What several rules ask

    def base_has_ended(self, place: Place, day: str) -> bool:
        end = self.ends.get(("distribution", place.entry.base, "standard"))
        return end is not None and day > end

    def image_has_ended(self, place: Place, day: str) -> bool:
        image = place.image
        if image.ended is not None:
            return day > end_of(image.ended)
        return image.status == "ended"

    def needs(self, wish: Wish, edition: Edition) -> tuple[list[Mapping[str, str]], bool]:
        """The needs of every linked library of the newest version measured by the day, and
        whether some linked component was not measured."""
        family = edition.family
        links = wish.links
        if links is None:
            links = tuple(c.name for c in family.components.values() if c.default)
        needs: list[Mapping[str, str]] = []
        gap = False
        for component in links:
            if component not in family.components:
                continue
            found = [
                fact
                for fact in edition.of("library-needs")
                if fact.text("component") == component
                and fact.text("arch") == wish.arch
                and (not fact.text("uploaded") or end_of(fact.text("uploaded")) <= wish.day)
            ]
            if not found:
                gap = True
                continue
            last = max(number(fact.text("version", "0")) for fact in found)
            for fact in found:
                if number(fact.text("version", "0")) == last or not fact.text("uploaded"):
                    needs += fact.table("libraries").values()
        return needs, gap

    def links_something(self, wish: Wish, family: Family) -> bool:
        if wish.links is None:
            return any(component.default for component in family.components.values())
        return any(name in family.components for name in wish.links)


def _names(place: Place) -> tuple[str, str]:
    return (place.image.name, place.toolset.name)


def _editions(family: Family) -> Iterator[Edition]:
    position = 0
    for minor in family.minors.values():
        for version, own in minor.releases.items():
            merged = [*family.facts.values(), *minor.facts_of(version).values()]
            believed = [
                fact
                for fact in merged
                if fact.overruled_by is None
                and (not fact.text("releases") or lies_in(fact.text("releases"), version))
            ]
            kinds = {fact.kind for fact in believed}
            grouped = {kind: tuple(f for f in believed if f.kind == kind) for kind in kinds}
            names = {n for fact in grouped.get("components", ()) for n in fact.table("pins")}
            preview = minor.stream == "preview" or any(
                fact.kind == "trait"
                and fact.text("name") == "stream"
                and fact.text("value") == "preview"
                for fact in own.values()
            )
            yield Edition(
                family, minor.minor, version, preview, position, grouped, frozenset(names)
            )
            position += 1


# Rules on an image with a toolset -----------------------------------------------------------------


def image_covers(judge: Judge, wish: Wish, place: Place) -> bool:
    return place.entry.arch == wish.arch


def policy_covers(judge: Judge, wish: Wish, place: Place) -> bool:
    return wish.arch in place.policy.symbols


def policy_within_image(judge: Judge, wish: Wish, place: Place) -> bool:
    return number(place.policy.version) <= number(place.image.libc_version)


def image_by_date(judge: Judge, wish: Wish, place: Place) -> bool:
    return exists(wish, place.entry.since)


def image_published(judge: Judge, wish: Wish, place: Place) -> bool:
    return place.image.status != "unpublished"


def image_not_ended(judge: Judge, wish: Wish, place: Place) -> bool:
    return "ended-image" in wish.allow or not judge.image_has_ended(place, wish.day)


def image_not_alpha(judge: Judge, wish: Wish, place: Place) -> bool:
    """An alpha image needs the waiver, unless its architecture has no other live image."""
    if place.image.status != "alpha" or "alpha-image" in wish.allow:
        return True
    for other in judge.places:
        if (
            other.entry.arch == place.entry.arch
            and other.image.status == "supported"
            and not other.image.toolkits
            and exists(wish, other.entry.since)
            and place.entry.arch in other.policy.symbols
            and not judge.image_has_ended(other, wish.day)
            and not judge.base_has_ended(other, wish.day)
        ):
            return False
    return True


def base_not_ended(judge: Judge, wish: Wish, place: Place) -> bool:
    return "ended-base" in wish.allow or not judge.base_has_ended(place, wish.day)


def toolset_obtainable(judge: Judge, wish: Wish, place: Place) -> bool:
    return judge.held(place, wish.day) or judge._offered(place.entry, place.toolset, wish.day)


def host_cxx(judge: Judge, wish: Wish, place: Place) -> bool:
    if wish.cxx is None:
        return True
    standard = judge.policies.cxx.get(wish.cxx)
    range_ = (standard.gcc or standard.experimental) if standard else None
    return range_ is not None and lies_in(range_, place.toolset.gcc)


def cxx11_abi(judge: Judge, wish: Wish, place: Place) -> bool:
    return wish.cxx11_abi is None or place.image.cxx11_abi == wish.cxx11_abi


def glibc_cap(judge: Judge, wish: Wish, place: Place) -> bool:
    return wish.glibc is None or admits(wish.glibc, place.policy.version)


def runs_on(judge: Judge, wish: Wish, place: Place) -> bool:
    for name in wish.runs_on:
        distro = judge.policies.distributions[name]
        if distro.glibc is None or wish.arch not in distro.architectures:
            return False
        if number(distro.glibc) < number(place.policy.version):
            return False
        promised = top(place.policy.symbols.get(wish.arch, {}).get("GLIBCXX", ()))
        if distro.glibcxx and promised is not None and promised > number(distro.glibcxx):
            return False
    return True


def pip_floor(judge: Judge, wish: Wish, place: Place) -> bool:
    """The wheel carries every alias of its tag, so pip needs to know one spelling only."""
    if wish.pip is None:
        return True
    spellings, others = [], []
    tags = wish.python if isinstance(wish.python, tuple) else ()
    for rule in judge.policies.installers:
        if rule.what == "spelling":
            if {"manylinux_x_y", *place.policy.aliases} & set(rule.of):
                spellings.append(number(rule.pip))
        elif wish.arch in rule.of or set(tags) & set(rule.of):
            others.append(number(rule.pip))
    return max([min(spellings), *others]) <= number(oldest_promised(wish.pip))


def x86_64_level(judge: Judge, wish: Wish, place: Place) -> bool:
    if wish.level is None or wish.arch != "x86_64":
        return True
    return int(place.entry.level or "1") <= int(wish.level)


def assembler_feature(judge: Judge, wish: Wish, place: Place) -> bool:
    ranges = [judge.policies.features[name].binutils for name in wish.features]
    known = place.toolset.binutils
    return all(r is None or (known is not None and lies_in(r, known)) for r in ranges)


def compiler_feature(judge: Judge, wish: Wish, place: Place) -> bool:
    ranges = [judge.policies.features[name].gcc for name in wish.features]
    return all(r is None or lies_in(r, place.toolset.gcc) for r in ranges)


def interpreter_in_image(judge: Judge, wish: Wish, place: Place) -> bool:
    """Each listed tag, or at least one Python that the specifier admits."""
    wishes = wish.python if isinstance(wish.python, tuple) else (wish.python or "newest",)
    return all(_has_interpreter(judge, wish, place, one) for one in wishes)


def _has_interpreter(judge: Judge, wish: Wish, place: Place, wanted: str) -> bool:
    by_tag = isinstance(wish.python, tuple)
    for row in judge.policies.image_interpreters:
        python = judge.policies.interpreters[row.tag]
        if row.images != place.image.interpreters:
            continue
        if row.architectures and wish.arch not in row.architectures:
            continue
        if (row.since and end_of(row.since) > wish.day) or (
            row.until and end_of(row.until) <= wish.day
        ):
            continue
        if python.released and end_of(python.released) > wish.day:
            continue
        if by_tag:
            if row.tag == wanted.removeprefix("abi3-"):
                return True
            continue
        ends = [
            day
            for (of, id_, _), day in judge.ends.items()
            if of != "distribution" and id_ == row.tag
        ]
        if python.implementation != "cpython" or python.free_threaded:
            continue
        if ends and wish.day > max(ends):
            continue
        if admits(wanted, python.python):
            return True
    return False


# Rules on a release -------------------------------------------------------------------------------


def release_matches(judge: Judge, wish: Wish, edition: Edition, spec: str) -> bool:
    if spec != "newest":
        return admits(spec, edition.version)
    every = judge.editions[edition.family.name]
    out = [e for e in every if released_by_date(judge, wish, e, spec)]
    usable = [e for e in out if release_not_preview(judge, wish, e, spec)]
    return max(usable or every, key=lambda e: e.position) is edition


def release_covers(judge: Judge, wish: Wish, edition: Edition, spec: str) -> bool:
    return any(wish.arch in fact.words("covers") for fact in edition.of("architectures"))


def released_by_date(judge: Judge, wish: Wish, edition: Edition, spec: str) -> bool:
    days = [fact.text("date") for fact in edition.of("released")]
    return exists(wish, days[-1] if days else None)


def release_not_preview(judge: Judge, wish: Wish, edition: Edition, spec: str) -> bool:
    return not edition.preview or "preview-release" in wish.allow


def component_in_release(judge: Judge, wish: Wish, edition: Edition, spec: str) -> bool:
    """A component that other releases list is missing from a release that lists parts without."""
    family = edition.family
    for name in wish.links or ():
        part = family.components.get(name)
        if part is None or part.separate or not edition.components:
            continue
        known = name in edition.components
        known = known or any(name in f.mapping("libraries") for f in edition.of("sonames"))
        known = known or any(f.text("component") == name for f in edition.of("library-needs"))
        if not known and any(name in e.components for e in judge.editions[family.name]):
            return False
    return True


def gpu_target_known(judge: Judge, wish: Wish, edition: Edition, spec: str) -> bool:
    return all(
        _knows_target(wish, edition, target)
        for target in wish.gpu
        if _kind_of(target) == edition.family.gpu
    )


def _kind_of(target: str) -> str:
    if target.startswith(("sm_", "compute_")):
        return "cuda"
    return "hip" if target.startswith("gfx") else "names"


def _knows_target(wish: Wish, edition: Edition, target: str) -> bool:
    base = target.partition(":")[0]
    forms = ("real", "virtual", "specific", "family", "generic")
    listing = [
        fact
        for fact in edition.of("gpu-targets")
        if any(base in fact.words(form) for form in forms)
    ]
    if listing:
        return any(
            not fact.words("architectures") or wish.arch in fact.words("architectures")
            for fact in listing
        )
    return any(base in fact.words("real") for fact in edition.of("gpu-targets-built"))


def device_cxx(judge: Judge, wish: Wish, edition: Edition, spec: str) -> bool:
    facts = edition.of("cxx-standards")
    if wish.cxx is None or not facts:
        return True
    return any(wish.cxx in fact.words("device") for fact in facts)


def driver_floor(judge: Judge, wish: Wish, edition: Edition, spec: str) -> bool:
    """A promise such as ``>=580`` names the branch: floors are cut to its precision."""
    if wish.driver is None:
        return True
    oldest = oldest_promised(wish.driver)
    floors = [f.text("minimum") for f in edition.of("driver") if f.text("role") == "runtime"]
    cut = [".".join(floor.split(".")[: oldest.count(".") + 1]) for floor in floors[-1:]]
    return all(number(floor) <= number(oldest) for floor in cut)


# Rules on a release in an environment -------------------------------------------------------------


def _gcc_facts(edition: Edition, kind: str) -> list[Fact]:
    return [fact for fact in edition.of(kind) if fact.text("compiler") == "gcc"]


def host_compiler_range(judge: Judge, wish: Wish, place: Place, edition: Edition) -> bool:
    if "unsupported-compiler" in wish.allow:
        return True
    gcc = place.toolset.gcc
    return all(lies_in(f.text("range"), gcc) for f in _gcc_facts(edition, "host-compiler"))


def documented_compiler_range(judge: Judge, wish: Wish, place: Place, edition: Edition) -> bool:
    """Documents refuse only on a side of the range that nothing enforces."""
    if "unsupported-compiler" in wish.allow:
        return True
    enforced = {f.text("range")[0] for f in _gcc_facts(edition, "host-compiler")}
    return all(
        fact.text("range")[0] in enforced or lies_in(fact.text("range"), place.toolset.gcc)
        for fact in _gcc_facts(edition, "documented-compiler")
    )


def compiler_breakage(judge: Judge, wish: Wish, place: Place, edition: Edition) -> bool:
    if "unsupported-compiler" in wish.allow:
        return True
    limits = [f.text("range") for f in _gcc_facts(edition, "host-compiler")]
    bounded = any(limit.startswith("<") for limit in limits)
    for fact in _gcc_facts(edition, "compiler-breakage"):
        if bounded and fact.standing.value in ("documented", "unconfirmed"):
            continue
        standards = fact.text("cxx")
        concerned = not standards or (wish.cxx is not None and lies_in(standards, wish.cxx))
        if concerned and lies_in(fact.text("range"), place.toolset.gcc):
            return False
    return True


def cxx_host_compiler(judge: Judge, wish: Wish, place: Place, edition: Edition) -> bool:
    if wish.cxx is None or "unsupported-compiler" in wish.allow:
        return True
    return all(
        lies_in(fact.text("range"), place.toolset.gcc)
        for fact in _gcc_facts(edition, "cxx-host-compiler")
        if fact.text("cxx") == wish.cxx
    )


def build_glibc(judge: Judge, wish: Wish, place: Place, edition: Edition) -> bool:
    return all(
        number(fact.text("glibc")) <= number(place.image.libc_version)
        for fact in edition.of("build-glibc")
        if fact.text("arch") == wish.arch
    )


def linked_library_floor(judge: Judge, wish: Wish, place: Place, edition: Edition) -> bool:
    symbols = place.policy.symbols.get(wish.arch, {})
    needs, _ = judge.needs(wish, edition)
    for need in needs:
        if number(need.get("glibc", "0")) > number(place.policy.version):
            return False
        for prefix in ("GLIBCXX", "CXXABI"):
            wanted = need.get(prefix.lower())
            if wanted and prefix in symbols:
                highest = top(symbols[prefix])
                if highest is None or number(wanted) > highest:
                    return False
    return True


def documented_glibc(judge: Judge, wish: Wish, place: Place, edition: Edition) -> bool:
    """Documents refuse only where some linked library was not measured."""
    _, gap = judge.needs(wish, edition)
    if not gap or not judge.links_something(wish, edition.family):
        return True
    return all(
        number(fact.text("glibc")) <= number(place.policy.version)
        for fact in edition.of("documented-glibc")
        if fact.text("arch") == wish.arch
    )


def image_toolkit(judge: Judge, wish: Wish, place: Place, edition: Edition) -> bool:
    shipped = place.image.toolkits.get(edition.family.name)
    return shipped is None or shipped == edition.minor


def image_for_families(judge: Judge, wish: Wish, place: Place) -> bool:
    """The half of ``image-toolkit`` that looks at the image alone."""
    return set(place.image.toolkits) <= {family for family, _ in wish.families}


PLACE_RULES: dict[Rule, Callable[[Judge, Wish, Place], bool]] = {
    Rule.IMAGE_COVERS_ARCHITECTURE: image_covers,
    Rule.POLICY_COVERS_ARCHITECTURE: policy_covers,
    Rule.POLICY_WITHIN_IMAGE: policy_within_image,
    Rule.IMAGE_BY_DATE: image_by_date,
    Rule.IMAGE_PUBLISHED: image_published,
    Rule.IMAGE_NOT_ENDED: image_not_ended,
    Rule.BASE_NOT_ENDED: base_not_ended,
    Rule.CXX11_ABI: cxx11_abi,
    Rule.GLIBC_CAP: glibc_cap,
    Rule.X86_64_LEVEL: x86_64_level,
    Rule.IMAGE_TOOLKIT: image_for_families,
    Rule.HOST_CXX_STANDARD: host_cxx,
    Rule.ASSEMBLER_FEATURE: assembler_feature,
    Rule.COMPILER_FEATURE: compiler_feature,
    Rule.RUNS_ON: runs_on,
    Rule.PIP_FLOOR: pip_floor,
    Rule.IMAGE_NOT_ALPHA: image_not_alpha,
    Rule.TOOLSET_OBTAINABLE: toolset_obtainable,
    Rule.INTERPRETER_IN_IMAGE: interpreter_in_image,
}
EDITION_RULES: dict[Rule, Callable[[Judge, Wish, Edition, str], bool]] = {
    Rule.RELEASE_MATCHES: release_matches,
    Rule.RELEASE_COVERS_ARCHITECTURE: release_covers,
    Rule.RELEASED_BY_DATE: released_by_date,
    Rule.RELEASE_NOT_PREVIEW: release_not_preview,
    Rule.COMPONENT_IN_RELEASE: component_in_release,
    Rule.GPU_TARGET_KNOWN: gpu_target_known,
    Rule.DEVICE_CXX_STANDARD: device_cxx,
    Rule.DRIVER_FLOOR: driver_floor,
}
PAIR_RULES: dict[Rule, Callable[[Judge, Wish, Place, Edition], bool]] = {
    Rule.HOST_COMPILER_RANGE: host_compiler_range,
    Rule.DOCUMENTED_COMPILER_RANGE: documented_compiler_range,
    Rule.COMPILER_BREAKAGE: compiler_breakage,
    Rule.CXX_HOST_COMPILER: cxx_host_compiler,
    Rule.BUILD_GLIBC: build_glibc,
    Rule.LINKED_LIBRARY_FLOOR: linked_library_floor,
    Rule.DOCUMENTED_GLIBC: documented_glibc,
    Rule.IMAGE_TOOLKIT: image_toolkit,
}


# From requests to wishes --------------------------------------------------------------------------


def wish_of(
    variant: Variant, specs: tuple[tuple[str, str], ...], arch: str, day: str, *, stated: bool
) -> Wish:
    """One job of a variant as a wish."""
    gpu = variant.gpu
    targets = () if gpu is None else (*gpu.cuda_real, *gpu.cuda_virtual, *gpu.hip, *gpu.other)
    return Wish(
        arch=arch,
        day=day,
        stated=stated,
        families=specs,
        prefer=variant.prefer,
        toolchain=variant.toolchain,
        python=variant.python,
        cxx=variant.cxx,
        cxx11_abi=variant.cxx11_abi,
        runs_on=variant.runs_on,
        glibc=variant.glibc,
        pip=variant.pip,
        level=variant.x86_64_level,
        features=tuple(variant.features.get(arch, ())),
        gpu=targets,
        links=variant.links,
        driver=variant.driver,
        allow=variant.allow,
    )


def wishes_of(judge: Judge, request: Request, today: str) -> Iterator[Wish]:
    """Every job of a request: one per variant, specifier of each family, and architecture."""
    day, stated = (request.date, True) if request.date else (today, False)
    for variant in request.variants.values():
        families = sorted(variant.families, key=lambda name: judge.facts.families[name].rank)
        for specs in product(*(variant.families[name] for name in families)):
            pairs = tuple(zip(families, specs, strict=True))
            bare = wish_of(variant, pairs, "", day, stated=stated)
            for arch in variant.architectures or default_architectures(judge, bare):
                yield wish_of(variant, pairs, arch, day, stated=stated)


def default_architectures(judge: Judge, wish: Wish) -> tuple[str, ...]:
    """Those that the newest admitted releases all cover; without a family all with a live image."""
    if not wish.families:
        return tuple(arch for arch in ARCHITECTURES if _has_live_image(judge, wish, arch))
    common = set(ARCHITECTURES)
    for family, spec in wish.families:
        every = judge.editions[family]
        admitted = [e for e in every if spec == "newest" or admits(spec, e.version)]
        usable = [
            e
            for e in admitted
            if released_by_date(judge, wish, e, spec) and release_not_preview(judge, wish, e, spec)
        ]
        last = max(usable or admitted or every, key=lambda e: e.position)
        common &= {arch for fact in last.of("architectures") for arch in fact.words("covers")}
    return tuple(arch for arch in ARCHITECTURES if arch in common) or ("x86_64",)


def _has_live_image(judge: Judge, wish: Wish, arch: str) -> bool:
    return any(
        place.entry.arch == arch
        and place.image.status in ("supported", "alpha")
        and not place.image.toolkits
        and exists(wish, place.entry.since)
        and arch in place.policy.symbols
        and not judge.image_has_ended(place, wish.day)
        and not judge.base_has_ended(place, wish.day)
        for place in judge.places
    )
