"""One row of a matrix as the judge reads it: what it states, and what nobody can judge."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from planner.check.checks import UNKNOWN_VALUE
from planner.check.spellings import (
    NOTHING,
    TagParts,
    architecture,
    compiler_version,
    cxx_standard,
    gpu_targets,
    gpu_words,
    image_name,
    is_elsewhere,
    python_wish,
    release_spec,
    tag_parts,
)
from planner.load.variants import STANDARDS
from planner.load.vocabulary import Vocabulary
from planner.model.gpu_targets import GpuTargets, group_targets
from planner.model.matrix_rows import Cell, PlainRow
from planner.model.nearest import nearest
from planner.model.request import Line
from planner.model.rules import WAIVERS
from planner.model.specs import canonical_spec, is_spec
from planner.model.versions import is_day, last_day
from planner.solve.rows import Tables

Atom = tuple[str, str]
"""The smallest part of a row: a field, and one item of it where it is a list."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unknown:
    """A value that the facts cannot judge, and why."""

    line: Line
    says: str
    rule: str = UNKNOWN_VALUE


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """What a row states, in our spelling; what it does not state is empty.

    ``tag`` holds policies only; ``arch`` is the row's own, ``tag_arch`` and ``image_arch`` those of
    its tag and image. ``lines`` has the place of each stated part.
    """

    id: str
    line: int | None
    families: Mapping[str, str] = field(default_factory=dict)
    arch: str = ""
    tag: tuple[str, ...] = ()
    tag_arch: str = ""
    image: str = ""
    image_arch: str = ""
    gcc: str = ""
    binutils: str = ""
    gpu: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    cxx: str = ""
    pythons: tuple[str, ...] = ()
    date: str = ""
    allow: frozenset[str] = frozenset()
    lines: Mapping[Atom, Line] = field(default_factory=dict)
    unknown: tuple[Unknown, ...] = ()

    def atoms(self) -> tuple[Atom, ...]:
        """Every part that can be at odds with the facts, in the order in which it is told."""
        found = [(name, "") for name in self.families]
        fields = ("arch", "image", "gcc", "binutils", "cxx", "date")
        found += [(name, "") for name in fields if getattr(self, name)]
        if self.tag or self.tag_arch:
            found.append(("platform_tag", ""))
        found += [("gpu", item) for item in self.gpu]
        found += [("links", item) for item in self.links]
        found += [("python", item) for item in self.pythons]
        return tuple(found)

    @property
    def any_arch(self) -> str:
        """The architecture of the row: its own, else its tag's, else its image's."""
        return self.arch or self.tag_arch or self.image_arch


class Names:
    """The names that rows may use, taken from the facts once."""

    def __init__(self, tables: Tables, vocabulary: Vocabulary) -> None:
        self.tables = tables
        self.vocabulary = vocabulary
        self.families = tuple(vocabulary.releases)
        self.pythons = tuple(tables.index.named("python"))
        self.images: dict[str, tuple[str, str]] = {}
        self.components: dict[str, str] = {}
        for arch, environments in tables.environments.items():
            for env in environments:
                self._add_image(env.image, env.repository, arch)
        for family in tables.families.values():
            for part in family.parts.values():
                self.components.setdefault(part.name, part.name)
                for library in part.libraries:
                    self.components.setdefault(library, part.name)

    def _add_image(self, image: str, repository: str, arch: str) -> None:
        self.images.setdefault(image, (image, ""))
        last = repository.rpartition("/")[2]
        for name in (repository, last, f"{image}_{arch}", repository.partition("/")[2]):
            self.images.setdefault(name, (image, arch))

    def grouped(self, targets: tuple[str, ...]) -> GpuTargets:
        """Targets by kind of GPU code."""
        return group_targets(list(targets), self.vocabulary.plain_names)


