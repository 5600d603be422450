"""A package index on this machine with small made wheels; it can be told to misbehave.

``index.add("vendor-1.0-py3-none-any.whl", {"vendor/data.json": b"{}"})`` makes a wheel and lists
it; ``Indexes(urls=(index.url,))`` asks it. ``index.asked`` is what clients asked for.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Literal

from packaging.utils import canonicalize_name

from tests.wheels.made import wheel_file

Fault = Literal["no-ranges", "gone", "truncated", "damaged", "wrong-range", "wrong-digest"]
"""What is wrong with a wheel.

``no-ranges``: the server answers 200 with the whole file. ``gone``: it is listed and the server
answers 404. ``truncated``: its second half is missing. ``damaged``: the bytes of its members are
turned around. ``wrong-range``: other bytes come than were asked for. ``wrong-digest``: the index
states the SHA-256 of something else.
"""

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A request: its path below the index, and the range that it wanted ("" for all)."""

    path: str
    range: str


@dataclass(kw_only=True, slots=True)
class Served:
    """A wheel of the index."""

    path: Path
    uploaded: str
    yanked: bool
    faults: frozenset[Fault]

    def data(self) -> bytes:
        """Its bytes, as the server sends them."""
        data = self.path.read_bytes()
        if "truncated" in self.faults:
            return data[: len(data) // 2]
        if "damaged" in self.faults:
            directory = data.index(b"PK\x01\x02")
            return data[:64] + bytes(255 - byte for byte in data[64:directory]) + data[directory:]
        return data

    def sha256(self) -> str:
        """The digest that the index states."""
        wrong = b"other" if "wrong-digest" in self.faults else b""
        return hashlib.sha256(self.path.read_bytes() + wrong).hexdigest()


@dataclass(kw_only=True, slots=True)
class ServedIndex:
    """An index under ``url``; its wheels lie in ``folder``.

    ``form`` is that of a project's page: ``html`` (PEP 503) or ``json`` (PEP 691). ``pages``
    replaces the page of a project by a status, a media type and a body.
    """

    folder: Path
    url: str = ""
    form: Literal["html", "json"] = "html"
    wheels: dict[str, Served] = field(default_factory=dict)
    pages: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def add(
        self,
        name: str,
        members: Mapping[str, bytes],
        *,
        uploaded: str = "",
        yanked: bool = False,
        requires: Sequence[str] = (),
        faults: Sequence[Fault] = (),
    ) -> Path:
        """Make a wheel of this file name and list it; ``uploaded`` is a day (YYYY-MM-DD)."""
        path = wheel_file(self.folder, name, members, requires=requires)
        self.wheels[name] = Served(
            path=path, uploaded=uploaded, yanked=yanked, faults=frozenset(faults)
        )
        return path

    def put(self, name: str, data: bytes, *, faults: Sequence[Fault] = ()) -> Path:
        """List a file of any bytes under a wheel's name."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / name
        path.write_bytes(data)
        self.wheels[name] = Served(path=path, uploaded="", yanked=False, faults=frozenset(faults))
        return path

    def spoil(self, name: str, *faults: Fault) -> None:
        """From now on, these things are wrong with a wheel, and no others."""
        self.wheels[name].faults = frozenset(faults)

    def ranges(self, name: str) -> list[str]:
        """The ranges of a wheel that were asked for, in order ("" for the whole file)."""
        return [asked.range for asked in self.asked if asked.path == f"files/{name}"]

    def page(self, project: str) -> tuple[int, str, bytes]:
        """Status, media type and body of a project's page."""
        if project in self.pages:
            return self.pages[project]
        listed = {
            name: wheel
            for name, wheel in self.wheels.items()
            if canonicalize_name(name.split("-")[0]) == project
        }
        if not listed:
            return 404, "text/plain", b"no such project"
        if self.form == "json":
            files = [self._json_row(name, wheel) for name, wheel in listed.items()]
            said = {"meta": {"api-version": "1.0"}, "name": project, "files": files}
            return 200, "application/vnd.pypi.simple.v1+json", json.dumps(said).encode()
        links = "\n".join(self._link(name, wheel) for name, wheel in listed.items())
        body = f"<!DOCTYPE html><html><body>{links}</body></html>"
        return 200, "text/html", body.encode()

    def _json_row(self, name: str, wheel: Served) -> dict[str, Any]:
        row: dict[str, Any] = {
            "filename": name,
            "url": self._address(name),
            "hashes": {"sha256": wheel.sha256()},
            "yanked": wheel.yanked,
            "size": len(wheel.path.read_bytes()),
        }
        if wheel.uploaded:
            row["upload-time"] = f"{wheel.uploaded}T12:00:00Z"
        return row

    def _link(self, name: str, wheel: Served) -> str:
        said = f' data-upload-time="{wheel.uploaded}T12:00:00Z"' if wheel.uploaded else ""
        said += ' data-yanked=""' if wheel.yanked else ""
        address = f"{self._address(name)}#sha256={wheel.sha256()}"
        return f'<a href="{escape(address)}"{said}>{escape(name)}</a><br>'

    def _address(self, name: str) -> str:
        return f"{self.url.removesuffix('simple/')}files/{name}"


@contextmanager
def served_index(folder: Path) -> Iterator[ServedIndex]:
    """An empty index that answers until the block ends."""
    index = ServedIndex(folder=folder)

    class Handler(_Handler):
        served = index

    with _Server(("127.0.0.1", 0), Handler) as server:
        index.url = f"http://127.0.0.1:{server.server_address[1]}/simple/"
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield index
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up before the body is sent is no error."""


class _Handler(BaseHTTPRequestHandler):
    served: ServedIndex

    def do_GET(self) -> None:
        path = self.path.strip("/")
        wanted = self.headers.get("Range", "")
        self.served.asked.append(Asked(path=path, range=wanted.removeprefix("bytes=")))
        folder, _, name = path.partition("/")
        if folder == "simple":
            self._answer(*self.served.page(name))
            return
        wheel = self.served.wheels.get(name)
        if folder != "files" or wheel is None or "gone" in wheel.faults:
            self._answer(404, "text/plain", b"not there")
            return
        self._send_wheel(wheel, wanted)

    def _send_wheel(self, wheel: Served, wanted: str) -> None:
        data = wheel.data()
        match = _RANGE.fullmatch(wanted)
        if match is None or "no-ranges" in wheel.faults:
            self._answer(200, "application/octet-stream", data)
            return
        start, end = _span(match[1], match[2], len(data))
        if start >= end:
            self._answer(416, "text/plain", b"")
            return
        told = start + 1 if "wrong-range" in wheel.faults else start
        said = f"bytes {told}-{told + end - start - 1}/{len(data)}"
        self._answer(206, "application/octet-stream", data[start:end], said)

    def _answer(self, status: int, media_type: str, body: bytes, content_range: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        if content_range:
            self.send_header("Content-Range", content_range)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: tests look at ``asked``."""


def _span(first: str, last: str, size: int) -> tuple[int, int]:
    """Start and end (exclusive) of a range of a file; ``-100`` is its last hundred bytes."""
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1 if last else size)
