"""What the help of each command says besides its options, and how help is laid out.

typer brings a copy of click, or uses click itself, depending on its version: objects of either are
taken as they come, so they have no type here. Only help loads this module.
"""

from __future__ import annotations

from typing import Any

from planner.cli.options import COMMON
from planner.report.command_pages import ENVIRONMENT, CommandPage, Example, Manual

Groups = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""Headings, each with rows of two: what is typed, and what it does."""

_LOCK = "mlplan.lock, or the file that --plan names"
_BAD_FACTS = "the facts break their own rules, or there are none"
_USAGE = "wrong use of options"
_BAD_LOCK = "the lock is missing or damaged"
_UNREADABLE = "a wheel cannot be read; wins over 1"

MANUALS: dict[str, Manual] = {
    "": Manual(
        statuses={
            0: "the answer is yes",
            1: "the answer is no: a job has no plan, a wheel fails, a row is impossible ...",
            2: _USAGE,
            3: "a request that cannot be read as one",
            4: _BAD_FACTS,
            5: "a wheel that cannot be read; wins over 1",
            6: "a lock file that is missing, damaged, or cannot be written",
        },
        examples=(
            Example(command="mlplan init", says="write a request for the project in this folder"),
            Example(command="mlplan solve", says="plan it, and write mlplan.lock"),
            Example(command="mlplan emit github", says="turn the plan into a CI matrix"),
            Example(command="mlplan verify dist/", says="judge the wheels", status=1),
        ),
        see_also=("mlplan help", "docs/cli.md"),
    ),
    "init": Manual(
        reads="pyproject.toml, setup.cfg, build scripts, requirements files, dist/*.whl and "
        ".github/workflows of the project; the facts",
        writes="mlplan.yaml, never over another one without --force",
        statuses={
            0: "written, and it has a plan",
            2: "a request is there already, or the options are wrong",
            4: _BAD_FACTS,
        },
        examples=(
            Example(command="mlplan init --dry-run", says="show what would be written"),
            Example(command="mlplan init --force", says="write it anew"),
        ),
        see_also=("mlplan solve", "docs/init.md", "docs/request.md"),
    ),
    "solve": Manual(
        reads="the request: mlplan.yaml, or [tool.mlplan] in pyproject.toml, or the options; the "
        "facts",
        writes="mlplan.lock beside the request; with options instead of a file only what --output "
        "names",
        statuses={
            0: "every job has a plan, or with --check the lock is up to date",
            1: "a job has no plan, or with --check the lock would change",
            2: _USAGE,
            3: "the request cannot be read as one",
            4: _BAD_FACTS,
            6: "the lock cannot be read or written",
        },
        examples=(
            Example(command="mlplan solve", says="plan the request of this folder"),
            Example(
                command="mlplan solve --cuda 12.9 --arch x86_64 --links cudart",
                says="plan something else, without a file",
            ),
            Example(command="mlplan solve --check", says="in CI: is the lock still right?"),
            Example(command="mlplan solve --frontier", says="what would an older tag cost?"),
        ),
        see_also=("mlplan init", "mlplan explain", "docs/request.md", "docs/plan.md"),
    ),
    "explain": Manual(
        reads=_LOCK,
        statuses={0: "explained", 2: "no such job", 6: _BAD_LOCK},
        examples=(
            Example(command="mlplan explain cu13", says="why is the first job of cu13 as it is?"),
            Example(command="mlplan explain --failures", says="why has a job no plan?"),
        ),
        see_also=("mlplan solve", "mlplan diff", "docs/explain.md"),
    ),
    "emit": Manual(
        reads=f"{_LOCK}; some formats ask the facts",
        writes="standard output, or the file or folder that --output names",
        statuses={
            0: "written, or with --check up to date",
            1: "with --check: a file is missing or out of date",
            2: _USAGE,
            3: "jobs whose wheels would have the same name",
            6: _BAD_LOCK,
        },
        examples=(
            Example(command="mlplan emit --list", says="name every format"),
            Example(
                command="mlplan emit github --output matrix.json", says="write a matrix for CI"
            ),
            Example(
                command="mlplan emit github --output matrix.json --check",
                says="in CI: is the file still right?",
            ),
        ),
        see_also=("mlplan solve", "docs/emit.md"),
    ),
    "verify": Manual(
        reads="wheels; the facts; with --plan a lock",
        statuses={
            0: "every wheel passes",
            1: "a wheel fails",
            2: _USAGE,
            4: _BAD_FACTS,
            5: _UNREADABLE,
            6: _BAD_LOCK,
        },
        examples=(
            Example(command="mlplan verify dist/", says="judge wheels by their own tags", status=1),
            Example(
                command="mlplan verify dist/*cu13*.whl --max-policy manylinux_2_28",
                says="allow no newer tag than this",
            ),
            Example(
                command="mlplan verify dist/ --format sarif", says="for code scanning", status=1
            ),
        ),
        see_also=("mlplan inspect", "docs/verify.md", "docs/findings.md"),
    ),
    "inspect": Manual(
        reads="wheels; the facts",
        statuses={0: "read", 2: _USAGE, 4: _BAD_FACTS, 5: "a wheel cannot be read"},
        examples=(Example(command="mlplan inspect dist/*cu13*.whl", says="look into a wheel"),),
        see_also=("mlplan verify", "docs/verify.md"),
    ),
    "check": Manual(
        reads="a matrix: a list of rows, an object with include, or a GitHub workflow, as JSON or "
        "YAML; the facts",
        statuses={
            0: "no row is impossible",
            1: "a row is impossible, or with --strict unknown",
            2: _USAGE,
            3: "the file holds no matrix that can be read",
            4: _BAD_FACTS,
        },
        examples=(
            Example(command="mlplan check matrix.json", says="judge a matrix row by row"),
            Example(
                command="mlplan check matrix.json --map cuda_version=cuda",
                says="say what a foreign key means",
            ),
        ),
        see_also=("mlplan solve", "docs/check.md"),
    ),
    "diff": Manual(
        reads="two lock files",
        statuses={
            0: "compared; with --exit-code: nothing differs",
            1: "with --exit-code: something differs",
            2: _USAGE,
            6: "a lock is missing or damaged",
        },
        examples=(
            Example(command="mlplan diff old.lock mlplan.lock", says="what moved, and why?"),
            Example(
                command="mlplan diff old.lock mlplan.lock --format markdown",
                says="for a comment on a pull request",
            ),
        ),
        see_also=("mlplan explain", "docs/diff.md"),
    ),
    "coverage": Manual(
        reads="mlplan.lock, or wheels; the facts",
        statuses={
            0: "simulated; every machine of --require is served",
            1: "a machine of --require is not served",
            2: _USAGE,
            4: _BAD_FACTS,
            5: _UNREADABLE,
            6: _BAD_LOCK,
        },
        examples=(
            Example(command="mlplan coverage", says="which machines does the plan serve?"),
            Example(
                command="mlplan coverage --require 'rhel-8 + H100'",
                says="fail unless this machine is served",
            ),
        ),
        see_also=("mlplan explain", "mlplan verify", "docs/coverage.md"),
    ),
    "report": Manual(
        reads=f"{_LOCK}; the facts; with --wheels finished wheels",
        writes="one HTML page to standard output, or to the file that --output names",
        statuses={0: "written", 2: _USAGE, 4: _BAD_FACTS, 6: _BAD_LOCK},
        examples=(
            Example(
                command="mlplan report --output plan.html", says="the plan as a page to look at"
            ),
        ),
        see_also=("mlplan explain", "mlplan coverage", "docs/report.md"),
    ),
    "facts": Manual(see_also=("docs/facts.md",)),
    "facts list": Manual(
        reads="the facts",
        statuses={0: "listed", 2: "no such list", 4: _BAD_FACTS},
        examples=(
            Example(command="mlplan facts list", says="what there is"),
            Example(command="mlplan facts list distros", says="what --runs-on may name"),
            Example(command="mlplan facts list releases --format json", says="for programs"),
        ),
        see_also=("mlplan facts show", "docs/browse.md"),
    ),
    "facts show": Manual(
        reads="the facts",
        statuses={0: "shown", 2: "nothing is known of it", 4: _BAD_FACTS},
        examples=(
            Example(command="mlplan facts show cuda 12.9", says="all about a release"),
            Example(command="mlplan facts show gcc 14", says="which releases take a compiler"),
            Example(command="mlplan facts show cuda-13.5/host-gcc", says="one fact and its source"),
        ),
        see_also=("mlplan facts list", "mlplan facts graph", "docs/browse.md"),
    ),
    "facts sources": Manual(
        reads="the facts",
        statuses={0: "listed", 2: _USAGE, 4: _BAD_FACTS},
        examples=(
            Example(command="mlplan facts sources --family cuda", says="what CUDA rests on"),
        ),
        see_also=("mlplan facts stale", "docs/browse.md"),
    ),
    "facts diff": Manual(
        reads="two folders with facts or locks, requests to plan with both",
        statuses={
            0: "compared; with --exit-code: nothing differs",
            1: "with --exit-code: something differs",
            2: _USAGE,
            3: "a request cannot be read as one",
            4: _BAD_FACTS,
            6: "a lock cannot be read",
        },
        examples=(
            Example(
                command="mlplan facts diff mlplan.lock", says="what the facts say anew since then"
            ),
        ),
        see_also=("mlplan diff", "docs/browse.md"),
    ),
    "facts graph": Manual(
        reads="the facts",
        statuses={0: "shown", 2: "no such node", 4: _BAD_FACTS},
        examples=(
            Example(
                command="mlplan facts graph --around cuda:12.9 --format svg", says="as a picture"
            ),
        ),
        see_also=("mlplan facts show", "docs/browse.md"),
    ),
    "facts stale": Manual(
        reads="the facts",
        statuses={0: "nothing is older", 1: "something is older", 2: _USAGE, 4: _BAD_FACTS},
        examples=(
            Example(
                command="mlplan facts stale --days 180 --date 2026-11-21",
                says="what was read half a year before",
            ),
        ),
        see_also=("mlplan facts audit", "docs/browse.md"),
    ),
    "facts audit": Manual(
        reads="the facts, and wheels on the package index of pip's settings, in part",
        writes="parts of wheels in the cache",
        statuses={
            0: "nothing is contradicted",
            1: "a vendor's file contradicts a fact",
            2: _USAGE,
            4: _BAD_FACTS,
            5: "a wheel or the index could not be read; wins over 1",
        },
        examples=(
            Example(
                command="mlplan facts audit cuda 13.5",
                says="one release, fact by fact",
                needs_network=True,
            ),
            Example(
                command="mlplan facts audit policies", says="against auditwheel", needs_network=True
            ),
        ),
        see_also=("mlplan facts harvest", "docs/audit.md"),
    ),
    "facts harvest": Manual(
        reads="the facts, and wheels on the package index of pip's settings, in part",
        writes="files below matrices/, parts of wheels in the cache",
        statuses={
            0: "all that is new is written, or nothing is new",
            1: "something new is not written, or some of it could not be proved",
            2: _USAGE,
            4: _BAD_FACTS,
            5: "a wheel or the index could not be read; wins over 1",
        },
        examples=(
            Example(
                command="mlplan facts harvest cuda --dry-run",
                says="what is new, as a diff",
                needs_network=True,
            ),
        ),
        see_also=("mlplan facts audit", "docs/harvest.md"),
    ),
    "facts check": Manual(
        reads="matrices/ and policies/",
        writes="with --fix the files that are not in canonical form",
        statuses={0: "the facts are in order", 2: _USAGE, 4: _BAD_FACTS},
        examples=(Example(command="mlplan facts check", says="after a change of the facts"),),
        see_also=("mlplan facts list", "docs/facts.md", "docs/adding-an-accelerator.md"),
    ),
    "help": Manual(
        statuses={0: "shown", 2: "no such command"},
        examples=(
            Example(command="mlplan help facts list", says="the page of a command"),
            Example(command="mlplan help --format man", says="a manual page for man(1)"),
        ),
        see_also=("docs/cli.md",),
    ),
}
"""The manual of every command by its words after ``mlplan``; "" is the program itself."""


def command_path(ctx: Any) -> str:
    """The words of a command after the program's name."""
    words: list[str] = []
    while ctx is not None and ctx.parent is not None:
        words.insert(0, ctx.info_name or "")
        ctx = ctx.parent
    return " ".join(words)


