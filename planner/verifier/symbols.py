"""Symbol versions against the policies that the wheel is held to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from planner.model.policies import Policy
from planner.model.wheels import ElfFile
from planner.verifier.c_library import C_FUNCTIONS, is_cxx_function, is_of_glibc
from planner.verifier.catalogue import Rule
from planner.verifier.context import Context, PlatformTag, own_number, version_key
from planner.verifier.findings import Finding, finding, first_made
from planner.verifier.floor import Need, ceiling, is_allowed, needs_of, newer_than

_NAMED = 4


def symbol_versions(context: Context) -> Iterator[Finding]:
    """Every version that the strictest tag does not allow, by member; the newest first."""
    if context.strictest is None:
        yield from _above_own_number(context)
        return
    tag, policy = context.strictest
    for file in context.native:
        refused = [
            need
            for need in needs_of(file, context.held)
            if need.library and not is_allowed(need, policy, tag.arch or "")
        ]
        markers = [need for need in refused if need.is_marker]
        others = [need for need in refused if not need.is_marker] if markers else refused
        yield from _too_new(context, tag, others, policy)
        yield from first_made(markers, partial(_marker, context, policy, tag.arch or ""))


def _above_own_number(context: Context) -> Iterator[Finding]:
    """Versions of glibc above the oldest number of tags that no policy is known for (PEP 600)."""
    tags = [tag for tag in context.promises if own_number(tag)]
    if not tags:
        return
    tag = min(tags, key=lambda tag: version_key(own_number(tag)))
    for file in context.native:
        refused = newer_than(needs_of(file, context.held), own_number(tag))
        yield from _too_new(context, tag, refused, None)


def _too_new(
    context: Context, tag: PlatformTag, refused: list[Need], policy: Policy | None
) -> Iterator[Finding]:
    """A finding for each refused version of a file."""
    floor = context.floor
    arch = tag.arch or ""
    image = image_of(context, tag)

    def told(need: Need) -> Finding:
        return finding(
            Rule.SYMBOL_TOO_NEW,
            need.file.path,
            facts=(policy.fact.id,) if policy else (),
            symbol=need.symbol,
            library=need.library,
            user=need.user,
            policy=policy.name if policy else tag.policy,
            tag=tag.text,
            arch=arch,
            allowed=ceiling(policy, arch, need.prefix) if policy else own_number(tag),
            image=image,
            floor=floor.platform_tag if floor else "",
        )

    return first_made(sorted(refused, key=_newest_first), told)


def image_of(context: Context, tag: PlatformTag) -> str:
    """The policy to build for so that a tag holds: its own, else the next older one, if any."""
    older, newer = context.nearest(tag)
    row = newer if newer is not None and newer.name == tag.policy else older
    return row.name if row is not None else tag.policy or ""


def _newest_first(need: Need) -> tuple[str, tuple[int, ...]]:
    parts = need.version.split(".")
    return need.prefix, tuple(-int(part) if part.isdecimal() else 0 for part in parts)


def _marker(context: Context, policy: Policy, arch: str, need: Need) -> Finding:
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
    """Functions of libc, libm and libstdc++ imported without version: the floor cannot account for
    them."""
    for file in context.native:
        plain = unversioned_of(context, file)
        if plain:
            yield finding(
                Rule.UNVERSIONED_IMPORTS,
                file.path,
                count=len(plain),
                names=", ".join(plain[:_NAMED]) + (", ..." if len(plain) > _NAMED else ""),
            )


def unversioned_of(context: Context, file: ElfFile) -> list[str]:
    """Functions of glibc and libstdc++ that a file imports without version; of musl and LLVM's
    libc++ they have none anyway."""
    if context.is_for_musl:
        return []
    has_libcxx = any(name.startswith("libc++") for name in file.needed)
    return [
        name
        for name in file.unversioned
        if name in C_FUNCTIONS or (not has_libcxx and is_cxx_function(name))
    ]


def denied_symbols(context: Context) -> Iterator[Finding]:
    """Symbols of allowed libraries that the policy denies (auditwheel's policies: blacklist)."""
    if context.strictest is None:
        return
    _, policy = context.strictest
    for file in context.native:
        names: frozenset[str] = frozenset()
        for library in context.external(file):
            if library not in policy.denied:
                continue
            names = names or frozenset(file.unversioned)
            used = sorted(names.intersection(policy.denied[library]))
            if used:
                bundle = "" if is_of_glibc(library) else f"bundle {library}, or "
                yield finding(
                    Rule.DENIED_SYMBOL,
                    file.path,
                    facts=(policy.fact.id,),
                    symbols=", ".join(used),
                    library=library,
                    policy=policy.name,
                    way=f"{bundle}do not use them",
                )
