"""What a plan rests on, and when it ends."""

from __future__ import annotations

from dataclasses import replace

from planner.model.lifecycle import EndOfLife
from planner.model.sources import Fact, Standing
from planner.plan.lifecycle import Fate, LifeLine, Part, distribution_lives, life_lines
from tests.emit.plans import example


def end(of: str, id_: str, date: str, what: str = "standard") -> EndOfLife:
    fact = Fact(
        id=f"end/{id_}-{what}", kind="end", standing=Standing.DOCUMENTED, sources=(), read=""
    )
    return EndOfLife(of=of, id=id_, what=what, date=date, overruled=False, fact=fact)


ENDS = (
    end("image", "manylinux_2_28", "2027-02-01"),
    end("distribution", "almalinux-8", "2029-05-31"),
    end("distribution", "rhel-8", "2033-05-31", "extended"),
    end("distribution", "rhel-8", "2029-05-31"),
    end("interpreter", "cp311", "2027-10-31"),
    end("interpreter", "cp312", "2026-10"),
)


def told(lines: tuple[LifeLine, ...]) -> list[tuple[Part, str, str, int]]:
    """What each line says, distributions left out."""
    return [
        (line.part, line.name, line.standard.written if line.standard else "", len(line.jobs))
        for line in lines
        if line.part is not Part.DISTRIBUTION
    ]


def test_all_that_jobs_rest_on() -> None:
    plan = example("framework")
    jobs = [replace(job, pythons=("cp311", "cp313t", "abi3-cp312")) for job in plan.jobs]
    lines = life_lines(replace(plan, jobs=tuple(jobs)), ENDS)
    assert told(lines) == [
        (Part.IMAGE, "manylinux_2_28", "2027-02-01", 9),
        (Part.BASE, "almalinux-8", "2029-05-31", 9),
        (Part.PYTHON, "cp312", "2026-10", 9),
        (Part.PYTHON, "cp311", "2027-10-31", 9),
        (Part.PYTHON, "cp313t", "", 9),
        (Part.TOOLKIT, "cuda 12.6.3", "", 2),
        (Part.TOOLKIT, "cuda 12.9.2", "", 2),
        (Part.TOOLKIT, "cuda 13.0.3", "", 2),
        (Part.TOOLKIT, "mkl 2025.3.1", "", 1),
        (Part.TOOLKIT, "rocm 7.2.4", "", 1),
        (Part.DRIVER, "driver 525", "", 4),
        (Part.DRIVER, "driver 580", "", 2),
    ]
    fates = [line.fate("2026-11-21") for line in lines[:5]]
    assert fates == [Fate.NEAR, Fate.LATER, Fate.ENDED, Fate.NEAR, Fate.UNKNOWN]


def test_free_threaded_python_ends_with_the_other() -> None:
    plan = example("plugin-set")
    ends = (end("interpreter", "cp314", "2030-10-31"),)
    lines = {line.name: line for line in life_lines(plan, ends)}
    assert [e.fact.id for e in lines["cp314t"].ends] == ["end/cp314-standard"]


def test_extensions_are_no_standard_support() -> None:
    lines = distribution_lives(["rhel-8", "debian-99"], ENDS)
    ends = [(e.what, e.day, e.written) for e in lines["rhel-8"].ends]
    assert ends == [
        ("standard", "2029-05-31", "2029-05-31"),
        ("extended", "2033-05-31", "2033-05-31"),
    ]
    assert lines["rhel-8"].fate("2029-05-31") is Fate.NEAR
    assert lines["rhel-8"].fate("2029-06-01") is Fate.ENDED
    assert lines["rhel-8"].fate("2028-05-31") is Fate.NEAR
    assert lines["rhel-8"].fate("2028-05-30") is Fate.LATER
    assert (lines["debian-99"].ends, lines["debian-99"].fate("2026-11-21")) == ((), Fate.UNKNOWN)
