"""``python -m benchmarks emit``: every format of a plan with many jobs, beyond starting up."""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from planner.emit.registry import OWN
from tests.emit.plans import EXAMPLES

SECONDS = 1.0
"""The limit for 1,000 jobs beyond the start (docs: targets of the formats)."""


def add_parser(commands: Any) -> None:
    """Add the subcommand to the command line."""
    parser = commands.add_parser("emit", help="every format of a plan with many jobs")
    parser.add_argument("formats", nargs="*", metavar="FORMAT", default=[*OWN])
    parser.add_argument("--jobs", type=int, default=1000, help="jobs of the plan")
    parser.add_argument("--runs", type=int, default=5, help="runs of each")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure; 1 where a format takes longer than the limit."""
    with tempfile.TemporaryDirectory() as folder:
        small, big = Path(folder) / "small.lock", Path(folder) / "big.lock"
        small.write_text(json.dumps(many_jobs(1)))
        big.write_text(json.dumps(many_jobs(arguments.jobs)))
        late = [name for name in arguments.formats if not measure(name, small, big, arguments)]
    return 1 if late else 0


def many_jobs(count: int) -> dict[str, Any]:
    """The lock of an example with so many jobs, each of a variant of its own."""
    lock: dict[str, Any] = json.loads((EXAMPLES / "plugin-set" / "mlplan.lock").read_text())
    variants = lock["request"]["variants"]
    jobs, settings = [], {}
    for number in range(count):
        job = lock["jobs"][number % len(lock["jobs"])]
        name = f"v{number:04}"
        settings[name] = variants[job["variant"]]
        jobs.append({**job, "variant": name, "id": f"{name}-{job['id']}"})
    return {**lock, "jobs": jobs, "request": {**lock["request"], "variants": settings}}


def measure(name: str, small: Path, big: Path, arguments: argparse.Namespace) -> bool:
    """Print the medians of one format; whether it keeps the limit."""
    start = median(name, small, arguments.runs)
    whole = median(name, big, arguments.runs)
    is_quick = whole - start < SECONDS
    verdict = "" if is_quick else f"  over {SECONDS} s"
    print(
        f"{name:<18} start {start:.2f} s, {arguments.jobs} jobs {whole:.2f} s, "
        f"beyond start {whole - start:.2f} s{verdict}"
    )
    return is_quick


def median(name: str, lock: Path, runs: int) -> float:
    """The median processor time of the command, started anew each time."""
    start = "from planner.cli.main import run; run()"
    command = [sys.executable, "-c", start, "emit", name, "--plan", str(lock), "-q"]
    found = []
    for _ in range(runs):
        begun = _spent()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        found.append(_spent() - begun)
    return statistics.median(found)


def _spent() -> float:
    """The processor time of finished children, which other programs do not disturb."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
