"""``policies/toolchains.yaml``: compilers, assemblers, toolsets and where they can be had."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.load.forms import VERSION
from planner.load.kinds import QUALIFIERS
from planner.load.nodes import Section
from planner.load.rows import PolicyReader
from planner.model.platforms import ARCHITECTURES
from planner.model.sources import Payload
from planner.model.toolchains import CxxStandard, Feature, GccRelease, Obtainable, Toolset


@dataclass(frozen=True, kw_only=True, slots=True)
class Toolchains:
    """What ``toolchains.yaml`` holds."""

    toolsets: dict[str, Toolset]
    obtainable: tuple[Obtainable, ...]
    cxx: dict[str, CxxStandard]
    features: dict[str, Feature]
    gcc: dict[str, GccRelease]


def read_toolchains(reader: PolicyReader) -> Toolchains:
    """Toolsets and where they can be had, C++ standards, CPU features, gcc releases.

    Facts about glibc, the linker and libgomp that no plan needs are only kept by id.
    """
    section = reader.open("toolchains.yaml", "mlplan-toolchains")
    toolchains = Toolchains(
        toolsets=read_toolsets(reader, section),
        obtainable=read_obtainable(reader, section),
        cxx=_read_cxx(reader, section),
        features=_read_features(reader, section),
        gcc=_read_gcc(reader, section),
    )
    _read_libraries(reader, section)
    reader.notes(section, "toolchains")
    section.finish()
    return toolchains


def read_toolsets(
    reader: PolicyReader, section: Section, *, required: bool = True
) -> dict[str, Toolset]:
    """The toolsets and base compilers by name."""
    toolsets = {}
    for name, row in section.sections("toolsets", required=required):
        gcc = row.version("gcc") or "0"
        binutils = row.version("binutils", required=False)
        kind = row.variant("kind", ("toolset", "system"), what="kind of toolset") or "toolset"
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


def read_obtainable(
    reader: PolicyReader, section: Section, *, required: bool = True
) -> tuple[Obtainable, ...]:
    """Which toolset can be installed on which base, and from when."""
    rows = []
    for row in section.rows("obtainable", required=required):
        toolset = row.text("toolset") or ""
        base = row.text("base") or ""
        archs = row.words("architectures", among=ARCHITECTURES, what="architecture")
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


def _read_cxx(reader: PolicyReader, section: Section) -> dict[str, CxxStandard]:
    """The C++ standards by name."""
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


def _read_features(reader: PolicyReader, section: Section) -> dict[str, Feature]:
    """The instruction-set features by name."""
    features = {}
    for name, row in section.sections("features"):
        archs = row.words("architectures", among=ARCHITECTURES, what="architecture")
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


def _read_gcc(reader: PolicyReader, section: Section) -> dict[str, GccRelease]:
    """The gcc releases by version."""
    releases = {}
    for version, row in _by_version(section, "gcc"):
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


def _by_version(
    section: Section, key: str, *, required: bool = True
) -> Iterator[tuple[str, Section]]:
    """The mappings inside a mapping that is keyed by quoted versions."""
    outer = section.section(key, required=required)
    if outer is not None:
        for version in outer.names(VERSION, f"a {key} release is keyed by its quoted version"):
            row = outer.section(version)
            if row is not None:
                yield version, row


def _read_libraries(reader: PolicyReader, section: Section) -> None:
    """Facts about glibc, the linker and libgomp that later checks use; kept by id."""
    for version, row in _by_version(section, "glibc", required=False):
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
