"""Coverage for a terminal: distributions, then GPUs, then what was asked for."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from planner.coverage.results import (
    Answer,
    Coverage,
    GpuAnswer,
    GpuServed,
    Host,
    HostOffer,
    Install,
    Offer,
    Required,
    Target,
    Why,
)
from planner.report.coverage_words import (
    alike,
    answer_word,
    caution_text,
    choices_text,
    code_text,
    gpu_text,
    host_offer_text,
    hosts_text,
    installed_word,
    installs_of,
    names_text,
    platforms_of,
    pythons_of,
    reason_text,
    reasons_text,
    same_gpus,
    why_text,
)
from planner.report.lines import folded_ids, labelled
from planner.report.plain import plain

WIDTH = 100
_COLUMN = 13
_COLORS = {
    "served": "32",
    "not served": "31",
    "unknown": "33",
    "native": "32",
    "same-major": "32",
    "family": "32",
    "generic": "32",
    "JIT": "36",
    "none": "31",
}
_HEADS = ("GPU", "products", "code runs", "by", "oldest driver")


def coverage_text(
    coverage: Coverage,
    *,
    width: int = WIDTH,
    color: bool = False,
    verbose: bool = False,
    quiet: bool = False,
) -> str:
    """The whole answer for a person; ``quiet`` leaves what was required and asked for."""
    teller = _Teller(min(width, WIDTH), color=color, verbose=verbose)
    teller.required(coverage.required)
    teller.asked(coverage)
    if not quiet:
        if not coverage.offers:
            teller.nothing()
        teller.systems(coverage)
        teller.gpus(coverage)
        teller.doubts(coverage)
    text = "\n".join(teller.lines).strip("\n")
    return f"{text}\n" if text else ""


class _Teller:
    """Collects the lines."""

    def __init__(self, width: int, *, color: bool, verbose: bool) -> None:
        self.width, self.color, self.verbose = width, color, verbose
        self.lines: list[str] = []

    def _painted(self, line: str, word: str) -> str:
        if not self.color or word not in _COLORS:
            return line
        return line.replace(word, f"\x1b[{_COLORS[word]}m{word}\x1b[0m", 1)

    def _label(self, label: str, text: str, indent: int = 2, column: int = _COLUMN) -> None:
        label = plain(label)
        found = labelled(label, plain(text, 4000), indent=indent, width=self.width, column=column)
        found[0] = self._painted(found[0], label)
        self.lines += found

    def _head(self, text: str) -> None:
        wrapped = textwrap.wrap(
            plain(text, 2000), self.width, subsequent_indent="  ", break_on_hyphens=False
        )
        self.lines += ["", *wrapped]

    # What was required and asked for

    def required(self, rows: Iterable[Required]) -> None:
        for row in rows:
            word = answer_word(row.answer)
            self.lines.append(self._painted(f"{word:<11} {plain(row.text)}", word))
            several = len(row.hosts) > 1
            if not row.rows:
                self.lines.append(f"  {host_offer_text(None)}")
            for each in self._telling(row.rows, row.answer):
                where = f" on {each.install.host}" if several else ""
                self._label(each.install.offer, f"{host_offer_text(each)}{where}", 2, 0)
                self._cautions(each, 4)

    def _telling(self, rows: Sequence[HostOffer], answer: Answer) -> list[HostOffer]:
        """The offers that give the answer; of those that do not serve, the ones that come near."""
        best = [row for row in rows if row.answer is answer]
        if answer is Answer.YES or self.verbose:
            return best
        near = [row for row in best if row.install.answer is not Answer.NO]
        return near or best

    def asked(self, coverage: Coverage) -> None:
        for host, rows in coverage.asked:
            self._head(host.name)
            self._label("has", _host_facts(host), 2, 8)
            for row in rows:
                word = answer_word(row.answer)
                line = self._painted(f"  {word:<11} {plain(row.install.offer)}", word)
                self.lines.append(line)
                for clause in _clauses(row, host):
                    self._label("-", clause, 4, 0)

    def _cautions(self, row: HostOffer, indent: int) -> None:
        if row.install.answer is not Answer.NO:
            for caution in row.install.cautions:
                self._label("note", caution_text(caution), indent, 0)

    # Distributions

    def nothing(self) -> None:
        """Say that nothing is there that a machine could install."""
        self._head("nothing is offered: no job has a plan, and no wheel is named that can be read")

    def systems(self, coverage: Coverage) -> None:
        for offers in alike(coverage):
            rows = installs_of(coverage, offers[0].id)
            if rows:
                self._head(_offers_head(offers))
                for answer in Answer:
                    self._system_rows(answer, rows)
        if coverage.ended:
            text = "; --ended shows them" if not self.verbose else f": {' '.join(coverage.ended)}"
            count = len(coverage.ended)
            self.lines.append("")
            self._label("left out", f"{count} distributions without any support{text}", 0, 0)

    def _system_rows(self, answer: Answer, rows: list[tuple[Host, Install]]) -> None:
        """The distributions with one answer: all that are served, the others by reason."""
        own = [(host, row) for host, row in rows if row.answer is answer]
        if not own:
            return
        word = answer_word(answer)
        if answer is Answer.YES:
            others = [host for host, row in rows if row.answer is not answer]
            self._label(word, hosts_text([host for host, _ in own], others))
            self._pip_cautions(own)
            return
        for text, hosts in _by_reason(own):
            self._label(word, f"{names_text(hosts)}: {text}")
            word = ""

    def _pip_cautions(self, rows: list[tuple[Host, Install]]) -> None:
        """The systems whose own pip or Python does not do, by what is needed."""
        by_need: dict[str, list[str]] = {}
        for host, row in rows:
            for caution in row.cautions:
                if caution.why is Why.PIP:
                    name = f"{names_text([host])} ({caution.found})"
                    by_need.setdefault(caution.needed, []).append(name)
        for needed, names in by_need.items():
            text = f"own pip is older than {needed}, upgrade it first: {', '.join(names)}"
            self._label("", text)
        others = [host for host, row in rows if any(c.why is Why.PYTHON for c in row.cautions)]
        if others:
            text = f"another Python than their own is needed on {names_text(others)}"
            self._label("", text)

    # GPUs

    def gpus(self, coverage: Coverage) -> None:
        for offers, rows in same_gpus(coverage):
            self._head(f"GPUs: {folded_ids(o.id for o in offers)}")
            self._label("code", code_text(offers[0]), 2, 8)
            self._gpu_table(rows)
        gpu_families = set(coverage.gpu_families)
        idle = [o.id for o in coverage.offers if gpu_families & set(o.accelerators) and not o.code]
        if coverage.targets and idle:
            self._label("no GPU code", folded_ids(idle), 0, 0)

    def _gpu_table(self, rows: list[tuple[Target, GpuServed]]) -> None:
        served = [(t, s) for t, s in rows if s.answer is not GpuAnswer.NONE]
        cells = [_HEADS, *(_cells(t, s) for t, s in served)] if served else []
        widths = [max((len(row[i]) for row in cells), default=0) for i in range(len(_HEADS))]
        widths[1] = min(widths[1], self.width - 2 - sum(widths) + widths[1] - 8)
        for row in cells:
            padded = [c[:w].ljust(w) for c, w in zip(row, widths, strict=True)]
            self.lines.append(self._painted(("  " + "  ".join(padded)).rstrip(), row[2]))
        for _, s in served:
            if s.answer is GpuAnswer.UNKNOWN:
                self._label("?", f"{s.target}: {reasons_text(s.reasons)}", 2, 0)
        none = [_target_name(t) for t, s in rows if s.answer is GpuAnswer.NONE]
        if none:
            self._label("none", "; ".join(none), 2, 8)

    # What it rests on

    def doubts(self, coverage: Coverage) -> None:
        unsure = [id_ for id_, c in coverage.cited.items() if c.standing.value == "unconfirmed"]
        if unsure:
            text = f"rests on facts that no source confirms: {', '.join(unsure)}"
            self.lines.append("")
            self._label("?", text, 0, 0)
        if self.verbose:
            self.lines.append("")
            for id_, citation in coverage.cited.items():
                self._label(id_, f"{citation.says} [{citation.standing.value}]", 2, 0)


def _offers_head(offers: Sequence[Offer]) -> str:
    first = offers[0]
    tags = " ".join(platforms_of(first)) or "no tag"
    return f"{tags} {pythons_of(first)}: {folded_ids(offer.id for offer in offers)}"


def _by_reason(rows: list[tuple[Host, Install]]) -> Iterator[tuple[str, list[Host]]]:
    """Hosts by what keeps them from being served; equal limits with different values together."""
    groups: dict[tuple[object, ...], list[tuple[Host, Install]]] = {}
    for host, row in rows:
        limits = tuple((r.why, r.needed, r.detail, r.is_unknown) for r in row.reasons)
        key = (installed_word(row), *limits)
        groups.setdefault(key, []).append((host, row))
    for found in groups.values():
        texts = dict.fromkeys(why_text(row) for _, row in found)
        hosts = [host for host, _ in found]
        if len(texts) == 1:
            yield next(iter(texts)), hosts
            continue
        first = found[0][1]
        summed = "; ".join(_summed(found, n) for n in range(len(first.reasons)))
        yield f"{installed_word(first)}{summed}", hosts


def _summed(rows: list[tuple[Host, Install]], number: int) -> str:
    """One reason of several hosts, with all values that they have."""
    reasons = [row.reasons[number] for _, row in rows]
    values = dict.fromkeys(reason.found.rpartition("_")[2] for reason in reasons)
    first = reasons[0]
    if "_" in first.needed and first.found:
        return f"{first.detail} needs {first.needed}, the systems stop at {', '.join(values)}"
    if first.why is Why.GLIBC:
        return f"glibc is older than {first.needed} ({', '.join(values)})"
    return "; ".join(dict.fromkeys(reason_text(reason) for reason in reasons))


def _cells(target: Target, served: GpuServed) -> tuple[str, ...]:
    doubt = "?" if target.is_unconfirmed else ""
    driver = served.driver or ("" if served.kind == "hip" else "not known")
    return (target.label, target.short + doubt, served.answer.value, served.by, driver)


def _target_name(target: Target) -> str:
    return f"{target.label} {target.short}".strip() + ("?" if target.is_unconfirmed else "")


def _host_facts(host: Host) -> str:
    """What counts of a host, in one line."""
    words = [f"{host.libc} {host.libc_version}"]
    words += [f"{prefix} {version}" for prefix, version in host.symbols.items()]
    words += [f"pip {host.pip}" if host.pip else f"any pip (own {host.own_pip or 'not known'})"]
    words += [f"Python {host.python}" if host.python else "any Python"]
    words += [f"driver {host.driver}"] if host.driver else []
    words += [f"{gpu.name} ({gpu.target})" for gpu in host.gpus]
    return ", ".join(words)


def _clauses(row: HostOffer, host: Host) -> Iterator[str]:
    """Everything that is told of one offer on one host."""
    install = row.install
    if install.choices:
        yield f"pip takes {choices_text(install.choices)}"
    if install.answer is Answer.YES:
        yield "it loads"
    for reason in install.reasons:
        verb = "not installed" if not install.choices else "does not load"
        verb = "may not load" if reason.is_unknown else verb
        yield f"{verb}: {reason_text(reason)}"
    for caution in install.cautions:
        yield caution_text(caution)
    names = {gpu.target: gpu.name for gpu in host.gpus}
    for served in row.gpus:
        yield f"{names.get(served.target, served.target)}: {gpu_text(served)}"