class RowReader:
    """Reads one plain row; what cannot be judged is gathered on the way."""

    def __init__(self, plain: PlainRow, file: str, names: Names) -> None:
        self.plain = plain
        self.file = file
        self.names = names
        self.lines: dict[Atom, Line] = {}
        self.unknown: list[Unknown] = []

    def row(self) -> Row:
        """The row that the plain one states."""
        families = {name: spec for name in self.names.families if (spec := self._release(name))}
        tag = self._tag()
        image, image_arch = self._image()
        gcc = self._gcc()
        self._elsewhere()
        arch = self._arch()
        row = Row(
            id=self.plain.id,
            line=self.plain.line,
            families=families,
            arch=arch,
            tag=tag.policies,
            tag_arch=tag.arch,
            image=image,
            image_arch=image_arch,
            gcc=gcc,
            binutils=self._binutils(),
            gpu=self._gpu(),
            links=self._links(),
            cxx=self._cxx(),
            pythons=self._pythons(),
            date=self._date(),
            allow=self._allow(),
            lines=self.lines,
        )
        self._nothing(row)
        return replace(row, unknown=tuple(self.unknown))

    def _cells(self, name: str) -> list[Cell]:
        """The cells of a field that say something that can be read."""
        found = []
        for cell in self.plain.cells.get(name, ()):
            if "${{" in cell.text or "{{" in cell.text:
                self._report(cell, "is an expression: its value is known in the workflow only")
            elif cell.text.strip().lower() not in NOTHING:
                found.append(cell)
        return found

    def _report(self, cell: Cell, says: str) -> None:
        line = Line(path=cell.path, value=cell.text, file=self.file, number=cell.line)
        self.unknown.append(Unknown(line=line, says=says))

    def _note(self, cell: Cell, name: str, item: str = "", value: str = "") -> None:
        line = Line(path=cell.path, value=value or cell.text, file=self.file, number=cell.line)
        self.lines.setdefault((name, item), line)

    def _one(self, name: str) -> Cell | None:
        """The only cell of a field; a list of several is nothing that one build can have."""
        cells = self._cells(name)
        for cell in cells[1:]:
            self._report(cell, f"is a second {name}: a row has one")
        return cells[0] if cells else None

    def _release(self, family: str) -> str:
        cell = self._one(family)
        if cell is None:
            return ""
        spec = release_spec(cell.text, family)
        if not is_spec(spec):
            self._report(cell, f"is no release of {family}")
            return ""
        if not self.names.vocabulary.admitted(family, spec):
            known = self.names.vocabulary.releases[family]
            near = nearest(spec, [".".join(v.split(".")[:2]) for v in known])
            also = f"; the nearest is {near}" if near else ""
            self._report(cell, f"is a release of {family} that the facts do not know{also}")
            return ""
        self._note(cell, family)
        return canonical_spec(spec)

    def _arch(self) -> str:
        cell = self._one("arch")
        if cell is None:
            return ""
        found = architecture(cell.text)
        if found is None:
            self._report(cell, "is an architecture that the facts do not know")
            return ""
        self._note(cell, "arch")
        return found

    def _tag(self) -> TagParts:
        nothing = TagParts(policies=(), arch="", libc="")
        cells = self._cells("platform_tag")
        if not cells:
            return nothing
        cell = cells[0]
        joined = ".".join(other.text for other in cells)
        if is_elsewhere(joined):
            self._report(cell, "is a tag of Windows or macOS: out of scope")
            return nothing
        parts = tag_parts(joined)
        if parts is None:
            self._report(cell, "is no tag for Linux on one known architecture")
            return nothing
        self._note(cell, "platform_tag", value=joined)
        if parts.libc == "musl":
            self._report(cell, "is a musllinux tag: the facts about toolkits are for glibc")
            return TagParts(policies=(), arch=parts.arch, libc="musl")
        return parts

    def _image(self) -> tuple[str, str]:
        cell = self._one("image")
        if cell is None:
            return "", ""
        name = image_name(cell.text)
        if name not in self.names.images:
            near = nearest(name, [n for n in self.names.images if "/" not in n])
            also = f"; the nearest is {near}" if near else ""
            self._report(cell, f"is an image that the facts do not know{also}")
            return "", ""
        self._note(cell, "image")
        return self.names.images[name]

    def _gcc(self) -> str:
        cell = self._one("gcc") or self._one("compiler")
        if cell is None or cell.text.strip().lower() in ("gcc", "g++", "gnu"):
            return ""
        found = compiler_version(cell.text)
        if found is None:
            other = "clang" in cell.text.lower() or is_elsewhere(cell.text)
            says = "is not gcc: out of scope" if other else "is no version of gcc"
            self._report(cell, says)
            return ""
        self._note(cell, "gcc")
        return found

    def _elsewhere(self) -> None:
        for cell in self.plain.cells.get("runner", ()):
            if is_elsewhere(cell.text):
                self._report(cell, "is Windows or macOS: out of scope")
        for cell in self.plain.cells.get("matrix", ()):
            self._report(cell, "is an expression: its rows are known in the workflow only")

    def _binutils(self) -> str:
        cell = self._one("binutils")
        if cell is None:
            return ""
        match = re.fullmatch(r"(?:binutils[-_ ]?)?(\d{1,4}(?:\.\d{1,4}){0,3})", cell.text.strip())
        if match is None:
            self._report(cell, "is no version of binutils")
            return ""
        self._note(cell, "binutils")
        return match[1]

    def _gpu(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        known = self.names.vocabulary
        for cell in self._cells("gpu"):
            for word in gpu_words(cell.text):
                targets = gpu_targets(word, self.names.vocabulary.plain_names)
                strange = [t for t in targets or () if not known.knows_target(t)]
                if targets is None or strange:
                    near = nearest(strange[0] if strange else word, known.targets)
                    also = f"; the nearest is {near}" if near else ""
                    self._report(
                        cell, f"holds {word}, a GPU target that the facts do not know{also}"
                    )
                    continue
                for target in targets:
                    found[target] = None
                    self._note(cell, "gpu", target, target)
        return tuple(found)

    def _links(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for cell in self._cells("links"):
            for word in re.split(r"[\s,;]+", cell.text.strip()):
                stem = re.sub(r"\.so(\.\d+)*$|\.a$", "", word)
                name = self.names.components.get(stem) or self.names.components.get(f"lib{stem}")
                if name is None:
                    near = nearest(stem, self.names.components)
                    also = f"; the nearest is {near}" if near else ""
                    self._report(cell, f"holds {word}, a library that the facts do not know{also}")
                    continue
                found[name] = None
                self._note(cell, "links", name, name)
        return tuple(found)

    def _cxx(self) -> str:
        cell = self._one("cxx")
        if cell is None:
            return ""
        found = cxx_standard(cell.text)
        if found not in STANDARDS:
            self._report(cell, f"is no C++ standard among {', '.join(STANDARDS)}")
            return ""
        self._note(cell, "cxx")
        return found or ""

    def _pythons(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for cell in self._cells("python"):
            text = cell.text.strip()
            words = [text] if re.match(r"[<>=!~]", text) else re.split(r"[\s,;]+", text)
            for word in words:
                wish = python_wish(word)
                base = (wish or "").removeprefix("abi3-")
                is_known = base in self.names.pythons or (base[:1] in "<>=!~" and is_spec(base))
                if wish is None or not base or not is_known:
                    self._report(cell, f"holds {word}, a Python that the facts do not know")
                    continue
                found[wish] = None
                self._note(cell, "python", wish, word)
        return tuple(found)

    def _date(self) -> str:
        cell = self._one("date")
        if cell is None:
            return ""
        day = cell.text.strip()[:10]
        if not is_day(day):
            self._report(cell, "is no day (YYYY-MM-DD)")
            return ""
        self._note(cell, "date")
        return last_day(day).isoformat()

    def _allow(self) -> frozenset[str]:
        words = [w for c in self._cells("allow") for w in re.split(r"[\s,;]+", c.text) if w]
        return frozenset(word for word in words if word in WAIVERS)

    def _nothing(self, row: Row) -> None:
        if row.families or row.any_arch or self.unknown:
            return
        line = Line(path=self.plain.path, value="", file=self.file, number=self.plain.line)
        says = "states neither an accelerator nor an architecture"
        self.unknown.append(Unknown(line=line, says=says))
