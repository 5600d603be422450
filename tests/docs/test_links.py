"""Every link of every page leads somewhere; outside addresses are asked with ``MLPLAN_LINKS=1``."""

from __future__ import annotations

import os
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.docs.fenced_blocks import PAGES, ROOT, page_name
from tests.docs.links import Link, anchors, fault, links

PAGE = """# Title

[one](other.md#two-words) ![picture](gone.png) [back](#title-1) <https://example.org/a>
[titled](other.md "a title") [round](a(b).md) `[code](no.md)` [out](../x.md) [root](/x.md)

```text
[fenced](no.md)
```

<!-- [hidden](no.md) --> [text]: no
[ref]: other.md#gone
<img src="other.md#x" alt=""> [space](a%20b.md) [file](data.yaml#x)

# Title
"""


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_links_within_the_project(page: Path) -> None:
    faults = [(str(link), fault(link, ROOT)) for link in links(page) if not link.is_outside]
    assert [found for found in faults if found[1]] == []


@pytest.mark.skipif(not os.environ.get("MLPLAN_LINKS"), reason="run with MLPLAN_LINKS=1")
def test_links_to_the_outside() -> None:
    outside = sorted({link.target for page in PAGES for link in links(page) if link.is_outside})
    answers = {target: _answer(target) for target in outside}
    assert {target: answer for target, answer in answers.items() if answer != "200"} == {}


def _answer(address: str) -> str:
    """The status of an address after its redirections, or why there is none."""
    request = urllib.request.Request(address, headers={"User-Agent": "mlplan link check"})
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return str(reply.status)
    except OSError as error:
        return str(getattr(error, "code", error))


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page with every kind of link, in a project of its own."""
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "x.md").touch()
    (root / "other.md").write_text("# One\n\n## Two `words`\n", encoding="utf-8")
    (root / "a b.md").touch()
    (root / "a(b).md").touch()
    (root / "data.yaml").touch()
    path = root / "page.md"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_what_is_found(page: Path) -> None:
    found = links(page)
    assert [link.target for link in found if link.is_outside] == ["https://example.org/a"]
    judged = {
        (link.line, link.target): fault(link, page.parent) for link in found if not link.is_outside
    }
    assert judged == {
        (3, "other.md#two-words"): None,
        (3, "gone.png"): "no such file",
        (3, "#title-1"): None,
        (4, "other.md"): None,
        (4, "a(b).md"): None,
        (4, "../x.md"): "leads out of the project",
        (4, "/x.md"): "is absolute: it leads elsewhere on a code host",
        (11, "other.md#gone"): "no such heading",
        (12, "other.md#x"): "no such heading",
        (12, "a%20b.md"): None,
        (12, "data.yaml#x"): "only pages have anchors",
    }


def test_names_of_headings(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A, b & `c-d`\n## [linked](x.md) word\n```sh\n# no heading\n```\n### A, b & `c-d`\n"
        '<a id="own"></a>\n',
        encoding="utf-8",
    )
    assert anchors(page) == {"a-b--c-d", "a-b--c-d-1", "linked-word", "own"}


class _Site(BaseHTTPRequestHandler):
    """``/`` is there, ``/moved`` leads to it, anything else is missing."""

    def do_GET(self) -> None:
        self.send_response({"/": 200, "/moved": 302}.get(self.path, 404))
        self.send_header("Location", "/")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """The address of a web server on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_answers_of_the_outside(site: str) -> None:
    assert [_answer(site + path) for path in ("/", "/moved", "/gone")] == ["200", "200", "404"]
    assert _answer("http://127.0.0.1:1/") not in {"200", "404"}


def test_a_link_says_where_it_stands() -> None:
    assert str(Link(Path("a.md"), 3, "b.md")) == "a.md:3: b.md"
