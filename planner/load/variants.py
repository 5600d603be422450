"""The settings of one variant of a request, each with its line."""

from __future__ import annotations

import re

import yaml

from planner.load.nodes import Section, quoted_text, scalar_text
from planner.load.vocabulary import Vocabulary
from planner.model.gpu_targets import (
    GpuTargets,
    clashing_modes,
    group_targets,
    parse_target,
    split_targets,
    target_key,
)
from planner.model.nearest import nearest
from planner.model.platforms import ARCHITECTURES
from planner.model.request import Line, Variant
from planner.model.rules import WAIVERS
from planner.model.specs import canonical_spec, is_spec

STANDARDS = ("11", "14", "17", "20", "23", "26")
TOP_LEVEL = (
    "prefer",
    "toolchain",
    "naming",
    "python",
    "architectures",
    "cxx",
    "cxx11-abi",
    "runs-on",
    "glibc",
    "pip",
    "x86-64-level",
    "features",
    "gpu",
    "links",
    "driver",
    "allow",
)
"""Settings that may stand at the top level and in each variant."""


class Defaults:
    """The top level of a request, asked for what a variant does not say itself."""

    def __init__(self, section: Section, date: str | None) -> None:
        self.section = section
        self.date = date
        for key in TOP_LEVEL:
            self.section.has(key)

    def owner(self, variant: Section, key: str) -> Section | None:
        """The mapping that makes a setting: the variant, else the top level, else none."""
        if variant.has(key):
            return variant
        return self.section if self.section.has(key) else None

    def finish(self, others: frozenset[str]) -> None:
        """Report every key of the top level that is no setting."""
        for key in others:
            self.section.has(key)
        self.section.finish()


