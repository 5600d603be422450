"""What cibuildwheel builds for: interpreters by image and architecture, and full versions.

Format: TOML; ``linux.python_configurations`` and ``windows.python_configurations`` are lists of
``identifier`` (``cp312-manylinux_x86_64``), ``version`` (on Linux ``3.12``, on Windows the newest
release in NuGet's spelling, ``3.15.0-rc3``) and, on Linux, ``path_str`` in the image.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from planner.audit.evidence import Evidence
from planner.audit.file_read import FileRead
from planner.audit.newest import only_text
from planner.index.errors import BrokenError
from planner.index.listing import IndexFile
from planner.model.vendor_files import VendorFile

_IDENTIFIER = re.compile(r"(?P<tag>[a-z]+\d+t?)(?:_\d+)?-(?P<platform>\w+)")
_LINUX = re.compile(r"(?P<kind>manylinux|musllinux)_(?P<arch>\w+)")
_IMPLEMENTATIONS = {"cp": "cpython", "pp": "pypy", "graalpy": "graalpy"}


@dataclass(frozen=True, kw_only=True, slots=True)
class LinuxBuild:
    """An interpreter in an image: its path is ``/opt/python/<python tag>-<ABI tag>``."""

    tag: str
    kind: str
    arch: str
    python: str
    path: str

    @property
    def implementation(self) -> str:
        """What the path's last part begins with."""
        python = self.path.rpartition("/")[2].partition("-")[0]
        return _IMPLEMENTATIONS.get(python.rstrip("0123456789"), python)

    @property
    def free_threaded(self) -> bool:
        """Whether the ABI is that of a CPython without the GIL (PEP 703: ``cp314t``)."""
        abi = self.path.rpartition("/")[2].partition("-")[2]
        return re.fullmatch(r"cp\d+t", abi) is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class BuildPlatforms:
    """What a release builds for; ``released`` are full versions of CPython by tag."""

    read: FileRead
    linux: tuple[LinuxBuild, ...]
    released: Mapping[str, Version]

    def of(self, tag: str) -> list[LinuxBuild]:
        """The rows of an interpreter."""
        return [row for row in self.linux if row.tag == tag]


def build_platforms(file: IndexFile, where: VendorFile, evidence: Evidence) -> BuildPlatforms:
    """What a release builds for.

    :raises RemoteError: where it cannot be read.
    """
    member, text = only_text(file, where, evidence)
    try:
        document = tomllib.loads(text)
        linux = tuple(_linux_builds(document["linux"]["python_configurations"]))
        released = dict(_released(document["windows"]["python_configurations"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise BrokenError(f"{member} is not of the form that is known ({reason})") from None
    read = FileRead(release=str(file.version), file=file.name, member=member)
    return BuildPlatforms(read=read, linux=linux, released=released)


def _linux_builds(rows: list[dict[str, str]]) -> Iterator[LinuxBuild]:
    for row in rows:
        match = _IDENTIFIER.fullmatch(row["identifier"])
        place = None if match is None else _LINUX.fullmatch(match["platform"])
        if match is not None and place is not None:
            yield LinuxBuild(
                tag=match["tag"],
                kind=place["kind"],
                arch=place["arch"],
                python=str(row["version"]),
                path=str(row["path_str"]),
            )


def _released(rows: list[dict[str, str]]) -> Iterator[tuple[str, Version]]:
    """The newest CPython of each tag on Windows, which is named in full there."""
    for row in rows:
        match = _IDENTIFIER.fullmatch(row["identifier"])
        if match is not None and match["tag"].startswith("cp"):
            try:
                version = Version(str(row["version"]))
            except InvalidVersion:
                continue
            if len(version.release) > 2:
                yield match["tag"], version
