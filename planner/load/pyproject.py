"""``pyproject.toml`` and ``setup.cfg`` as far as they say what a project's wheels are.

``[project]``: pyproject.toml specification (PEP 621); ``[build-system]``: PEP 518;
``[tool.cibuildwheel]``: options of cibuildwheel; ``[tool.poetry]``: Poetry's own dependency
tables with caret and tilde ranges; ``setup.cfg``: declarative configuration of setuptools.
"""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from planner.model.projects import Needed, Place, Stated

PYPROJECT = "pyproject.toml"
_POETRY_RANGE = re.compile(r"(?P<kind>[\^~])\s*(?P<version>\d+(?:\.\d+)*)$")
_CP = re.compile(r"(cp\d{2,3}t?)\b")
_LIMITED = re.compile(r"""(?:py[-_]limited[-_]api|wheel\.py-api|py-api)\b\s*=\s*["']?(cp3\d+)""")


@dataclass(slots=True)
class Said:
    """What was gathered from the files so far."""

    name: Stated | None = None
    requires_python: Stated | None = None
    abi3: Stated | None = None
    needed: list[Needed] = field(default_factory=list)
    archs: list[Stated] = field(default_factory=list)
    build_pythons: list[Stated] = field(default_factory=list)
    images: list[Stated] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    has_request: bool = False


class _Table:
    """A TOML table with the file's text beside it, for the lines."""

    def __init__(self, table: object, text: str) -> None:
        self.rows: Mapping[str, object] = table if isinstance(table, Mapping) else {}
        self._lines = text.split("\n")

    def inner(self, *path: str) -> _Table:
        """A table below this one; an empty one where there is none."""
        found: object = self.rows
        for key in path:
            found = found.get(key) if isinstance(found, Mapping) else None
        return _Table(found, "\n".join(self._lines))

    def text(self, key: str) -> str | None:
        """A text, or None."""
        found = self.rows.get(key)
        return found if isinstance(found, str) and found.strip() else None

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts, or one text with spaces between words."""
        found = self.rows.get(key)
        if isinstance(found, str):
            return tuple(found.split())
        return tuple(x for x in found if isinstance(x, str)) if isinstance(found, list) else ()

    def place(self, what: str, needle: str, key: str = "") -> Place:
        """Where a piece of text first stands, on a line that starts with a key; in quotes if it
        stands so anywhere, for it may be the beginning of another."""
        for text in (f'"{needle}"', f"'{needle}'", needle):
            for number, line in enumerate(self._lines, 1):
                if text in line and line.lstrip().startswith(key):
                    return Place(file=PYPROJECT, what=what, line=number)
        return Place(file=PYPROJECT, what=what)


def read_pyproject(text: str, said: Said) -> None:
    """Add what a pyproject.toml says; a file that is no TOML is noted."""
    try:
        root = _Table(tomllib.loads(text), text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        said.notes.append(f"{PYPROJECT} is not valid TOML ({error}): nothing was taken from it")
        return
    said.has_request = isinstance(root.inner("tool").rows.get("mlplan"), Mapping)
    _project(root.inner("project"), said)
    for word in root.inner("build-system").words("requires"):
        place = root.place("build-system.requires", word)
        said.needed.append(Needed(text=word, group="", place=place))
    _poetry(root.inner("tool", "poetry"), said)
    _cibuildwheel(root.inner("tool", "cibuildwheel"), said)
    if match := _LIMITED.search(text):
        place = root.place("limited API", match[0])
        said.abi3 = Stated(value=match[1], place=place)


def _project(project: _Table, said: Said) -> None:
    if name := project.text("name"):
        said.name = Stated(value=name, place=project.place("project.name", name, "name"))
    if wanted := project.text("requires-python"):
        place = project.place("requires-python", wanted, "requires-python")
        said.requires_python = Stated(value=wanted, place=place)
    for word in project.words("dependencies"):
        place = project.place("dependencies", word)
        said.needed.append(Needed(text=word, group="", place=place))
    extras = project.inner("optional-dependencies")
    for extra in extras.rows:
        for word in extras.words(extra):
            place = extras.place(f"optional-dependencies.{extra}", word)
            said.needed.append(Needed(text=word, group=extra, place=place))
    unsaid = [key for key in project.words("dynamic") if key in _TOLD_BY_PROGRAMS]
    if unsaid:
        said.notes.append(
            f"{PYPROJECT} calls {', '.join(unsaid)} dynamic: the build tool finds them, mlplan "
            "does not"
        )


_TOLD_BY_PROGRAMS = ("name", "requires-python", "dependencies", "optional-dependencies")


def _poetry(poetry: _Table, said: Said) -> None:
    """Poetry's own tables, where ``[project]`` does not say the same."""
    if said.name is None and (name := poetry.text("name")):
        said.name = Stated(value=name, place=poetry.place("tool.poetry.name", name, "name"))
    for key, value in poetry.inner("dependencies").rows.items():
        place = poetry.place("tool.poetry.dependencies", key)
        for version, extras in _poetry_versions(value):
            wanted = _pep440(version)
            if wanted is None:
                said.notes.append(f"{place}: the range {version} of {key} is not understood")
            elif key == "python" and said.requires_python is None and wanted:
                said.requires_python = Stated(value=wanted, place=place)
            elif key != "python":
                said.needed.append(Needed(text=f"{key}{extras}{wanted}", group="", place=place))


