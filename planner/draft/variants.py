"""From wishes to variants: what different files say about the same wheel becomes one variant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from planner.draft.known import Known
from planner.draft.records import DraftVariant, Setting, Value, Wish
from planner.model.gpu_targets import group_targets


@dataclass(slots=True)
class _Builder:
    """A variant in the making; ``because`` is per setting, "" for the variant itself."""

    families: dict[str, str]
    exact: bool = False
    extra: str = ""
    gpu: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    archs: tuple[str, ...] = ()
    because: dict[str, dict[str, None]] = field(default_factory=dict)

    def note(self, key: str, places: Iterable[str]) -> None:
        self.because.setdefault(key, {}).update(dict.fromkeys(places))


class Variants:
    """Collects wishes, most binding first: rows of a matrix, then what names a release, then
    what only names a family."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self._builders: list[_Builder] = []

    def add(self, wishes: Sequence[Wish]) -> None:
        """Take in what one kind of file says."""
        said = [wish for wish in wishes if all(wish.families.values())]
        for wish in (*said, *(wish for wish in wishes if wish not in said)):
            self._add(wish)

    def _add(self, wish: Wish) -> None:
        matching = [builder for builder in self._builders if self._fits(builder, wish)]
        is_open = not all(wish.families.values())
        if not matching or (wish.exact and not any(b.families == wish.families for b in matching)):
            matching = [self._new(wish)]
        elif not is_open:
            matching = matching if any(b.exact for b in matching) else matching[:1]
        for builder in matching:
            self._attach(builder, wish)

    def _fits(self, builder: _Builder, wish: Wish) -> bool:
        """Whether a wish is about a variant that is there: it has the families and releases."""
        if not wish.families:
            return not builder.families
        return all(
            family in builder.families
            and self.known.admits_alike(family, builder.families[family], release)
            for family, release in wish.families.items()
        )

    def _new(self, wish: Wish) -> _Builder:
        families = {
            family: release or self.known.newest_major(family)
            for family, release in wish.families.items()
        }
        builder = _Builder(families=families, exact=wish.exact, extra=wish.extra)
        for family, release in wish.families.items():
            if not release:
                builder.note(family, ["no file names the release: the newest major"])
        self._builders.append(builder)
        return builder

    def _attach(self, builder: _Builder, wish: Wish) -> None:
        builder.note("", wish.because)
        for family, release in wish.families.items():
            builder.note(family, wish.because)
            if release and not builder.exact and self._narrows(builder, family, release):
                builder.families[family] = release
        for key in ("gpu", "links"):
            words: tuple[str, ...] = getattr(wish, key)
            own: tuple[str, ...] = getattr(builder, key)
            if words and (not own or (key == "links" and not builder.exact)):
                setattr(builder, key, tuple(dict.fromkeys((*own, *words))))
                builder.note(key, wish.because)
        if wish.archs and (wish.exact or not (builder.exact and builder.archs)):
            builder.archs = tuple(dict.fromkeys((*builder.archs, *wish.archs)))
            builder.note("architectures", wish.because)

    def _narrows(self, builder: _Builder, family: str, release: str) -> bool:
        """Whether a specifier admits fewer releases than the one that a variant has."""
        there = self.known.admitted(family, builder.families[family])
        return self.known.admitted(family, release) < there

    def add_gpu(self, targets: tuple[str, ...], place: str) -> bool:
        """Give targets of one kind to the variants of its families that have none yet; whether
        there was any such variant."""
        grouped = group_targets(list(targets), self.known.vocabulary.plain_names)
        used = False
        for kind in ("cuda", "hip"):
            own = grouped.of(kind)
            for builder in self._builders if own else ():
                families = set(self.known.families_of_gpu(kind)) & builder.families.keys()
                if families and not group_targets(list(builder.gpu), frozenset()).of(kind):
                    builder.gpu = (*builder.gpu, *own)
                    builder.note("gpu", [place])
                    used = True
        return used

    def __bool__(self) -> bool:
        return bool(self._builders)

    def drafts(self) -> list[DraftVariant]:
        """The variants with their names, in the order in which files spoke of them."""
        found: dict[str, DraftVariant] = {}
        for builder in self._builders:
            name = self._name(builder, found)
            found[name] = self._draft(builder, name)
        return list(found.values())

    def _name(self, builder: _Builder, taken: Mapping[str, object]) -> str:
        """The extra's name, else one made of families and releases: ``cu12``, ``cu124-mkl``."""
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", builder.extra).strip("-_")
        if not name or name in taken:
            parts = [self._part(family, spec) for family, spec in builder.families.items()]
            name = "-".join(parts) or "cpu"
        base, number = name, 2
        while name in taken:
            name, number = f"{base}-{number}", number + 1
        return name

    def _part(self, family: str, spec: str) -> str:
        match = re.fullmatch(r"(\d+(?:\.\d+)?)(?:\.\d+)?(?:\.\*)?|>=(\d+)[\d.]*,<\d+", spec)
        number = (match[1] or match[2]).replace(".", "") if match else ""
        return f"{self.known.speller.short(family)}{number}"

    def _draft(self, builder: _Builder, name: str) -> DraftVariant:
        settings: dict[str, Setting] = {}

        def put(key: str, value: Value) -> None:
            because = tuple(builder.because.get(key, ()))
            settings[key] = Setting(key=key, value=value, because=because)

        for family, spec in builder.families.items():
            put(family, spec)
        if builder.gpu:
            put("gpu", self._ordered(builder.gpu))
        if builder.links:
            put("links", builder.links)
        if builder.archs:
            put("architectures", builder.archs)
        return DraftVariant(
            name=name, because=tuple(builder.because.get("", ())), settings=settings
        )

    def _ordered(self, targets: tuple[str, ...]) -> tuple[str, ...]:
        grouped = group_targets(list(targets), self.known.vocabulary.plain_names)
        return (*grouped.cuda_real, *grouped.cuda_virtual, *grouped.hip, *grouped.other)
