"""The pages as a site: all of them in the side bar, and a build without a warning."""

from __future__ import annotations

import runpy
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.docs.fenced_blocks import PAGES, ROOT, page_name

NEEDED = ("sphinx", "myst_parser", "furo")
MISSING = [name for name in NEEDED if find_spec(name) is None]


def test_every_page_is_in_the_side_bar() -> None:
    navigation = runpy.run_path(str(ROOT / "docs" / "conf.py"))["NAVIGATION"]
    listed = [page for pages in navigation.values() for page in pages]
    pages = {page_name(page).removesuffix(".md") for page in PAGES}
    reached = {page for page in pages if page.count("/") < 2} - {"README"}
    assert sorted(listed) == sorted(reached)


@pytest.mark.skipif(bool(MISSING), reason=f"the extra docs is not installed: {MISSING}")
def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-c", "docs"]
    done = subprocess.run(
        [*command, "-d", str(tmp_path / "doctrees"), ".", str(tmp_path / "site")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    site = tmp_path / "site"
    assert 'url=README.html"' in (site / "index.html").read_text(encoding="utf-8")
    assert 'href="docs/tutorial.html"' in (site / "README.html").read_text(encoding="utf-8")
    assert (site / "examples" / "framework" / "README.html").is_file()