def _poetry_versions(value: object) -> Iterator[tuple[str, str]]:
    """The ranges of a dependency with the extras that it asks for."""
    rows = value if isinstance(value, list) else [value]
    for row in rows:
        if isinstance(row, str):
            yield row, ""
        elif isinstance(row, Mapping):
            extras = row.get("extras")
            words = [x for x in extras if isinstance(x, str)] if isinstance(extras, list) else []
            version = row.get("version")
            yield version if isinstance(version, str) else "*", f"[{','.join(words)}]" * bool(words)


def _pep440(text: str) -> str | None:
    """A range of Poetry as a PEP 440 specifier: ``^3.11`` is ``>=3.11,<4``; None for others."""
    parts = []
    for part in text.split(","):
        word = part.strip()
        if word in ("*", ""):
            continue
        if match := _POETRY_RANGE.match(word):
            numbers = [int(number) for number in match["version"].split(".")]
            kept = 1 if match["kind"] == "^" and numbers[0] else min(2, len(numbers))
            upper = [*numbers[: kept - 1], numbers[kept - 1] + 1]
            parts.append(f">={match['version']},<{'.'.join(map(str, upper))}")
        elif re.match(r"[<>=!~]=?\s*\d", word):
            parts.append(word)
        elif re.fullmatch(r"\d+(\.\d+)*(\.\*)?", word):
            parts.append(f"=={word}")
        else:
            return None
    return ",".join(parts)


def _cibuildwheel(table: _Table, said: Said) -> None:
    """Architectures, Pythons and images that cibuildwheel is told to build on Linux."""
    linux = table.inner("linux")
    for owner, where in ((linux, "tool.cibuildwheel.linux"), (table, "tool.cibuildwheel")):
        if not said.archs:
            place = owner.place(f"{where}.archs", "archs", "archs")
            said.archs += [Stated(value=word, place=place) for word in owner.words("archs")]
        if not said.build_pythons:
            tags = [m[1] for word in owner.words("build") if (m := _CP.match(word))]
            place = owner.place(f"{where}.build", "build", "build")
            said.build_pythons += [Stated(value=tag, place=place) for tag in tags]
        for key in owner.rows:
            if key.startswith("manylinux-") and (image := owner.text(key)):
                said.images.append(
                    Stated(value=image, place=owner.place(f"{where}.{key}", key, key))
                )


def read_setup_cfg(text: str, said: Said) -> None:
    """Add what a setup.cfg says and pyproject.toml did not."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        said.notes.append(f"setup.cfg cannot be read ({str(error).splitlines()[0]})")
        return

    def place(what: str, needle: str) -> Place:
        rows = [n for n, line in enumerate(text.split("\n"), 1) if needle and needle in line]
        return Place(file="setup.cfg", what=what, line=rows[0] if rows else None)

    name = parser.get("metadata", "name", fallback="").strip()
    if said.name is None and name and ":" not in name:
        said.name = Stated(value=name, place=place("metadata.name", name))
    wanted = parser.get("options", "python_requires", fallback="").strip()
    if said.requires_python is None and wanted:
        where = place("options.python_requires", "python_requires")
        said.requires_python = Stated(value=wanted, place=where)
    for group, words in _cfg_lists(parser):
        for word in words:
            what = f"extras_require.{group}" if group else "install_requires"
            said.needed.append(Needed(text=word, group=group, place=place(what, word)))
    if said.abi3 is None and (match := _LIMITED.search(text)):
        said.abi3 = Stated(value=match[1], place=place("limited API", match[0]))


def _cfg_lists(parser: configparser.ConfigParser) -> Iterator[tuple[str, Sequence[str]]]:
    """The lists of requirements of a setup.cfg by extra, "" for the install requirements."""
    pairs = [("", parser.get("options", "install_requires", fallback=""))]
    if parser.has_section("options.extras_require"):
        pairs += parser.items("options.extras_require")
    for group, value in pairs:
        lines = (line.partition("#")[0].strip() for line in value.splitlines())
        yield group, [line for line in lines if line and not line.startswith("file:")]
