"""``python -m benchmarks verify``: wheels read and judged, beside others and beside the limit.

The limit is what nobody can beat: every member inflated and hashed once, with the same libraries,
and nothing looked at.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import planner
from benchmarks.solve import Parsers, spent
from planner.artifacts.inflate import ENGINE, ZLIB, Engine

PARTS = ("limit", "peers", "wall", "memory")
MEGABYTE = 1e6
_CHUNK = 256 << 10

WHEELS = (
    ("jax-cuda13-plugin", "0.9.2", "312", "manylinux_2_27_x86_64"),
    ("lightgbm", "4.6.0", "312", "manylinux_2_28_x86_64"),
    ("numpy", "2.5.5", "312", "manylinux_2_28_x86_64"),
    ("xgboost", "3.4.1", "312", "manylinux_2_28_x86_64"),
    ("cupy-cuda13x", "14.2.0", "312", "manylinux2014_x86_64"),
    ("jax-cuda13-pjrt", "0.12.0.1", "312", "manylinux_2_27_x86_64"),
    ("vllm", "0.33.0", "312", "manylinux_2_28_x86_64"),
    ("nvidia-cublas", "13.10.0.20", "312", "manylinux1_x86_64"),
    ("torch", "2.15.0", "312", "manylinux_2_28_x86_64"),
)
"""Project, version, Python and platform of the wheels that are measured unless others are named."""


def add_parser(commands: Parsers) -> None:
    """Add the subcommand to the command line."""
    parser = commands.add_parser("verify", help="reading and judging wheels")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--wheel", action="append", type=Path, help="a wheel to measure with")
    parser.add_argument("--folder", type=Path, help="where downloaded wheels are kept")
    parser.add_argument("--largest", type=float, default=1000.0, help="MB of the largest download")
    parser.add_argument("--runs", type=int, default=3, help="paired runs; the median counts")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the chosen measurements."""
    parts = arguments.parts or PARTS
    unknown = sorted(set(parts) - set(PARTS))
    if unknown:
        print(f"no such part: {', '.join(unknown)}; known: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    with _folder(arguments.folder) as folder:
        wheels = arguments.wheel or list(_downloaded(folder))
        wheels.sort(key=lambda path: path.stat().st_size)
        if "limit" in parts:
            beside_limit(wheels, arguments.runs)
        if "peers" in parts:
            beside_peers(wheels, arguments.runs)
        if "wall" in parts:
            on_the_wall(wheels, arguments.runs)
        if "memory" in parts:
            peaks(wheels)
    return 0


def _folder(chosen: Path | None) -> tempfile.TemporaryDirectory[str] | _Kept:
    return tempfile.TemporaryDirectory() if chosen is None else _Kept(str(chosen))


class _Kept:
    """A folder that stays."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> str:
        Path(self.name).mkdir(parents=True, exist_ok=True)
        return self.name

    def __exit__(self, *_: object) -> None:
        return None


def _downloaded(folder: str) -> Iterator[Path]:
    """The wheels of the list, by pip's own configuration; those that are there are used again."""
    for project, version, python, platform in WHEELS:
        stem = f"{project.replace('-', '_')}-{version}-*.whl"
        if not any(Path(folder).glob(stem)):
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            command += ["--only-binary=:all:", "--python-version", python, "--platform", platform]
            subprocess.run([*command, "-d", folder, f"{project}=={version}"], check=True)
        yield from Path(folder).glob(stem)


# (a) beside the limit ---------------------------------------------------------------


def inflate_and_hash(path: Path, engine: Engine = ENGINE) -> int:
    """Inflate and hash every member; how many bytes that were."""
    total = 0
    with path.open("rb") as file, zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            file.seek(info.header_offset + 26)
            sizes = file.read(4)
            skipped = int.from_bytes(sizes[:2], "little") + int.from_bytes(sizes[2:], "little")
            file.seek(skipped, os.SEEK_CUR)
            total += _member(file.read, info, engine)
    return total


def _member(read: Callable[[int], bytes], info: zipfile.ZipInfo, engine: Engine) -> int:
    digest, left, total = hashlib.sha256(), info.compress_size, 0
    inflater = engine.inflater() if info.compress_type else None
    while left:
        packed = read(min(left, _CHUNK))
        left -= len(packed)
        chunk = packed if inflater is None else inflater.decompress(packed)
        digest.update(chunk)
        total += len(chunk)
    return total


def beside_limit(wheels: list[Path], runs: int) -> None:
    """CPU of reading and judging, in this process, over the limit's."""
    print(f"CPU seconds in one process: limit (inflate with {ENGINE.name}, sha256), mlplan, ratio")
    for wheel in wheels:
        rows = [_pair(wheel) for _ in range(runs)]
        limit, ours = (statistics.median(row[n] for row in rows) for n in range(2))
        ratio = statistics.median(row[1] / row[0] for row in rows)
        _row(wheel, f"{limit:8.3f} {ours:8.3f} {ratio:6.2f}x")
    if ENGINE is ZLIB:
        return
    print("the same limit with plain zlib, over the limit with isal")
    for wheel in wheels[-2:]:
        slow, fast = spent(partial(inflate_and_hash, wheel, ZLIB)), _limit(wheel)
        _row(wheel, f"{slow:8.3f} {fast:8.3f} {slow / fast:6.2f}x")


def _limit(wheel: Path) -> float:
    return spent(partial(inflate_and_hash, wheel))


def _pair(wheel: Path) -> tuple[float, float]:
    return _limit(wheel), spent(partial(planner.verify, wheel, file_digest=False))


def _row(wheel: Path, figures: str) -> None:
    size = wheel.stat().st_size / MEGABYTE
    print(f"  {wheel.name[:46]:<46} {size:7.1f} MB {figures}", flush=True)


# (b) beside others ---------------------------------------------------------------


PEERS = {"auditwheel": ["show"], "elfdeps": []}


def _commands(wheel: Path, programs: Path) -> dict[str, list[str]]:
    """The commands that answer about a wheel. The peers live in an environment of their own, so
    that what they depend on does not slow mlplan down."""
    peers = {name: [str(programs / name), *rest, str(wheel)] for name, rest in PEERS.items()}
    return {"mlplan": [sys.executable, "-m", "planner", "verify", "--quiet", str(wheel)], **peers}


def beside_peers(wheels: list[Path], runs: int) -> None:
    """CPU of whole processes and of the work in them, and each peer's over ours."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        programs = Path(folder) / "bin"
        subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", *PEERS], check=True)
        print("CPU seconds of whole processes (user and system), and over mlplan's")
        _compare(wheels, runs, lambda wheel: _commands(wheel, programs), _process)
        print("CPU seconds of one wheel in a process that has started, and over mlplan's")
        _compare(wheels, runs, lambda wheel: _scripts(wheel, programs), _told)


def _compare(
    wheels: list[Path],
    runs: int,
    commands: Callable[[Path], dict[str, list[str]]],
    measure: Callable[[list[str]], float],
) -> None:
    for wheel in wheels:
        times: dict[str, list[float]] = {}
        for _ in range(runs):
            for name, command in commands(wheel).items():
                times.setdefault(name, []).append(measure(command))
        ours = statistics.median(times["mlplan"])
        said = [f"mlplan {ours:7.3f}"]
        for name, theirs in times.items():
            if name != "mlplan":
                pairs = zip(theirs, times["mlplan"], strict=True)
                ratio = statistics.median(other / own for other, own in pairs)
                said.append(f"{name} {statistics.median(theirs):7.3f} {ratio:5.2f}x")
        _row(wheel, "  ".join(said))


def _process(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=False, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


_TIMED = """
import contextlib, io, sys, time
{imports}
sys.argv = {arguments}
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    start = time.process_time()
    try:
        main()
    finally:
        spent = time.process_time() - start
print(spent)
"""
"""One call of a program's own entry, its modules imported beforehand as far as they are not left to
the call. The first one, for auditwheel remembers what it read of a wheel."""

_ENTRIES = {
    "mlplan": "import planner.api, planner.cli.verify, planner.report.verify_text\n"
    "from planner.cli.main import app as main",
    "auditwheel": "import auditwheel.main_show, auditwheel.wheel_abi\n"
    "from auditwheel.main import main",
    "elfdeps": "from elfdeps.__main__ import main",
}


def _scripts(wheel: Path, programs: Path) -> dict[str, list[str]]:
    """Programs that call an entry once and print its CPU seconds."""
    return {
        name: [
            sys.executable if name == "mlplan" else str(programs / "python"),
            "-c",
            _TIMED.format(imports=_ENTRIES[name], arguments=command[_is_module(command) :]),
        ]
        for name, command in _commands(wheel, programs).items()
    }


def _is_module(command: list[str]) -> int:
    """How many words stand before the program's name: of ``python -m planner`` two."""
    return 2 if "-m" in command else 0


def _told(command: list[str]) -> float:
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


# (c) cores and memory ---------------------------------------------------------------


def on_the_wall(wheels: list[Path], runs: int) -> None:
    """Wall time with one thread and with as many as there are cores."""
    cores = os.cpu_count() or 1
    print(f"wall seconds with 1 thread and with {cores}, and how much faster")
    for wheel in wheels:
        rows = [(_wall(wheel, 1), _wall(wheel, cores)) for _ in range(runs)]
        one, many = (statistics.median(row[n] for row in rows) for n in range(2))
        _row(wheel, f"{one:8.3f} {many:8.3f} {one / many:6.2f}x")


def _wall(wheel: Path, jobs: int) -> float:
    start = time.perf_counter()
    planner.verify(wheel, jobs=jobs, file_digest=False)
    return time.perf_counter() - start


_PEAK = """import resource, sys, planner
planner.verify(sys.argv[1], jobs=int(sys.argv[2]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def peaks(wheels: list[Path]) -> None:
    """The largest resident memory of a process that judges one wheel."""
    cores = os.cpu_count() or 1
    print(f"peak memory in MiB with 1 thread and with {cores} (limit 512)")
    for wheel in wheels:
        said = []
        for jobs in (1, cores):
            command = [sys.executable, "-c", _PEAK, str(wheel), str(jobs)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            said.append(f"{float(done.stdout):8.0f}")
        _row(wheel, " ".join(said))