def option_groups(command: Any, ctx: Any) -> Groups:
    """Arguments and options under their headings, the common ones last."""
    groups: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
    common: list[tuple[str, str]] = []
    for param in command.get_params(ctx):
        if getattr(param, "hidden", False):
            continue
        panel = getattr(param, "rich_help_panel", None)
        if panel == COMMON or param.name == "help":
            common.append(_row(param))
        elif param.param_type_name == "argument":
            groups["Arguments"].append(
                (_argument(param).replace("[", "").replace("]", ""), param.help or "")
            )
        else:
            groups.setdefault(panel or "Options", []).append(_row(param))
    groups[COMMON] = common
    return tuple((title, tuple(rows)) for title, rows in groups.items() if rows)


def _row(option: Any) -> tuple[str, str]:
    """An option's names with its value, and its help with the default of a choice."""
    names = ", ".join(sorted(option.opts, key=len))
    choices = getattr(option.type, "choices", ())
    says = option.help or ""
    if choices:
        says += f" [default: {getattr(option.default, 'value', option.default)}]"
    if option.is_flag or option.name == "help":
        return names, says
    words = "|".join(str(getattr(choice, "value", choice)) for choice in choices)
    value = option.metavar or words or _VALUES.get(option.type.name, "TEXT")
    return f"{names} {value}", says


