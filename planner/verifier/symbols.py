"""Symbol versions against the policies that the wheel is held to."""

from __future__ import annotations

from collections.abc import Iterator

from planner.model.policies import Policy
from planner.model.wheels import ElfFile
from planner.verifier.c_library import C_FUNCTIONS
from planner.verifier.catalogue import Rule
from planner.verifier.context import Context
from planner.verifier.findings import Finding, finding
from planner.verifier.floor import Need, ceiling, is_allowed, needs_of

_NAMED = 4


def symbol_versions(context: Context) -> Iterator[Finding]:
    """Every version that the strictest tag does not allow, by member; the newest first."""
    if context.strictest is None:
        return
    tag, policy = context.strictest
    floor = context.floor
    for file in context.native:
        refused = [
            need
            for need in needs_of(file, context.held)
            if need.library and not is_allowed(need, policy, tag.arch or "")
        ]
        for need in sorted(refused, key=_newest_first):
            if need.is_marker:
                yield _marker(context, need, policy, tag.arch or "")
                continue
            yield finding(
                Rule.SYMBOL_TOO_NEW,
                file.path,
                facts=(policy.fact.id,),
                symbol=need.symbol,
                library=need.library,
                user=need.user,
                policy=policy.name,
                tag=tag.text,
                arch=tag.arch,
                allowed=ceiling(policy, tag.arch or "", need.prefix),
                floor=floor.platform_tag if floor else "",
            )


def _newest_first(need: Need) -> tuple[str, tuple[int, ...]]:
    parts = need.version.split(".")
    return need.prefix, tuple(-int(part) if part.isdecimal() else 0 for part in parts)


def _marker(context: Context, need: Need, policy: Policy, arch: str) -> Finding:
    """A feature of the loader that the policy lacks; names the oldest policy that has it."""
    having = [
        p.name
        for p in context.facts.policies.values()
        if p.libc == policy.libc and arch in p.symbols and is_allowed(need, p, arch)
    ]
    way = f"build it for {having[0]} or newer" if having else "no policy allows it"
    if need.version == "ABI_DT_RELR":
        way += ", or link without -z pack-relative-relocs"
    return finding(
        Rule.ABI_MARKER,
        need.file.path,
        facts=(policy.fact.id,),
        symbol=need.symbol,
        policy=policy.name,
        arch=arch,
        allowed=having[0] if having else "none",
        way=way,
    )


def unversioned_imports(context: Context) -> Iterator[Finding]:
    """C library functions imported without version: the floor cannot account for them."""
    for file in context.native:
        if not _needs_libc(file) or not file.version_needs:
            continue
        plain = [name for name in file.unversioned if name in C_FUNCTIONS]
        if plain:
            yield finding(
                Rule.UNVERSIONED_IMPORTS,
                file.path,
                count=len(plain),
                names=", ".join(plain[:_NAMED]) + (", ..." if len(plain) > _NAMED else ""),
            )


def _needs_libc(file: ElfFile) -> bool:
    return any(name.startswith(("libc.so", "libm.so")) for name in file.needed) or not file.needed


def denied_symbols(context: Context) -> Iterator[Finding]:
    """Symbols of allowed libraries that the policy denies (auditwheel's policies: blacklist)."""
    if context.strictest is None:
        return
    _, policy = context.strictest
    for file in context.native:
        for library in context.external(file):
            used = sorted(set(policy.denied.get(library, ())) & set(file.unversioned))
            if used:
                yield finding(
                    Rule.DENIED_SYMBOL,
                    file.path,
                    facts=(policy.fact.id,),
                    symbols=", ".join(used),
                    library=library,
                    policy=policy.name,
                )
