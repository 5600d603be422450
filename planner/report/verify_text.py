"""Judged wheels for a person: bad wheels first, errors first, equal findings told once."""

from __future__ import annotations

import shlex
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from planner.model.wheel_facts import Citation
from planner.report.fold import fold_targets
from planner.report.plain import member_cut, middle_cut, plain
from planner.report.wheel_summary import GpuSummary, is_opened, wheel_gpu
from planner.verifier.catalogue import Rule
from planner.verifier.context import Context
from planner.verifier.findings import Finding, Severity
from planner.verifier.judge import Judged, Report, Verdict

WIDTH = 100
_COLORS = {
    "pass": "\x1b[32m",
    "fail": "\x1b[1;31m",
    "unreadable": "\x1b[1;31m",
    "error": "\x1b[31m",
    "warning": "\x1b[33m",
    "note": "\x1b[36m",
}
_PLAIN = "\x1b[0m"
_MEMBERS_SHOWN = 3
_ALSO_SHOWN = 6
_GROUPS_SHOWN = 4
_FACTS_SHOWN = 2
_AMD_SHOWN = 8
_NAME, _TITLE = 86, 72
_NEXT = "next: "
_EXAMPLES = {Rule.SYMBOL_TOO_NEW: "user"}
"""Values that are an example of many: findings that differ in theirs only say the same."""


def verify_text(
    report: Report,
    paths: Sequence[str] = (),
    *,
    lock: str = "",
    width: int = WIDTH,
    color: bool = False,
    verbose: bool = False,
    quiet: bool = False,
) -> str:
    """The whole report. ``paths`` are the wheels as they were named, for the command to run next,
    which compares them with ``lock`` if there is one; ``verbose`` adds notes, facts and everything
    that is folded; ``quiet`` leaves errors only."""
    teller = _Teller(min(width, WIDTH), color=color, verbose=verbose, quiet=quiet)
    names = paths or [judged.wheel.file for judged in report.wheels]
    pairs = sorted(
        zip(report.wheels, names, strict=True), key=lambda pair: pair[0].verdict is Verdict.PASS
    )
    for judged, _ in pairs:
        if not (quiet and judged.verdict is Verdict.PASS):
            teller.wheel(judged)
    if report.findings and not quiet:
        facts = report.wheels[0].context.facts.cited if report.wheels else {}
        teller.findings(report.findings, facts, indent=0, notes=True)
        teller.lines.append("")
    teller.end(report, "" if quiet else _next_command(pairs, lock, teller.width))
    return "\n".join(teller.lines) + "\n"


def summary(report: Report) -> str:
    """One line with the number of wheels by verdict and of findings by severity."""
    number = len(report.wheels)
    verdicts = [(v, sum(w.verdict is v for w in report.wheels)) for v in Verdict]
    said = ", ".join(f"{count} {verdict.value}" for verdict, count in verdicts if count)
    counts = Counter(f.severity for w in report.wheels for f in w.findings)
    counts.update(f.severity for f in report.findings)
    found = [counted(counts[severity], severity.value) for severity in Severity if counts[severity]]
    return f"{counted(number, 'wheel')}: {said}" + (f"; {', '.join(found)}" if found else "")


def counted(number: int, noun: str) -> str:
    """``1 wheel``, ``2 wheels``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def wheel_line(context: Context) -> str:
    """Size, tags against the floor and GPU targets of a wheel in short."""
    wheel = context.wheel
    parts = [size_text(wheel.size)] if is_opened(wheel) else []
    parts.append(tags_text(context))
    parts += gpu_parts(wheel_gpu(context))
    return plain("; ".join(parts))


def tags_text(context: Context) -> str:
    """What the wheel is tagged, and what its symbols need."""
    declared = " ".join(tag.text for tag in context.platforms)
    tagged = f"tagged {declared}" if declared else "no tag"
    floor = context.floor
    if floor is None:
        return f"{tagged}, no ELF files"
    if floor.policy is None:
        return f"{tagged}, no policy allows all its symbols ({floor.platform_tag})"
    if floor.libc == "musl":
        return f"{tagged}; musl code, which does not say what it needs"
    return f"{tagged}, needs {floor.platform_tag}"


def size_text(size: int) -> str:
    """A size in the unit that suits it, as package indexes print it: ``12.3 MB``."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} bytes"