_VALUES = {"path": "PATH", "integer": "N", "integer range": "N"}
"""What a value is called where the option itself does not say."""


def _argument(param: Any) -> str:
    """An argument as the synopsis has it: ``[REQUEST]``, ``WHEEL...``."""
    word = str(param.metavar or param.name.upper())
    return word if param.required or word.startswith("[") else f"[{word}]"


def usage_pieces(command: Any, ctx: Any) -> list[str]:
    """The synopsis of a command after its name."""
    params = command.get_params(ctx)
    found = [_argument(param) for param in params if param.param_type_name == "argument"]
    tail = ["COMMAND [ARGS]..."] if getattr(command, "commands", None) else []
    return ["[OPTIONS]", *found, *tail]


def write_manual(path: str, formatter: Any) -> None:
    """Files, exit status, environment, examples of a command, and where to read on."""
    manual = MANUALS.get(path, Manual())
    files = [("reads", manual.reads), ("writes", manual.writes)]
    sections: list[tuple[str, list[tuple[str, str]]]] = [
        ("Files", [(name, text) for name, text in files if text]),
        ("Exit status", [(str(status), says) for status, says in manual.statuses.items()]),
    ]
    if not path:
        sections.append(("Environment", list(ENVIRONMENT.items())))
    for title, rows in sections:
        if rows:
            with formatter.section(title):
                formatter.write_dl(rows)
    if manual.examples:
        with formatter.section("Examples"):
            indent = " " * formatter.current_indent
            for example in manual.examples:
                formatter.write(f"{indent}# {example.says}\n{indent}{example.command}\n")
    if manual.see_also:
        with formatter.section("See also"):
            formatter.write_text(", ".join(manual.see_also))


def command_pages(command: Any, ctx: Any) -> list[CommandPage]:
    """The page of a command, and of every command below it."""
    path = command_path(ctx)
    pages = [
        CommandPage(
            path=path,
            usage=" ".join([f"mlplan {path}".rstrip(), *usage_pieces(command, ctx)]),
            about=" ".join((command.help or "").split()),
            groups=option_groups(command, ctx),
            manual=MANUALS.get(path, Manual()),
        )
    ]
    for name, inner in getattr(command, "commands", {}).items():
        pages += command_pages(inner, type(ctx)(inner, info_name=name, parent=ctx))
    return pages
