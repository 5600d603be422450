"""Proves platform policies by auditwheel's own: the files that its verdicts rest on.

Format: a JSON list of policies, each with ``name``, ``aliases``, ``priority``, ``symbol_versions``
(by architecture and prefix), ``lib_whitelist`` and ``blacklist`` (symbols by library).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.audit.claims import Claim, Outcome
from planner.audit.evidence import Evidence, not_provable
from planner.audit.file_read import FileRead
from planner.audit.newest import finals, named_files, texts_of
from planner.index.errors import BrokenError, MissingError
from planner.index.listing import IndexFile
from planner.model.images import Image
from planner.model.policies import Policy
from planner.model.vendor_files import VendorFile

_NO_POLICY = "linux"  # the row that stands for any Linux
_VERSION = re.compile(r".*_(\d+)_(\d+)")

Symbols = Mapping[str, frozenset[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class TheirPolicy:
    """A policy as auditwheel has it, and the member that it stands in.

    ``symbols`` holds full names (``GLIBC_2.17``) by architecture.
    """

    name: str
    aliases: frozenset[str]
    priority: int
    libraries: frozenset[str]
    symbols: Symbols
    denied: Symbols
    member: str

    @property
    def version(self) -> str:
        """The version of the C library that the name gives."""
        match = _VERSION.fullmatch(self.name)
        return "" if match is None else f"{match[1]}.{match[2]}"


@dataclass(frozen=True, kw_only=True, slots=True)
class TheirPolicies:
    """All policies of a wheel by name."""

    file: IndexFile
    members: tuple[str, ...]
    by_name: Mapping[str, TheirPolicy]

    def read(self, member: str) -> FileRead:
        """What claims by a member of the wheel name."""
        return FileRead(release=str(self.file.version), file=self.file.name, member=member)


def newest_policies(where: VendorFile, evidence: Evidence) -> TheirPolicies:
    """The policies of the newest wheel.

    :raises RemoteError: where it cannot be read.
    """
    return their_policies(finals(where, evidence)[0], where, evidence)


def their_policies(file: IndexFile, where: VendorFile, evidence: Evidence) -> TheirPolicies:
    """The policies of a wheel.

    :raises RemoteError: where it cannot be read.
    """
    texts = texts_of(file, where, evidence)
    if not texts:
        raise MissingError(f"{file.name} has no member {' or '.join(where.members)}")
    found: dict[str, TheirPolicy] = {}
    for member, text in texts.items():
        for policy in _parsed(text, member):
            found[policy.name] = policy
    return TheirPolicies(file=file, members=tuple(texts), by_name=found)


def _parsed(text: str, member: str) -> list[TheirPolicy]:
    try:
        rows = [row for row in json.loads(text) if row["name"] != _NO_POLICY]
        return [_policy(row, member) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise BrokenError(f"{member} is not of the form that is known ({reason})") from None


def _policy(row: Mapping[str, object], member: str) -> TheirPolicy:
    priority = row["priority"]
    if not isinstance(priority, int):
        raise TypeError("priority")
    symbols = {
        arch: frozenset(
            f"{prefix}_{version}"
            for prefix, versions in _mapping(sets).items()
            for version in _names(versions)
        )
        for arch, sets in _mapping(row["symbol_versions"]).items()
    }
    return TheirPolicy(
        name=str(row["name"]),
        aliases=_names(row["aliases"]),
        priority=priority,
        libraries=_names(row["lib_whitelist"]),
        symbols=symbols,
        denied={name: _names(denied) for name, denied in _mapping(row["blacklist"]).items()},
        member=member,
    )


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError("a mapping was expected")
    return value


def _names(value: object) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise TypeError("a list of names was expected")
    return frozenset(value)


def prove_policy(policy: Policy, where: VendorFile, evidence: Evidence) -> Iterator[Claim]:
    """Claims about all that a policy allows and forbids, by the newest wheel.

    What that contradicts is looked up in the older versions that the data name, so that facts that
    were overtaken are told from wrong ones.
    """
    claims = list(_policy_claims(policy, newest_policies(where, evidence)))
    yield from claims
    if any(claim.outcome is Outcome.CONTRADICTED for claim in claims):
        for file in named_files(where, evidence):
            older = _policy_claims(policy, their_policies(file, where, evidence))
            if all(claim.outcome is Outcome.CONFIRMED for claim in older):
                yield not_provable(f"{file.name} says what is stated", about="older version")
    if policy.pep:
        yield not_provable("which PEP defines it stands in no wheel", about="pep")


def _policy_claims(policy: Policy, found: TheirPolicies) -> Iterator[Claim]:
    theirs = found.by_name.get(policy.name)
    if theirs is None:
        read = found.read(", ".join(found.members))
        yield read.compared("name", policy.name, "no such policy")
        return
    read = found.read(theirs.member)
    yield read.compared("version", policy.version, theirs.version)
    yield read.compared("priority", str(policy.priority), str(theirs.priority))
    yield read.compared_sets("aliases", policy.aliases, theirs.aliases)
    yield read.compared_sets("libraries", policy.libraries, theirs.libraries)
    yield read.compared_sets("architectures", policy.symbols, theirs.symbols)
    for arch, sets in policy.symbols.items():
        stated = {f"{prefix}_{version}" for prefix, names in sets.items() for version in names}
        if arch in theirs.symbols:
            yield read.compared_sets(f"{arch} symbol versions", stated, theirs.symbols[arch])
    for library in sorted({*policy.denied, *theirs.denied}):
        own, other = policy.denied.get(library, ()), theirs.denied.get(library, ())
        yield read.compared_sets(f"{library} denied symbols", own, other)


def prove_image(image: Image, where: VendorFile, evidence: Evidence) -> Iterator[Claim]:
    """Claims about the policy of an image that is called as its policy is."""
    found = newest_policies(where, evidence)
    named = [p for p in found.by_name.values() if image.name in (p.name, *p.aliases)]
    if not named:
        yield not_provable(f"no policy of {found.file.name} has its name", about="policy")
    for theirs in named:
        read = found.read(theirs.member)
        yield read.compared("policy", image.policy, theirs.name)
        yield read.compared("libc", image.libc_version, theirs.version)
    yield not_provable("state, C++ ABI and toolkits of an image stand in no wheel", about="status")


def unstated_policies(
    known: Mapping[str, Policy], where: VendorFile, evidence: Evidence
) -> Iterator[str]:
    """Sentences about policies of the newest wheel that are no fact."""
    found = newest_policies(where, evidence)
    for theirs in found.by_name.values():
        if theirs.name not in known:
            yield f"{found.file.name} has a policy {theirs.name} ({theirs.member}): no fact"
