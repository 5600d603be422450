"""Coverage in words: reasons, hosts and GPU answers, as all its reports say them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from planner.coverage.results import (
    Answer,
    Choice,
    Coverage,
    GpuAnswer,
    GpuServed,
    Host,
    HostOffer,
    Install,
    Offer,
    Reason,
    Target,
    Why,
)
from planner.emit.distributions import distribution_names, distribution_words
from planner.report.fold import fold_pythons

_SERVED = {Answer.YES: "served", Answer.NO: "not served", Answer.UNKNOWN: "unknown"}
_NOT_LOADED = "installs, does not load: "
_SAYS = {
    Why.ARCHITECTURE: "the wheel is for {needed}, the machine is {found}",
    Why.LIBC: "the wheel is for {needed}, the system has {found}",
    Why.GLIBC: "glibc {found} is older than {needed}",
    Why.PIP: "pip {found} does not know the tag (pip {needed} does)",
    Why.PYTHON: "no wheel for Python {found} (there is {needed})",
    Why.LIBSTDCXX: "{detail} needs {needed}, libstdc++ stops at {found}",
    Why.SYMBOL: "{detail} needs {needed}, the system stops at {found}",
    Why.LIBRARY: "nobody brings {needed}",
    Why.SYSTEM_LIBRARY: "{needed} must be on the machine",
    Why.DRIVER: "driver {found} is older than {needed}, which {detail} needs",
    Why.DRIVER_ENDED: "driver {found} no longer knows this GPU ({needed} is the last branch)",
    Why.MODE: "the code is for {needed}, the machine has {found}",
    Why.GPU_CODE: "no code for this GPU among {found}",
    Why.RENAMED: "{found} is another name of {needed}; whether it is loaded is not known",
    Why.PREFERRED: "pip takes {found} instead where it sees both",
    Why.UNREAD: "not all could be read ({detail})",
    Why.TARGET: "where code for {detail} runs is not known",
}
_UNSURE = {
    Why.GLIBC: "whether the C library has {needed} is not known",
    Why.LIBSTDCXX: "whether libstdc++ has {needed} is not known",
    Why.SYMBOL: "whether the system has {needed} is not known",
    Why.LIBRARY: "nobody brings {needed}, which a part of it needs",
    Why.DRIVER: "which driver {detail} needs is not known (there is {found})",
    Why.MODE: "the code is for {needed}, which the machine decides",
}
"""What is said where nobody knows."""


def answer_word(answer: Answer) -> str:
    """``served``, ``not served`` or ``unknown``."""
    return _SERVED[answer]


def reason_text(reason: Reason) -> str:
    """A reason in a few words: ``glibc 2.27 is older than 2.28``."""
    says = _UNSURE.get(reason.why) if reason.is_unknown else None
    found, needed = reason.found, reason.needed
    if reason.why is Why.GLIBC and "_" in needed and not says:  # a symbol, not the tag
        says = _SAYS[Why.SYMBOL]
    if reason.why is Why.PYTHON:
        needed = fold_pythons(needed.split(", "))
    if reason.why is Why.GPU_CODE and not found:
        says = "no code for this kind of GPU"
    if reason.why is Why.UNREAD and not reason.detail:
        says = "not all could be read"
    return (says or _SAYS[reason.why]).format(
        found=found or "not known", needed=needed, detail=reason.detail
    )


def reasons_text(reasons: Iterable[Reason]) -> str:
    """Several reasons as one clause."""
    return "; ".join(dict.fromkeys(reason_text(reason) for reason in _libraries_together(reasons)))


def _libraries_together(reasons: Iterable[Reason]) -> Iterator[Reason]:
    """The reasons, with all libraries that nobody brings as one."""
    by_kind: dict[object, list[Reason]] = {}
    for number, reason in enumerate(reasons):
        is_library = reason.why is Why.LIBRARY
        by_kind.setdefault(reason.is_unknown if is_library else f"{number}", []).append(reason)
    for rows in by_kind.values():
        yield replace(rows[0], needed=", ".join(dict.fromkeys(row.needed for row in rows)))


def why_text(install: Install) -> str:
    """Why an offer is not served: not installed, or installed and not loaded."""
    text = reasons_text(install.reasons)
    return f"{installed_word(install)}{text}" if text else ""


def installed_word(install: Install) -> str:
    """What stands before the reasons where pip takes a wheel that then does not load."""
    if not install.choices:
        return ""
    return "installs, may not load: " if install.answer is Answer.UNKNOWN else _NOT_LOADED


def caution_text(reason: Reason) -> str:
    """Something to know although the wheel installs and loads."""
    if reason.why is Why.PIP:
        return f"the system's own pip {reason.found} is too old: upgrade to {reason.needed} first"
    if reason.why is Why.PYTHON:
        pythons = fold_pythons(reason.needed.split(", "))
        return f"the system's own Python {reason.found} has no wheel; {pythons} has"
    return reason_text(reason)


def choices_text(choices: Sequence[Choice]) -> str:
    """Which wheel pip takes: one name for equal ones, with the Pythons."""
    parts = []
    for (wheel, tag), group in groupby(choices, key=lambda c: (c.wheel, c.tag)):
        pythons = fold_pythons([choice.python for choice in group])
        by = "" if wheel.endswith(tag) or tag in wheel else f" by {tag}"
        parts.append((pythons, wheel + by))
    if len(parts) > 3:
        pythons = fold_pythons([choice.python for choice in choices])
        platforms = dict.fromkeys(choice.tag.split("-", 2)[2] for choice in choices)
        return f"{', '.join(platforms)} for {pythons}"
    return "; ".join(f"{wheel} for {pythons}" for pythons, wheel in parts)


def gpu_text(served: GpuServed) -> str:
    """What GPU code does, in one clause: ``JIT from compute_90, driver 580.65.06 or newer``."""
    if served.answer in (GpuAnswer.NONE, GpuAnswer.UNKNOWN):
        why = reasons_text(served.reasons)
        return f"{served.answer.value}: {why}" if why else served.answer.value
    verb = "from" if served.answer is GpuAnswer.JIT else "by"
    driver = f", driver {served.driver} or newer" if served.driver else ""
    if served.answer is GpuAnswer.JIT and not served.driver:
        driver = ", driver of the toolkit that made the PTX or newer"
    return f"{served.answer.value} {verb} {served.by}{driver}"


def host_offer_text(row: HostOffer | None) -> str:
    """One offer on one host in a clause: what keeps it from working, else what its code does."""
    if row is None:
        return "no wheel is offered"
    if row.install.answer is not Answer.YES:
        return why_text(row.install)
    return "; ".join(f"{s.target} {gpu_text(s)}" for s in row.gpus) or "installs and loads"


def code_text(offer: Offer) -> str:
    """The GPU code of an offer: its targets, or that there is none."""
    code = offer.code
    words = [*code.real, *code.virtual, *code.hip]
    return " ".join(words + [f"({word})" for word in code.unread]) or "no GPU code"


def hosts_text(hosts: Sequence[Host], without: Sequence[Host]) -> str:
    """Distributions with the oldest version: ``RHEL 8+, Ubuntu 20.04+``."""
    return ", ".join(distribution_words(_ids(hosts), _ids(without)))


def names_text(hosts: Sequence[Host]) -> str:
    """Distributions with every version: ``RHEL 8, 9``."""
    return ", ".join(distribution_names(_ids(hosts)))


def _ids(hosts: Sequence[Host]) -> list[str]:
    return list(dict.fromkeys(host.system or host.name for host in hosts))


def installs_of(coverage: Coverage, offer: str) -> list[tuple[Host, Install]]:
    """The hosts on which an offer was tried, with what came of it."""
    hosts = {host.name: host for host in coverage.hosts}
    return [(hosts[row.host], row) for row in coverage.installs if row.offer == offer]


def alike(coverage: Coverage) -> list[tuple[Offer, ...]]:
    """Offers that every host treats alike, together: same tags on the same architecture."""
    groups: dict[object, list[Offer]] = {}
    for offer in coverage.offers:
        rows = tuple(
            (row.host, row.answer, row.reasons, row.cautions, tuple(c.python for c in row.choices))
            for row in coverage.installs
            if row.offer == offer.id
        )
        groups.setdefault((offer.arch, platforms_of(offer), rows), []).append(offer)
    return [tuple(group) for group in groups.values()]


def platforms_of(offer: Offer) -> tuple[str, ...]:
    """The platform tags of an offer's wheels, each once."""
    tags = (tag.split("-", 2)[2] for wheel in offer.wheels for tag in wheel.tags)
    return tuple(dict.fromkeys(tags))


