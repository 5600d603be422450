"""``test-matrix``: on which distributions and Pythons each wheel must be tested.

Per job the oldest, the newest and one between of the distributions that its tag serves, and the
same of its Pythons. Images: the names under which the makers of each distribution publish it.
"""

from __future__ import annotations

import glob
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from planner.emit.base import EmittedFile, Wanted, gpu_words
from planner.emit.naming import wheel_name
from planner.emit.rows import MATRIX_LIMIT, split
from planner.emit.runners import ENGINE_PLATFORMS, GITHUB
from planner.plan.locked import LockedJob
from planner.plan.naming import WheelName

SCHEMA = "mlplan-test-matrix/1"

_SERVERS = ("x86_64", "aarch64", "ppc64le", "s390x")
_TWO = ("x86_64", "aarch64")
IMAGES = (
    (r"almalinux-(\d+)", "docker.io/library/almalinux:{}", _SERVERS),
    (r"rocky-(\d+)", "docker.io/rockylinux/rockylinux:{}", _TWO),
    (r"oracle-(\d+)", "docker.io/library/oraclelinux:{}", _TWO),
    (r"rhel-([7-9]|\d\d)", "registry.access.redhat.com/ubi{}/ubi", _SERVERS),
    (r"centos-stream-(\d+)", "quay.io/centos/centos:stream{}", _SERVERS),
    (r"centos-([5-7])", "docker.io/library/centos:{}", _TWO),
    (r"ubuntu-(\d+\.\d+)", "docker.io/library/ubuntu:{}", (*_SERVERS, "armv7l")),
    (r"debian-(\d+)", "docker.io/library/debian:{}", (*_SERVERS, "armv7l", "i686")),
    (r"amazon-(\d+)", "docker.io/library/amazonlinux:{}", _TWO),
    (r"fedora-(\d+)", "docker.io/library/fedora:{}", _SERVERS),
    (r"opensuse-(\d+\.\d+)", "docker.io/opensuse/leap:{}", _SERVERS),
    (r"sles-(15\.[3-9]|16\.\d+)", "registry.suse.com/bci/bci-base:{}", _SERVERS),
    (r"azure-(3\.\d+)", "mcr.microsoft.com/azurelinux/base/core:{}", _TWO),
    (r"anolis-(\d+)", "docker.io/openanolis/anolisos:{}", (*_TWO, "loongarch64")),
    (r"ubuntu-(2[4-9]\.\d+)", "docker.io/library/ubuntu:{}", ("riscv64",)),
    (r"debian-(1[3-9])", "docker.io/library/debian:{}", ("riscv64",)),
)
"""Distribution ids (their version in the group), image reference, architectures of the image."""


class TestMatrix:
    """Rows for a matrix, and what is not tested and why."""

    __test__ = False  # no test case, whatever pytest thinks of the name
    name = "test-matrix"
    says = "distributions and Pythons to test each wheel on"
    needs_glibc = True

    def files(self, wanted: Wanted) -> tuple[EmittedFile, ...]:
        """One JSON document; ``matrices`` is a list, as a matrix holds 256 rows."""
        rows = [row for job in wanted.jobs for row in _rows(wanted, job)]
        tested = {row["job"] for row in rows}
        matrices = ['{"include": ' + _lines(group) + "}" for group in split(rows, MATRIX_LIMIT)]
        document = {
            "schema": json.dumps(SCHEMA),
            "date": json.dumps(wanted.plan.date),
            "matrices": "[" + ", ".join(matrices) + "]",
            "skipped": _lines(list(_skipped(wanted.jobs))),
            "untested": json.dumps([job.id for job in wanted.jobs if job.id not in tested]),
        }
        text = ",\n".join(f" {json.dumps(key)}: {value}" for key, value in document.items())
        return (EmittedFile("test-matrix.json", "{\n" + text + "\n}\n"),)


def _lines(rows: Sequence[Mapping[str, str]]) -> str:
    """A JSON list with a row to a line, so that a difference of two files is one of rows."""
    return "[" + ",".join(f"\n  {json.dumps(row)}" for row in rows) + "\n ]" if rows else "[]"


