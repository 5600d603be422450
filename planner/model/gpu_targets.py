"""GPU targets in every usual spelling, brought to one.

CUDA targets follow the virtual architecture feature list of the nvcc manual (``sm_90``, ``sm_90a``,
``sm_100f``, ``compute_90``); AMD targets follow the target ID syntax of the LLVM AMDGPU manual
(``gfx90a:sramecc+:xnack-``, ``gfx11-generic``). ``packaging`` must not compare them: it reads
``9.0a`` as an alpha release.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_CUDA = r"(?P<form>sm|compute)_(?P<number>\d{2,3})(?P<suffix>[af]?)$"
_DOTTED = r"(?P<major>\d{1,2})\.(?P<minor>\d)(?P<suffix>[af]?)$"
_CMAKE = r"(?P<number>\d{2,3})(?P<suffix>[af]?)(?P<form>-real|-virtual)?$"
_HIP = r"gfx[0-9a-f]+(-[0-9a-z]+)*(:sramecc[+-])?(:xnack[+-])?$"
_HIP_TURNED = r"(gfx[0-9a-f]+(?:-[0-9a-z]+)*)(:xnack[+-])(:sramecc[+-])$"


class GpuTargets(NamedTuple):
    """Targets that a request names, in canonical spelling and without doubles.

    ``cuda_real`` holds ``sm_*``, ``cuda_virtual`` ``compute_*``, ``hip`` AMD target IDs, ``other``
    names of families whose data gives no known syntax. ``all`` asks for every plain target.
    """

    cuda_real: tuple[str, ...] = ()
    cuda_virtual: tuple[str, ...] = ()
    hip: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    all: bool = False

    def of(self, namespace: str) -> tuple[str, ...]:
        """The targets that bind a family with this kind of GPU code."""
        if namespace == "cuda":
            return self.cuda_real + self.cuda_virtual
        return self.hip if namespace == "hip" else self.other


def target_key(target: str) -> tuple[int, str]:
    """Sort key: by number, then by suffix (``sm_75 < sm_90 < sm_90a < sm_100``).

    AMD names sort by length first: ``gfx90a < gfx942 < gfx1030``.
    """
    match = re.search(r"\d+", target)
    if target.startswith("gfx"):
        return (len(base_processor(target)), target)
    return (int(match.group()) if match else 0, target)


def parse_target(text: str) -> tuple[str, ...] | None:
    """The canonical targets that one spelling means, or None where it is no target.

    ``9.0+PTX`` gives a real and a virtual target; ``90`` (CMake) also gives both.
    """
    if re.match(_CUDA, text) or re.match(_HIP, text):
        return (text,)
    if turned := re.match(_HIP_TURNED, text):
        return (turned[1] + turned[3] + turned[2],)
    base, plus, ptx = text.partition("+")
    if plus and ptx.upper() != "PTX":
        return None
    if match := re.match(_DOTTED, base):
        name = f"{match['major']}{match['minor']}{match['suffix']}"
        return (f"sm_{name}", f"compute_{name}") if plus else (f"sm_{name}",)
    if (match := re.match(_CMAKE, base)) and not plus:
        name = f"{match['number']}{match['suffix']}"
        forms = {"-real": (f"sm_{name}",), "-virtual": (f"compute_{name}",)}
        return forms.get(match["form"] or "", (f"sm_{name}", f"compute_{name}"))
    return None


def split_targets(text: str) -> list[str]:
    """The words of a target list written with spaces, commas or semicolons."""
    return [word for word in re.split(r"[\s,;]+", text) if word]


def group_targets(targets: list[str], known_names: frozenset[str]) -> GpuTargets:
    """Canonical targets by kind of GPU code; ``known_names`` are names without known syntax."""
    real, virtual, hip, other = [], [], [], []
    for target in dict.fromkeys(targets):
        if target.startswith("sm_"):
            real.append(target)
        elif target.startswith("compute_"):
            virtual.append(target)
        elif target in known_names:
            other.append(target)
        elif target.startswith("gfx"):
            hip.append(target)
    return GpuTargets(
        cuda_real=tuple(sorted(real, key=target_key)),
        cuda_virtual=tuple(sorted(virtual, key=target_key)),
        hip=tuple(sorted(hip, key=target_key)),
        other=tuple(sorted(other)),
        all="all" in targets,
    )


def clashing_modes(targets: tuple[str, ...]) -> tuple[str, str] | None:
    """Two AMD targets of one processor of which only one names a feature mode, or None.

    Clang refuses them together (Clang Offload Bundler, "Target ID"): which one would be loaded is
    not defined.
    """
    seen: dict[str, tuple[frozenset[str], str]] = {}
    for target in targets:
        base, *modes = target.split(":")
        features = frozenset(mode.rstrip("+-") for mode in modes)
        if base in seen and seen[base][0] != features:
            return seen[base][1], target
        seen[base] = (features, target)
    return None


def base_processor(target: str) -> str:
    """An AMD target ID without its feature modes: ``gfx90a:xnack+`` is ``gfx90a``."""
    return target.partition(":")[0]
