"""A request with a great many jobs on the real facts."""

from __future__ import annotations

from random import Random

from planner.model.facts import FactBase

Values = dict[str, object]
ARCHS = {"cuda": ["x86_64", "aarch64"], "rocm": ["x86_64"], "mkl": ["x86_64"]}


def big_request(facts: FactBase, jobs: int, seed: int = 0) -> Values:
    """At least so many jobs: variants with settings of their own, each with many releases.

    A third of the variants is CUDA alone, a third ROCm alone, the rest CUDA or ROCm with MKL.
    """
    chance = Random(seed)
    variants: Values = {}
    made = 0
    while made < jobs:
        family = ("cuda", "rocm", "cuda")[len(variants) % 3]
        minors = [m for m in facts.families[family].minors.values() if m.stream == "production"]
        specs = [minor.minor for minor in minors]
        variant: Values = {family: specs, "architectures": ARCHS[family], **_settings(chance)}
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
        "cxx": [14, 17, 20],
        "glibc": ["<=2.17", "<=2.28", "<=2.34"],
        "python": [">=3.11", ">=3.12", ["cp312"], ["cp311", "cp314t"]],
        "pip": [">=19.3", ">=20.3", ">=24.1"],
        "runs-on": [["rhel-8"], ["ubuntu-20.04"], ["rhel-9", "ubuntu-22.04"]],
        "allow": [["alpha-image"], ["ended-base"], ["ended-base", "alpha-image"]],
    }
    return {name: chance.choice(v) for name, v in pool.items() if chance.random() < 0.25}
