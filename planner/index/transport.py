"""Requests to an index and its file servers: connections kept, tries repeated, bytes counted."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

import requests
from pypi_simple import ACCEPT_JSON_PREFERRED
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ReadTimeoutError
from urllib3.util import Retry

from planner import __version__
from planner.index.errors import UnreachableError

_TIMEOUT = (10.0, 30.0)  # seconds to connect, and between bytes
_CONNECTIONS = 16
_PAGE = 64 << 20  # bytes of a project's page


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """An answer of the index; ``url`` is where it came from in the end."""

    url: str
    status: int
    media_type: str
    charset: str
    body: bytes


@dataclass(slots=True)
class Traffic:
    """Bytes and requests so far, and bytes that the cache spared."""

    received: int = 0
    requests: int = 0
    cached: int = 0


class Transport:
    """One session for all threads."""

    def __init__(self, certificates: str | None = None) -> None:
        self.traffic = Traffic()
        self._lock = Lock()
        self._session = requests.Session()
        again = Retry(
            total=3,
            connect=1,
            read=1,
            backoff_factor=0.5,
            status_forcelist=(429, 500, 502, 503, 504),
            respect_retry_after_header=False,  # it may name any time
        )
        adapter = HTTPAdapter(pool_maxsize=_CONNECTIONS, max_retries=again)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        self._session.headers["User-Agent"] = f"mlplan/{__version__}"
        if certificates is not None:
            self._session.verify = certificates

    def page(self, url: str) -> Page:
        """A page of the index, whatever its status.

        :raises UnreachableError: where the server does not answer, or answers without end.
        """
        response = self._ask(url, {"Accept": ACCEPT_JSON_PREFERRED})
        return Page(
            url=response.url,
            status=response.status_code,
            media_type=response.headers.get("Content-Type", ""),
            charset=response.encoding or "utf-8",
            body=self._body(response, _PAGE),
        )

    def range(self, url: str, wanted: str, most: int) -> tuple[int, str, bytes]:
        """Status, Content-Range and body of a request for bytes (``0-99``, ``-100``).

        A server that knows no ranges answers 200 with the whole file: its body is not read here.

        :raises UnreachableError: where the server does not answer, or sends more than ``most``.
        """
        headers = {"Range": f"bytes={wanted}", "Accept-Encoding": "identity"}
        response = self._ask(url, headers)
        if response.status_code != requests.codes.partial_content:
            response.close()
            return response.status_code, "", b""
        said = response.headers.get("Content-Range", "")
        return response.status_code, said, self._body(response, most)

    def whole(self, url: str, most: int) -> bytes:
        """A whole file.

        :raises UnreachableError: where the server does not send it, or sends more than ``most``.
        """
        response = self._ask(url, {"Accept-Encoding": "identity"})
        if not response.ok:
            response.close()
            raise UnreachableError(f"the server answers {response.status_code}")
        return self._body(response, most)

    def spared(self, size: int) -> None:
        """Count bytes that came from the cache."""
        with self._lock:
            self.traffic.cached += size

    def _ask(self, url: str, headers: dict[str, str]) -> requests.Response:
        with self._lock:
            self.traffic.requests += 1
        try:
            response = self._session.get(url, headers=headers, timeout=_TIMEOUT, stream=True)
        except requests.RequestException as error:
            raise UnreachableError(_reason(error)) from None
        if url.startswith("https:") and any(
            not one.url.startswith("https:") for one in (response, *response.history)
        ):
            response.close()
            raise UnreachableError("it redirects from https to an address that is not safe")
        return response

    def _body(self, response: requests.Response, most: int) -> bytes:
        parts, size = [], 0
        try:
            for part in response.iter_content(1 << 16):
                parts.append(part)
                size += len(part)
                if size > most:
                    raise UnreachableError(f"the answer is longer than {most} bytes")
        except requests.RequestException as error:
            raise UnreachableError(_reason(error)) from None
        finally:
            response.close()
            with self._lock:
                self.traffic.received += size
        return b"".join(parts)


def _reason(error: requests.RequestException) -> str:
    """Why, in few words: the library's own text names objects of its own."""
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not accepted"
    cause = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, requests.exceptions.Timeout) or isinstance(cause, ReadTimeoutError):
        return "it does not answer in time"
    if isinstance(error, requests.exceptions.RetryError):
        return "it answers with an error each time"
    if isinstance(error, requests.exceptions.ConnectionError):
        return "it cannot be reached"
    if isinstance(error, requests.exceptions.InvalidSchema):
        return "its address begins with neither https:// nor http://"
    return f"the request fails ({type(error).__name__})"
