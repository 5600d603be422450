"""``policies/images.yaml``: build images, their bases, toolsets and first days."""

from __future__ import annotations

from planner.load.kinds import STANDINGS
from planner.load.nodes import Section
from planner.load.rows import PolicyReader
from planner.model.images import Image, ImageArchitecture, ImageToolset
from planner.model.platforms import ARCHITECTURES
from planner.model.sources import Fact, Payload, Standing


def read_images(reader: PolicyReader) -> dict[str, Image]:
    """Every image of ``images.yaml`` by name."""
    section = reader.open("images.yaml", "mlplan-images")
    images = {name: read_image(reader, row, name) for name, row in section.sections("images")}
    reader.notes(section, "images")
    section.finish()
    return images


def read_image(reader: PolicyReader, row: Section, name: str) -> Image:
    """One image."""
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
    inner = list(row.sections("architectures", among=ARCHITECTURES, what="architecture"))
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
    reader: PolicyReader, row: Section, image: str, arch: str, parent: Fact
) -> ImageArchitecture:
    base = row.text("base") or ""
    since = row.day("since", required=False)
    digest = row.text("digest", required=False)
    pinned = row.text("pinned", required=False)
    level = row.version("level", required=False)
    row.text("note", required=False)
    row.word("standing", STANDINGS, required=False, what="standing")
    reader.check_sources(row, required=row.has("standing"))
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
    reader: PolicyReader, row: Section, image: str, archs: tuple[str, ...], parent: Fact
) -> ImageToolset:
    toolset = row.text("toolset") or ""
    since = row.day("since", required=False)
    only = row.words("architectures", required=False, among=ARCHITECTURES, what="architecture")
    only = only or archs
    row.text("note", required=False)
    standing = row.word("standing", STANDINGS, required=False, what="standing")
    reader.check_sources(row, required=False)
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
        reader.facts[fact.id] = fact
    return ImageToolset(toolset=toolset, since=since, architectures=only, fact=fact)
