"""The pages of the commands: as a manual page for ``man``, and as Markdown.

Roff: groff_man(7), the ``man`` macro package.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A command that a reader can type, what it does, its exit status, and whether it asks a
    package index."""

    command: str
    says: str
    status: int = 0
    needs_network: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Manual:
    """What the help of a command says besides its options.

    ``statuses`` maps each exit status to its meaning; ``see_also`` names other commands and pages
    of the documentation.
    """

    reads: str = ""
    writes: str = ""
    statuses: Mapping[int, str] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    see_also: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandPage:
    """One command: its words after ``mlplan``, synopsis, first sentence, options by heading."""

    path: str
    usage: str
    about: str
    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    manual: Manual

    @property
    def name(self) -> str:
        """The whole command: ``mlplan facts list``."""
        return f"mlplan {self.path}".rstrip()


def pages_markdown(pages: Sequence[CommandPage], command: str) -> str:
    """All commands as one Markdown page; ``command`` writes it again."""
    lines = [
        "# Reference",
        "",
        f"Every command with its options. Written by `{command}`; do not edit.",
    ]
    for page in pages:
        lines += ["", *_markdown_page(page)]
    return "\n".join(lines) + "\n"


def _markdown_page(page: CommandPage) -> list[str]:
    manual = page.manual
    lines = [f"## {page.name}", "", page.about, "", "```text", page.usage, "```"]
    for title, rows in page.groups:
        lines += ["", f"| {title} | |", "|---|---|"]
        lines += [f"| `{_cell(names)}` | {_cell(says)} |" for names, says in rows]
    said = [("Reads", manual.reads), ("Writes", manual.writes)]
    lines += [line for title, text in said if text for line in ("", f"{title}: {text}")]
    if manual.statuses:
        lines += ["", "| Exit status | |", "|---|---|"]
        lines += [f"| {status} | {_cell(says)} |" for status, says in manual.statuses.items()]
    if manual.examples:
        lines += ["", "```sh"]
        lines += [line for each in manual.examples for line in (f"# {each.says}", each.command)]
        lines.append("```")
    if manual.see_also:
        lines += ["", f"See also: {', '.join(map(_link, manual.see_also))}."]
    return lines


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _link(name: str) -> str:
    """A link to a page of the documentation, or to a command on this page."""
    if name.startswith("docs/"):
        file = name.removeprefix("docs/")
        return f"[{file}]({file})"
    return f"[{name}](#{name.replace(' ', '-')})"


def pages_man(pages: Sequence[CommandPage], version: str) -> str:
    """All commands as one manual page of section 1."""
    program, *commands = pages
    lines = [
        f'.TH MLPLAN 1 "" "mlplan {version}" "User commands"',
        ".SH NAME",
        f"mlplan \\- {_roff(program.about[0].lower() + program.about[1:].rstrip('.'))}",
        ".SH SYNOPSIS",
    ]
    for page in pages:
        lines += [".br", _roff(page.usage)]
    lines += [".SH OPTIONS", *_man_groups(program)]
    lines.append(".SH COMMANDS")
    for page in commands:
        lines += [f".SS {_roff(page.name)}", _roff(page.about), *_man_groups(page)]
        lines += _man_manual(page.manual)
    lines += _man_end(program.manual)
    return "\n".join(lines) + "\n"


def _man_groups(page: CommandPage) -> list[str]:
    rows = [row for _, rows in page.groups for row in rows]
    return [line for names, says in rows for line in (".TP", f".B {_roff(names)}", _roff(says))]


def _man_manual(manual: Manual) -> list[str]:
    lines: list[str] = []
    for title, text in (("Reads", manual.reads), ("Writes", manual.writes)):
        if text:
            lines += [".PP", f"{title}: {_roff(text)}"]
    if manual.statuses:
        text = "; ".join(f"{status} {says}" for status, says in manual.statuses.items())
        lines += [".PP", f"Exit status: {_roff(text)}."]
    for example in manual.examples:
        lines += [
            ".PP",
            f"{_roff(example.says)}:",
            ".RS",
            ".nf",
            _roff(example.command),
            ".fi",
            ".RE",
        ]
    return lines


def _man_end(manual: Manual) -> list[str]:
    lines = [".SH EXIT STATUS"]
    for status, says in manual.statuses.items():
        lines += [".TP", f".B {status}", _roff(says)]
    lines.append(".SH ENVIRONMENT")
    for name, says in ENVIRONMENT.items():
        lines += [".TP", f".B {name}", _roff(says)]
    lines.append(".SH FILES")
    for name, says in FILES.items():
        lines += [".TP", f".I {_roff(name)}", _roff(says)]
    return lines


ENVIRONMENT = {
    "MLPLAN_DATA": "a folder with matrices/ and policies/ to use, where --data is not given",
    "NO_COLOR": "no colour, unless --color always",
    "XDG_CACHE_HOME": "where facts that were read once are kept; ~/.cache where not set",
}
"""Environment variables that every command looks at."""

FILES = {
    "mlplan.yaml": "the request; pyproject.toml may hold it instead, under [tool.mlplan]",
    "mlplan.lock": "the plan, beside the request",
}
"""Files that the commands share."""


def _roff(text: str) -> str:
    """Text that roff prints as it stands."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", escaped, flags=re.M)
