"""What Python programs call: wheels verified or inspected, as the commands do it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from planner.artifacts.dist_info import parse_file_name
from planner.artifacts.limits import DEFAULT_LIMITS, Limits
from planner.artifacts.wheel import read_wheel
from planner.artifacts.workers import Workers
from planner.errors import Problem, UsageError, WheelError
from planner.load.locate import data_root
from planner.load.wheel_facts import load_wheel_facts
from planner.model.platforms import LEGACY_TAGS
from planner.model.wheels import Oddity, Oddness, Wheel
from planner.verifier.catalogue import RULES
from planner.verifier.context import Options, split_platform
from planner.verifier.judge import Judged, Report, judge, observed, report_of

if TYPE_CHECKING:
    from planner.model.wheel_facts import WheelFacts
    from planner.plan.locked import LockedPlan

Progress = Callable[[str, str, int, int], None]
"""Called with the wheel, the member at hand, the bytes done and the bytes in all (inflated).

With several ``jobs`` it is called from several threads."""

_SIDE_BY_SIDE = 32 << 20  # packed bytes; larger wheels are read one after the other, for memory


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
    overlay: str | Path | None = None,
    progress: Progress | None = None,
    file_digest: bool = True,
) -> Report:
    """Finished wheels judged against their own tags, the facts and, if given, a plan.

    ``wheels`` are files, folders (their ``*.whl``) or glob patterns; what one of them declares is
    looked for in the others, too. ``plan`` is a lock file.
    ``policy`` (``manylinux_2_28``) is judged instead of the wheels' tags, ``max_policy`` is the
    newest that they may have or need. ``max_size`` is in bytes. ``ignore`` holds ids or names of
    findings that become notes, or ``ID:PATTERN`` for those about some files. ``jobs`` is how many
    threads read. ``file_digest`` asks for the SHA-256 of each wheel as a whole, which costs one
    more reading of it. ``overlay`` is a project's YAML over the facts (docs/overlay.md). The same
    wheel and facts give the same report on every machine. A wheel that is missing or cannot be
    opened is a row of the report, unreadable.

    :raises UsageError: where no wheel is named, for a folder or pattern without wheels, and for a
        policy or finding that is not known.
    :raises LockError: where the lock cannot be read.
    :raises DataError: where the facts break their own rules, or an entry of the overlay has
        expired by today.
    """
    paths = find_wheels([wheels] if isinstance(wheels, str | Path) else wheels)
    facts = _facts(data, overlay)
    ignore = tuple(ignore)
    policy, max_policy = (_known_policy(name, facts) for name in (policy, max_policy))
    _check_ignored(ignore)
    locked = _plan(plan)
    options = Options(
        policy=policy,
        max_policy=max_policy,
        max_size=max_size,
        strict=strict,
        ignore=frozenset(ignore),
    )

    read = tuple(_read_all(paths, jobs, _Reading(limits, progress, file_digest)))
    known_to = _known_to(read, facts)

    def judged(wheel: Wheel) -> Judged:
        # Of what was not read nothing can be compared with a plan.
        return judge(wheel, known_to(wheel), locked if wheel.entries else None, options)

    return report_of(tuple(judged(wheel) for wheel in read), locked, options)


def _known_to(wheels: tuple[Wheel, ...], facts: WheelFacts) -> Callable[[Wheel], WheelFacts]:
    """What is known to each wheel: the facts, and the other wheels if there are any."""
    if len(wheels) < 2:
        return lambda wheel: facts
    from planner.verifier.siblings import run_facts  # noqa: PLC0415

    return run_facts(wheels, facts)


def inspect(
    wheels: str | Path | Iterable[str | Path],
    *,
    jobs: int = 1,
    limits: Limits = DEFAULT_LIMITS,
    data: str | None = None,
    overlay: str | Path | None = None,
    progress: Progress | None = None,
    file_digest: bool = True,
) -> Report:
    """What is inside wheels, without findings; arguments and errors as of :func:`verify`."""
    paths = find_wheels([wheels] if isinstance(wheels, str | Path) else wheels)
    facts = _facts(data, overlay)
    read = _read_all(paths, jobs, _Reading(limits, progress, file_digest))
    return Report(wheels=tuple(observed(wheel, facts) for wheel in read))


def _facts(data: str | None, overlay: str | Path | None) -> WheelFacts:
    """The facts about wheels, with an overlay that holds today."""
    if overlay is None:
        return load_wheel_facts(data_root(data))
    import datetime  # noqa: PLC0415

    facts = load_wheel_facts(data_root(data), overlay=Path(overlay))
    if facts.overlay is not None:
        facts.overlay.require_in_force(datetime.date.today().isoformat())
    return facts


def _plan(path: str | Path | None) -> LockedPlan | None:
    if path is None:
        return None
    from planner.plan.lock import read_lock  # noqa: PLC0415
    from planner.plan.locked import locked_plan  # noqa: PLC0415

    return locked_plan(read_lock(Path(path)))


def _known_policy(name: str | None, facts: WheelFacts) -> str | None:
    """A policy by its PEP 600 name; older spellings and whole platform tags mean one, too."""
    if name is None:
        return None
    tag = split_platform(name)
    spelled = {old: new for new, old in LEGACY_TAGS.items()}.get(name, tag.policy or name)
    if spelled in facts.policies:
        return spelled
    from planner.model.nearest import nearest  # noqa: PLC0415

    known = list(facts.policies)
    problem = Problem(
        message="unknown policy",
        found=name,
        allowed=", ".join(known),
        nearest=nearest(name, known),
    )
    raise UsageError([problem], hint="a policy has no architecture: manylinux_2_28")


def _check_ignored(names: Iterable[str]) -> None:
    known = {about.id for about in RULES.values()} | {rule.value for rule in RULES}
    wrong = [name for name in names if name.partition(":")[0] not in known or name.endswith(":")]
    if wrong:
        hint = "docs/findings.md lists all: MLP-T001, symbol-too-new, MLP-T001:pkg/lib/* ..."
        raise UsageError([_not_a_finding(name, known) for name in wrong], hint=hint)


def _not_a_finding(name: str, known: set[str]) -> Problem:
    from planner.model.nearest import nearest  # noqa: PLC0415

    rule, narrowed, pattern = name.partition(":")
    if rule in known:
        return Problem(message="names no file behind the colon", found=name, nearest=f"{rule}:*")
    found = nearest(rule, known)
    return Problem(
        message="no finding has this id or name",
        found=name,
        nearest=f"{found}{narrowed}{pattern}" if found else None,
    )


def find_wheels(names: Iterable[str | Path]) -> list[Path]:
    """The wheels that files, folders and glob patterns name, each once, in order.

    :raises UsageError: where nothing is named, or a folder or a pattern holds no wheel.
    """
    found: dict[Path, None] = {}
    for name in names:
        path = Path(name)
        if _is(path.is_dir) and path.suffix != ".whl":
            matches = sorted(path.glob("*.whl"))
        elif _is_pattern(str(name)) and not _is(path.exists):
            matches = _matches(str(name))
        else:
            # A missing wheel is reported like an unreadable one; a missing folder is a slip.
            matches = [path] if path.suffix == ".whl" or _is_there(path) else []
        if not matches:
            problem = Problem(
                message="no wheel there"
                if _is(path.exists) or _is_pattern(str(name))
                else "no such file or folder",
                found=str(name),
            )
            raise UsageError([problem], hint="mlplan verify dist/ reads every *.whl in dist/")
        found.update(dict.fromkeys(matches))
    if not found:
        raise UsageError("no wheel is named", hint="mlplan verify dist/ reads every *.whl in dist/")
    return list(found)


def _is_there(path: Path) -> bool:
    """Whether there is something at a path, or whether that cannot be asked."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return True


