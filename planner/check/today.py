"""What the planner would choose today for what a row is about."""

from __future__ import annotations

from dataclasses import replace

from planner.check.judge import Judge
from planner.check.places import same_line
from planner.check.results import PlannedToday
from planner.check.rows import Atom, Row
from planner.model.request import Variant
from planner.solve.constraints import Question
from planner.solve.day import Day
from planner.solve.solver import Candidate, Solver


class Today:
    """Answers rows as questions to the solver; equal questions are answered once."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.solver = Solver(judge.tables)
        self.day = Day(judge.today, explicit=False)
        self._found: dict[tuple[object, ...], Candidate | None] = {}

    def planned(self, whole: Row, clashing: frozenset[Atom]) -> PlannedToday | None:
        """The planner's choice for a row's accelerators, architecture, targets and standard.

        Targets, libraries and the standard are left out where they clash with something, and that
        is told. None where no plan exists.
        """
        row = replace(
            whole,
            gpu=tuple(target for target in whole.gpu if ("gpu", target) not in clashing),
            links=tuple(link for link in whole.links if ("links", link) not in clashing),
            cxx="" if ("cxx", "") in clashing else whole.cxx,
        )
        arch = row.any_arch or "x86_64"
        families = tuple(row.families.items())
        key = (arch, families, frozenset(row.gpu), row.cxx, frozenset(row.links))
        if key not in self._found:
            self._found[key] = self.solver.solve(self._question(row, arch))
        chosen = self._found[key]
        if chosen is None:
            return None
        env = chosen.environment
        return PlannedToday(
            platform_tag=f"{env.policy}_{arch}",
            image=env.image,
            gcc=env.gcc,
            binutils=env.binutils,
            accelerators=chosen.versions,
            in_image=bool(env.holds(self.day.iso)),
            differs=(*_differences(row, chosen, arch), *_left_out(whole, row)),
        )

    def _question(self, row: Row, arch: str) -> Question:
        tables = self.judge.tables
        families = sorted(row.families, key=lambda name: tables.families[name].rank)
        previews = all(
            release.preview for name in families for release in self.judge.releases(row, name)
        )
        variant = Variant(
            name=row.id,
            families={name: (row.families[name],) for name in families},
            prefer="newest",
            toolchain="newest",
            naming="none",
            python=None,
            architectures=(arch,),
            cxx=row.cxx or None,
            cxx11_abi=None,
            runs_on=(),
            glibc=None,
            pip=None,
            x86_64_level=None,
            features={},
            gpu=self.judge.names.grouped(row.gpu) if row.gpu else None,
            links=row.links or None,
            driver=None,
            allow=frozenset({"preview-release"} if previews and families else ()),
            lines={},
        )
        specs = tuple((name, row.families[name]) for name in families)
        return Question(variant, specs, arch, self.day)


def _left_out(whole: Row, row: Row) -> list[str]:
    found = [f"without {target}" for target in whole.gpu if target not in row.gpu]
    found += [f"without {link}" for link in whole.links if link not in row.links]
    return [*found, *([f"without C++{whole.cxx}"] if whole.cxx != row.cxx else [])]


def _differences(row: Row, chosen: Candidate, arch: str) -> tuple[str, ...]:
    env = chosen.environment
    found = []
    if row.tag and env.policy not in row.tag:
        written = ".".join(f"{policy}_{arch}" for policy in row.tag)
        found.append(f"{env.policy}_{arch} instead of {written}")
    if row.image and env.image != row.image:
        found.append(f"image {env.image} instead of {row.image}")
    if row.gcc and not same_line(env.gcc, row.gcc):
        found.append(f"gcc {env.gcc} instead of {row.gcc}")
    found += [
        f"{family} {version} for {row.families[family]}"
        for family, version in chosen.versions.items()
        if version != row.families[family]
    ]
    return tuple(found)
