"""Accelerators in names of projects, extras, local versions and index addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from planner.load.vocabulary import Vocabulary
from planner.model.wheel_facts import WheelFacts


class Speller:
    """Finds families and releases in names, by the words that the facts know."""

    def __init__(self, facts: WheelFacts, vocabulary: Vocabulary) -> None:
        self.facts = facts
        self.vocabulary = vocabulary
        self._words: dict[str, str] = {family: family for family in vocabulary.releases}
        for row in facts.spelled:
            self._words.update(dict.fromkeys(row.names, row.family))
        words = "|".join(sorted(map(re.escape, self._words), key=len, reverse=True))
        self._release = re.compile(
            rf"(?<![a-z0-9])(?P<word>{words})[-_.]?(?P<number>\d+(?:[-_.]\d+)*)(?:[-_.]?x)?(?![a-z\d])"
        )
        self._word = re.compile(rf"(?<![a-z0-9])(?P<word>{words})(?![a-z0-9])")
        self._made_for: dict[str, tuple[str, str]] = {
            project: (row.family, row.fact) for row in facts.made_for for project in row.names
        }

    def releases(self, name: str) -> Iterator[tuple[str, str]]:
        """Families that a name speaks of, each with the release as a specifier, "" for none."""
        low = name.lower()
        found = False
        for match in self._release.finditer(low):
            family = self._words[match["word"]]
            found = True
            yield family, self.release(family, match["number"])
        if not found:
            for family in {self._words[m["word"]]: None for m in self._word.finditer(low)}:
                yield family, ""

    def release(self, family: str, number: str) -> str:
        """``12`` of ``12``, ``12.4`` of ``124``, ``7.0`` of ``7-0``; "" for unknown releases."""
        dotted = re.sub(r"[-_.]+", ".", number)
        tries = [".".join(dotted.split(".")[:2])]
        if "." not in dotted and len(dotted) > 1:
            tries += [f"{dotted[:-1]}.{dotted[-1]}", dotted[:-1]]
        return next((t for t in tries if self.vocabulary.admitted(family, t)), "")

    def made_for(self, project: str) -> tuple[str, str] | None:
        """The family that a project is built for though its name is silent, and the fact."""
        return self._made_for.get(project)

    def short(self, family: str) -> str:
        """The shortest word for a family, as names of variants take it: ``cu``."""
        words = [word for word, owner in self._words.items() if owner == family]
        return min(words, key=lambda word: (len(word), word))
