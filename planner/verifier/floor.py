"""The floor of a wheel: the oldest policy whose symbol sets hold everything that it asks for.

Membership in sets per architecture, never a comparison of versions: manylinux_2_17 on aarch64
allows GLIBC_2.18. Nothing of the machine at hand is looked at. Libraries outside the policies do
not move it (PEP 600: the tag promises symbol versions of the platform's own libraries). musl has no
symbol versions, so of musl code every policy holds that has its architecture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from planner.model.policies import Policy
from planner.model.wheels import ElfFile

_MARKER = "GLIBC_ABI_"


class Need(NamedTuple):
    """A symbol version that a file asks of a library outside the wheel."""

    file: ElfFile
    library: str
    symbol: str

    @property
    def prefix(self) -> str:
        """``GLIBC`` of ``GLIBC_2.17``."""
        return self.symbol.partition("_")[0]

    @property
    def version(self) -> str:
        """``2.17`` of ``GLIBC_2.17``."""
        return self.symbol.partition("_")[2]

    @property
    def is_marker(self) -> bool:
        """Whether it marks a feature of the loader (``GLIBC_ABI_DT_RELR``), no symbol."""
        return self.symbol.startswith(_MARKER)

    @property
    def user(self) -> str:
        """A symbol that asks for it, or what to say where none does."""
        users = self.file.version_users.get((self.library, self.symbol), ())
        return ", ".join(users[:2]) or "no symbol by name"


class Floor(NamedTuple):
    """``policy`` is None where no policy holds: the platform tag is then ``linux_<arch>``. Of musl
    code it is the oldest there is: what the code needs cannot be seen."""

    policy: Policy | None
    platform_tag: str
    libc: str
    maxima: Mapping[str, str]

    @property
    def version(self) -> str | None:
        """The C library's version, where a policy holds."""
        return None if self.policy is None else self.policy.version


def needs_of(file: ElfFile, held: frozenset[str]) -> Iterator[Need]:
    """The symbol versions that a file asks of libraries that the wheel does not hold."""
    for library, versions in file.version_needs.items():
        if library not in held:
            for symbol in versions:
                yield Need(file, library, symbol)


def is_allowed(need: Need, policy: Policy, arch: str) -> bool:
    """Whether a policy allows a symbol version on an architecture.

    Symbols whose prefix no set of the policy has belong to a library that it says nothing of.
    """
    allowed = policy.symbols[arch].get(need.prefix)
    return allowed is None or need.version in allowed


def libc_of(files: tuple[ElfFile, ...]) -> str:
    """``musl`` where a file needs it by name or as its loader, else ``glibc``."""
    for file in files:
        if "/ld-musl-" in (file.interpreter or "") or any(map(is_musl, file.needed)):
            return "musl"
    return "glibc"


def is_musl(library: str) -> bool:
    """Whether a needed library is musl's C library, by its soname or by Alpine's name of it."""
    return library == "libc.so" or "libc.musl-" in library or "ld-musl-" in library


def own_policy(name: str, version: str, arch: str, newer: Policy) -> Policy:
    """What a manylinux tag promises that has no policy of its own: of glibc the symbol versions up
    to the tag's number (PEP 600), of the rest what the next newer policy allows."""
    limit = _numbers(version)
    allowed = newer.symbols[arch].get("GLIBC", ())
    glibc = tuple(found for found in allowed if not _is_newer(found, limit))
    symbols = {arch: {**newer.symbols[arch], "GLIBC": glibc}}
    return newer._replace(name=name, version=version, aliases=(), symbols=symbols)


def newer_than(needs: Iterable[Need], version: str) -> list[Need]:
    """The needs of symbol versions of glibc that are newer than a number."""
    limit = _numbers(version)
    return [n for n in needs if n.prefix == "GLIBC" and _is_newer(n.version, limit)]


def _is_newer(version: str, limit: tuple[int, ...] | None) -> bool:
    found = _numbers(version)
    return found is not None and limit is not None and found > limit


def _numbers(version: str) -> tuple[int, ...] | None:
    """The numbers of a version; None where a part of it is none (``PRIVATE``)."""
    parts = version.split(".")
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else None


def floor_of(
    files: tuple[ElfFile, ...], arch: str, held: frozenset[str], policies: Mapping[str, Policy]
) -> Floor:
    """The oldest policy that allows every need of these files; none where a file's needs could not
    be read in full."""
    libc = libc_of(files)
    needs = {need.symbol: need for file in files for need in needs_of(file, held)}
    rows = [p for p in policies.values() if p.libc == libc and arch in p.symbols]
    rows.sort(key=lambda policy: tuple(int(part) for part in policy.version.split(".")))
    fitting = (p for p in rows if all(is_allowed(n, p, arch) for n in needs.values()))
    is_partial = any(file.is_partial for file in files)
    policy = None if is_partial else next(fitting, None)
    return Floor(
        policy=policy,
        platform_tag=f"{policy.name if policy else 'linux'}_{arch}",
        libc=libc,
        maxima=symbol_maxima(needs),
    )


def symbol_maxima(symbols: Mapping[str, object] | tuple[str, ...]) -> dict[str, str]:
    """The highest version of each prefix, for display; those that are no numbers are left out."""
    best: dict[str, tuple[tuple[int, ...], str]] = {}
    for symbol in symbols:
        prefix, _, version = symbol.partition("_")
        key = _numbers(version)
        if not prefix.isupper() or key is None:
            continue
        if prefix not in best or key > best[prefix][0]:
            best[prefix] = (key, version)
    return {prefix: best[prefix][1] for prefix in sorted(best)}


@lru_cache
def newest_allowed(allowed: tuple[str, ...]) -> str:
    """The highest of versions, for display."""
    return symbol_maxima(tuple(f"X_{version}" for version in allowed)).get("X", "none")


def ceiling(policy: Policy, arch: str, prefix: str) -> str:
    """The highest version of a prefix that a policy allows, for display."""
    return newest_allowed(policy.symbols[arch].get(prefix, ()))