def pythons_of(offer: Offer) -> str:
    """The Pythons of an offer's wheels, a run as a range."""
    pairs = dict.fromkeys(tag.rsplit("-", 1)[0] for wheel in offer.wheels for tag in wheel.tags)
    return fold_pythons(list(dict.fromkeys(_python(pair) for pair in pairs)))


def _python(pair: str) -> str:
    interpreter, _, abi = pair.partition("-")
    if abi.startswith("abi3"):
        return f"{interpreter}-{abi}"
    return abi if abi.startswith("cp") else interpreter


def same_gpus(coverage: Coverage) -> list[tuple[tuple[Offer, ...], list[tuple[Target, GpuServed]]]]:
    """Offers whose code does the same everywhere, together, with the row of every target."""
    targets = {target.name: target for target in coverage.targets}
    groups: dict[object, tuple[list[Offer], list[tuple[Target, GpuServed]]]] = {}
    for offer in coverage.offers:
        rows = [(targets[s.target], s) for s in coverage.gpus if s.offer == offer.id]
        if rows:
            key = (offer.code, tuple((s.target, s.answer, s.by, s.driver) for _, s in rows))
            groups.setdefault(key, ([], rows))[0].append(offer)
    return [(tuple(offers), rows) for offers, rows in _with_most(groups.values())]


def _with_most(
    groups: Iterable[tuple[list[Offer], list[tuple[Target, GpuServed]]]],
) -> list[tuple[list[Offer], list[tuple[Target, GpuServed]]]]:
    """Groups of equal code that differ only in GPUs of one architecture's machines as one group."""
    found: list[tuple[list[Offer], list[tuple[Target, GpuServed]]]] = []
    for offers, rows in groups:
        for place, (others, more) in enumerate(found):
            few, many = sorted((rows, more), key=len)
            told = {(t.name, s.answer, s.by, s.driver) for t, s in many}
            same = offers[0].code == others[0].code
            if same and {(t.name, s.answer, s.by, s.driver) for t, s in few} <= told:
                found[place] = ([*others, *offers], many)
                break
        else:
            found.append((list(offers), rows))
    return found
