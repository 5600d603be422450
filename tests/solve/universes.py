"""Small random worlds of facts, and random wishes on them."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from planner.model.accelerators import Component, Family, MinorRelease
from planner.model.facts import FactBase, Policies
from planner.model.images import Image, ImageArchitecture, ImageToolset, InstallerRule
from planner.model.lifecycle import EndOfLife, ImageInterpreter, Interpreter
from planner.model.policies import Policy
from planner.model.sources import Fact, Payload, Source, Standing
from planner.model.toolchains import CxxStandard, Distribution, Obtainable, Toolset

ARCHS = ("x86_64", "aarch64")
GLIBCS = ("2.17", "2.28", "2.34")
GCCS = ("8.5", "10.2", "12.2", "14.2")
DAYS = ("2020-01-01", "2022-06-30", "2024-06-30", "2026-01-01")
RANGES = ("<9", "<11", "<13", "<15", ">=8", ">=10", ">=12")
TARGETS = ("sm_70", "sm_80", "sm_90")
STANDARDS = ("14", "17", "20")
WAIVERS = ("ended-base", "ended-image", "alpha-image", "preview-release", "unsupported-compiler")
NAMES = ("alpha", "beta", "gamma")
Values = dict[str, object]


def fact(id_: str, kind: str, payload: Mapping[str, Payload] | None = None) -> Fact:
    return Fact(
        id=id_,
        kind=kind,
        standing=Standing.MEASURED,
        sources=("policies:made",),
        read="2026-01-01",
        payload=payload or {},
    )


@st.composite
def archs(draw: DrawFn) -> tuple[str, ...]:
    return draw(st.sampled_from([("x86_64",), ("aarch64",), ARCHS, ARCHS]))


@st.composite
def universes(draw: DrawFn, most_families: int = 3, most_releases: int = 4) -> FactBase:
    """Up to three images, a few toolsets, up to three families with a few releases each."""
    count = draw(st.integers(1, most_families))
    families = [
        draw(families_of(name, rank, most_releases)) for rank, name in enumerate(NAMES[:count])
    ]
    policies = draw(policies_of())
    return FactBase(
        families={family.name: family for family in families},
        policies=policies,
        version="2026.01.01",
        sha256="0" * 64,
    )


@st.composite
def families_of(draw: DrawFn, name: str, rank: int, most_releases: int) -> Family:
    minors = [draw(minors_of(name, n)) for n in range(1, draw(st.integers(1, most_releases)) + 1)]
    parts = [
        Component(name=f"{name}{n}", default=n == 0, separate=False, libraries=(f"lib{name}{n}",))
        for n in range(2)
    ]
    return Family(
        name=name,
        title=name.title(),
        rank=rank,
        gpu="cuda" if name == "alpha" else "none",
        components={part.name: part for part in parts},
        facts={},
        minors={minor.minor: minor for minor in minors},
        sources={},
    )


@st.composite
def minors_of(draw: DrawFn, family: str, number: int) -> MinorRelease:
    minor = f"1.{number}"
    found: dict[str, Fact] = {}

    def add(key: str, kind: str, payload: Mapping[str, Payload]) -> None:
        found[key] = fact(f"{family}-{minor}/{key}", kind, payload)

    add("architectures", "architectures", {"covers": draw(archs())})
    for n, range_ in enumerate(draw(st.lists(st.sampled_from(RANGES), max_size=2, unique=True))):
        kind = draw(st.sampled_from(["host-compiler", "documented-compiler", "compiler-breakage"]))
        add(f"gcc-{n}", kind, {"compiler": "gcc", "range": range_, "symptom": "made"})
    for arch in ARCHS:
        if draw(st.booleans()):
            glibc = draw(st.sampled_from(GLIBCS))
            kind = draw(st.sampled_from(["build-glibc", "documented-glibc"]))
            add(f"{kind}-{arch}", kind, {"arch": arch, "glibc": glibc})
        if draw(st.booleans()):
            part = f"{family}{draw(st.integers(0, 1))}"
            libraries = {f"lib{part}": {"glibc": draw(st.sampled_from(GLIBCS))}}
            payload: dict[str, Payload] = {"arch": arch, "component": part, "libraries": libraries}
            add(f"needs-{arch}", "library-needs", payload)
    if family == "alpha":
        known = draw(st.lists(st.sampled_from(TARGETS), min_size=1, unique=True))
        add("targets", "gpu-targets", {"real": tuple(sorted(known))})
    if draw(st.booleans()):
        add("driver", "driver", {"role": "runtime", "minimum": f"{500 + 10 * number}.1"})
    if draw(st.booleans()):
        device = draw(st.lists(st.sampled_from(STANDARDS), min_size=1, unique=True))
        add("cxx", "cxx-standards", {"device": tuple(sorted(device))})
    releases = {}
    for update in range(draw(st.integers(1, 2))):
        own: dict[str, Fact] = {}
        if draw(st.integers(0, 3)):
            id_ = f"{family}-{minor}.{update}/released"
            own["released"] = fact(id_, "released", {"date": f"202{number}-0{update + 1}"})
        releases[f"{minor}.{update}"] = own
    stream = draw(st.sampled_from(["production", "production", "production", "preview"]))
    return MinorRelease(family=family, minor=minor, stream=stream, facts=found, releases=releases)


@st.composite
def policies_of(draw: DrawFn) -> Policies:
    policies = {f"manylinux_{v.replace('.', '_')}": _policy(v) for v in GLIBCS}
    toolsets = {
        **{f"set-{g}": _toolset(f"set-{g}", g, "toolset", None) for g in GCCS},
        "base-1-gcc": _toolset("base-1-gcc", "8.5", "system", "base-1"),
    }
    images = [draw(images_of(n, v)) for n, v in enumerate(GLIBCS)]
    obtainable = tuple(
        Obtainable(
            toolset=f"set-{gcc}",
            base=f"base-{n}",
            architectures=draw(archs()),
            since=draw(st.sampled_from(DAYS)),
            fact=fact(f"obtainable/{gcc}@{n}", "obtainable"),
        )
        for n in range(3)
        for gcc in draw(st.lists(st.sampled_from(GCCS), max_size=2, unique=True))
    )
    distributions = {f"base-{n}": _distribution(f"base-{n}", v) for n, v in enumerate(GLIBCS)}
    ends = tuple(
        EndOfLife(
            of="distribution",
            id=f"base-{n}",
            what="standard",
            date=draw(st.sampled_from(DAYS)),
            overruled=False,
            fact=fact(f"end/base-{n}", "end"),
        )
        for n in range(3)
        if draw(st.integers(0, 2)) == 0
    )
    facts = [
        *(p.fact for p in policies.values()),
        *(t.fact for t in toolsets.values()),
        *(i.fact for i in images),
        *(e.fact for i in images for e in i.architectures.values()),
        *(h.fact for i in images for h in i.toolsets),
        *(o.fact for o in obtainable),
        *(d.fact for d in distributions.values()),
        *(e.fact for e in ends),
    ]
    python = Interpreter(
        tag="cp312",
        python="3.12",
        released="2023-10-02",
        free_threaded=False,
        implementation="cpython",
        fact=fact("interpreter/cp312", "interpreter"),
    )
    older = Interpreter(
        tag="cp38",
        python="3.8",
        released="2019-10-14",
        free_threaded=False,
        implementation="cpython",
        fact=fact("interpreter/cp38", "interpreter"),
    )
    rows = tuple(
        ImageInterpreter(
            images="made",
            tag=one.tag,
            since=None,
            until=None,
            architectures=(),
            fact=fact(f"images/{one.tag}", "image-interpreter"),
        )
        for one in (older, python)
    )
    standards = {
        name: CxxStandard(
            name=name, gcc=range_, experimental=None, fact=fact(f"cxx/{name}", "cxx-standard")
        )
        for name, range_ in (("14", ">=5"), ("17", ">=9"), ("20", ">=11"))
    }
    pips = tuple(
        InstallerRule(what="spelling", of=(of,), pip=pip, fact=fact(f"pip/{of}", "pip"))
        for of, pip in (("manylinux2014", "19.3"), ("manylinux_x_y", "20.3"))
    )
    facts += [python.fact, older.fact, *(r.fact for r in rows), *(p.fact for p in pips)]
    facts += [s.fact for s in standards.values()]
    return Policies(
        policies=policies,
        images={image.name: image for image in images},
        toolsets=toolsets,
        obtainable=obtainable,
        cxx=standards,
        features={},
        gcc={},
        distributions=distributions,
        ends=ends,
        interpreters={"cp38": older, "cp312": python},
        image_interpreters=rows,
        installers=pips,
        facts={one.id: one for one in facts},
        sources={"made": Source(id="made", title="made", kind="none", read="2026-01-01")},
    )


@st.composite
def images_of(draw: DrawFn, number: int, glibc: str) -> Image:
    name = f"image-{number}"
    here = draw(archs())
    entries = {
        arch: ImageArchitecture(
            arch=arch,
            base=f"base-{number}",
            since=draw(st.sampled_from([None, *DAYS[:3]])),
            digest=None,
            pinned=None,
            level=draw(st.sampled_from([None, "2"])),
            fact=fact(f"image/{name}@{arch}", "image-architecture"),
        )
        for arch in here
    }
    held = draw(st.lists(st.sampled_from(GCCS), min_size=1, max_size=2, unique=True))
    history = tuple(
        ImageToolset(
            toolset=f"set-{gcc}",
            since=DAYS[n],
            architectures=here,
            fact=fact(f"image/{name}/set-{gcc}", "image-toolset"),
        )
        for n, gcc in enumerate(held)
    )
    status = draw(st.sampled_from(["supported", "supported", "supported", "alpha", "ended"]))
    ships = draw(st.integers(0, 5)) == 0
    return Image(
        name=name,
        publisher="made",
        repository="made/{arch}",
        policy=f"manylinux_{glibc.replace('.', '_')}",
        libc_version=glibc,
        cxx11_abi=draw(st.sampled_from(["old", "new"])),
        status=status,
        ended=draw(st.sampled_from(DAYS)) if status == "ended" else None,
        architectures=entries,
        toolsets=history,
        toolkits={"alpha": "1.1"} if ships else {},
        interpreters="made",
        fact=fact(f"image/{name}", "image"),
    )


def _policy(version: str) -> Policy:
    name = f"manylinux_{version.replace('.', '_')}"
    return Policy(
        name=name,
        libc="glibc",
        version=version,
        aliases=("manylinux2014",) if version == "2.17" else (),
        pep="600",
        priority=0,
        libraries=(),
        symbols={arch: {"GLIBC": (version,)} for arch in ARCHS},
        denied={},
        fact=fact(f"policy/{name}", "policy"),
    )


def _toolset(name: str, gcc: str, kind: str, base: str | None) -> Toolset:
    return Toolset(
        name=name,
        gcc=gcc,
        binutils=None,
        kind=kind,
        base=base,
        package=None,
        fact=fact(f"toolset/{name}", "toolset"),
    )


def _distribution(id_: str, glibc: str) -> Distribution:
    return Distribution(
        id=id_,
        name=id_.partition("-")[0],
        version=id_.partition("-")[2],
        released=None,
        glibc=glibc,
        glibcxx=None,
        cxxabi=None,
        markers=(),
        architectures=ARCHS,
        gcc=None,
        binutils=None,
        python=None,
        pip=None,
        level=None,
        unconfirmed=(),
        fact=fact(f"distribution/{id_}", "distribution"),
    )


@st.composite
def variants_of(draw: DrawFn, facts: FactBase) -> Values:
    """The settings of one variant that these facts can read."""
    chosen = draw(st.lists(st.sampled_from(sorted(facts.families)), unique=True))
    variant: Values = {}
    for name in chosen:
        minors = list(facts.families[name].minors)
        minor = draw(st.sampled_from(minors))
        specs = ["newest", minor, f">={minor}", f"<={minor}.9", ">=1", f"{minor}.0"]
        variant[name] = [draw(st.sampled_from(specs))]
    settings: dict[str, st.SearchStrategy[object]] = {
        "architectures": st.sampled_from([["x86_64"], ["aarch64"], ["x86_64", "aarch64"]]),
        "prefer": st.sampled_from(["newest", "widest"]),
        "toolchain": st.sampled_from(["newest", "image"]),
        "cxx": st.sampled_from([14, 17, 20]),
        "cxx11-abi": st.sampled_from(["old", "new"]),
        "glibc": st.sampled_from(["<=2.17", "<=2.28", ">=2.28"]),
        "runs-on": st.sampled_from([["base-0"], ["base-1"], ["base-1", "base-2"]]),
        "pip": st.sampled_from([">=19.3", ">=20.3"]),
        "x86-64-level": st.sampled_from([1, 2]),
        "driver": st.sampled_from([">=505", ">=525"]),
        "python": st.sampled_from([">=3.12", ["cp38"], ["cp38", "cp312"]]),
        "allow": st.lists(
            st.sampled_from(WAIVERS),
            min_size=1,
            unique=True,
        ),
    }
    if "alpha" in chosen:
        known = {
            target
            for minor in facts.families["alpha"].minors.values()
            for one in minor.facts.values()
            for target in one.words("real")
        }
        settings["gpu"] = st.lists(
            st.sampled_from(sorted(known)), min_size=1, max_size=2, unique=True
        ).map(lambda targets: [*targets])
    if chosen:
        parts = [part for name in chosen for part in facts.families[name].components]
        settings["links"] = st.lists(
            st.sampled_from(parts), min_size=1, max_size=2, unique=True
        ).map(lambda names: [*names])
    for key, strategy in settings.items():
        if draw(st.integers(0, 3)) == 0:
            variant[key] = draw(strategy)
    return variant


@st.composite
def worlds(draw: DrawFn) -> tuple[FactBase, Values]:
    """Facts, and a request with one variant that they can answer or refuse."""
    facts = draw(universes())
    values: Values = {"variants": {"job": draw(variants_of(facts))}}
    if draw(st.booleans()):
        values["date"] = draw(st.sampled_from(["2021-12-31", "2024-06-30", "2026-01-01"]))
    return facts, values
