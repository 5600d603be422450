"""What Python programs call: wheels verified or inspected, as the commands do it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from planner.artifacts.limits import DEFAULT_LIMITS, Limits
from planner.artifacts.wheel import read_wheel
from planner.errors import Problem, UsageError
from planner.load.locate import data_root
from planner.load.wheel_facts import load_wheel_facts
from planner.verifier.context import Options
from planner.verifier.judge import Judged, Report, judge, observed, report_of

if TYPE_CHECKING:
    from planner.model.wheel_facts import WheelFacts
    from planner.model.wheels import Wheel
    from planner.plan.locked import LockedPlan

Progress = Callable[[str, str, int, int], None]
"""Called with the wheel, the member at hand, the bytes done and the bytes in all (inflated)."""


def verify(
    wheels: str | Path | Iterable[str | Path],
    *,
    plan: str | Path | None = None,
    policy: str | None = None,
    max_policy: str | None = None,
    max_size: int | None = None,
    strict: bool = False,
    ignore: Iterable[str] = (),
    jobs: int = 1,
    limits: Limits = DEFAULT_LIMITS,
    data: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """Finished wheels judged against their own tags, the facts and, if given, a plan.

    ``wheels`` are files, folders (their ``*.whl``) or glob patterns. ``plan`` is a lock file.
    ``policy`` (``manylinux_2_28``) is judged instead of the wheels' tags, ``max_policy`` is the
    newest that they may have or need. ``max_size`` is in bytes. ``ignore`` holds ids or names of
    findings that become notes. ``jobs`` is how many threads read. The same wheel and facts give
    the same report on every machine.

    :raises UsageError: for a pattern that matches nothing and a policy that the facts do not know.
    :raises WheelError: where a wheel is missing or cannot be opened.
    :raises LockError: where the lock cannot be read.
    :raises DataError: where the facts break their own rules.
    """
    paths = find_wheels([wheels] if isinstance(wheels, str | Path) else wheels)
    facts = load_wheel_facts(data_root(data))
    for name in (policy, max_policy):
        _check_policy(name, facts)
    locked = _plan(plan)
    options = Options(
        policy=policy,
        max_policy=max_policy,
        max_size=max_size,
        strict=strict,
        ignore=frozenset(ignore),
    )

    def judged(wheel: Wheel) -> Judged:
        return judge(wheel, facts, locked, options)

    rows = tuple(judged(wheel) for wheel in _read_all(paths, limits, jobs, progress))
    return report_of(rows, locked, options)


def inspect(
    wheels: str | Path | Iterable[str | Path],
    *,
    jobs: int = 1,
    limits: Limits = DEFAULT_LIMITS,
    data: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """What is inside wheels, without findings; arguments and errors as of :func:`verify`."""
    paths = find_wheels([wheels] if isinstance(wheels, str | Path) else wheels)
    facts = load_wheel_facts(data_root(data))
    read = _read_all(paths, limits, jobs, progress)
    return Report(wheels=tuple(observed(wheel, facts) for wheel in read))


def _plan(path: str | Path | None) -> LockedPlan | None:
    if path is None:
        return None
    from planner.plan.lock import read_lock  # noqa: PLC0415
    from planner.plan.locked import locked_plan  # noqa: PLC0415

    return locked_plan(read_lock(Path(path)))


def _check_policy(name: str | None, facts: WheelFacts) -> None:
    if name is None or name in facts.policies:
        return
    from planner.load.nodes import nearest  # noqa: PLC0415

    known = list(facts.policies)
    problem = Problem(
        message="unknown policy",
        found=name,
        allowed=", ".join(known),
        nearest=nearest(name, known),
    )
    raise UsageError([problem], hint="a policy has no architecture: manylinux_2_28")


def find_wheels(names: Iterable[str | Path]) -> list[Path]:
    """The wheels that files, folders and glob patterns name, each once, in order.

    :raises UsageError: where a folder or a pattern holds no wheel.
    """
    found: dict[Path, None] = {}
    for name in names:
        path = Path(name)
        if path.is_dir():
            matches = sorted(path.glob("*.whl"))
        elif path.exists() or not _is_pattern(str(name)):
            matches = [path]
        else:
            matches = _matches(str(name))
        if not matches:
            raise UsageError(
                [Problem(message="no wheel there", found=str(name))],
                hint="mlplan verify dist/ reads every *.whl in dist/",
            )
        found.update(dict.fromkeys(matches))
    return list(found)


def _is_pattern(name: str) -> bool:
    return any(mark in name for mark in "*?[")


def _matches(pattern: str) -> list[Path]:
    import glob  # noqa: PLC0415

    return [Path(name) for name in sorted(glob.glob(pattern, recursive=True))]


def _read_all(
    paths: list[Path], limits: Limits, jobs: int, progress: Progress | None
) -> Iterator[Wheel]:
    """The wheels in order; with several threads small ones are read side by side."""
    if jobs < 2 or len(paths) < 2:
        for path in paths:
            yield _read(path, limits, jobs, progress)
        return
    with ThreadPoolExecutor(jobs) as pool:
        waiting = [pool.submit(_read, path, limits, 1, progress) for path in paths]
        for future in waiting:
            yield future.result()


def _read(path: Path, limits: Limits, threads: int, progress: Progress | None) -> Wheel:
    def step(member: str, done: int, total: int) -> None:
        if progress is not None:
            progress(path.name, member, done, total)

    return read_wheel(
        path, limits=limits, threads=threads, progress=None if progress is None else step
    )
