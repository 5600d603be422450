"""The names that a request may use, taken from the facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.model.specs import spec_admits


@dataclass(frozen=True, kw_only=True, slots=True)
class Vocabulary:
    """Known names, so that a request with a typo is answered with the nearest right one.

    ``releases`` lists each family's versions newest first; ``targets`` every GPU target of any
    release; ``plain_names`` the targets of families whose data has no known target syntax;
    ``modes`` the processors that have a feature mode, by mode.
    """

    releases: Mapping[str, tuple[str, ...]]
    components: Mapping[str, frozenset[str]]
    targets: frozenset[str]
    plain_names: frozenset[str]
    modes: Mapping[str, frozenset[str]]
    distributions: tuple[str, ...]
    features: Mapping[str, tuple[str, ...]]
    interpreters: tuple[str, ...]

    def knows_target(self, target: str) -> bool:
        """Whether there is such a GPU target, with the feature modes that it names."""
        return target.partition(":")[0] in self.targets and self.missing_mode(target) is None

    def missing_mode(self, target: str) -> str | None:
        """The feature mode that a target names and its processor does not have."""
        processor, *settings = target.split(":")
        modes = (setting.rstrip("+-") for setting in settings)
        return next((mode for mode in modes if processor not in self.modes.get(mode, ())), None)

    def admitted(self, family: str, spec: str) -> list[str]:
        """The versions of a family that a specifier admits, newest first."""
        return [v for v in self.releases[family] if spec_admits(spec, v)]
