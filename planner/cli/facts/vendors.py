"""The vendors' wheels for the commands that read them, or a word about what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

if TYPE_CHECKING:
    from planner.audit.vendor import Vendor

THREADS = 8
"""Files that are read at once: they mostly wait for a server."""

_MOST_THREADS = 16

IndexOption = Annotated[
    str | None,
    typer.Option(
        "--index",
        metavar="URL",
        help="The package index to read; else those of pip's own settings.",
    ),
]
CacheOption = Annotated[
    Path | None,
    typer.Option("--cache", metavar="DIR", help="Where parts of wheels are kept."),
]
NoCacheOption = Annotated[
    bool, typer.Option("--no-cache", help="Keep no parts of wheels, and use none that are kept.")
]
NoRunOption = Annotated[
    bool,
    typer.Option("--no-run", help="Do not run the vendor's compilers to ask what they accept."),
]
WholeOption = Annotated[
    bool,
    typer.Option("--whole", help="Read wheels whole where a part of them does not tell."),
]
ThreadsOption = Annotated[
    int,
    typer.Option("--jobs", metavar="N", min=1, max=_MOST_THREADS, help="Files read at once."),
]


class Cost(Protocol):
    """What reading took: bytes fetched and spared, and requests."""

    @property
    def received(self) -> int: ...  # noqa: D102
    @property
    def cached(self) -> int: ...  # noqa: D102
    @property
    def requests(self) -> int: ...  # noqa: D102


def default_cache() -> Path:
    """Where parts of wheels are kept unless another folder is named."""
    from planner.load.locate import cache_folder

    return cache_folder() / "index"


def reading_cost(cost: Cost, seconds: float) -> str:
    """What reading took, as a sentence."""
    received, cached = cost.received / 1e6, cost.cached / 1e6
    spared = f", {cached:.1f} MB more from the cache" if cost.cached else ""
    return f"read {received:.1f} MB in {cost.requests:,} requests{spared}; {seconds:.0f} s"


@contextmanager
def index_reader() -> Iterator[None]:
    """Imports of what reads an index go in here: where a package is missing, a word says which.

    :raises UsageError: where one is missing.
    """
    from planner.errors import Problem, UsageError

    try:
        yield
    except ModuleNotFoundError as error:
        problem = Problem(message=f"reading a package index needs {error.name}, which is missing")
        raise UsageError([problem], hint="pip install pypi-simple") from None


def vendor(index: str | None, cache: Path | None) -> Vendor:
    """Wheels on the chosen index, else on those of pip's settings.

    :raises UsageError: where what reading an index needs is not installed, or the index is no web
        address.
    """
    from planner.errors import Problem, UsageError

    with index_reader():
        from planner.audit.vendor import Vendor
        from planner.index.configuration import configured_indexes
    indexes = configured_indexes(index)
    if not indexes.urls:
        raise UsageError(
            [
                Problem(
                    message="no package index to read",
                    found=", ".join(indexes.unread) or "none",
                    allowed="an address that starts with https:// or http://",
                )
            ],
            hint="name one with --index URL",
        )
    return Vendor(indexes, cache)
