"""Long lists shortened so that a table stays readable."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from planner.model.gpu_targets import target_key


def fold_targets(targets: Sequence[str]) -> str:
    """``sm_75..sm_120 (9)`` for many targets, the names themselves for up to three."""
    if len(targets) <= 3:
        return " ".join(targets)
    ordered = sorted(targets, key=target_key)
    return f"{ordered[0]}..{ordered[-1]} ({len(targets)})"


def fold_gpu(gpu: Mapping[str, Mapping[str, Sequence[str]]]) -> str:
    """The GPU targets of a job on one line; PTX as ``+PTX 121``."""
    parts = []
    for group in gpu.values():
        for form, targets in group.items():
            if targets and form == "virtual":
                numbers = " ".join(target.removeprefix("compute_") for target in targets)
                parts.append(f"+PTX {numbers}")
            elif targets:
                parts.append(fold_targets(targets))
    return " ".join(parts)


def fold_pythons(tags: Sequence[str]) -> str:
    """``cp311-cp314`` for a run of CPythons without a gap, other tags after it."""
    plain = [tag for tag in tags if re.match(r"cp\d+$", tag)]
    rest = [tag for tag in tags if tag not in plain]
    minors = [int(tag[3:]) for tag in plain]
    if len(minors) > 2 and minors == list(range(minors[0], minors[-1] + 1)):
        plain = [f"{plain[0]}-{plain[-1]}"]
    return " ".join([*plain, *rest])