def _is(asked: Callable[[], bool]) -> bool:
    """An answer about a path; no where nobody may ask, or no path can be like this."""
    try:
        return asked()
    except (OSError, ValueError):
        return False


def _is_pattern(name: str) -> bool:
    return any(mark in name for mark in "*?[")


def _matches(pattern: str) -> list[Path]:
    import glob  # noqa: PLC0415

    return [Path(name) for name in sorted(glob.glob(pattern, recursive=True))]  # noqa: PTH207


class _Reading(NamedTuple):
    """How wheels are read."""

    limits: Limits
    progress: Progress | None
    file_digest: bool

    def wheel(self, path: Path, threads: int) -> Wheel:
        """A wheel; one that cannot be opened is a wheel of which only that is known."""

        def step(member: str, done: int, total: int) -> None:
            if self.progress is not None:
                self.progress(path.name, member, done, total)

        try:
            return read_wheel(
                path,
                limits=self.limits,
                threads=threads,
                progress=None if self.progress is None else step,
                digest=self.file_digest,
            )
        except WheelError as error:
            return _unopened(path, error)


def _unopened(path: Path, error: WheelError) -> Wheel:
    name = parse_file_name(path.name)
    detail = "; ".join(problem.message for problem in error.problems)
    return Wheel(
        file=path.name,
        sha256="",
        size=0,
        filename_tags=name.tags if name else (),
        name=name.name if name else "",
        version=name.version if name else "",
        build=name.build if name else "",
        oddities=(Oddity(what=Oddness.CANNOT_OPEN, member="", detail=detail),),
    )


def _read_all(paths: list[Path], jobs: int, reading: _Reading) -> Iterator[Wheel]:
    """The wheels in order; with several threads small ones are read side by side."""
    if jobs < 2 or len(paths) < 2:
        for path in paths:
            yield reading.wheel(path, jobs)
        return
    with Workers(jobs) as pool:
        waiting = [
            pool.submit(reading.wheel, path, 1) if _is_small(path) else path for path in paths
        ]
        for wheel in waiting:
            yield reading.wheel(wheel, jobs) if isinstance(wheel, Path) else wheel.result()


def _is_small(path: Path) -> bool:
    try:
        return path.stat().st_size <= _SIDE_BY_SIDE
    except (OSError, ValueError):
        return True
