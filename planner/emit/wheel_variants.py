"""``variants``: wheel-variant properties of each job (drafts PEP 817 and PEP 825): experimental.

Sources: PEP 825 (draft of 2026-02-17: grammar of properties and labels, variant.json); variantlib
0.2.2 (providers, pyproject table); the plug-ins nvidia-variant-provider 0.0.2, amd-variant-provider
0.0.2, provider-variant-x86-64 0.0.1 (names of features and their values).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from planner.emit.base import EmittedFile, Wanted, commented, minor_of, one_line
from planner.emit.file_names import file_names
from planner.emit.naming import wheel_name
from planner.plan.locked import LockedJob
from planner.plan.naming import local_mark

SCHEMA = "https://variants-schema.wheelnext.dev/v0.2.0.json"
LABEL = re.compile(r"[0-9a-z_.]{1,16}")
VALUE = re.compile(r"[0-9a-z_.]+")

Properties = tuple[tuple[str, str, str], ...]
"""Namespace, feature, value."""

Lowest = Mapping[tuple[str, str], tuple[int, ...]]
"""The lowest CUDA release by architecture and major."""


@dataclass(frozen=True, slots=True)
class Provider:
    """The plug-in that finds out on a machine which properties of a namespace it has."""

    requires: str
    plugin: str


PROVIDERS = {
    "nvidia": Provider(
        "nvidia-variant-provider>=0.0.1,<1",
        "nvidia_variant_provider.plugin:NvidiaVariantPlugin",
    ),
    "amd": Provider(
        "amd-variant-provider>=0.0.1,<1", "amd_variant_provider.plugin:AMDVariantPlugin"
    ),
    "x86_64": Provider(
        "provider-variant-x86-64>=0.0.1,<1", "provider_variant_x86_64.plugin:X8664Plugin"
    ),
}
"""In the order of preference: what a GPU offers before what the processor offers."""

_WARNING = (
    "EXPERIMENTAL: wheel variants are drafts (PEP 817, PEP 825); pip does not know them, and the",
    "providers of nvidia and amd are not on the package index (github.com/wheelnext).",
)


_COMMAND = "variantlib make-variant -f WHEEL -o OUT --pyproject-toml ../pyproject-variant.toml"


class WheelVariants:
    """Properties per job, the pyproject table, and the index's file per project."""

    name = "variants"
    says = "wheel-variant properties per job (PEP 817/825 drafts, experimental)"

    def files(self, wanted: Wanted) -> tuple[EmittedFile, ...]:
        """``pyproject-variant.toml``, ``<project>-variants.json``, ``<job>/properties.txt``."""
        lowest = lowest_releases(wanted)
        found = {job.id: properties(wanted, job, lowest) for job in wanted.plan.jobs}
        labels: dict[str, str] = {}
        families = _by_project(wanted, wanted.plan.jobs)
        siblings: dict[str, Sequence[LockedJob]] = {}
        for jobs in families.values():
            labels |= _labels(jobs, found)
            siblings |= dict.fromkeys((job.id for job in jobs), jobs)
        projects = _by_project(wanted, wanted.jobs)
        folders = file_names([job.id for job in wanted.jobs])
        names = {name: canonicalize_name(name).replace("-", "_") for name in projects}
        plain = file_names(list(names.values()))
        table = EmittedFile("pyproject-variant.toml", _table(wanted, found))
        return (
            *([table] if any(found[job.id] for job in wanted.jobs) else ()),
            *(
                EmittedFile(f"{plain[names[name]]}-variants.json", _index(jobs, found, labels))
                for name, jobs in projects.items()
                if any(found[job.id] for job in jobs)
            ),
            *(
                EmittedFile(
                    f"{folders[job.id]}/properties.txt",
                    _lines(wanted, job, found, labels, siblings[job.id]),
                )
                for job in wanted.jobs
            ),
        )


def _by_project(wanted: Wanted, jobs: Sequence[LockedJob]) -> dict[str, list[LockedJob]]:
    """Jobs by the project of their wheels: variants are told apart within one project."""
    projects: dict[str, list[LockedJob]] = {}
    for job in jobs:
        projects.setdefault(wheel_name(wanted, job).project, []).append(job)
    return projects


def properties(wanted: Wanted, job: LockedJob, lowest: Lowest) -> Properties:
    """What a machine must have for a job's wheel, sorted; none for a wheel that runs everywhere."""
    every = {*_nvidia(job, lowest), *_amd(job), *_processor(wanted, job)}
    return tuple(each for each in sorted(every) if VALUE.fullmatch(each[2]))


def _nvidia(job: LockedJob, lowest: Lowest) -> list[tuple[str, str, str]]:
    release = job.accelerators.get("cuda")
    if release is None:
        return []
    bound = ("nvidia", "cuda_version_lower_bound", _lower_bound(job, release, lowest))
    targets = [
        ("nvidia", "sm_arch", f"{target.partition('_')[2]}_{form}")
        for form in ("real", "virtual")
        for target in job.gpu.get(("cuda", form), ())
    ]
    return [bound, *targets]


def lowest_releases(wanted: Wanted) -> Lowest:
    """The lowest CUDA release of a plan by architecture and major."""
    found: dict[tuple[str, str], tuple[int, ...]] = {}
    for job in wanted.plan.jobs:
        release = job.accelerators.get("cuda")
        if release is not None:
            key = (job.arch, release.split(".", maxsplit=1)[0])
            found[key] = min(found.get(key, _numbers(release)), _numbers(release))
    return found


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split(".") if part.isdigit())


