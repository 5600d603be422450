"""A request with a great many jobs on the real facts."""

from __future__ import annotations

import json
import resource
import sys
import time
from random import Random

from planner.graph.build import build_index
from planner.model.facts import FactBase
from planner.solve.planner import make_plan
from planner.solve.tables import build_tables
from tests.solve.clones import cloned
from tests.solve.real import day_of, real_facts, real_tables, request_of

Values = dict[str, object]
ARCHS = {"cuda": ["x86_64", "aarch64"], "rocm": ["x86_64"], "mkl": ["x86_64"]}


def big_request(facts: FactBase, jobs: int, *, profiles: int = 28, seed: int = 0) -> Values:
    """At least so many jobs: variants that share a number of profiles of settings.

    A third of the variants is CUDA alone, a third ROCm alone, the rest CUDA with MKL; each asks
    for every minor release.
    """
    chance = Random(seed)
    pool = [_settings(chance) for _ in range(profiles)]
    pool = [_settings(chance) for _ in range(profiles)]
    variants: Values = {}
    made = 0
    while made < jobs:
        family = ("cuda", "rocm", "cuda")[len(variants) % 3]
        minors = [m for m in facts.families[family].minors.values() if m.stream == "production"]
        specs = [minor.minor for minor in minors]
        variant: Values = {family: specs, "architectures": ARCHS[family], **chance.choice(pool)}
        count = len(specs) * len(ARCHS[family])
        if len(variants) % 3 == 2:
            mkl = list(facts.families["mkl"].minors)[-6:]
            variant |= {"mkl": mkl, "architectures": ["x86_64"]}
            count = len(specs) * len(mkl)
        variants[f"v{len(variants):05}"] = variant
        made += count
    return {"date": "2026-11-21", "variants": variants}


def _settings(chance: Random) -> Values:
    """Some of the settings that tell the variants of one project apart."""
    pool: dict[str, list[object]] = {
        "prefer": ["widest"],
        "toolchain": ["image"],
        "cxx": [14],
        "glibc": ["<=2.28", "<=2.34"],
        "python": [">=3.11", ">=3.12", ["cp312"], ["cp311", "cp314t"]],
        "pip": [">=20.3", ">=24.1"],
        "runs-on": [["rhel-8"], ["ubuntu-20.04"], ["rhel-9", "ubuntu-22.04"]],
        "allow": [["alpha-image"], ["ended-base"], ["ended-base", "alpha-image"]],
    }
    return {name: chance.choice(v) for name, v in pool.items() if chance.random() < 0.25}


def main() -> None:
    """Plan a big request and print what it took, as JSON: ``jobs.py JOBS PROFILES TIMES``."""
    jobs, profiles, times = (int(word) for word in sys.argv[1:])
    facts = real_facts()
    request = request_of(big_request(facts, jobs, profiles=profiles))
    tables = real_tables()
    if times > 1:
        tables = build_tables(build_index(cloned(facts, times, facts.families)))
    before = peak_megabytes()
    wall, cpu = time.perf_counter(), time.process_time()
    plan = make_plan(request, day_of(request), tables)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    found = {
        "variants": len(request.variants),
        "distinct": len({id(job.decision) for job in plan.jobs}),
        "jobs": len(plan.jobs),
        "failures": len(plan.failures),
        "wall": wall,
        "cpu": cpu,
        "before": before,
        "peak": peak_megabytes(),
    }
    print(json.dumps(found))


def peak_megabytes() -> float:
    """The most memory that this process has held (Linux counts in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
