"""Seeded random requests on a set of facts: one variant with one job each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from planner.model.facts import FactBase
from tests.solve.oracle import ARCHITECTURES, admits

Values = dict[str, object]
DATES = (
    *("2019-12-01", "2020-06-15", "2021-08-01", "2022-01-31", "2022-12-24", "2023-05-05"),
    *("2024-06-29", "2024-06-30", "2024-07-01", "2024-07-24", "2025-02-14", "2025-09-30"),
    *("2026-05-07", "2026-11-21", "2027-04-01", "2029-06-01", "2032-06-01", "2036-01-01"),
)
MIXES = (
    *(("cuda",), ("cuda",), ("cuda",), ("rocm",), ("rocm",), ("mkl",), ()),
    *(("cuda", "mkl"), ("rocm", "mkl"), ("cuda", "rocm"), ("cuda", "rocm", "mkl")),
)
PYTHONS = (
    *(">=3.11", ">=3.8", "3.12", ">=3.9,<3.11", ["cp312"], ["cp38"], ["cp314t"]),
    *(["cp311", "cp313t"], ["abi3-cp311"], ["pp310"], ["pp311", "cp312"], ">=3.15"),
)
WAIVERS = ("ended-base", "ended-image", "alpha-image", "preview-release", "unsupported-compiler")
SETTINGS_PER_REQUEST = 2.2
"""How many settings a request makes on average, besides families, architecture and date."""


class RequestMaker:
    """Makes requests from the names that the facts know; equal seeds give equal requests."""

    def __init__(self, facts: FactBase, seed: int) -> None:
        self.facts = facts
        self.random = Random(seed)
        self.versions = {
            name: [v for minor in family.minors.values() for v in minor.releases]
            for name, family in facts.families.items()
        }
        self.targets = {name: self._targets(name) for name in facts.families}
        self.distributions = [d.id for d in facts.policies.distributions.values() if d.glibc]
        self.settings: dict[str, Callable[[tuple[str, ...], str], object]] = {
            "gpu": self._gpu,
            "links": self._links,
            "cxx": lambda families, arch: self.random.choice([11, 14, 17, 17, 20, 20, 23, 26]),
            "cxx11-abi": lambda families, arch: self.random.choice(["new", "old", "any"]),
            "glibc": self._glibc,
            "runs-on": lambda families, arch: self._some(self.distributions, 2),
            "pip": lambda families, arch: (
                f">={self.random.choice(['19.0', '19.3', '20.3', '24.1'])}"
            ),
            "driver": lambda families, arch: self._driver(),
            "python": lambda families, arch: self.random.choice(PYTHONS),
            "allow": lambda families, arch: self._some(WAIVERS, 3),
            "x86-64-level": lambda families, arch: self.random.choice([1, 2]),
            "features": self._features,
            "prefer": lambda families, arch: self.random.choice(["newest", "widest"]),
            "toolchain": lambda families, arch: self.random.choice(["newest", "image"]),
        }

    def request(self) -> Values:
        """One request, as ``mlplan.yaml`` would hold it."""
        chance = self.random
        families = tuple(f for f in chance.choice(MIXES) if f in self.facts.families)
        weights = [9, 1, 5, 1, 1, 2, 1, 1, 1]
        arch = chance.choices(ARCHITECTURES, weights)[0]
        variant: Values = {family: [self._spec(family)] for family in families}
        variant["architectures"] = [arch]
        share = SETTINGS_PER_REQUEST / len(self.settings)
        for name, make in self.settings.items():
            if chance.random() < share:
                value = make(families, arch)
                if value:
                    variant[name] = value
        values: Values = {"variants": {"job": variant}}
        if chance.random() < 0.6:
            values["date"] = chance.choice(DATES)
        return values

    def requests(self, count: int) -> list[Values]:
        """That many requests, one after another."""
        return [self.request() for _ in range(count)]

    def _some(self, names: Sequence[str], most: int) -> list[str]:
        return self.random.sample(list(names), min(len(names), self.random.randint(1, most)))

    def _spec(self, family: str) -> str:
        chance, versions = self.random, self.versions[family]
        first, second = sorted(chance.sample(range(len(versions)), 2))
        low, high = _minor(versions[first]), _minor(versions[second])
        specs = [versions[first], low, f"{low}.*", low.split(".")[0], f">={low}", f"<={high}"]
        specs += [f"<{high}", f">={low},<{high}", f"!={high}.*", "newest", "newest", f"~={low}.0"]
        spec = chance.choice(specs)
        return spec if any(admits(spec, version) for version in versions) else low

    def _targets(self, family: str) -> list[str]:
        forms = ("real", "virtual", "specific", "family", "generic")
        return sorted(
            {
                target
                for minor in self.facts.families[family].minors.values()
                for facts in (minor.facts, *minor.releases.values())
                for fact in facts.values()
                if fact.kind in ("gpu-targets", "gpu-targets-built")
                for form in forms
                for target in fact.words(form)
            }
        )

    def _gpu(self, families: tuple[str, ...], arch: str) -> object:
        known = [target for family in families for target in self.targets[family]]
        if not known:
            return None
        targets = self._some(known, 3)
        return [f"{t}:xnack+" if t == "gfx90a" and len(targets) > 1 else t for t in targets]

    def _links(self, families: tuple[str, ...], arch: str) -> object:
        known = [name for family in families for name in self.facts.families[family].components]
        return self._some(known, 3) if known else None

    def _glibc(self, families: tuple[str, ...], arch: str) -> object:
        bounds = ["2.17", "2.24", "2.27", "2.28", "2.31", "2.34", "2.35"]
        return self.random.choice(["<=", ">=", "<="]) + self.random.choice(bounds)

    def _driver(self) -> object:
        return (
            f">={self.random.choice(['450', '470', '525', '535', '550', '570.26', '580', '595'])}"
        )

    def _features(self, families: tuple[str, ...], arch: str) -> object:
        known = [f.name for f in self.facts.policies.features.values() if arch in f.architectures]
        return {arch: self._some(known, 2)} if known else None


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])