def _lower_bound(job: LockedJob, release: str, lowest: Lowest) -> str:
    """The oldest CUDA version of the driver. The lowest release of each major takes every driver of
    its major (minor version compatibility); a higher one asks for its own minor, so that installers
    prefer it exactly where the driver is new enough.
    """
    major = release.split(".", maxsplit=1)[0]
    own = _numbers(release)
    is_lowest = own <= lowest.get((job.arch, major), own)
    return (
        f"{major}.0" if is_lowest and job.driver_floor and int(major) >= 11 else minor_of(release)
    )


def _amd(job: LockedJob) -> list[tuple[str, str, str]]:
    if "rocm" not in job.accelerators:
        return []
    targets = dict.fromkeys(t.partition(":")[0] for t in job.gpu.get(("hip", "targets"), ()))
    return [
        ("amd", "rocm_version", minor_of(job.accelerators["rocm"])),
        *(("amd", "gfx_arch", target) for target in targets),
    ]


def _processor(wanted: Wanted, job: LockedJob) -> list[tuple[str, str, str]]:
    """The level of x86-64 above the first, which every such processor has."""
    level = str(wanted.asked(job, "x86-64-level") or "1")
    return [("x86_64", "level", f"v{level}")] if job.arch == "x86_64" and level != "1" else []


def _labels(jobs: Sequence[LockedJob], found: Mapping[str, Properties]) -> dict[str, str]:
    """A label per job of one project: one for each set of properties, never one for two sets."""
    taken: dict[str, Properties] = {"null": ()}
    labels = {}
    for job in jobs:
        own = found[job.id]
        labels[job.id] = next(
            label
            for label in _candidates(job, own)
            if LABEL.fullmatch(label) and taken.setdefault(label, own) == own
        )
    return labels


def _candidates(job: LockedJob, own: Properties) -> list[str]:
    """Labels from the most readable to variantlib's own: a digest of the properties."""
    if not own:
        return ["null"]
    mark = "_".join(local_mark(f, v) for f, v in job.accelerators.items()) or job.variant.lower()
    text = "".join(f"{' :: '.join(each)}\n" for each in own)
    return [mark, f"{mark}_{job.arch}", hashlib.sha256(text.encode()).hexdigest()[:8]]


def _namespaces(sets: Iterable[Properties]) -> list[str]:
    used = {namespace for each in sets for namespace, _, _ in each}
    return [name for name in PROVIDERS if name in used]


def _table(wanted: Wanted, found: Mapping[str, Properties]) -> str:
    """What ``variantlib make-variant`` and build backends read from pyproject.toml."""
    namespaces = _namespaces(found[job.id] for job in wanted.jobs)
    lines = [f"[variant.default-priorities]\nnamespace = {json.dumps(namespaces)}\n"]
    lines += [
        f"\n[variant.providers.{name}]\n"
        f"requires = {json.dumps([PROVIDERS[name].requires])}\n"
        f"plugin-api = {json.dumps(PROVIDERS[name].plugin)}\n"
        for name in namespaces
    ]
    return commented((*wanted.banner, *_WARNING)) + "".join(lines)


def _index(
    jobs: Sequence[LockedJob], found: Mapping[str, Properties], labels: Mapping[str, str]
) -> str:
    """The file that an index serves as ``<project>-<version>-variants.json``."""
    namespaces = _namespaces(found[job.id] for job in jobs)
    variants: dict[str, dict[str, dict[str, list[str]]]] = {}
    for job in jobs:
        entry: dict[str, dict[str, list[str]]] = {}
        for namespace, feature, value in found[job.id]:
            entry.setdefault(namespace, {}).setdefault(feature, []).append(value)
        variants[labels[job.id]] = entry
    providers = {
        name: {"requires": [PROVIDERS[name].requires], "plugin-api": PROVIDERS[name].plugin}
        for name in namespaces
    }
    document = {
        "$schema": SCHEMA,
        "default-priorities": {"namespace": namespaces},
        "providers": providers,
        "variants": variants,
    }
    return json.dumps(document, indent=1) + "\n"


def _lines(
    wanted: Wanted,
    job: LockedJob,
    found: Mapping[str, Properties],
    labels: Mapping[str, str],
    siblings: Sequence[LockedJob],
) -> str:
    """One property a line, with the command that puts them into a wheel."""
    own, label = found[job.id], labels[job.id]
    about = [f"Job: {job.id}", f"Label: {label}"]
    if own:
        about += [
            f"grep -v '^#' properties.txt | xargs -d '\\n' {_COMMAND} --skip-plugin-validation"
            f" --variant-label {label} -p"
        ]
    else:
        about += ["No property: this wheel runs on every machine that its tags admit."]
        about += (
            [f"{_COMMAND} --null-variant"]
            if any(found[each.id] for each in siblings)
            else ["No wheel of this project is a variant: publish it as it is."]
        )
    if lost := [each[2] for each in _amd(job) if not VALUE.fullmatch(each[2])]:
        about += [f"The drafts have no spelling for: {' '.join(lost)}"]
    same = [
        each.id
        for each in (siblings if own else ())
        if each.arch == job.arch and each is not job and found[each.id] == own
    ]
    if same:
        about += [f"Installers cannot tell it from: {' '.join(same)}"]
    head = commented((*wanted.banner, *_WARNING, *(one_line(line) for line in about)))
    return head + "".join(f"{' :: '.join(each)}\n" for each in own)
