"""``policies/``: platform policies, images, toolchains, distributions, interpreters, installers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from planner.errors import Problem
from planner.load.externals import read_externals
from planner.load.hosts import (
    read_distributions,
    read_ends,
    read_installers,
    read_interpreters,
)
from planner.load.images import read_images
from planner.load.kinds import read_source_table
from planner.load.matrices import check_schema, open_document
from planner.load.nodes import Section
from planner.load.rows import PolicyReader
from planner.load.toolchains import read_toolchains
from planner.load.vendor_files import read_vendor_files
from planner.model.facts import Policies
from planner.model.platforms import ARCHITECTURES
from planner.model.policies import Policy
from planner.model.sources import Payload, Source
from planner.model.vendor_files import VendorFile

_SYMBOL_PREFIXES = ("GLIBC", "GLIBCXX", "CXXABI", "GCC", "LIBATOMIC", "ZLIB", "MUSL")


def load_policies(root: Path, problems: list[Problem]) -> Policies:
    """Every record of ``policies/``; what is wrong is added to ``problems``."""
    section = open_document(root / "policies" / "sources.yaml", root, problems)
    sources, vendor_files = read_policy_sources(section)
    reader = PolicyReader(root, problems, sources)
    policies = _read_policies(reader)
    images = read_images(reader)
    toolchains = read_toolchains(reader)
    loaded = Policies(
        policies=policies,
        images=images,
        toolsets=toolchains.toolsets,
        obtainable=toolchains.obtainable,
        cxx=toolchains.cxx,
        features=toolchains.features,
        gcc=toolchains.gcc,
        distributions=read_distributions(reader),
        ends=read_ends(reader),
        interpreters={},
        image_interpreters=(),
        installers=read_installers(reader),
        externals=read_externals(reader),
        facts=reader.facts,
        sources=sources,
        vendor_files=vendor_files,
    )
    interpreters, in_images = read_interpreters(reader)
    return replace(loaded, interpreters=interpreters, image_interpreters=in_images)


def read_policy_sources(section: Section) -> tuple[dict[str, Source], dict[str, VendorFile]]:
    """The sources of all files of ``policies/`` by id, and which file proves which kind of fact."""
    check_schema(section, "mlplan-sources")
    sources = read_source_table(section, "sources")
    vendor_files = read_vendor_files(section)
    section.finish()
    return sources, vendor_files


def _read_policies(reader: PolicyReader) -> dict[str, Policy]:
    found = []
    for path in sorted((reader.root / "policies" / "platforms").glob("*.yaml")):
        section = reader.open(f"platforms/{path.name}", "mlplan-policy")
        if section.keys:
            found.append(read_policy(reader, section, path.stem))
    found.sort(key=lambda policy: (policy.libc, policy.priority))
    return {policy.name: policy for policy in found}


def read_policy(reader: PolicyReader, section: Section, stem: str) -> Policy:
    """What the file of a policy says; ``stem`` is the file's name without its ending."""
    name = section.own_name("policy", stem, what="policy (the file's name)") or stem
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
    for arch, row in section.sections("symbols", among=ARCHITECTURES, what="architecture"):
        prefixes = row.names_among(_SYMBOL_PREFIXES, "symbol prefix")
        symbols[arch] = {prefix: row.words(prefix) for prefix in prefixes}
    return symbols
