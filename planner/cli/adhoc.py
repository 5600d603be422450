"""The ad-hoc request of ``mlplan solve``: options instead of a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from planner.errors import Problem, UsageError
from planner.load.vocabulary import Vocabulary
from planner.model.nearest import nearest


@dataclass(frozen=True, slots=True)
class AdHoc:
    """What the ad-hoc options say; empty where none was given."""

    families: Mapping[str, list[str]]
    combined: list[str]
    lists: Mapping[str, list[str]]
    texts: Mapping[str, str | None]
    cxx: int | None

    @property
    def is_used(self) -> bool:
        """Whether any ad-hoc option was given."""
        given = [*self.families.values(), self.combined, *self.lists.values(), *self.texts.values()]
        return any(given) or self.cxx is not None

    def values(self, vocabulary: Vocabulary) -> dict[str, object]:
        """The request in the form of a file; without options the newest of every family."""
        document: dict[str, object] = {"variants": self._variants(vocabulary)}
        for key, words in self.lists.items():
            found = [word for text in words for word in re.split(r"[,\s]+", text) if word]
            if key == "python":
                found = words
            if words:
                document[key] = self._list(key, found, vocabulary)
        document.update({key: text for key, text in self.texts.items() if text is not None})
        if self.cxx is not None:
            document["cxx"] = self.cxx
        self._check_features(document)
        return document

    @staticmethod
    def _check_features(document: Mapping[str, object]) -> None:
        """A feature that none of the named architectures has is a mistake."""
        archs, features = document.get("architectures"), document.get("features")
        if not isinstance(archs, list) or not isinstance(features, dict):
            return
        here = {name for arch in archs for name in features.get(arch, ())}
        for arch, names in features.items():
            for name in names:
                if name not in here:
                    problem = Problem(
                        message=f"--features: {name} is a feature of {arch}",
                        found=" ".join(archs),
                        allowed=f"--arch {arch}",
                    )
                    raise UsageError([problem], hint="mlplan facts list features")

    def _variants(self, vocabulary: Vocabulary) -> dict[str, object]:
        variants: dict[str, object] = {
            family: {family: specs} for family, specs in self.families.items() if specs
        }
        for text in self.combined:
            parts = _parts(text, vocabulary)
            name = "-".join(parts)
            while name in variants:
                name += "-2"
            variants[name] = {family: [spec] for family, spec in parts.items()}
        if variants:
            return variants
        if self.is_used:
            return {"plain": {}}
        return {family: {family: "newest"} for family in vocabulary.releases}

    @staticmethod
    def _list(key: str, words: list[str], vocabulary: Vocabulary) -> object:
        if key == "python":
            tags = [w for text in words for w in re.split(r"[,\s]+", text) if w]
            if all(re.match(r"(abi3-)?[a-z]+\d+t?$", tag) for tag in tags):
                return tags
            return ",".join(words)
        if key == "features":
            return _features(words, vocabulary)
        return words


def _parts(text: str, vocabulary: Vocabulary) -> dict[str, str]:
    """The families and specifiers of ``--with 'cuda>=13 + mkl>=2025'``."""
    parts: dict[str, str] = {}
    for part in text.split("+"):
        match = re.match(r"\s*([A-Za-z_-]+?)\s*([<>=!~\d].*|newest|)\s*$", part)
        family = match[1] if match else part.strip()
        if match is None or family not in vocabulary.releases:
            problem = Problem(
                message="--with: unknown family",
                found=family,
                allowed=", ".join(vocabulary.releases),
                nearest=nearest(family, vocabulary.releases),
            )
            raise UsageError([problem], hint="mlplan solve --with 'cuda>=13 + mkl>=2025'")
        if family in parts:
            message = "--with: names a family twice; join its bounds with a comma"
            raise UsageError([Problem(message=message, found=text.strip())])
        parts[family] = match[2].strip() or "newest"
    return parts


def _features(words: list[str], vocabulary: Vocabulary) -> dict[str, list[str]]:
    """Features by architecture; one without ``arch:`` goes to each architecture that has it."""
    found: dict[str, list[str]] = {}
    for word in words:
        arch, colon, name = word.rpartition(":")
        archs = (
            [arch] if colon else [a for a, known in vocabulary.features.items() if name in known]
        )
        if not archs:
            every = {feature for known in vocabulary.features.values() for feature in known}
            problem = Problem(
                message="--features: unknown feature", found=name, nearest=nearest(name, every)
            )
            raise UsageError([problem], hint="mlplan facts list features")
        for one in archs:
            found.setdefault(one, []).append(name)
    return found


def overrides_of(
    pairs: list[str], *, prefer: str | None, date: str | None, allow: list[str]
) -> dict[str, str]:
    """``--set`` and its shorthands as dotted paths with YAML text."""
    overrides: dict[str, str] = {}
    for pair in pairs:
        path, equals, value = pair.partition("=")
        if not equals or not path:
            raise UsageError(
                [Problem(message="--set takes KEY=VALUE", found=pair, allowed="prefer=widest")]
            )
        overrides[path] = value
    if prefer is not None:
        overrides["prefer"] = _quoted(prefer)
    if date is not None:
        overrides["date"] = _quoted(date)
    if allow:
        words = [word for text in allow for word in re.split(r"[,\s]+", text) if word]
        overrides["allow"] = "[" + ", ".join(_quoted(word) for word in words) + "]"
    return overrides


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
