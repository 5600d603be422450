"""A lock file as records: what ``explain`` and other readers need of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from planner.errors import LockError, Problem
from planner.model.platforms import ARCHITECTURES
from planner.model.request import Line
from planner.plan.document import Json
from planner.plan.records import Change, Conflict, Failure, Reason, WayOut


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldFact:
    """A fact as a lock tells it: the sentence, its standing, sources (titles) and day read.

    ``reason`` and ``expires`` are those of an overlay's entry.
    """

    id: str
    says: str
    standing: str
    sources: tuple[str, ...]
    read: str
    note: str | None = None
    reason: str | None = None
    expires: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LockedComponent:
    """A component of a job: the project on the index that holds it, and its soname.

    ``range`` is the specifier that the release itself puts on the project, if it is wider than one
    version.
    """

    project: str | None
    version: str | None
    range: str | None
    soname: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class LockedImage:
    """The build image of a job; ``reference`` is what a container engine pulls, ``base`` is ""
    where the lock names none."""

    name: str
    reference: str
    base: str
    status: str
    end_of_life: str | None
    digest: str | None

    @property
    def pinned(self) -> str:
        """The reference with its digest, where one is known."""
        return f"{self.reference}@{self.digest}" if self.digest else self.reference


@dataclass(frozen=True, kw_only=True, slots=True)
class LockedJob:
    """A job of a lock with what explains it and what its wheel must be.

    ``wider`` and ``held_toolset`` are (value, cost). ``gpu`` maps a kind of GPU code and form to
    targets (``cuda``, ``real``), ``components`` a name to what the plan links of it. ``overlay``
    are the facts of a project's overlay that the job rests on.
    """

    id: str
    variant: str
    arch: str
    accelerators: Mapping[str, str]
    platform_tag: str
    image: LockedImage
    gcc: str
    binutils: str | None
    toolset: str
    in_image: bool
    because: tuple[Reason, ...]
    warnings: tuple[tuple[str, tuple[str, ...]], ...]
    unconfirmed: tuple[str, ...]
    serves: tuple[str, ...]
    excludes: tuple[str, ...]
    wider: tuple[str, str] | None
    held_toolset: tuple[str, str] | None
    policy: str
    glibc: str
    tags: tuple[str, ...]
    cxx11_abi: str | None
    pythons: tuple[str, ...]
    gpu: Mapping[tuple[str, str], tuple[str, ...]]
    components: Mapping[str, LockedComponent]
    setup: tuple[str, ...]
    pip_floor: str
    driver_floor: str | None
    jit_driver_floor: str | None
    overlay: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LockedPlan:
    """Jobs, failures and facts of a lock; ``request`` is the normalised request document."""

    date: str
    request: Mapping[str, object]
    jobs: tuple[LockedJob, ...]
    failures: tuple[Failure, ...]
    facts: Mapping[str, ToldFact]

    def asked(self, job: LockedJob, key: str) -> object:
        """What the request says under a key for the variant of a job."""
        variants = self.request.get("variants")
        variant = variants.get(job.variant) if isinstance(variants, dict) else None
        own = variant.get(key) if isinstance(variant, dict) else None
        return self.request.get(key) if own is None else own


class _Reading:
    """Typed access to a JSON mapping; a missing or wrong value is an error with its path."""

    def __init__(self, value: object, path: str) -> None:
        self.path = path
        self.value = value if isinstance(value, dict) else _fail(path, "must be a mapping")

    def text(self, key: str) -> str:
        value = self.value.get(key)
        return value if isinstance(value, str) else _fail(f"{self.path}.{key}", "must be a text")

    def optional(self, key: str) -> str | None:
        return None if self.value.get(key) is None else self.text(key)

    def flag(self, key: str) -> bool:
        value = self.value.get(key)
        return value if isinstance(value, bool) else _fail(f"{self.path}.{key}", "must be a truth")

    def texts(self, key: str) -> tuple[str, ...]:
        items = self._list(key)
        for number, item in enumerate(items):
            if not isinstance(item, str):
                _fail(f"{self.path}.{key}[{number}]", "must be a text")
        return tuple(item for item in items if isinstance(item, str))

    def inner(self, key: str) -> _Reading:
        return _Reading(self.value.get(key), f"{self.path}.{key}")

    def rows(self, key: str) -> list[_Reading]:
        return [_Reading(item, f"{self.path}.{key}[{n}]") for n, item in enumerate(self._list(key))]

    def mapping(self, key: str) -> dict[str, str]:
        return {str(name): str(text) for name, text in self.inner(key).value.items()}

    def _list(self, key: str) -> Sequence[object]:
        value = self.value.get(key)
        return value if isinstance(value, list) else _fail(f"{self.path}.{key}", "must be a list")


def _fail(path: str, message: str) -> NoReturn:
    problem = Problem(path=path.lstrip("."), message=message)
    raise LockError([problem], hint="mlplan solve writes a new one")


def locked_plan(document: Json) -> LockedPlan:
    """The records of a lock document.

    :raises LockError: where the document lacks something or holds another type.
    """
    root = _Reading(document, "")
    facts = root.inner("derivation").inner("facts")
    request = root.inner("request").value
    plan = LockedPlan(
        date=root.text("date"),
        request=request,
        jobs=tuple(_job(row) for row in root.rows("jobs")),
        failures=tuple(_failure(row) for row in root.rows("failures")),
        facts={name: _fact(name, facts.inner(name)) for name in facts.value},
    )
    for name in _named_facts(plan):
        if name not in plan.facts:
            _fail(f"derivation.facts.{name}", "is named by the plan, but missing")
    return plan


def _named_facts(plan: LockedPlan) -> set[str]:
    """Every fact that a job or failure of a lock names."""
    named = {id_ for job in plan.jobs for reason in job.because for id_ in reason.facts}
    named |= {id_ for job in plan.jobs for _, facts in job.warnings for id_ in facts}
    named |= {id_ for job in plan.jobs for id_ in (*job.unconfirmed, *job.overlay)}
    return named | {id_ for f in plan.failures for c in f.conflicts for id_ in c.facts}


def _job(row: _Reading) -> LockedJob:
    alternatives = row.inner("alternatives")
    return LockedJob(
        id=row.text("id"),
        variant=row.text("variant"),
        arch=_arch(row),
        accelerators=row.mapping("accelerators"),
        platform_tag=row.text("platform_tag"),
        image=_image(row.inner("image")),
        gcc=row.text("gcc"),
        binutils=row.optional("binutils"),
        toolset=row.text("toolset"),
        in_image=row.flag("in_image"),
        because=tuple(_reason(inner) for inner in row.rows("because")),
        warnings=tuple((w.text("says"), w.texts("facts")) for w in row.rows("warnings")),
        unconfirmed=row.texts("unconfirmed"),
        serves=row.inner("reach").texts("serves"),
        excludes=row.inner("reach").texts("excludes"),
        wider=_alternative(alternatives, "wider", "platform_tag"),
        held_toolset=_alternative(alternatives, "in_image", "toolset"),
        policy=row.text("policy"),
        glibc=row.text("glibc"),
        tags=row.texts("tags"),
        cxx11_abi=row.optional("cxx11_abi"),
        pythons=row.texts("pythons"),
        gpu=_gpu(row.inner("gpu")),
        components=_components(row.inner("components")),
        setup=row.texts("setup"),
        pip_floor=row.text("pip_floor"),
        driver_floor=row.optional("driver_floor"),
        jit_driver_floor=row.optional("jit_driver_floor"),
        overlay=row.texts("overlay") if "overlay" in row.value else (),
    )


def _arch(row: _Reading) -> str:
    arch = row.text("arch")
    return arch if arch in ARCHITECTURES else _fail(f"{row.path}.arch", "is no known architecture")


def _image(row: _Reading) -> LockedImage:
    return LockedImage(
        name=row.text("name"),
        reference=row.optional("reference") or row.text("name"),
        base=row.optional("base") or "",
        status=row.text("status"),
        end_of_life=row.optional("end_of_life"),
        digest=row.optional("digest"),
    )


def _gpu(row: _Reading) -> dict[tuple[str, str], tuple[str, ...]]:
    groups = ((kind, row.inner(kind)) for kind in row.value)
    return {(kind, form): group.texts(form) for kind, group in groups for form in group.value}


def _components(row: _Reading) -> dict[str, LockedComponent]:
    parts = {name: row.inner(name) for name in row.value}
    return {
        name: LockedComponent(
            project=part.optional("project"),
            version=part.optional("version"),
            range=part.optional("range"),
            soname=part.optional("soname"),
        )
        for name, part in parts.items()
    }


def _alternative(row: _Reading, key: str, name: str) -> tuple[str, str] | None:
    if row.value.get(key) is None:
        return None
    inner = row.inner(key)
    return inner.text(name), inner.text("cost")


def _reason(row: _Reading) -> Reason:
    return Reason(
        chose=row.text("chose"),
        value=row.text("value"),
        instead_of=row.text("not"),
        rule=row.text("rule"),
        facts=row.texts("facts"),
    )


def _failure(row: _Reading) -> Failure:
    return Failure(
        id=row.text("id"),
        variant=row.text("variant"),
        arch=row.text("arch"),
        accelerators=row.mapping("accelerators"),
        conflicts=tuple(_conflict(inner) for inner in row.rows("conflicts")),
        ways_out=tuple(_way_out(inner) for inner in row.rows("ways_out")),
    )


def _conflict(row: _Reading) -> Conflict:
    return Conflict(
        request=tuple(
            Line(path=line.text("path"), value=line.text("value")) for line in row.rows("request")
        ),
        rules=row.texts("rules"),
        facts=row.texts("facts"),
    )


def _way_out(row: _Reading) -> WayOut:
    changes = [
        Change(path=c.text("path"), old=c.optional("from") or "", to=c.optional("to"))
        for c in row.rows("change")
    ]
    yields = row.inner("yields")
    second = row.inner("second") if row.value.get("second") is not None else None
    return WayOut(
        change=tuple(changes),
        set=row.texts("set"),
        platform_tag=yields.text("platform_tag"),
        accelerators=yields.mapping("accelerators"),
        second=None if second is None else (second.text("platform_tag"), second.text("release")),
    )


def _fact(fact_id: str, row: _Reading) -> ToldFact:
    entry = row.inner("overlay") if "overlay" in row.value else None
    return ToldFact(
        id=fact_id,
        says=row.text("says"),
        standing=row.text("standing"),
        sources=tuple(row.mapping("source").values()),
        read=row.text("read"),
        note=row.optional("note"),
        reason=entry.optional("reason") if entry is not None else None,
        expires=entry.optional("expires") if entry is not None else None,
    )
