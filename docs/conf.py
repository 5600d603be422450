"""Settings of Sphinx: README, changelog, docs and examples as a site, from the files as they are.

``sphinx-build -W -c docs . build/site`` from the project's folder. The source folder is the project
itself, so a link leads to the same page here and on a code host.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pygments.lexer import RegexLexer, bygroups
from pygments.token import Generic, Text

if TYPE_CHECKING:
    from sphinx.application import Sphinx

NAVIGATION = {
    "Start": ["docs/tutorial", "examples/README"],
    "How to release": ["docs/howto-framework", "docs/howto-extension", "docs/howto-cpu-library"],
    "Understand": ["docs/explanation", "docs/model", "docs/lifecycle"],
    "Commands": ["docs/cli", "docs/reference", "docs/api"],
    "Before the build": [
        "docs/request",
        "docs/init",
        "docs/plan",
        "docs/explain",
        "docs/diff",
        "docs/check",
    ],
    "Build": ["docs/emit", "docs/emit-ci", "docs/emit-build"],
    "After the build": ["docs/verify", "docs/findings", "docs/coverage", "docs/report"],
    "Facts": [
        "docs/facts",
        "docs/facts-format",
        "docs/facts-standing",
        "docs/browse",
        "docs/audit",
        "docs/harvest",
        "docs/overlay",
        "docs/adding-an-accelerator",
    ],
    "Project": ["docs/dependencies", "CHANGELOG"],
}
"""The pages of the side bar by heading; a page that is missing here fails the build."""

project = "mlplan"
root_doc = "README"
extensions = ["myst_parser"]
include_patterns = [
    "README.md",
    "CHANGELOG.md",
    "docs/*.md",
    "examples/README.md",
    "examples/*/*.md",
]
exclude_patterns = [".*", "build", "planner", "tests", "matrices", "policies", "benchmarks"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = "mlplan"
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
html_static_path = ["_static"]
html_css_files = ["site.css"]

_FRONT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>mlplan</title>
<meta http-equiv="refresh" content="0; url=README.html"></head>
<body><a href="README.html">mlplan</a></body></html>
"""


class SessionLexer(RegexLexer):
    """Commands after ``$``, and their output as it is; others take ``#`` for root's prompt."""

    name = "mlplan session"
    tokens = {"root": [(r"(\$ )(.*\n)", bygroups(Generic.Prompt, Text)), (r".*\n", Generic.Output)]}


def _add_navigation(app: Sphinx, page: str, text: list[str]) -> None:
    """The side bar, which code hosts would show as text, is put into the pages here."""
    if page == "README":
        text[0] += "".join(_tree(*entry) for entry in NAVIGATION.items())
    elif page == "examples/README":
        folder = Path(app.srcdir) / "examples"
        pages = sorted(path.parent.name for path in folder.glob("*/README.md"))
        text[0] += _tree("Examples", [f"{name}/README" for name in pages])


def _tree(caption: str, pages: list[str]) -> str:
    return "\n".join(["\n```{toctree}", ":hidden:", f":caption: {caption}", "", *pages, "```\n"])


def _add_front(app: Sphinx, error: Exception | None) -> None:
    """Web servers look for ``index.html``."""
    if error is None and app.builder.format == "html":
        (Path(app.outdir) / "index.html").write_text(_FRONT, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Sphinx calls this before it reads the pages."""
    app.add_lexer("console", SessionLexer)
    app.connect("source-read", _add_navigation)
    app.connect("build-finished", _add_front)