def _rows(wanted: Wanted, job: LockedJob) -> Iterator[dict[str, str]]:
    """The rows of a job: its distributions, each with its Pythons."""
    name = wheel_name(wanted, job)
    runner = GITHUB[job.arch]
    pythons = list(_pythons(job.pythons, every=wanted.per_python))
    for age, distribution in _ends(_oldest_first(wanted, job)).items():
        for python, interpreter in pythons:
            yield {
                "id": f"{job.id}-{distribution}-{python}-py{interpreter}",
                "job": job.id,
                "variant": job.variant,
                "arch": job.arch,
                "runner": runner.label,
                "emulated": runner.emulated,
                "engine_platform": ENGINE_PLATFORMS[job.arch],
                "distribution": distribution,
                "age": age,
                "image": image_of(distribution, job.arch) or "",
                "python": python,
                "interpreter": interpreter,
                "wheel": _wheel_pattern(name, python, job.platform_tag),
                "gpu": " ".join(gpu_words(job)),
            }


@cache
def image_of(distribution: str, arch: str) -> str | None:
    """The public image of a distribution for an architecture."""
    for pattern, reference, architectures in IMAGES:
        match = re.fullmatch(pattern, distribution)
        if match and arch in architectures:
            return reference.format(match[1])
    return None


def _oldest_first(wanted: Wanted, job: LockedJob) -> list[str]:
    """The distributions that a job serves and that have an image, by glibc. Equal and unknown ones
    stay in the lock's order.
    """
    found = [name for name in job.serves if image_of(name, job.arch)]
    return sorted(found, key=lambda name: _numbers(wanted.glibc.get(name, "")))


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def _ends(names: Sequence[str]) -> dict[str, str]:
    """``oldest``, ``between`` and ``newest`` of some names, as far as they differ."""
    if not names:
        return {}
    found = {"oldest": names[0], "between": names[len(names) // 2], "newest": names[-1]}
    if len(names) < 3:
        del found["between"]
    if len(names) < 2:
        del found["newest"]
    return found


def _pythons(tags: Sequence[str], *, every: bool) -> Iterator[tuple[str, str]]:
    """Tags to test, each with the interpreter: all, or the ends and one between of each ABI kind.

    A wheel for the stable ABI is tested on the oldest Python it allows and on the newest there is.
    """
    kinds: dict[str, list[str]] = {}
    for tag in tags:
        kinds.setdefault(re.sub(r"\d+", "", tag), []).append(tag)
    for kind in kinds.values():
        for tag in kind if every else _ends(kind).values():
            yield tag, interpreter_of(tag)
            if tag.startswith("abi3-"):
                yield tag, "3"


def interpreter_of(tag: str) -> str:
    """``3.14t`` of ``cp314t``, ``pypy3.11`` of ``pp311``, ``3.11`` of ``abi3-cp311``."""
    match = re.fullmatch(r"(?:abi3-)?(cp|pp)(\d)(\d+)(t?)", tag)
    if match is None:
        return tag
    return f"{'pypy' if match[1] == 'pp' else ''}{match[2]}.{match[3]}{match[4]}"


def _wheel_pattern(name: WheelName, python: str, platform_tag: str) -> str:
    """A glob for the wheel's file name (binary distribution format, "File name convention")."""
    project = re.sub(r"[-_.]+", "_", name.project).lower()
    tags = f"{python.rstrip('t')}-{python}"
    if python.startswith("abi3-"):
        tags = f"{python.removeprefix('abi3-')}-abi3"
    elif python.startswith("pp"):
        tags = f"{python}-*"
    return glob.escape(project) + f"-*{glob.escape(name.suffix)}-{tags}-*{platform_tag}*.whl"


def _skipped(jobs: Sequence[LockedJob]) -> Iterator[dict[str, str]]:
    """Distributions that are served and have no image, once per architecture."""
    seen = dict.fromkeys((name, job.arch) for job in jobs for name in job.serves)
    for name, arch in seen:
        if image_of(name, arch) is None:
            yield {"distribution": name, "arch": arch, "why": "no public image that is known"}
