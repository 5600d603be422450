"""``policies/``: platform policies, images, toolchains, distributions, interpreters, installers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from planner.errors import Problem
from planner.load.kinds import (
    QUALIFIERS,
    FactContext,
    read_fact,
    read_head,
    read_source_table,
)
from planner.load.matrices import check_schema, open_document
from planner.load.nodes import Section, nearest
from planner.model.facts import Policies
from planner.model.lifecycle import EndOfLife, ImageInterpreter, Interpreter
from planner.model.platforms import ARCHITECTURES
from planner.model.policies import (
    Image,
    ImageArchitecture,
    ImageToolset,
    InstallerRule,
    Policy,
)
from planner.model.sources import Fact, Payload, Source, Standing
from planner.model.toolchains import (
    CxxStandard,
    Distribution,
    Feature,
    GccRelease,
    Obtainable,
    Toolset,
)

_SYMBOL_PREFIXES = ("GLIBC", "GLIBCXX", "CXXABI", "GCC", "LIBATOMIC", "ZLIB", "MUSL")


@dataclass
class _Reader:
    """Reads rows that are facts themselves and keeps every fact by id."""

    root: Path
    problems: list[Problem]
    sources: Mapping[str, Source]
    facts: dict[str, Fact] = field(default_factory=dict)

    def open(self, name: str, schema: str) -> Section:
        section = open_document(self.root / "policies" / name, self.root, self.problems)
        if section.keys:
            check_schema(section, schema)
        return section

    def fact(self, row: Section, fact_id: str, kind: str, payload: Mapping[str, Payload]) -> Fact:
        prefix, _, local = fact_id.partition("/")
        context = FactContext(prefix=prefix, namespace="policies", sources=self.sources)
        said = {key: value for key, value in payload.items() if value not in ("", ())}
        fact = read_head(row, f"{prefix}/{local}", kind, context, said)
        row.finish()
        if fact_id in self.facts:
            row.report(None, "a fact with this id stands elsewhere too", found=fact_id)
        self.facts[fact_id] = fact
        return fact

    def derived(self, fact_id: str, kind: str, parent: Fact, payload: Mapping[str, Payload]) -> Fact:
        """A row of a fact that is named on its own (an image on one architecture)."""
        said = {key: value for key, value in payload.items() if value not in ("", ())}
        fact = Fact(
            id=fact_id,
            kind=kind,
            standing=parent.standing,
            sources=parent.sources,
            read=parent.read,
            payload=said,
            file=parent.file,
            line=parent.line,
        )
        self.facts[fact_id] = fact
        return fact

    def notes(self, section: Section, prefix: str) -> None:
        """The ``notes`` of a file: facts that no rule uses yet."""
        context = FactContext(prefix=prefix, namespace="policies", sources=self.sources)
        for local_id, row in section.sections("notes", required=False):
            fact = read_fact(row, local_id, context)
            if fact is not None:
                self.facts[fact.id] = fact


def load_policies(root: Path, problems: list[Problem]) -> Policies:
    """Every record of ``policies/``; what is wrong is added to ``problems``."""
    section = open_document(root / "policies" / "sources.yaml", root, problems)
    check_schema(section, "mlplan-sources")
    sources = read_source_table(section, "sources")
    section.finish()
    reader = _Reader(root, problems, sources)
    policies = _read_policies(reader)
    images = _read_images(reader)
    toolchains = reader.open("toolchains.yaml", "mlplan-toolchains")
    loaded = Policies(
        policies=policies,
        images=images,
        toolsets=_read_toolsets(reader, toolchains),
        obtainable=_read_obtainable(reader, toolchains),
        cxx=_read_cxx(reader, toolchains),
        features=_read_features(reader, toolchains),
        gcc=_read_gcc(reader, toolchains),
        distributions=_read_distributions(reader),
        ends=_read_ends(reader),
        interpreters={},
        image_interpreters=(),
        installers=_read_installers(reader),
        facts=reader.facts,
        sources=sources,
    )
    _read_libraries(reader, toolchains)
    interpreters, in_images = _read_interpreters(reader)
    return _with_interpreters(loaded, interpreters, in_images)


def _with_interpreters(
    loaded: Policies,
    interpreters: dict[str, Interpreter],
    in_images: tuple[ImageInterpreter, ...],
) -> Policies:
    return Policies(
        policies=loaded.policies,
        images=loaded.images,
        toolsets=loaded.toolsets,
        obtainable=loaded.obtainable,
        cxx=loaded.cxx,
        features=loaded.features,
        gcc=loaded.gcc,
        distributions=loaded.distributions,
        ends=loaded.ends,
        interpreters=interpreters,
        image_interpreters=in_images,
        installers=loaded.installers,
        facts=loaded.facts,
        sources=loaded.sources,
    )


def _read_policies(reader: _Reader) -> dict[str, Policy]:
    found = []
    for path in sorted((reader.root / "policies" / "platforms").glob("*.yaml")):
        section = reader.open(f"platforms/{path.name}", "mlplan-policy")
        if section.keys:
            found.append(_read_policy(reader, section, path.stem))
    found.sort(key=lambda policy: (policy.libc, policy.priority))
    return {policy.name: policy for policy in found}


def _read_policy(reader: _Reader, section: Section, stem: str) -> Policy:
    name = section.word("policy", (stem,), what="policy (the file's name)") or stem
    libc = section.word("libc", ("glibc", "musl"), what="C library") or "glibc"
    version = section.version("version") or "0"
    aliases = section.words("aliases", required=False)
    pep = section.text("pep", required=False) or ""
    priority = section.integer("priority") or 0
    libraries = section.words("libraries")
    symbols = _symbols(section)
    denied_section = section.section("denied", required=False)
    denied = {}
    if denied_section is not None:
        denied = {library: denied_section.words(library) for library in denied_section.keys}
    section.text("works-on", required=False)
    payload: dict[str, Payload] = {
        "version": version,
        "architectures": tuple(symbols),
        "aliases": aliases,
    }
    fact = reader.fact(section, f"policy/{name}", "policy", payload)
    return Policy(
        name=name,
        libc=libc,
        version=version,
        aliases=aliases,
        pep=pep,
        priority=priority,
        libraries=libraries,
        symbols=symbols,
        denied=denied,
        fact=fact,
    )


def _symbols(section: Section) -> dict[str, dict[str, tuple[str, ...]]]:
    symbols: dict[str, dict[str, tuple[str, ...]]] = {}
    for arch, row in section.sections("symbols"):
        if arch not in ARCHITECTURES:
            row.report(None, "unknown architecture", found=arch, near=nearest(arch, ARCHITECTURES))
        for prefix in row.keys:
            if prefix not in _SYMBOL_PREFIXES:
                row.report_key(prefix, "unknown symbol prefix", allowed=", ".join(_SYMBOL_PREFIXES))
        symbols[arch] = {prefix: row.words(prefix) for prefix in row.keys}
    return symbols


def _read_images(reader: _Reader) -> dict[str, Image]:
    section = reader.open("images.yaml", "mlplan-images")
    images = {name: _read_image(reader, row, name) for name, row in section.sections("images")}
    reader.notes(section, "images")
    section.finish()
    return images


def _read_image(reader: _Reader, row: Section, name: str) -> Image:
    publisher = row.text("publisher") or ""
    repository = row.text("repository") or ""
    policy = row.text("policy") or ""
    version = row.version("glibc", required=False) or row.version("musl", required=False)
    abi = row.word("cxx11-abi", ("new", "old"), required=False, what="C++11 ABI")
    status = row.word(
        "status", ("supported", "alpha", "ended", "unpublished"), what="status of an image"
    )
    ended = row.day("ended", required=False)
    toolkits = row.section("toolkits", required=False)
    shipped = {} if toolkits is None else {f: toolkits.version(f) or "" for f in toolkits.keys}
    interpreters = row.text("interpreters", required=False) or ""
    inner = list(row.sections("architectures"))
    toolset_rows = list(row.rows("toolsets"))
    fact = reader.fact(
        row,
        f"image/{name}",
        "image",
        {"policy": policy, "status": status or "", "ended": ended or "", "cxx11_abi": abi or ""},
    )
    architectures = {
        arch: _image_architecture(reader, inside, name, arch, fact) for arch, inside in inner
    }
    return Image(
        name=name,
        publisher=publisher,
        repository=repository,
        policy=policy,
        libc_version=version or "0",
        cxx11_abi=abi,
        status=status or "supported",
        ended=ended,
        architectures=architectures,
        toolsets=tuple(
            _image_toolset(reader, inside, name, tuple(architectures), fact)
            for inside in toolset_rows
        ),
        toolkits=shipped,
        interpreters=interpreters,
        fact=fact,
    )


def _image_architecture(
    reader: _Reader, row: Section, image: str, arch: str, parent: Fact
) -> ImageArchitecture:
    if arch not in ARCHITECTURES:
        row.report(None, "unknown architecture", found=arch, near=nearest(arch, ARCHITECTURES))
    base = row.text("base") or ""
    since = row.day("since", required=False)
    digest = row.text("digest", required=False)
    pinned = row.text("pinned", required=False)
    level = row.version("level", required=False)
    row.text("note", required=False)
    if row.has("standing"):
        row.word("standing", tuple(s.value for s in Standing), what="standing")
        row.words("source")
    row.finish()
    payload = {"base": base, "since": since or "", "level": level or "", "arch": arch}
    fact = reader.derived(f"image/{image}@{arch}", "image-architecture", parent, payload)
    return ImageArchitecture(
        arch=arch,
        base=base,
        since=since,
        digest=digest,
        pinned=pinned,
        level=level,
        fact=fact,
    )


def _image_toolset(
    reader: _Reader, row: Section, image: str, archs: tuple[str, ...], parent: Fact
) -> ImageToolset:
    toolset = row.text("toolset") or ""
    since = row.day("since", required=False)
    only = row.words("architectures", required=False) or archs
    row.text("note", required=False)
    standing = row.word(
        "standing", tuple(s.value for s in Standing), required=False, what="standing"
    )
    if row.has("source"):
        row.words("source")
    row.finish()
    where = f"image/{image}/{toolset}" + (f"@{since}" if since else "")
    if len(only) != len(archs):
        where += "@" + "+".join(only)
    payload: dict[str, Payload] = {
        "toolset": toolset,
        "since": since or "",
        "architectures": only,
    }
    fact = reader.derived(where, "image-toolset", parent, payload)
    if standing is not None:
        fact = Fact(
            id=fact.id,
            kind=fact.kind,
            standing=Standing(standing),
            sources=fact.sources,
            read=fact.read,
            payload=fact.payload,
            file=fact.file,
            line=row.line,
        )
        reader.facts[where] = fact
    return ImageToolset(toolset=toolset, since=since, architectures=only, fact=fact)


def _read_toolsets(reader: _Reader, section: Section) -> dict[str, Toolset]:
    toolsets = {}
    for name, row in section.sections("toolsets"):
        gcc = row.version("gcc") or "0"
        binutils = row.version("binutils", required=False)
        kind = row.word("kind", ("toolset", "system"), what="kind of toolset") or "toolset"
        base = row.text("base", required=kind == "system")
        package = row.text("package", required=False)
        payload = {"gcc": gcc, "binutils": binutils or "", "base": base or ""}
        toolsets[name] = Toolset(
            name=name,
            gcc=gcc,
            binutils=binutils,
            kind=kind,
            base=base,
            package=package,
            fact=reader.fact(row, f"toolset/{name}", "toolset", payload),
        )
    return toolsets


def _read_obtainable(reader: _Reader, section: Section) -> tuple[Obtainable, ...]:
    rows = []
    for row in section.rows("obtainable"):
        toolset = row.text("toolset") or ""
        base = row.text("base") or ""
        archs = row.words("architectures")
        since = row.day("since") or "9999-12-31"
        qualifier = row.word("qualifier", QUALIFIERS, required=False, what="qualifier")
        fact_id = f"obtainable/{toolset}@{base}:{'+'.join(archs)}"
        payload: dict[str, Payload] = {
            "toolset": toolset,
            "base": base,
            "since": since,
            "qualifier": qualifier or "on",
            "architectures": archs,
        }
        fact = reader.fact(row, fact_id, "obtainable", payload)
        rows.append(
            Obtainable(toolset=toolset, base=base, architectures=archs, since=since, fact=fact)
        )
    return tuple(rows)


def _read_cxx(reader: _Reader, section: Section) -> dict[str, CxxStandard]:
    standards = {}
    for name, row in section.sections("cxx"):
        gcc = row.range("gcc", required=False)
        experimental = row.range("experimental", required=False)
        payload = {"gcc": gcc or "", "experimental": experimental or ""}
        standards[name] = CxxStandard(
            name=name,
            gcc=gcc,
            experimental=experimental,
            fact=reader.fact(row, f"cxx/{name}", "cxx-standard", payload),
        )
    return standards


def _read_features(reader: _Reader, section: Section) -> dict[str, Feature]:
    features = {}
    for name, row in section.sections("features"):
        archs = row.words("architectures")
        binutils = row.range("binutils", required=False)
        gcc = row.range("gcc", required=False)
        payload: dict[str, Payload] = {
            "binutils": binutils or "",
            "gcc": gcc or "",
            "architectures": archs,
        }
        features[name] = Feature(
            name=name,
            architectures=archs,
            binutils=binutils,
            gcc=gcc,
            fact=reader.fact(row, f"feature/{name}", "feature", payload),
        )
    return features


def _read_gcc(reader: _Reader, section: Section) -> dict[str, GccRelease]:
    releases = {}
    for version, row in section.sections("gcc"):
        values = {
            "released": row.day("released", required=False) or "",
            "qualifier": row.word("qualifier", QUALIFIERS, required=False) or "",
            "glibcxx": row.version("glibcxx", required=False) or "",
            "cxxabi": row.version("cxxabi", required=False) or "",
            "symbols": row.version("symbols", required=False) or "",
            "cxx_default": row.text("cxx-default", required=False) or "",
        }
        releases[version] = GccRelease(
            version=version,
            released=values["released"],
            glibcxx=values["glibcxx"] or None,
            cxxabi=values["cxxabi"] or None,
            symbols=values["symbols"] or None,
            cxx_default=values["cxx_default"] or None,
            fact=reader.fact(row, f"gcc/{version}", "gcc", values),
        )
    return releases


def _read_libraries(reader: _Reader, section: Section) -> None:
    """Facts about glibc, the linker and libgomp that later checks use; kept by id."""
    for version, row in section.sections("glibc", required=False):
        released = row.day("released") or ""
        qualifier = row.word("qualifier", QUALIFIERS, required=False) or ""
        reader.fact(
            row, f"glibc/{version}", "glibc", {"released": released, "qualifier": qualifier}
        )
    for number, row in enumerate(section.rows("glibc-traps", required=False)):
        version = row.version("glibc") or ""
        says = row.text("says") or ""
        reader.fact(
            row, f"glibc-trap/{version}-{number}", "glibc-trap", {"glibc": version, "says": says}
        )
    for name, row in section.sections("linker", required=False):
        since = row.range("since", required=False) or ""
        says = row.text("says") or ""
        reader.fact(row, f"linker/{name}", "linker", {"since": since, "says": says})
    for name, row in section.sections("libgomp", required=False):
        reader.fact(row, f"libgomp/{name}", "libgomp", {"says": row.text("says") or ""})
    reader.notes(section, "toolchains")
    section.finish()


def _read_distributions(reader: _Reader) -> dict[str, Distribution]:
    section = reader.open("distributions.yaml", "mlplan-distributions")
    rows = {
        name: _read_distribution(reader, row, name)
        for name, row in section.sections("distributions")
    }
    reader.notes(section, "distributions")
    section.finish()
    return rows


def _read_distribution(reader: _Reader, row: Section, name: str) -> Distribution:
    texts = {
        key: row.version(key, required=False)
        for key in ("glibc", "glibcxx", "cxxabi", "gcc", "binutils", "python", "pip", "level")
    }
    for key in ("gcc-symbols", "zlib", "musl"):
        row.version(key, required=False)
    row.text("kin", required=False)
    title = row.text("name") or name
    version = row.text("version") or ""
    released = row.day("released", required=False)
    markers = row.words("markers", required=False)
    archs = row.words("architectures")
    unconfirmed = row.words("unconfirmed", required=False)
    payload: dict[str, Payload] = {key: value for key, value in texts.items() if value}
    payload |= {"name": title, "version": version, "architectures": archs}
    return Distribution(
        id=name,
        name=title,
        version=version,
        released=released,
        glibc=texts["glibc"],
        glibcxx=texts["glibcxx"],
        cxxabi=texts["cxxabi"],
        markers=markers,
        architectures=archs,
        gcc=texts["gcc"],
        binutils=texts["binutils"],
        python=texts["python"],
        pip=texts["pip"],
        level=texts["level"],
        unconfirmed=unconfirmed,
        fact=reader.fact(row, f"distribution/{name}", "distribution", payload),
    )


def _read_ends(reader: _Reader) -> tuple[EndOfLife, ...]:
    section = reader.open("lifecycle.yaml", "mlplan-lifecycle")
    rows = []
    seen: dict[str, int] = {}
    for row in section.rows("ends"):
        of = row.word("of", ("distribution", "interpreter"), what="subject") or ""
        id_ = row.text("id") or ""
        what = row.word("what", ("standard", "extended", "lts", "elts"), what="kind of end") or ""
        day = row.day("date") or "9999-12-31"
        qualifier = row.word("qualifier", QUALIFIERS, required=False) or "on"
        overruled = row.boolean("overruled", required=False) or False
        fact_id = f"end/{id_}-{what}"
        seen[fact_id] = seen.get(fact_id, 0) + 1
        if seen[fact_id] > 1:
            fact_id += f"-{seen[fact_id]}"
        payload = {"of": of, "id": id_, "what": what, "date": day, "qualifier": qualifier}
        fact = reader.fact(row, fact_id, "end", payload)
        rows.append(
            EndOfLife(of=of, id=id_, what=what, date=day, overruled=overruled, fact=fact)
        )
    reader.notes(section, "lifecycle")
    section.finish()
    return tuple(rows)


def _read_interpreters(
    reader: _Reader,
) -> tuple[dict[str, Interpreter], tuple[ImageInterpreter, ...]]:
    section = reader.open("interpreters.yaml", "mlplan-interpreters")
    interpreters = {}
    for tag, row in section.sections("interpreters"):
        python = row.version("python") or "0"
        released = row.day("released", required=False)
        qualifier = row.word("qualifier", QUALIFIERS, required=False) or "on"
        free = row.boolean("free-threaded") or False
        implementation = row.word(
            "implementation", ("cpython", "pypy", "graalpy"), what="implementation"
        )
        payload = {"python": python, "released": released or "", "qualifier": qualifier}
        interpreters[tag] = Interpreter(
            tag=tag,
            python=python,
            released=released,
            free_threaded=free,
            implementation=implementation or "cpython",
            fact=reader.fact(row, f"interpreter/{tag}", "interpreter", payload),
        )
    in_images = _read_image_interpreters(reader, section)
    stable = section.section("stable-abi", required=False)
    if stable is not None:
        context = FactContext(prefix="stable-abi", namespace="policies", sources=reader.sources)
        for local_id in stable.keys:
            row_ = stable.section(local_id)
            fact = read_fact(row_, local_id, context) if row_ is not None else None
            if fact is not None:
                reader.facts[fact.id] = fact
    reader.notes(section, "interpreters")
    section.finish()
    return interpreters, in_images


def _read_image_interpreters(reader: _Reader, section: Section) -> tuple[ImageInterpreter, ...]:
    found = []
    images = section.section("images")
    for name in [] if images is None else images.keys:
        assert images is not None
        for row in images.rows(name):
            tag = row.text("tag") or ""
            since = row.day("since", required=False)
            until = row.day("until", required=False)
            archs = row.words("architectures", required=False)
            payload: dict[str, Payload] = {
                "tag": tag,
                "since": since or "",
                "until": until or "",
                "architectures": archs,
            }
            fact = reader.fact(row, f"images/{name}/{tag}", "image-interpreter", payload)
            found.append(
                ImageInterpreter(
                    images=name,
                    tag=tag,
                    since=since,
                    until=until,
                    architectures=archs,
                    fact=fact,
                )
            )
    return tuple(found)


def _read_installers(reader: _Reader) -> tuple[InstallerRule, ...]:
    section = reader.open("installers.yaml", "mlplan-installers")
    rules = []
    for row in section.rows("pip"):
        what = row.word("what", ("spelling", "architecture", "abi"), what="kind of rule") or ""
        of = row.words("of")
        pip = row.version("pip") or "0"
        fact = reader.fact(row, f"pip/{'+'.join(of)}", "installer", {"of": of, "pip": pip})
        rules.append(InstallerRule(what=what, of=of, pip=pip, fact=fact))
    reader.notes(section, "installers")
    section.finish()
    return tuple(rules)
