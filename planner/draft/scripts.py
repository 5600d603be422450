"""What build scripts say: languages that are turned on, GPU targets, the C++ standard."""

from __future__ import annotations

from planner.check.spellings import cxx_standard, gpu_targets, gpu_words
from planner.draft.known import Known
from planner.draft.records import Wish, Wishes
from planner.load.variants import STANDARDS
from planner.model.projects import Stated


def language_wishes(languages: tuple[Stated, ...], known: Known) -> Wishes:
    """The accelerators whose languages or toolkits a build script turns on."""
    found: dict[str, Wish] = {}
    for stated in languages:
        word = stated.value.lower()
        families = [name for name in known.tables.families if word.startswith(name)]
        for family in families or known.families_of_gpu(word):
            because = (f"{stated.place} {stated.value}",)
            found.setdefault(family, Wish(families={family: ""}, because=because))
    return Wishes(wishes=tuple(found.values()))


def gpu_target_lists(
    gpu: tuple[Stated, ...], known: Known
) -> tuple[list[tuple[tuple[str, ...], str]], list[str]]:
    """The lists of targets that scripts set, each with its place, and what is not understood.

    Lists that stand in workflows come first: they override what the scripts set themselves.
    """
    lists, notes = [], []
    for stated in sorted(gpu, key=lambda row: not row.place.file.startswith(".")):
        targets: list[str] = []
        strange: list[str] = []
        for word in gpu_words(stated.value):
            found = gpu_targets(word, known.vocabulary.plain_names)
            names = [t for t in found or () if known.vocabulary.knows_target(t)]
            targets += names
            if found is None or len(names) < len(found):
                strange.append(word)
        if targets and strange:
            words = ", ".join(strange)
            notes.append(f"{stated.place}: {words}: no GPU target that the facts know")
        if targets:
            lists.append((tuple(dict.fromkeys(targets)), str(stated.place)))
    return lists, notes


def highest_cxx(cxx: tuple[Stated, ...]) -> tuple[str, str] | None:
    """The newest C++ standard that a script asks for, and where."""
    found = [(cxx_standard(row.value), str(row.place)) for row in cxx]
    known = [(standard, at) for standard, at in found if standard in STANDARDS]
    return max(known, key=lambda row: STANDARDS.index(row[0]), default=None)
