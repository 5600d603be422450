"""Proves what a vendor's compiler accepts, by the allowed values that its ``--help`` lists."""

from __future__ import annotations

import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Timer

from planner.audit.claims import Claim, compared, listed
from planner.audit.evidence import (
    LINUX,
    Evidence,
    failed,
    not_provable,
    place_of,
    read_place,
    vendor_file,
)
from planner.audit.subjects import Release, Subject
from planner.index.errors import BrokenError, RemoteError
from planner.model.gpu_targets import target_key
from planner.model.vendor_files import VendorFile

_MOST_PROGRAM = 256 << 20
_MOST_HELP = 4 << 20  # bytes that a program may print
_MOST_WRITTEN = 1 << 20  # bytes of a file that it may write
_TIMEOUT = 30.0  # seconds
_ONE_AT_A_TIME = Lock()  # a file that another thread's child still holds open cannot be run
_TARGET = re.compile(rb"\x00compute_(\d+[af]?)(?=\x00)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowed:
    """Values of an option; ``member`` says how they were learnt, too."""

    values: tuple[str, ...]
    release: str
    file: str
    member: str


def prove_targets(subject: Subject, evidence: Evidence) -> Iterator[Claim]:
    """Claims about real, virtual, architecture- and family-specific targets."""
    for asked in _asked(subject, evidence):
        if isinstance(asked, Claim):
            yield asked
            continue
        found = targets_by_field(asked.values)
        for name in ("real", "virtual", "specific", "family"):
            yield compared(
                name,
                listed(sorted(subject.fact.words(name), key=target_key)),
                listed(sorted(found[name], key=target_key)),
                release=asked.release,
                file=asked.file,
                member=asked.member,
            )


def prove_standards(subject: Subject, evidence: Evidence) -> Iterator[Claim]:
    """A claim about the C++ standards of the device compiler."""
    for asked in _asked(subject, evidence):
        if isinstance(asked, Claim):
            yield asked
            continue
        yield compared(
            "device",
            listed(sorted(subject.fact.words("device"))),
            listed(sorted(value.removeprefix("c++") for value in asked.values)),
            release=asked.release,
            file=asked.file,
            member=asked.member,
        )


def _asked(subject: Subject, evidence: Evidence) -> Iterator[Allowed | Claim]:
    """What the program of each release allows, or the claim that says why that is not known."""
    where = vendor_file(subject)
    if where is None or where.format != "help-option" or not where.option:
        yield not_provable("the family names no program that lists them")
        return
    for release in subject.releases:
        try:
            yield allowed_values(release, where, evidence)
        except RemoteError as error:
            yield failed(error, release=release.version)


def allowed_values(release: Release, where: VendorFile, evidence: Evidence) -> Allowed | Claim:
    """What the program of a release allows, or the claim that says why that cannot be told.

    :raises RemoteError: where the program cannot be read or does not answer.
    """
    place = place_of(release, where, LINUX[0], evidence)
    if place is None:
        why = f"no wheel of it holds {' or '.join(where.members)}"
        return not_provable(why, release=release.version)
    data = read_place(place, evidence, _MOST_PROGRAM)
    if evidence.may_run and _runs_here(place.arch):
        values, how = option_values(_help_text(data), where.option or ""), "--help"
        if not values:
            raise BrokenError(f"the help of {place.member} lists no values of {where.option}")
    else:
        values, how = _from_strings(data), "strings"
        if where.option != "--gpu-name" or not values:
            why = f"{place.member} was not run, and its strings do not tell"
            return not_provable(why, release=release.version)
    return Allowed(
        values=values,
        release=release.version,
        file=place.file,
        member=f"{place.member} ({how})",
    )


def _from_strings(program: bytes) -> tuple[str, ...]:
    """Targets by the names of the virtual ones, each of which has a real one."""
    numbers = sorted({match[1].decode() for match in _TARGET.finditer(program)})
    return tuple(f"{kind}_{number}" for kind in ("sm", "compute") for number in numbers)


def _runs_here(arch: str) -> bool:
    return sys.platform == "linux" and platform.machine() == arch


def _help_text(program: bytes) -> str:
    """What a vendor's program prints when asked for help: run alone in an empty folder, with an
    empty environment, and deleted.

    :raises BrokenError: where it does not answer in time, or answers without end.
    """
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="mlplan-") as folder:
        path = Path(folder) / "program"
        path.write_bytes(program)
        path.chmod(0o700)
        return _printed([os.fspath(path), "--help"], folder).decode("utf-8", "replace")


def _printed(command: list[str], folder: str) -> bytes:
    """What a program prints. It leads a group of processes, which ends with it."""
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise BrokenError(f"the vendor's program does not run: {error.strerror}") from None
    start = time.monotonic()
    timer = Timer(_TIMEOUT, _end, (process.pid,))
    timer.start()
    with process:
        try:
            _limit(process.pid)
            printed: bytes = process.stdout.read(_MOST_HELP + 1) if process.stdout else b""
        finally:
            timer.cancel()
            _end(process.pid)
    if time.monotonic() - start >= _TIMEOUT:
        raise BrokenError(f"the vendor's program does not end within {_TIMEOUT:.0f} seconds")
    if len(printed) > _MOST_HELP:
        raise BrokenError(f"the vendor's program prints more than {_MOST_HELP} bytes")
    return printed


def _limit(pid: int) -> None:
    """Limit the time and the files of a process that runs."""
    import resource  # noqa: PLC0415 - there is none elsewhere than on Unix

    seconds = int(_TIMEOUT)
    limits = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: _MOST_WRITTEN,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in limits.items():
        with suppress(OSError, ValueError):  # it has ended, or may do even less
            resource.prlimit(pid, limit, (most, most))


def _end(pid: int) -> None:
    with suppress(OSError):  # all of the group have ended
        os.killpg(pid, signal.SIGKILL)


def option_values(text: str, option: str) -> tuple[str, ...]:
    """The allowed values that a help text lists for an option, in its order; none without it."""
    start = re.search(rf"^{re.escape(option)}\s", text, re.MULTILINE)
    if start is None:
        return ()
    rest = text[start.end() :]
    end = re.search(r"^--", rest, re.MULTILINE)
    entry = rest[: end.start()] if end else rest
    values = entry.partition("Allowed values for this option:")[2]
    return tuple(re.findall(r"'([^']+)'", values))


def targets_by_field(values: tuple[str, ...]) -> dict[str, set[str]]:
    """GPU targets by the field of a fact that lists them."""
    found: dict[str, set[str]] = {
        "real": set(),
        "virtual": set(),
        "specific": set(),
        "family": set(),
    }
    ends = {"a": "specific", "f": "family"}
    for value in values:
        if value.startswith("sm_"):
            found[ends.get(value[-1], "real")].add(value)
        elif value.startswith("compute_"):
            found["virtual"].add(value)
    return found
