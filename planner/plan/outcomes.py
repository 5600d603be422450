"""What a lock says became of each job, in a form that two locks can be compared in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NoReturn

from planner.errors import LockError, Problem
from planner.plan.document import Json
from planner.plan.records import Conflict, Reason


class Subject(StrEnum):
    """What a change is about; the order is that of importance."""

    FAILURE = "failure"
    FLOOR = "floor"
    REACH = "reach"
    GPU = "gpu"
    RELEASE = "release"
    GCC = "gcc"
    BINUTILS = "binutils"
    TOOLSET = "toolset"
    SETUP = "setup"
    IMAGE = "image"
    CXX11_ABI = "cxx11-abi"
    PYTHON = "python"
    PIP = "pip"
    DRIVER = "driver"
    COMPONENT = "component"
    WARNING = "warning"
    JOB = "job"
    OVERLAY = "overlay"
    UNCONFIRMED = "unconfirmed"
    TAGS = "tags"
    OTHER = "other"


Key = tuple[Subject, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """A job or failure of a lock: single values and lists of values by what they are about.

    ``accelerators`` holds releases, in a failure the specifiers. ``conflicts`` pairs each conflict
    with the lock's words for it; ``remainder`` holds what only counts as equal or not.
    """

    id: str
    variant: str
    arch: str
    accelerators: Mapping[str, str]
    is_planned: bool
    glibc: str = ""
    values: Mapping[Key, str | None] = field(default_factory=dict)
    lists: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)
    excludes: frozenset[str] = frozenset()
    because: tuple[Reason, ...] = ()
    conflicts: tuple[tuple[Conflict, str], ...] = ()
    remainder: Mapping[str, object] = field(default_factory=dict)


def planned_outcome(row: Json, reasons: tuple[Reason, ...], path: str) -> Outcome:
    """The outcome of a planned job.

    :raises LockError: where a value is missing or of another type.
    """
    return Outcome(
        id=text(row, "id", path),
        variant=text(row, "variant", path),
        arch=text(row, "arch", path),
        accelerators=_texts_by_name(row, "accelerators", path),
        is_planned=True,
        glibc=text(row, "glibc", path),
        values=dict(_values(row, path)),
        lists=dict(_lists(row, path)),
        excludes=frozenset(texts(inner(row, "reach", path), "excludes", f"{path}.reach")),
        because=reasons,
        remainder={
            "because": row.get("because"),
            "alternatives": row.get("alternatives"),
            "rest": {key: value for key, value in row.items() if key not in _TOLD},
        },
    )


_TOLD = frozenset(
    {
        *("id", "variant", "arch", "accelerators", "policy", "glibc", "platform_tag", "tags"),
        *("image", "gcc", "binutils", "toolset", "in_image", "setup", "cxx11_abi", "pythons"),
        *("gpu", "components", "pip_floor", "driver_floor", "jit_driver_floor", "reach"),
        *("alternatives", "because", "warnings", "unconfirmed", "overlay"),
    }
)


def _values(row: Json, path: str) -> Iterator[tuple[Key, str | None]]:
    yield (Subject.FLOOR, ""), text(row, "policy", path)
    for family, version in _texts_by_name(row, "accelerators", path).items():
        yield (Subject.RELEASE, family), version
    for subject, key in (
        (Subject.GCC, "gcc"),
        (Subject.BINUTILS, "binutils"),
        (Subject.TOOLSET, "toolset"),
        (Subject.CXX11_ABI, "cxx11_abi"),
        (Subject.PIP, "pip_floor"),
    ):
        yield (subject, ""), optional(row, key, path)
    yield (Subject.SETUP, "in_image"), _flag(row, "in_image", path)
    yield (Subject.DRIVER, "runtime"), optional(row, "driver_floor", path)
    yield (Subject.DRIVER, "jit"), optional(row, "jit_driver_floor", path)
    image = inner(row, "image", path)
    for key in image:
        yield (Subject.IMAGE, key), optional(image, key, f"{path}.image")
    components = inner(row, "components", path)
    for name in components:
        component = inner(components, name, f"{path}.components")
        for key in component:
            where = f"{path}.components.{name}"
            yield (Subject.COMPONENT, f"{name} {key}"), optional(component, key, where)


def _lists(row: Json, path: str) -> Iterator[tuple[Key, tuple[str, ...]]]:
    yield (Subject.REACH, ""), texts(inner(row, "reach", path), "serves", f"{path}.reach")
    yield (Subject.SETUP, "packages"), texts(row, "setup", path)
    yield (Subject.PYTHON, ""), texts(row, "pythons", path)
    yield (Subject.UNCONFIRMED, ""), texts(row, "unconfirmed", path)
    yield (Subject.OVERLAY, ""), texts(row, "overlay", path) if "overlay" in row else ()
    # The first tag repeats the policy; without its architecture an alias is the same everywhere.
    suffix = "_" + text(row, "arch", path)
    aliases = texts(row, "tags", path)[1:]
    yield (Subject.TAGS, ""), tuple(tag.removesuffix(suffix) for tag in aliases)
    gpu = inner(row, "gpu", path)
    for kind in gpu:
        group = inner(gpu, kind, f"{path}.gpu")
        for form in group:
            yield (Subject.GPU, f"{kind} {form}"), texts(group, form, f"{path}.gpu.{kind}")
    warnings: dict[str, list[str]] = {}
    for warning, where in rows(row, "warnings", path):
        rule = optional(warning, "rule", where) or ""
        warnings.setdefault(rule, []).append(text(warning, "says", where))
    for rule, says in warnings.items():
        yield (Subject.WARNING, rule), tuple(says)


def failed_outcome(row: Json, conflicts: tuple[Conflict, ...], path: str) -> Outcome:
    """The outcome of a job without a plan.

    :raises LockError: where a value is missing or of another type.
    """
    says = [optional(conflict, "says", where) for conflict, where in rows(row, "conflicts", path)]
    return Outcome(
        id=text(row, "id", path),
        variant=text(row, "variant", path),
        arch=text(row, "arch", path),
        accelerators=_texts_by_name(row, "accelerators", path),
        is_planned=False,
        conflicts=tuple(
            (conflict, said or "; ".join(conflict.rules))
            for conflict, said in zip(conflicts, says, strict=True)
        ),
        remainder={"ways_out": row.get("ways_out"), "conflicts": row.get("conflicts")},
    )


def text(row: Json, key: str, path: str) -> str:
    """A text of a mapping."""
    value = row.get(key)
    return value if isinstance(value, str) else _fail(f"{path}.{key}", "must be a text")


def optional(row: Json, key: str, path: str) -> str | None:
    """A text of a mapping, or None where it is missing or null."""
    return None if row.get(key) is None else text(row, key, path)


def _flag(row: Json, key: str, path: str) -> str:
    value = row.get(key)
    if not isinstance(value, bool):
        _fail(f"{path}.{key}", "must be a truth")
    return "yes" if value else "no"


def texts(row: Json, key: str, path: str) -> tuple[str, ...]:
    """A list of texts of a mapping, without doubles."""
    value = row.get(key)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        _fail(f"{path}.{key}", "must be a list of texts")
    return tuple(dict.fromkeys(value))


def inner(row: Json, key: str, path: str) -> Json:
    """A mapping inside a mapping."""
    value = row.get(key)
    return value if isinstance(value, dict) else _fail(f"{path}.{key}", "must be a mapping")


def rows(row: Json, key: str, path: str) -> list[tuple[Json, str]]:
    """The mappings of a list, each with its path."""
    value = row.get(key)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        _fail(f"{path}.{key}", "must be a list of mappings")
    return [(item, f"{path}.{key}[{number}]") for number, item in enumerate(value)]


def _texts_by_name(row: Json, key: str, path: str) -> dict[str, str]:
    found = inner(row, key, path)
    return {name: text(found, name, f"{path}.{key}") for name in found}


def _fail(path: str, message: str) -> NoReturn:
    problem = Problem(path=path.lstrip("."), message=message)
    raise LockError([problem], hint="mlplan solve writes a new one")
