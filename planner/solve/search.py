"""The search: bit sets, propagation, preferences in order; exact, and blind to the domain.

All domains are integers used as bit sets with bit 0 the most preferred value. Families meet only
through the environment, so after propagation choosing in order of preference never has to step
back (a star has no cycles).
"""

from __future__ import annotations

from collections.abc import Sequence

Choice = tuple[tuple[int, ...], int]
"""One release bit per family, and the bit of the environment."""


def bits(mask: int) -> list[int]:
    """The positions of the set bits, lowest first."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def search(
    levels: Sequence[int],
    environments: int,
    releases: Sequence[int],
    accepts: Sequence[Sequence[int]],
) -> Choice | None:
    """The most preferred choice, or None.

    ``levels`` are disjoint masks of environments, the preferred level first; ``accepts[f][r]`` is
    the mask of environments that release ``r`` of family ``f`` works in.
    """
    for level in levels:
        left = environments & level
        if left:
            found = _choose(left, list(releases), accepts)
            if found is not None:
                return found
    return None


def _choose(
    environments: int, domains: list[int], accepts: Sequence[Sequence[int]]
) -> Choice | None:
    environments = _propagate(environments, domains, accepts)
    if not environments:
        return None
    chosen = []
    for family, table in enumerate(accepts):
        first = (domains[family] & -domains[family]).bit_length() - 1
        domains[family] = 1 << first
        chosen.append(first)
        environments = _propagate(environments & table[first], domains, accepts)
    return tuple(chosen), (environments & -environments).bit_length() - 1


def _propagate(environments: int, domains: list[int], accepts: Sequence[Sequence[int]]) -> int:
    """Drop values that nothing supports until none is left; 0 where a domain runs empty."""
    changed = True
    while changed and environments:
        changed = False
        for family, table in enumerate(accepts):
            kept, union = 0, 0
            mask = domains[family]
            while mask:
                low = mask & -mask
                usable = table[low.bit_length() - 1] & environments
                if usable:
                    kept |= low
                    union |= usable
                mask ^= low
            if kept != domains[family] or union != environments:
                changed = True
                domains[family] = kept
                environments &= union
    return environments