class _Settings:
    """Reads the settings of one variant and notes the line of each value."""

    def __init__(self, section: Section, defaults: Defaults, vocabulary: Vocabulary) -> None:
        self.section = section
        self.defaults = defaults
        self.vocabulary = vocabulary
        self.lines: dict[str, tuple[Line, ...]] = {}

    def owner(self, key: str) -> Section | None:
        return self.defaults.owner(self.section, key)

    def line(self, owner: Section, key: str, value: str) -> Line:
        """A request line; values of the command line have no number."""
        number = owner.line_of(key)
        file = owner.document.file
        return Line(
            path=owner.at(key),
            value=value,
            file=file if number > 0 else None,
            number=number if number > 0 else None,
        )

    def note(self, key: str, owner: Section, values: tuple[str, ...]) -> None:
        self.lines[key] = tuple(self.line(owner, key, value) for value in values)

    def word(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        owner = self.owner(key)
        if owner is None:
            return default
        return owner.word(key, allowed) or default

    def spec(self, key: str) -> str | None:
        """A specifier (``">=20.3"``) or None."""
        owner = self.owner(key)
        if owner is None:
            return None
        node = owner.value(key)
        if not isinstance(node, yaml.ScalarNode):
            owner.report_key(key, "must be one specifier")
            return None
        text = quoted_text(owner.document, node, owner.at(key), '">=2.28"')
        if text is None:
            return None
        if not is_spec(text):
            owner.report_key(
                key, "not a specifier, or one that admits nothing", found=text, allowed='">=1.2,<3"'
            )
            return None
        self.note(key, owner, (text,))
        return canonical_spec(text)

    def names(self, key: str, known: tuple[str, ...], what: str) -> tuple[str, ...] | None:
        """A list of known names (or one), sorted; None where the request does not say."""
        owner = self.owner(key)
        if owner is None:
            return None
        found = []
        for text in self.texts(owner, key):
            if text in known:
                found.append(text)
            else:
                allowed = ", ".join(known) if len(known) <= 24 else f"{len(known)} known ones"
                owner.report_key(
                    key, f"unknown {what}", found=text, allowed=allowed, near=nearest(text, known)
                )
        names = tuple(name for name in known if name in found)
        self.note(key, owner, names)
        return names

    def texts(self, owner: Section, key: str) -> list[str]:
        """The words of a list, or of one text with commas or spaces."""
        node = owner.value(key)
        if isinstance(node, yaml.SequenceNode):
            return list(owner.words(key))
        if isinstance(node, yaml.ScalarNode):
            text = scalar_text(owner.document, node, owner.at(key))
            return [] if text is None else split_targets(text)
        owner.report_key(key, "must be a list")
        return []


def read_variant(
    section: Section, name: str, defaults: Defaults, vocabulary: Vocabulary
) -> Variant:
    """One variant with every setting resolved; problems go to the section's document."""
    settings = _Settings(section, defaults, vocabulary)
    if defaults.date is not None:
        settings.note("date", defaults.section, (defaults.date,))
    families = _families(settings)
    variant = Variant(
        name=name,
        families=families,
        prefer=settings.word("prefer", ("newest", "widest"), "newest"),
        toolchain=settings.word("toolchain", ("newest", "image"), "newest"),
        naming=settings.word("naming", ("none", "local", "suffix"), "none"),
        python=_python(settings),
        architectures=_architectures(settings),
        cxx=_cxx(settings),
        cxx11_abi=_cxx11_abi(settings),
        runs_on=settings.names("runs-on", vocabulary.distributions, "distribution") or (),
        glibc=settings.spec("glibc"),
        pip=settings.spec("pip"),
        x86_64_level=_level(settings),
        features=_features(settings),
        gpu=_gpu(settings),
        links=_links(settings, families),
        driver=settings.spec("driver"),
        allow=frozenset(settings.names("allow", tuple(WAIVERS), "waiver") or ()),
        lines=settings.lines,
    )
    section.finish()
    return variant


def _families(settings: _Settings) -> dict[str, tuple[str, ...]]:
    families = {}
    for family in settings.vocabulary.releases:
        if settings.section.has(family):
            specs = _specs(settings, family)
            if specs:
                families[family] = specs
    return families


def _specs(settings: _Settings, family: str) -> tuple[str, ...]:
    section = settings.section
    node = section.value(family)
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    specs: list[str] = []
    lines: list[Line] = []
    for item in items:
        if not isinstance(item, yaml.ScalarNode):
            section.report_key(family, "must be a specifier or a list of specifiers")
            continue
        text = _spec_text(settings, family, item)
        if text is None:
            continue
        if canonical_spec(text) in specs:
            section.report_key(family, "is listed twice", found=text)
            continue
        specs.append(canonical_spec(text))
        lines.append(settings.line(section, family, text))
    order = sorted(range(len(specs)), key=lambda n: specs[n])
    settings.lines[family] = tuple(lines[n] for n in order)
    if not specs and isinstance(node, yaml.SequenceNode) and not node.value:
        section.report_key(family, "names no release")
    return tuple(specs[n] for n in order)


def _spec_text(settings: _Settings, family: str, item: yaml.ScalarNode) -> str | None:
    section = settings.section
    where = section.at(family)
    if item.value == "newest":
        return "newest"
    text = quoted_text(section.document, item, where, '">=13"')
    if text is None:
        return None
    if not is_spec(text):
        section.document.report(
            item,
            where,
            "not a specifier, or one that admits nothing",
            found=text,
            allowed='"13", "12.8.*", "12.8.1", newest, ">=12,<14"',
        )
        return None
    if not settings.vocabulary.admitted(family, text):
        known = settings.vocabulary.releases[family]
        minors = list(dict.fromkeys(".".join(v.split(".")[:2]) for v in known))
        section.document.report(
            item,
            where,
            f"no {family} release matches",
            found=text,
            allowed=f"{known[-1]} to {known[0]}",
            near=nearest(text, known) or nearest(text, minors),
        )
        return None
    return text


def _architectures(settings: _Settings) -> tuple[str, ...] | None:
    owner = settings.owner("architectures")
    node = owner.value("architectures") if owner is not None else None
    if owner is not None and isinstance(node, yaml.SequenceNode) and not node.value:
        owner.report_key("architectures", "names no architecture")
    return settings.names("architectures", ARCHITECTURES, "architecture")


def _python(settings: _Settings) -> str | tuple[str, ...] | None:
    owner = settings.owner("python")
    if owner is None:
        return None
    if isinstance(owner.value("python"), yaml.ScalarNode):
        return settings.spec("python")
    found = []
    known = settings.vocabulary.interpreters
    node = owner.value("python")
    if isinstance(node, yaml.SequenceNode) and not node.value:
        owner.report_key("python", "names no interpreter")
    for tag in owner.words("python"):
        base = tag.partition("abi3-")[2] or tag
        if base in known and re.match(r"abi3-cp\d+$|[a-z]+\d+t?$", tag):
            found.append(tag)
        else:
            owner.report_key(
                "python",
                "unknown interpreter tag",
                found=tag,
                allowed=", ".join(known),
                near=nearest(base, known),
            )
    order = {tag: number for number, tag in enumerate(known)}
    tags = tuple(sorted(found, key=lambda t: (order[t.partition("abi3-")[2] or t], t)))
    settings.note("python", owner, tags)
    return tags


def _cxx(settings: _Settings) -> str | None:
    owner = settings.owner("cxx")
    if owner is None:
        return None
    node = owner.value("cxx")
    text = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
    if text not in STANDARDS:
        near = nearest(text, STANDARDS)
        owner.report_key(
            "cxx", "unknown C++ standard", found=text, allowed=", ".join(STANDARDS), near=near
        )
        return None
    settings.note("cxx", owner, (text,))
    return text


def _cxx11_abi(settings: _Settings) -> str | None:
    owner = settings.owner("cxx11-abi")
    if owner is None:
        return None
    word = owner.word("cxx11-abi", ("any", "new", "old"), what="C++11 ABI")
    if word in (None, "any"):
        return None
    settings.note("cxx11-abi", owner, (word,))
    return word


def _level(settings: _Settings) -> str | None:
    owner = settings.owner("x86-64-level")
    if owner is None:
        return None
    level = owner.integer("x86-64-level")
    if level is None:
        return None
    if level not in (1, 2, 3, 4):
        owner.report_key(
            "x86-64-level", "no such micro-architecture level", found=str(level), allowed="1 to 4"
        )
        return None
    settings.note("x86-64-level", owner, (str(level),))
    return str(level)


def _features(settings: _Settings) -> dict[str, tuple[str, ...]]:
    owner = settings.owner("features")
    if owner is None:
        return {}
    inner = owner.section("features")
    if inner is None:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    lines: list[Line] = []
    for arch in inner.keys:
        if arch not in ARCHITECTURES:
            inner.report_key(
                arch, "unknown architecture", found=arch, near=nearest(arch, ARCHITECTURES)
            )
            continue
        known = settings.vocabulary.features.get(arch, ())
        for feature in inner.words(arch):
            if feature not in known:
                inner.report_key(
                    arch,
                    f"unknown feature of {arch}",
                    found=feature,
                    allowed=", ".join(known) or "none is known",
                    near=nearest(feature, known),
                )
        words = tuple(sorted(set(inner.words(arch)) & set(known)))
        found[arch] = words
        lines += [settings.line(inner, arch, word) for word in words]
    settings.lines["features"] = tuple(lines)
    return found


def _gpu(settings: _Settings) -> GpuTargets | None:
    owner = settings.owner("gpu")
    if owner is None:
        return None
    targets: list[str] = []
    known = settings.vocabulary
    met = len(owner.document.problems)
    words = settings.texts(owner, "gpu")
    if not words and len(owner.document.problems) == met:
        owner.report_key("gpu", "names no target", allowed="at least one target, or all")
    for word in words:
        canonical = (word,) if word == "all" else _canonical_target(settings, word)
        unknown = [t for t in canonical or () if t != "all" and not known.knows_target(t)]
        if canonical is None or unknown:
            _report_target(owner, word, unknown[0] if unknown else word, known)
            continue
        targets += canonical
    grouped = group_targets(targets, settings.vocabulary.plain_names)
    clash = clashing_modes(grouped.hip)
    if clash is not None:
        owner.report_key(
            "gpu",
            "one processor is named with and without a feature mode",
            found=" and ".join(clash),
            allowed="every target of a processor names the same features, or none does",
        )
    every = (*grouped.cuda_real, *grouped.cuda_virtual, *grouped.hip, *grouped.other)
    settings.note("gpu", owner, every)
    return grouped


def _report_target(owner: Section, word: str, target: str, known: Vocabulary) -> None:
    processor = target.partition(":")[0]
    mode = known.missing_mode(target) if processor in known.targets else None
    if mode is None:
        owner.report_key(
            "gpu",
            "unknown GPU target",
            found=word,
            allowed="sm_90, compute_90, 9.0+PTX, 90-real, gfx942, gfx11-generic, all",
            near=nearest(target, known.targets),
        )
        return
    owner.report_key(
        "gpu",
        f"{processor} has no mode {mode}",
        found=word,
        allowed=f"{mode} with {', '.join(sorted(known.modes.get(mode, ()), key=target_key))}",
        near=processor,
    )


def _canonical_target(settings: _Settings, word: str) -> tuple[str, ...] | None:
    if word in settings.vocabulary.plain_names:
        return (word,)
    return parse_target(word)


def _links(settings: _Settings, families: dict[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    owner = settings.owner("links")
    if owner is None:
        return None
    of_variant = {name for family in families for name in settings.vocabulary.components[family]}
    everywhere = {name for names in settings.vocabulary.components.values() for name in names}
    known = of_variant if owner is settings.section else everywhere
    found = []
    for word in settings.texts(owner, "links"):
        if word not in known:
            owner.report_key(
                "links",
                "unknown component",
                found=word,
                allowed=", ".join(sorted(of_variant)) or "none: the variant has no family",
                near=nearest(word, known),
            )
        elif word in of_variant:
            found.append(word)
    names = tuple(sorted(set(found)))
    settings.note("links", owner, names)
    return names
