"""The tags that an installer takes on a machine, in its order of preference.

Interpreters and ABIs come from ``packaging.tags``, the library of pip and uv. Its platforms are
those of the machine it runs on, so they are made here for another one (PEP 600, PEP 656), in its
order; a test compares the whole with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from packaging.tags import compatible_tags, cpython_tags, generic_tags

from planner.model.hosts import InstallerLimit
from planner.model.platforms import ARCHITECTURES
from planner.model.policies import Policy

_INTERPRETER = re.compile(r"(?P<name>cp|pp|gp)(?P<major>\d)(?P<minor>\d+)(?P<flags>t?)")
_POLICY = re.compile(r"(?P<libc>many|musl)linux_(?P<major>\d+)_(?P<minor>\d+)")
_PYMALLOC_UNTIL = (3, 7)  # "m" in the ABI tag, https://docs.python.org/3/whatsnew/3.8.html
_PYPY_ABI = "pypy{}{}_pp73"  # https://doc.pypy.org: 7.3 is the version of its C API
_PLACE = "*"

Version = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag in parts. ``libc`` and ``version`` are None where the platform names none (``any``,
    ``linux_x86_64``); ``spelling`` is the platform without architecture."""

    text: str
    pair: str
    platform: str
    spelling: str
    arch: str | None
    libc: str | None
    version: str | None


@lru_cache(maxsize=4096)
def split_tag(text: str, legacy: tuple[tuple[str, str], ...]) -> Tag:
    """A tag taken apart; ``legacy`` maps older spellings to the PEP 600 names."""
    python, abi, platform = text.split("-", 2)
    arch = next((a for a in _LONGEST_FIRST if platform.endswith(f"_{a}")), None)
    spelling = platform.removesuffix(f"_{arch}") if arch else platform
    match = _POLICY.fullmatch(dict(legacy).get(spelling, spelling))
    return Tag(
        text=text,
        pair=f"{python}-{abi}",
        platform=platform,
        spelling=spelling,
        arch=arch,
        libc={"many": "glibc", "musl": "musl"}[match["libc"]] if match else None,
        version=f"{match['major']}.{match['minor']}" if match else None,
    )


_LONGEST_FIRST = sorted(ARCHITECTURES, key=len, reverse=True)


def legacy_spellings(policies: Mapping[str, Policy]) -> tuple[tuple[str, str], ...]:
    """Older spellings of policies, each with the policy's PEP 600 name."""
    return tuple((alias, name) for name, policy in policies.items() for alias in policy.aliases)


def platforms(
    libc: str, version: str, arch: str, policies: Mapping[str, Policy]
) -> tuple[str, ...]:
    """The platform tags that an installer takes on a machine, best first."""
    major, minor = _pair(version)
    found = [f"linux_{arch}"]
    if libc == "musl":
        found += [f"musllinux_{major}_{n}_{arch}" for n in range(minor, -1, -1)]
        return tuple(found)
    aliased = {_pair(p.version): p for p in policies.values() if p.aliases}
    oldest = _oldest(aliased, arch)
    for number in range(minor, oldest[1] - 1, -1):
        found.append(f"manylinux_{major}_{number}_{arch}")
        policy = aliased.get((major, number))
        found += [f"{alias}_{arch}" for alias in policy.aliases] if policy else []
    return tuple(found)


def _oldest(aliased: Mapping[Version, Policy], arch: str) -> Version:
    """The oldest glibc that an installer offers for an architecture.

    It is that of the oldest spelling before PEP 600 that the architecture has; new architectures
    start where the last of these spellings does.
    """
    covering = [version for version, policy in aliased.items() if arch in policy.symbols]
    return min(covering) if covering else max(aliased)


def _pair(version: str) -> Version:
    major, _, rest = version.partition(".")
    return int(major), int(rest.partition(".")[0] or 0)


@lru_cache(maxsize=64)
def interpreter_pairs(python: str) -> tuple[tuple[str, bool], ...]:
    """Interpreter and ABI of every tag that a Python takes, best first; whether on any platform.

    ``python`` is an interpreter tag: ``cp312``, ``cp314t``, ``pp311``. Others take what is for any
    Python.
    """
    match = _INTERPRETER.fullmatch(python)
    if match is None:
        return ()
    version = int(match["major"]), int(match["minor"])
    number = f"{match['major']}{match['minor']}"
    interpreter: str | None = f"{match['name']}{number}"
    if match["name"] == "cp":
        flags = match["flags"] or ("m" if version <= _PYMALLOC_UNTIL else "")
        found = list(cpython_tags(version, [f"cp{number}{flags}"], [_PLACE]))
    elif match["name"] == "pp":
        abi = _PYPY_ABI.format(*version)
        found = list(generic_tags(interpreter, [abi], [_PLACE]))
        interpreter = f"pp{version[0]}"
    else:  # the ABI tags of GraalPy name its own release, which the interpreter tag does not
        found, interpreter = [], None
    found += compatible_tags(version, interpreter, [_PLACE])
    return tuple((f"{tag.interpreter}-{tag.abi}", tag.platform == "any") for tag in found)


@dataclass(frozen=True, slots=True)
class Supported:
    """Every tag that an installer takes for one Python on one machine."""

    pairs: tuple[tuple[str, bool], ...]
    platforms: tuple[str, ...]

    def __iter__(self) -> Iterator[str]:
        """The tags in the installer's order."""
        for pair, is_any in self.pairs:
            if is_any:
                yield f"{pair}-any"
            else:
                yield from (f"{pair}-{platform}" for platform in self.platforms)

    def takes_python(self, tag: Tag) -> bool:
        """Whether the Python takes the tag, whatever the platform."""
        return (tag.pair, tag.platform == "any") in self.pairs

    def rank(self, tag: Tag) -> tuple[int, int] | None:
        """The place of a tag in the installer's order, lower is better; None where it is not."""
        key = (tag.pair, tag.platform == "any")
        if key not in self.pairs:
            return None
        if key[1]:
            return self.pairs.index(key), 0
        if tag.platform not in self.platforms:
            return None
        return self.pairs.index(key), self.platforms.index(tag.platform)


def pip_floor(tag: Tag, limits: tuple[InstallerLimit, ...]) -> InstallerLimit | None:
    """The limit that asks for the newest pip among those that a tag meets."""
    spelled = re.sub(r"_\d+_\d+$", "_x_y", tag.spelling)
    said = {
        "spelling": {spelled},
        "architecture": {tag.arch or ""},
        "abi": set(tag.pair.split("-")),
    }
    met = [limit for limit in limits if said.get(limit.what, set()) & set(limit.of)]
    return max(met, key=lambda limit: _numbers(limit.pip), default=None)


def is_older(version: str, than: str) -> bool:
    """Whether a dotted version is older than another; ``20`` is ``20.0``."""
    ours, theirs = _numbers(version), _numbers(than)
    longest = max(len(ours), len(theirs))
    return ours + (0,) * (longest - len(ours)) < theirs + (0,) * (longest - len(theirs))


def is_older_driver(version: str, than: str) -> bool:
    """Whether a driver is older than another, by the numbers that both have.

    A branch (``550``) is not older than a version of it (``550.54.14``).
    """
    ours, theirs = _numbers(version), _numbers(than)
    return ours[: len(theirs)] < theirs[: len(ours)]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))
