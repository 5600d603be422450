"""The files of a project, as an index lists them (PEP 503, PEP 691, PEP 700)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from threading import Lock

import requests
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import Version
from pypi_simple import (
    DistributionPackage,
    ProjectPage,
    RepositoryPage,
    UnsupportedRepoVersionError,
)
from pypi_simple.errors import UnsupportedContentTypeError

from planner.index.configuration import Indexes
from planner.index.errors import BrokenError, MissingError, UnreachableError
from planner.index.transport import Page, Transport

_NOT_THERE = (403, 404, 410)
_MOST_REASON = 200  # characters of what a library says
_MOST_FAILURES = 2  # each is a request that was tried several times


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexFile:
    """A wheel on the index. ``uploaded`` is a day (YYYY-MM-DD), empty where the index says none."""

    name: str
    url: str
    sha256: str
    version: Version
    platforms: tuple[str, ...]
    uploaded: str
    yanked: bool

    def is_for(self, arch: str) -> bool:
        """Whether it installs on Linux of an architecture (``any`` does on all)."""
        return any(
            tag == "any" or ("linux" in tag and tag.endswith(f"_{arch}")) for tag in self.platforms
        )


class Listing:
    """The wheels of projects; each project is asked for once.

    ``has_answered``: some project had a wheel, so that this is a package index indeed.
    """

    def __init__(self, indexes: Indexes, transport: Transport) -> None:
        self._indexes = indexes
        self._transport = transport
        self._pages: dict[str, tuple[IndexFile, ...]] = {}
        self._failures: dict[str, int] = {}
        self.has_answered = False
        self._lock = Lock()

    def wheels(self, project: str) -> tuple[IndexFile, ...]:
        """Every wheel of a project, oldest version first.

        :raises UnreachableError: where no index answers.
        :raises MissingError: where no index has the project.
        :raises BrokenError: where what an index answers is no list of files.
        """
        with self._lock:
            known = self._pages.get(project)
        if known is None:
            known = self._asked(project)
            with self._lock:
                self._pages[project] = known
        return known

    def _page(self, url: str, project: str) -> Page:
        """A project's page; an index that failed to answer twice running is not asked again."""
        if self._failures.get(url, 0) >= _MOST_FAILURES:
            raise UnreachableError("it did not answer before")
        try:
            page = self._transport.page(f"{url}{project}/")
        except UnreachableError:
            self._failures[url] = self._failures.get(url, 0) + 1
            raise
        self._failures[url] = 0
        return page

    def _asked(self, project: str) -> tuple[IndexFile, ...]:
        for url in self._indexes.urls:
            page = self._page(url, project)
            if page.status in _NOT_THERE:
                continue
            if page.status != requests.codes.ok:
                raise UnreachableError(f"the index answers {page.status} for {project}")
            files = [file for file in map(_file, _links(project, page)) if file is not None]
            if page.url.startswith("https:") and any(f.url.startswith("http:") for f in files):
                raise BrokenError(f"what the index answers for {project} leads from https to http")
            self.has_answered = self.has_answered or bool(files)
            return tuple(sorted(files, key=lambda file: (file.version, file.name)))
        raise MissingError(f"no index has a project {project}")


@dataclass(frozen=True, slots=True)
class _Link:
    package: DistributionPackage
    uploaded: str


def _links(project: str, page: Page) -> list[_Link]:
    """The files of a page. The HTML form states no upload time in a standard way; some indexes
    state it as an attribute like that of PEP 700."""
    try:
        if "json" in page.media_type:
            listed = ProjectPage.from_json_data(json.loads(page.body), page.url)
            return [
                _Link(p, p.upload_time.strftime("%Y-%m-%d") if p.upload_time else "")
                for p in listed.packages
            ]
        html = RepositoryPage.from_html(page.body, page.url, page.charset)
        return [
            _Link(
                DistributionPackage.from_link(link, project),
                (link.get_str_attrib("data-upload-time") or "")[:10],
            )
            for link in html.links
        ]
    except (
        ValueError,
        KeyError,
        TypeError,
        LookupError,
        RecursionError,
        UnsupportedRepoVersionError,
        UnsupportedContentTypeError,
    ) as error:
        reason = " ".join(str(error).split())[:_MOST_REASON]
        raise BrokenError(f"what the index answers for {project} is no list: {reason}") from None


def _file(link: _Link) -> IndexFile | None:
    package = link.package
    try:
        _, version, _, tags = parse_wheel_filename(package.filename)
    except (InvalidWheelFilename, ValueError):
        return None
    sha256 = package.digests.get("sha256", "")
    return IndexFile(
        name=package.filename,
        url=package.url,
        sha256=sha256 if re.fullmatch(r"[0-9a-f]{64}", sha256) else "",
        version=version,
        platforms=tuple(sorted({tag.platform for tag in tags})),
        uploaded=link.uploaded,
        yanked=package.is_yanked,
    )
