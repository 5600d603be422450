"""Which wheel of an offer pip takes on a host, and whether it loads there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from packaging.version import InvalidVersion, Version

from planner.coverage.results import (
    Answer,
    Choice,
    Host,
    Install,
    Offer,
    OfferedWheel,
    Reason,
    Why,
)
from planner.coverage.symbols import symbol_reasons
from planner.coverage.tags import (
    Supported,
    Tag,
    interpreter_pairs,
    is_older,
    legacy_spellings,
    pip_floor,
    platforms,
    split_tag,
)
from planner.model.hosts import InstallerLimit
from planner.model.wheel_facts import WheelFacts


@dataclass(frozen=True, slots=True)
class _Tried:
    """A wheel's tag on a host for one Python: why it is not taken, or its rank."""

    wheel: OfferedWheel
    tag: Tag
    reasons: tuple[Reason, ...]
    rank: tuple[int, int] | None


class Installer:
    """Installs offers on one host, as pip would."""

    def __init__(self, host: Host, facts: WheelFacts) -> None:
        self.host = host
        self.facts = facts
        self._legacy = legacy_spellings(facts.policies)
        self._platforms = platforms(host.libc, host.libc_version, host.arch, facts.policies)
        self._tags: dict[str, Tag] = {}
        self._limits: dict[str, InstallerLimit | None] = {}

    def install(self, offer: Offer) -> Install:
        """What of an offer the host installs, and whether that loads."""
        taken: dict[str, _Tried] = {}
        refused: list[_Tried] = []
        for python in self._pythons():
            tried = list(self._tried(offer, python))
            best = [row for row in tried if row.rank is not None]
            if best:
                taken[python] = min(best, key=_preference)
            else:
                refused += tried
        if not taken:
            return self._refused(offer, refused)
        wheels = {row.wheel.file: row.wheel for row in taken.values()}
        reasons = _distinct(r for wheel in wheels.values() for r in self._load_reasons(wheel))
        return Install(
            offer=offer.id,
            host=self.host.name,
            answer=_answer(reasons),
            choices=tuple(
                Choice(python=python, wheel=row.wheel.file, tag=row.tag.text)
                for python, row in taken.items()
            ),
            reasons=reasons,
            cautions=_distinct(self._cautions(offer, taken)),
        )

    def _pythons(self) -> tuple[str, ...]:
        """The host's Python, or all where the host states none."""
        return (self.host.python,) if self.host.python else self.facts.hosts.pythons

    def _tried(self, offer: Offer, python: str) -> Iterator[_Tried]:
        supported = Supported(interpreter_pairs(python), self._platforms)
        for wheel in offer.wheels:
            for text in wheel.tags:
                tag = self._tag(text)
                if self.host.python is None and not supported.takes_python(tag):
                    continue
                reasons = tuple(self._tag_reasons(tag, supported, offer))
                rank = None if reasons else supported.rank(tag)
                if not reasons and rank is None:
                    reasons = (self._other_platform(tag),)
                yield _Tried(wheel, tag, reasons, rank)

    def _tag(self, text: str) -> Tag:
        if text not in self._tags:
            self._tags[text] = split_tag(text, self._legacy)
        return self._tags[text]

    def _limit(self, tag: Tag) -> InstallerLimit | None:
        """The limit of pip that a tag meets."""
        if tag.text not in self._limits:
            self._limits[tag.text] = pip_floor(tag, self.facts.hosts.installers)
        return self._limits[tag.text]

    def _tag_reasons(self, tag: Tag, supported: Supported, offer: Offer) -> Iterator[Reason]:
        host = self.host
        if tag.arch is not None and tag.arch != host.arch:
            yield Reason(why=Why.ARCHITECTURE, found=host.arch, needed=tag.arch, detail=tag.text)
        if tag.libc is not None and tag.libc != host.libc:
            yield Reason(why=Why.LIBC, found=host.libc, needed=tag.libc, facts=host.facts)
        elif tag.version is not None and is_older(host.libc_version, tag.version):
            yield Reason(
                why=Why.GLIBC, found=host.libc_version, needed=tag.version, facts=host.facts
            )
        if not supported.takes_python(tag):
            yield self._python_reason(offer)
        limit = self._limit(tag)
        if limit and host.pip is not None and is_older(host.pip, limit.pip):
            yield Reason(why=Why.PIP, found=host.pip, needed=limit.pip, facts=(limit.fact,))

    def _python_reason(self, offer: Offer) -> Reason:
        texts = (text for wheel in offer.wheels for text in wheel.tags)
        needed = ", ".join(dict.fromkeys(text.partition("-")[0] for text in texts))
        return Reason(why=Why.PYTHON, found=self.host.python or "", needed=needed)

    def _other_platform(self, tag: Tag) -> Reason:
        return Reason(why=Why.ARCHITECTURE, found=self.host.arch, needed=tag.platform)

    def _refused(self, offer: Offer, refused: list[_Tried]) -> Install:
        """Nothing is taken: why not, by the tag that comes nearest."""
        nearest = min(refused, key=_farness, default=None)
        reasons = nearest.reasons if nearest else (self._python_reason(offer),)
        return Install(
            offer=offer.id, host=self.host.name, answer=_answer(reasons), reasons=reasons
        )

    def _load_reasons(self, wheel: OfferedWheel) -> Iterator[Reason]:
        yield from symbol_reasons(wheel.needs, self.host, self.facts)
        for library in wheel.missing:
            yield Reason(why=Why.LIBRARY, needed=library, detail=wheel.file)
        for library in wheel.partly_missing:
            yield Reason(why=Why.LIBRARY, needed=library, detail=wheel.file, is_unknown=True)
        if wheel.is_unread:
            yield Reason(why=Why.UNREAD, detail=wheel.file, is_unknown=True)

    def _cautions(self, offer: Offer, taken: dict[str, _Tried]) -> Iterator[Reason]:
        """What a user should know although the wheel installs: the host's own pip and Python."""
        host = self.host
        row = next(iter(taken.values()))
        limit = self._limit(row.tag)
        if limit and host.pip is None and host.own_pip and is_older(host.own_pip, limit.pip):
            yield Reason(why=Why.PIP, found=host.own_pip, needed=limit.pip, facts=(limit.fact,))
        own = python_tag(host.own_python) if host.own_python else None
        if host.python is None and own is not None and own not in taken:
            needed = ", ".join(taken)
            yield Reason(why=Why.PYTHON, found=own, needed=needed, facts=host.facts)
        for library in row.wheel.system:
            yield Reason(why=Why.SYSTEM_LIBRARY, needed=library, detail=row.wheel.file)


