"""The floor of a wheel: the oldest policy whose symbol sets hold everything that it asks for.

Membership in sets per architecture, never a comparison of versions: manylinux_2_17 on aarch64
allows GLIBC_2.18. Nothing of the machine at hand is looked at. Libraries outside the policies do
not move it (PEP 600: the tag promises symbol versions of the platform's own libraries).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from planner.model.policies import Policy
from planner.model.wheels import ElfFile

_MARKER = "ABI_"


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
        return self.prefix == "GLIBC" and self.version.startswith(_MARKER)

    @property
    def user(self) -> str:
        """A symbol that asks for it, or what to say where none does."""
        users = self.file.version_users.get((self.library, self.symbol), ())
        return ", ".join(users[:2]) or "no symbol by name"


class Floor(NamedTuple):
    """``policy`` is None where no policy holds: the platform tag is then ``linux_<arch>``."""

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
        named = (*file.needed, file.interpreter or "")
        if any("libc.musl-" in name or "/ld-musl-" in name for name in named):
            return "musl"
    return "glibc"


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
        parts = version.split(".")
        if not prefix.isupper() or not all(part.isdecimal() for part in parts):
            continue
        key = tuple(int(part) for part in parts)
        if prefix not in best or key > best[prefix][0]:
            best[prefix] = (key, version)
    return {prefix: best[prefix][1] for prefix in sorted(best)}


def ceiling(policy: Policy, arch: str, prefix: str) -> str:
    """The highest version of a prefix that a policy allows, for display."""
    allowed = policy.symbols[arch].get(prefix, ())
    return symbol_maxima(tuple(f"X_{version}" for version in allowed)).get("X", "none")