def gpu_parts(gpu: GpuSummary) -> list[str]:
    """``CUDA sm_75..sm_120 (9) +PTX 120`` and the like, one entry per accelerator."""
    cuda = [fold_targets(gpu.real)] if gpu.real else []
    if gpu.virtual:
        cuda.append(f"+PTX {fold_targets([t.removeprefix('compute_') for t in gpu.virtual])}")
    rest = (("relocatable", gpu.relocatable), ("hidden", gpu.hidden), ("raw", gpu.raw))
    if not cuda:
        for place, targets in rest:
            forms = by_form(targets)
            cuda += [" ".join(filter(None, [place, f, fold_targets(ts)])) for f, ts in forms]
    parts = [f"CUDA {' '.join(cuda)}"] if cuda else []
    if gpu.hip or gpu.unread:
        unread = [f"({counted(gpu.unread, 'bundle')} not read)"] if gpu.unread else []
        parts.append(" ".join(["ROCm", *amd_targets(gpu.hip), *unread]))
    if gpu.sycl:
        parts.append(f"SYCL {' '.join(gpu.sycl)}")
    if gpu.unknown:
        parts.append(f"GPU code not understood: {counted(gpu.unknown, 'piece')}")
    return parts


def by_form(targets: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """The targets of machine code, of PTX and of what is neither, apart, as they are told."""
    forms: dict[str, list[str]] = {"": [], "PTX": [], "other": []}
    for target in targets:
        prefix = target.partition("_")[0]
        forms[{"sm": "", "compute": "PTX"}.get(prefix, "other")].append(target)
    return [(form, tuple(found)) for form, found in forms.items() if found]


def amd_targets(targets: Sequence[str]) -> Sequence[str]:
    """The targets, many cut short: AMD's have no order that a range could stand for."""
    more = len(targets) - _AMD_SHOWN
    return targets if more <= 1 else [*targets[:_AMD_SHOWN], f"and {more} more"]


class Folded(NamedTuple):
    """Equal findings as one: the members, and what else was found of the same members."""

    first: Finding
    members: tuple[str, ...]
    also: tuple[str, ...] = ()


def folded(findings: Iterable[Finding]) -> list[Folded]:
    """Findings that say the same of several members as one, then several of the same members."""
    same: dict[object, list[Finding]] = {}
    for found in findings:
        says = tuple(_data(found).items()) if found.rule in _EXAMPLES else found.message
        same.setdefault((found.id, found.severity, says, found.hint), []).append(found)
    alike: dict[object, list[list[Finding]]] = {}
    for group in same.values():
        first = group[0]
        members = tuple(found.member for found in group)
        alike.setdefault((first.id, first.severity, first.hint, members), []).append(group)
    return [
        Folded(
            groups[0][0],
            tuple(dict.fromkeys(found.member for found in groups[0])),
            _differing([group[0] for group in groups]),
        )
        for groups in alike.values()
    ]


def _data(found: Finding) -> dict[str, str]:
    """The values of a finding without the one that is an example."""
    return {key: value for key, value in found.data.items() if key != _EXAMPLES.get(found.rule)}


def _differing(findings: Sequence[Finding]) -> tuple[str, ...]:
    """The values in which the others differ from the first: of the first key that has such."""
    first, *others = findings
    for key, value in _data(first).items():
        values = dict.fromkeys(other.data.get(key, "") for other in others)
        if any(other != value for other in values):
            return tuple(values)
    return ()


def wrapped(label: str, text: str, *, indent: int, width: int, column: int = 0) -> list[str]:
    """A label and its text, continued under the text; what is too long for a line is broken."""
    start = indent + max(column, len(label) + 1)
    lines = textwrap.wrap(
        text,
        max(width, start + 20),
        initial_indent=" " * indent + label.ljust(start - indent),
        subsequent_indent=" " * start,
        break_on_hyphens=False,
    )
    return lines or [f"{' ' * indent}{label}"]


def painted(line: str, word: str, *, color: bool) -> str:
    """A line whose first occurrence of a word is coloured as that word is."""
    if not color or word not in _COLORS:
        return line
    return line.replace(word, f"{_COLORS[word]}{word}{_PLAIN}", 1)


def fact_text(id_: str, fact: Citation) -> str:
    """What a fact says, its standing, id, day and first source."""
    said = f"{fact.says} ({fact.standing.value}; {id_}; read {fact.read})"
    if not fact.sources:
        return said
    title = textwrap.shorten(fact.sources[0], _TITLE, placeholder=" ...")
    more = f" and {len(fact.sources) - 1} more" if len(fact.sources) > 1 else ""
    return f"{said}; source: {title}{more}"


class _Teller:
    """Writes the lines of a report."""

    def __init__(self, width: int, *, color: bool, verbose: bool, quiet: bool) -> None:
        self.width, self.color, self.verbose, self.quiet = width, color, verbose, quiet
        self.lines: list[str] = []

    def wheel(self, judged: Judged) -> None:
        """A headline, then what was found."""
        verdict = judged.verdict.value
        name = middle_cut(plain(judged.wheel.file), min(_NAME, self.width - len(verdict) - 1))
        self.lines.append(painted(f"{verdict} {name}", verdict, color=self.color))
        self._say("", wheel_line(judged.context), indent=1)
        if judged.job is not None:
            self._say("", f"job {plain(judged.job.id)}", indent=1)
        self.findings(judged.findings, judged.context.facts.cited, indent=2, notes=self.verbose)
        self.lines.append("")

    def findings(
        self,
        findings: Sequence[Finding],
        facts: Mapping[str, Citation],
        *,
        indent: int,
        notes: bool,
    ) -> None:
        """The findings, folded; those that are not shown are counted."""
        shown = [found for found in findings if self._is_shown(found, notes=notes)]
        by_rule: dict[object, list[Folded]] = {}
        for group in folded(shown):
            by_rule.setdefault((group.first.severity, group.first.id), []).append(group)
        for groups in by_rule.values():
            most = len(groups) if self.verbose else _GROUPS_SHOWN
            for group in groups[:most]:
                self._finding(group, facts, indent)
            hidden = sum(len(group.members) for group in groups[most:])
            if hidden:
                first = groups[0].first
                text = f"{first.id} and {hidden} more of {first.rule.value} (-v shows them)"
                self._say(first.severity.value, text, indent=indent)
        left_out = sum(found.severity is Severity.NOTE for found in findings) if not notes else 0
        if left_out and not self.quiet:
            self._say("", f"{counted(left_out, 'note')} (-v shows them)", indent=indent - 1)

    def _is_shown(self, found: Finding, *, notes: bool) -> bool:
        if self.quiet:
            return found.severity is Severity.ERROR
        return notes or found.severity is not Severity.NOTE

    def _finding(self, group: Folded, facts: Mapping[str, Citation], indent: int) -> None:
        found = group.first
        about = self._members(group.members)
        says = f"{found.id} {about}{plain(found.message)}"
        if group.also:
            most = len(group.also) if self.verbose else _ALSO_SHOWN
            named = ", ".join(plain(value) for value in group.also[:most])
            more = f" and {len(group.also) - most} more" if len(group.also) > most else ""
            says += f"; also {named}{more}"
        self._say(found.severity.value, says, indent=indent)
        below = indent + len(found.severity.value) + 1
        self._say("hint:", plain(found.hint), indent=below)
        for id_ in found.facts[:_FACTS_SHOWN] if self.verbose else ():
            if id_ in facts:
                self._say("fact:", plain(fact_text(id_, facts[id_])), indent=below)

    def _members(self, members: tuple[str, ...]) -> str:
        """The members that a finding is about, as the start of its sentence."""
        names = [member_cut(plain(member), _NAME) for member in members if member]
        if not names:
            return ""
        most = len(names) if self.verbose else _MEMBERS_SHOWN
        if len(names) <= most + 1:
            return f"{', '.join(names)}: "
        rest = f" and {len(names) - most} more"
        return f"{len(names)} files ({', '.join(names[:most])}{rest}): "

    def _say(self, label: str, text: str, *, indent: int) -> None:
        lines = wrapped(label, text, indent=indent, width=self.width)
        lines[0] = painted(lines[0], label, color=self.color)
        self.lines += lines

    def end(self, report: Report, command: str) -> None:
        """The summary, and what to run next."""
        line = summary(report)
        if command and len(line) + 2 + len(command) <= self.width:
            self.lines.append(f"{line}; {command}")
        else:
            self.lines += textwrap.wrap(line, self.width)
            self.lines += [command] if command else []


def _next_command(pairs: Sequence[tuple[Judged, str]], lock: str, width: int) -> str:
    """What to run next: a look into the first bad wheel; where all are good, their comparison with
    the plan that is there, else the machines that they serve."""
    failed = [path for judged, path in pairs if judged.verdict is Verdict.FAIL]
    if failed:
        return _fitting(f"mlplan inspect {shlex.quote(failed[0])}", "mlplan inspect WHEEL", width)
    if any(judged.verdict is not Verdict.PASS or judged.job is not None for judged, _ in pairs):
        return ""
    if lock:
        paths, verb, rest = [path for _, path in pairs], "verify", f" --plan {lock}"
    else:
        paths = [path for judged, path in pairs if _is_for_a_platform(judged.context)]
        verb, rest = "coverage", ""
    if not paths:
        return ""
    asked = f"mlplan {verb} {shlex.quote(paths[0])}{rest}"
    return _fitting(asked, f"mlplan {verb} WHEEL{rest}", width)


def _is_for_a_platform(context: Context) -> bool:
    return any(tag.text != "any" for tag in context.platforms)


def _fitting(command: str, other: str, width: int) -> str:
    """A command, unless it is too long or odd to be copied from a line."""
    fits = len(_NEXT) + len(command) <= width and plain(command) == command
    return _NEXT + (command if fits else other)
