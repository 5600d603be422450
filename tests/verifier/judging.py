"""Cases of cases/*.yaml: a made wheel, and everything that is said of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from planner.api import verify
from planner.artifacts.limits import DEFAULT_LIMITS, Limits
from planner.artifacts.wheel import read_wheel
from planner.model.wheel_facts import WheelFacts
from planner.plan.locked import LockedComponent, LockedImage, LockedJob, LockedPlan
from planner.verifier.context import Options
from planner.verifier.findings import Finding
from planner.verifier.judge import Judged, judge, report_of
from tests.verifier.zip_edits import EDITS
from tests.wheels.made import Row, elf_file, fatbin, hip_bundle, wheel_file

FOLDER = Path(__file__).parent / "cases"
NAME = "pkg-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"
NEEDS = {"libc.so.6": ("fcntl64@GLIBC_2.28",)}
"""What a made library needs unless its case says otherwise: exactly manylinux_2_28."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One wheel of a file of cases.

    ``elf`` maps paths to arguments of ``elf_file``; there ``cuda``, ``relocatable`` and ``hip`` are
    targets. ``record`` maps paths to (hash, size), or to null for a row that is left out; null in
    its place leaves out RECORD. ``plan`` holds jobs, see :func:`plan_of`. ``edit`` changes the
    finished file. ``told`` are lines ``id severity member``, in order, of the wheel and then of the
    run; ``messages`` and ``hints``, where given, the sentences in the same order.
    """

    says: str
    told: tuple[str, ...]
    wheel: str = NAME
    elf: Mapping[str, Mapping[str, Any]]
    files: Mapping[str, Any]
    requires: tuple[str, ...] = ()
    tags: tuple[str, ...] | None = None
    metadata: Mapping[str, str]
    record: Mapping[str, tuple[str, str] | None] | None
    options: Mapping[str, Any]
    limits: Mapping[str, int]
    plan: tuple[Mapping[str, Any], ...] | None = None
    edit: str | None = None
    messages: tuple[str, ...] | None = None
    hints: tuple[str, ...] | None = None

    def made(self, folder: Path) -> Path:
        """The wheel of the case."""
        members = {path: _content(value) for path, value in self.files.items()}
        members = {path: elf_of(asked) for path, asked in self.elf.items()} | members
        path = wheel_file(
            folder,
            self.wheel,
            members,
            requires=self.requires,
            tags=self.tags,
            metadata=self.metadata,
            record=self.record is not None,
            rows=self._rows,
        )
        if self.edit is not None:
            EDITS[self.edit](path)
        return path

    def _rows(self, rows: list[Row]) -> list[Row]:
        told = {} if self.record is None else dict(self.record)
        kept = [row for row in rows if told.get(row[0], ()) is not None]
        changed = [(row[0], *(told.pop(row[0], None) or row[1:])) for row in kept]
        return changed + [(path, *row) for path, row in told.items() if row is not None]

    def judged(self, folder: Path, facts: WheelFacts) -> tuple[Judged, tuple[Finding, ...]]:
        """The wheel judged, and all findings with those of the run."""
        limits = Limits(**self.limits) if self.limits else DEFAULT_LIMITS
        path = self.made(folder)
        if not path.exists():
            (row,) = verify(path).wheels
            return row, row.findings
        wheel = read_wheel(path, limits=limits)
        options = Options(**self.options)
        plan = None if self.plan is None else plan_of(*self.plan)
        found = judge(wheel, facts, plan, options)
        run = report_of((found,), plan, options)
        return found, (*found.findings, *run.findings)


def elf_of(asked: Mapping[str, Any]) -> bytes:
    """An ELF file as a case writes it."""
    values = {"needs": NEEDS} | dict(asked)
    sections = dict(values.pop("sections", {}))
    for key, name in (("cuda", ".nv_fatbin"), ("relocatable", "__nv_relfatbin")):
        if key in values:
            groups = values.pop(key)
            groups = groups if isinstance(groups[0], list) else [groups]
            sections[name] = b"".join(fatbin(*targets) for targets in groups)
    if "hip" in values:
        sections[".hip_fatbin"] = hip_bundle(
            *values.pop("hip"), compressed=values.pop("compressed", None)
        )
    made = {name: _content(data) for name, data in sections.items()}
    return elf_file(**values, sections=made)


def _content(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, dict) and "fill" in value:
        return bytes(value["fill"].encode() * value["count"])
    if isinstance(value, dict):
        return fatbin(*value["cuda"])
    return str(value).encode()


def plan_of(*jobs: Mapping[str, Any]) -> LockedPlan:
    """A plan of jobs that say only what differs from a plain CPU job."""
    made = tuple(job_of(job) for job in jobs)
    variants = {
        job["id"]: {"x86-64-level": job.get("level", 1), "naming": job.get("naming", "none")}
        for job in jobs
    }
    request = {"project": "pkg", "variants": variants}
    return LockedPlan(date="2026-11-21", request=request, jobs=made, failures=(), facts={})


def job_of(asked: Mapping[str, Any]) -> LockedJob:
    """A job; keys beside those of the record: ``level``, and targets as ``cuda``, ``ptx``,
    ``hip``."""
    arch = asked.get("arch", "x86_64")
    policy = asked.get("policy", "manylinux_2_28")
    targets = (("cuda", "real", "cuda"), ("cuda", "virtual", "ptx"), ("hip", "targets", "hip"))
    known = {field.name for field in fields(LockedJob)} | {"level", "naming", "cuda", "ptx", "hip"}
    assert set(asked) <= known, set(asked) - known
    return LockedJob(
        id=asked["id"],
        variant=asked["id"],
        arch=arch,
        accelerators=asked.get("accelerators", {}),
        platform_tag=f"{policy}_{arch}",
        image=LockedImage(
            name="image",
            reference="image",
            base="base",
            status="supported",
            end_of_life=None,
            digest=None,
        ),
        gcc=asked.get("gcc", "14.2.1"),
        binutils=None,
        toolset="gcc-toolset-14",
        in_image=True,
        because=(),
        warnings=(),
        unconfirmed=(),
        serves=(),
        excludes=(),
        wider=None,
        held_toolset=None,
        policy=policy,
        glibc=policy.removeprefix("manylinux_").replace("_", "."),
        tags=tuple(asked.get("tags", [f"{policy}_{arch}"])),
        cxx11_abi=asked.get("cxx11_abi", "new"),
        pythons=tuple(asked.get("pythons", ["cp312"])),
        gpu={(kind, form): tuple(asked.get(key, ())) for kind, form, key in targets},
        components={
            name: LockedComponent(project=row[0], version=None, range=None, soname=row[1])
            for name, row in asked.get("components", {}).items()
        },
        setup=(),
        pip_floor="20.3",
        driver_floor=None,
        jit_driver_floor=None,
    )


def lines_of(findings: tuple[Finding, ...]) -> list[str]:
    """Findings as cases write them."""
    return [f"{found.id} {found.severity} {found.member}".strip() for found in findings]


def case_of(row: Mapping[str, Any]) -> Case:
    """A case with the defaults filled in."""
    values: dict[str, Any] = {"elf": {"pkg/_C.so": {}}, "files": {}, "metadata": {}}
    values |= {"record": {}, "options": {}, "limits": {}} | dict(row)
    for key in ("told", "requires", "tags", "plan", "messages", "hints"):
        if values.get(key) is not None:
            values[key] = tuple(values[key])
    return Case(**values)


def cases() -> Iterator[tuple[str, str, Case]]:
    """Every case with its rule and whether it ``gives`` or ``spares`` the finding."""
    for path in sorted(FOLDER.glob("*.yaml")):
        for rule, groups in yaml.safe_load(path.read_text("utf-8")).items():
            assert set(groups) <= {"gives", "spares"}, (path.name, rule)
            for kind, rows in groups.items():
                for row in rows:
                    yield rule, kind, case_of(row)
