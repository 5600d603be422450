"""Values that the shell completes: names from the lock and from the facts, in milliseconds.

Nothing here parses the facts or imports networkx, and nothing fails: where a lock or a data folder
cannot be read, there is nothing to complete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path

import typer

Completer = Callable[[typer.Context, str], list[str]]


def _never_fails(names: Callable[[typer.Context], Iterable[str]]) -> Completer:
    """A completer for the last of several values with commas; empty where names cannot be had."""

    @wraps(names)
    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        done, comma, last = incomplete.rpartition(",")
        try:
            found = [name for name in names(ctx) if name.startswith(last)]
        except Exception:  # a shell that completes has no place for a message
            return []
        given = set(done.split(","))
        return [f"{done}{comma}{name}" for name in found if name not in given]

    # typer asks for the types of the parameters, which the wrapped function does not have
    complete.__annotations__ = {"ctx": typer.Context, "incomplete": str, "return": list}
    del complete.__wrapped__
    return complete


def _root(ctx: typer.Context) -> Path:
    from planner.load.locate import data_root

    return data_root(ctx.params.get("data"))


def _lock(ctx: typer.Context) -> dict[str, object]:
    from planner.plan.lock import LOCK_FILE, read_lock

    return read_lock(Path(ctx.params.get("plan") or LOCK_FILE))


def _rows(ctx: typer.Context, *parts: str) -> list[dict[str, str]]:
    lock = _lock(ctx)
    groups = [lock.get(part) for part in parts]
    return [row for group in groups if isinstance(group, list) for row in group]


@_never_fails
def job_or_failure(ctx: typer.Context) -> Iterable[str]:
    """Ids of the lock's jobs, then of its failures."""
    return [row["id"] for row in _rows(ctx, "jobs", "failures")]


@_never_fails
def job(ctx: typer.Context) -> Iterable[str]:
    """Ids of the lock's jobs."""
    return [row["id"] for row in _rows(ctx, "jobs")]


@_never_fails
def locked_variant(ctx: typer.Context) -> Iterable[str]:
    """Variants of the lock's jobs."""
    return dict.fromkeys(row["variant"] for row in _rows(ctx, "jobs"))


@_never_fails
def locked_architecture(ctx: typer.Context) -> Iterable[str]:
    """Architectures of the lock's jobs."""
    return dict.fromkeys(row["arch"] for row in _rows(ctx, "jobs"))


@_never_fails
def emit_format(ctx: typer.Context) -> Iterable[str]:
    """Formats of emit, plug-ins too."""
    from planner.emit.registry import names

    return names()


@_never_fails
def fact_list(ctx: typer.Context) -> Iterable[str]:
    """What ``facts list`` lists."""
    from planner.solve.listing import LISTS

    return LISTS


@_never_fails
def architecture(ctx: typer.Context) -> Iterable[str]:
    """Architectures that the facts may name."""
    from planner.model.platforms import ARCHITECTURES

    return ARCHITECTURES


@_never_fails
def waiver(ctx: typer.Context) -> Iterable[str]:
    """Waivers of a request."""
    from planner.model.rules import WAIVERS

    return WAIVERS


@_never_fails
def distribution(ctx: typer.Context) -> Iterable[str]:
    """Distributions that the facts know."""
    from planner.load.names import distributions

    return distributions(_root(ctx))


@_never_fails
def interpreter(ctx: typer.Context) -> Iterable[str]:
    """Interpreter tags that the facts know."""
    from planner.load.names import interpreters

    return interpreters(_root(ctx))


@_never_fails
def component(ctx: typer.Context) -> Iterable[str]:
    """Components of the families that may be linked."""
    from planner.load.names import components

    return components(_root(ctx))


@_never_fails
def policy(ctx: typer.Context) -> Iterable[str]:
    """Platform policies that the facts know."""
    from planner.load.names import policies

    return policies(_root(ctx))


@_never_fails
def family_spec(ctx: typer.Context) -> Iterable[str]:
    """Families, as ``--with`` takes them."""
    from planner.load.names import families

    return families(_root(ctx))


def releases_of(family: str) -> Completer:
    """Minor releases of a family, and ``newest``."""

    @_never_fails
    def release(ctx: typer.Context) -> Iterable[str]:
        from planner.load.names import minors

        return ["newest", *minors(_root(ctx), family)]

    return release


@_never_fails
def finding(ctx: typer.Context) -> Iterable[str]:
    """Ids and names of findings about wheels."""
    from planner.verifier.catalogue import RULES

    return [word for rule, about in RULES.items() for word in (about.id, rule.value)]


@_never_fails
def request_key(ctx: typer.Context) -> Iterable[str]:
    """Keys of a request, as ``--set`` takes them."""
    from planner.load.variants import TOP_LEVEL

    return [f"{key}=" for key in ("project", "date", *TOP_LEVEL)]


@_never_fails
def preference(ctx: typer.Context) -> Iterable[str]:
    """What ``prefer`` may be."""
    return ["newest", "widest"]


@_never_fails
def command_word(ctx: typer.Context) -> Iterable[str]:
    """The commands, and below a group its own."""
    command = ctx.find_root().command
    for word in ctx.params.get("command") or ():
        command = getattr(command, "commands", {})[word]
    return list(getattr(command, "commands", {}))
