"""GPUs as people name them: marketing names, capabilities, targets."""

from __future__ import annotations

import re

from planner.coverage.results import Gpu
from planner.model.gpu_targets import parse_target
from planner.model.gpus import GpuFacts
from planner.model.nearest import nearest

_WORD = re.compile(r"[a-z0-9.+]+")
_CAPABILITY = re.compile(r"\d{1,2}\.\d")
_SPECIFIC = re.compile(r"(sm_\d+)[af]")  # names code that a GPU runs, not another GPU
_SHORTEST = 3  # letters of a part of a name that still say something


def target_label(target: str) -> str:
    """A target as people write it: ``9.0`` of ``sm_90``; AMD names as they are."""
    match = re.fullmatch(r"sm_(\d+)(\d)", target)
    return f"{match[1]}.{match[2]}" if match else target


def find_gpu(text: str, facts: GpuFacts) -> Gpu | None:
    """The GPU that a text names: a product, a part of its name that fits one target only, a
    capability (``9.0``) or a target (``sm_90``, ``gfx90a:xnack-``); None for anything else."""
    if _CAPABILITY.fullmatch(text):
        text = f"sm_{text.replace('.', '')}"
    lower = text.strip().lower()
    if lower.startswith(("sm_", "gfx")):
        lower = _SPECIFIC.sub(r"\1", lower)
        target = next(iter(parse_target(lower) or ()), None)
        return None if target is None else Gpu(name=_known_name(target, facts), target=target)
    names = _names(facts)
    words = _words(text, facts)
    for length in range(len(words), 0, -1):
        key = " ".join(words[:length])
        if key in names:
            return names[key]
    if len("".join(words)) < _SHORTEST:
        return None
    part = re.compile(rf"(?:^| ){re.escape(' '.join(words))}(?![0-9])")
    found = [gpu for name, gpu in names.items() if part.search(name)]
    return found[0] if len({gpu.target for gpu in found}) == 1 else None


def nearest_gpu(text: str, facts: GpuFacts) -> str | None:
    """The product whose name is spelled most like a text."""
    names = _names(facts)
    close = nearest(" ".join(_words(text, facts)), names)
    return None if close is None else names[close].name


def _names(facts: GpuFacts) -> dict[str, Gpu]:
    """Every name and other name of a product, in lower case, without the words people leave out."""
    old = {row.old for row in facts.renamed}
    found: dict[str, Gpu] = {}
    for group in facts.groups:
        if group.target in old:
            continue
        pairs = [(name, name) for name in group.names] + list(group.aliases.items())
        for spelled, name in pairs:
            key = " ".join(_words(spelled, facts))
            found.setdefault(key, Gpu(name=name, target=group.target))
    return found


def _words(text: str, facts: GpuFacts) -> list[str]:
    out = {word.lower() for word in facts.left_out}
    return [word for word in _WORD.findall(text.lower()) if word not in out]


def _known_name(target: str, facts: GpuFacts) -> str:
    """A target with the products that it stands for, where some are known."""
    return facts.short(target) or target
