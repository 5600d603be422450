"""Whether the libraries of a system offer the symbol versions that a wheel needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.coverage.results import Host, Reason, SymbolNeed, Why
from planner.model.policies import Policy
from planner.model.versions import version_key
from planner.model.wheel_facts import WheelFacts

_LIBC = {"glibc": "GLIBC", "musl": "MUSL"}
_CXX = ("GLIBCXX", "CXXABI")


def symbol_reasons(needs: Iterable[SymbolNeed], host: Host, facts: WheelFacts) -> Iterator[Reason]:
    """What a host lacks, or may lack, of the symbol versions: the highest of each prefix."""
    promised = _policy_of(host, facts)
    judged = {prefix for system in facts.hosts.systems.values() for prefix in system.symbols}
    worst: dict[tuple[str, bool], SymbolNeed] = {}
    for need in needs:
        if need.prefix != _LIBC[host.libc] and need.prefix not in judged:
            continue  # of a library that no system is described by: the tag's policy promises it
        offered = _is_offered(need, host, promised)
        if offered is not True:
            key = (need.prefix, offered is None)
            if key not in worst or _is_higher(need, worst[key]):
                worst[key] = need
    for (_, unknown), need in worst.items():
        yield _reason(need, host, promised, unknown=unknown)


def _is_offered(need: SymbolNeed, host: Host, promised: Policy | None) -> bool | None:
    """Whether a host offers a symbol version; None where nothing says so.

    What was measured on the system decides. Else a system with some glibc has what the policy of
    that glibc allows: policies are the common part of all systems from that glibc on.
    """
    known = host.libc_version if need.prefix == _LIBC[host.libc] else host.symbols.get(need.prefix)
    if need.version in host.markers:
        return True
    if known and _is_number(need.version) and version_key(need.version) <= version_key(known):
        return True
    sets = promised.symbols[host.arch] if promised else {}
    is_number = _is_number(need.version)
    if need.version in sets.get(need.prefix, ()):
        return known is None or not is_number or need.prefix == _LIBC[host.libc]
    is_measured = known is not None and (is_number or bool(host.markers))
    return False if is_measured else None


def _policy_of(host: Host, facts: WheelFacts) -> Policy | None:
    """The newest policy whose C library is not newer than the host's."""
    rows = [
        policy
        for policy in facts.policies.values()
        if policy.libc == host.libc
        and host.arch in policy.symbols
        and version_key(policy.version) <= version_key(host.libc_version)
    ]
    return max(rows, key=lambda policy: version_key(policy.version), default=None)


def _reason(need: SymbolNeed, host: Host, promised: Policy | None, *, unknown: bool) -> Reason:
    is_libc = need.prefix == _LIBC[host.libc]
    known = host.libc_version if is_libc else host.symbols.get(need.prefix, "")
    why = Why.GLIBC if is_libc else Why.LIBSTDCXX if need.prefix in _CXX else Why.SYMBOL
    return Reason(
        why=why,
        found=f"{need.prefix}_{known}" if known else "",
        needed=f"{need.prefix}_{need.version}",
        detail=need.file,
        facts=(*host.facts, *([promised.fact.id] if promised else [])),
        is_unknown=unknown,
    )


def _is_number(version: str) -> bool:
    return all(part.isdecimal() for part in version.split("."))


def _is_higher(need: SymbolNeed, than: SymbolNeed) -> bool:
    if not _is_number(need.version) or not _is_number(than.version):
        return not _is_number(need.version)
    return version_key(need.version) > version_key(than.version)
