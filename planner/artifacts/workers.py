"""Threads that work beside the caller."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_T = TypeVar("_T")


class Workers:
    """A pool of threads that is made for the first piece of work.

    Importing it takes as long as reading a small wheel, which has nothing to do side by side.
    """

    __slots__ = ("_count", "_pool")

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool: ThreadPoolExecutor | None = None

    def submit(self, function: Callable[..., _T], *arguments: Any) -> Future[_T]:
        """The future result of a call; only the thread that made the pool may ask."""
        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

            self._pool = ThreadPoolExecutor(self._count)
        return self._pool.submit(function, *arguments)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for what has begun; what has not is dropped."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