def installs_on(host: Host, offers: Iterable[Offer], facts: WheelFacts) -> list[Install]:
    """Every offer on a host; of several offers of a project, which pip takes where it sees all."""
    installer = Installer(host, facts)
    rows = [(offer, installer.install(offer)) for offer in offers]
    return [_with_preferred(offer, install, rows) for offer, install in rows]


def _with_preferred(offer: Offer, install: Install, rows: list[tuple[Offer, Install]]) -> Install:
    """The installation, with the newest other version of the project that the host takes too."""
    if not offer.project or not install.choices:
        return install
    own = {choice.python for choice in install.choices}
    others = [
        other
        for other, its in rows
        if other.project == offer.project
        and own & {choice.python for choice in its.choices}
        and _version(other) < _version(offer)
    ]
    if not others:
        return install
    newest = min(others, key=_version)
    caution = Reason(why=Why.PREFERRED, found=newest.id, needed=offer.id)
    return replace(install, cautions=(*install.cautions, caution))


def _version(offer: Offer) -> _Newest:
    return _Newest(offer.wheels[0].version if offer.wheels else "")


def python_tag(version: str) -> str:
    """The CPython tag of a version: ``cp312`` of ``3.12.3``."""
    major, minor = [*version.split("."), "0"][:2]
    return f"cp{major}{minor}"


def _farness(row: _Tried) -> tuple[int, list[Version]]:
    """How far a tag is from being taken: by how many reasons, then by the pip that it needs."""
    pips = [Version(reason.needed) for reason in row.reasons if reason.why is Why.PIP]
    return len(row.reasons), pips


def _preference(row: _Tried) -> tuple[object, ...]:
    """What pip prefers, smallest first: the newest version, the best tag, the highest build."""
    assert row.rank is not None
    number = "".join(c for c in row.wheel.build if c.isdecimal())
    return (_Newest(row.wheel.version), row.rank, -int(number or 0), row.wheel.file)


class _Newest:
    """A version that sorts before older ones; what is no version sorts last."""

    def __init__(self, text: str) -> None:
        try:
            self.key: tuple[int, Version] = (1, Version(text.replace("_", "-")))
        except InvalidVersion:
            self.key = (0, Version("0"))

    def __lt__(self, other: _Newest) -> bool:
        return self.key > other.key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Newest) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def _answer(reasons: tuple[Reason, ...]) -> Answer:
    if not reasons:
        return Answer.YES
    return Answer.UNKNOWN if all(reason.is_unknown for reason in reasons) else Answer.NO


def _distinct(reasons: Iterator[Reason]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reasons))
