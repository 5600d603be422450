"""Where wheels are installed: distributions, ends of life, interpreters, installers."""

from __future__ import annotations

from planner.load.kinds import QUALIFIERS, FactContext, read_fact
from planner.load.nodes import Section
from planner.load.rows import PolicyReader
from planner.model.images import InstallerRule
from planner.model.lifecycle import EndOfLife, ImageInterpreter, Interpreter
from planner.model.platforms import ARCHITECTURES
from planner.model.sources import Payload
from planner.model.toolchains import Distribution


def read_distributions(reader: PolicyReader) -> dict[str, Distribution]:
    """The distributions by id."""
    section = reader.open("distributions.yaml", "mlplan-distributions")
    rows = {
        name: read_distribution(reader, row, name)
        for name, row in section.sections("distributions")
    }
    reader.notes(section, "distributions")
    section.finish()
    return rows


def read_distribution(reader: PolicyReader, row: Section, name: str) -> Distribution:
    """One distribution."""
    texts = {
        key: row.version(key, required=False)
        for key in ("glibc", "glibcxx", "cxxabi", "gcc", "binutils", "python", "pip", "level")
    }
    others = {key: row.version(key, required=False) for key in ("gcc-symbols", "zlib", "musl")}
    row.text("kin", required=False)
    title = row.text("name") or name
    version = row.text("version") or ""
    released = row.day("released", required=False)
    markers = row.words("markers", required=False)
    archs = row.words("architectures", among=ARCHITECTURES, what="architecture")
    unconfirmed = row.words("unconfirmed", required=False)
    said = {**texts, **others}
    payload: dict[str, Payload] = {key: value for key, value in said.items() if value}
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


def read_ends(reader: PolicyReader) -> tuple[EndOfLife, ...]:
    """The ends of life, in the order of the file."""
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
        rows.append(EndOfLife(of=of, id=id_, what=what, date=day, overruled=overruled, fact=fact))
    reader.notes(section, "lifecycle")
    section.finish()
    return tuple(rows)


def read_interpreters(
    reader: PolicyReader,
) -> tuple[dict[str, Interpreter], tuple[ImageInterpreter, ...]]:
    """The interpreters by tag, and which images hold them."""
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
    in_images = read_image_interpreters(reader, section.section("images"))
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


def read_image_interpreters(
    reader: PolicyReader, images: Section | None
) -> tuple[ImageInterpreter, ...]:
    """Which interpreters a set of images holds, by the name of the set."""
    found = []
    for name in [] if images is None else images.keys:
        assert images is not None
        for row in images.rows(name):
            tag = row.text("tag") or ""
            since = row.day("since", required=False)
            until = row.day("until", required=False)
            archs = row.words(
                "architectures", required=False, among=ARCHITECTURES, what="architecture"
            )
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


def read_installers(reader: PolicyReader) -> tuple[InstallerRule, ...]:
    """What pip must be able to do for which tags."""
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
