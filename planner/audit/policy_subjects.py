"""Which facts of ``policies/`` are audited, and what proves each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from planner.audit.claims import Claim
from planner.audit.evidence import Evidence, not_provable
from planner.audit.image_pins import prove_image_architecture, unstated_pins
from planner.audit.installer_tags import prove_installer
from planner.audit.interpreters import (
    prove_image_interpreter,
    prove_interpreter,
    unstated_interpreters,
)
from planner.audit.policy_files import prove_image, prove_policy, unstated_policies
from planner.index.errors import RemoteError
from planner.model.facts import FactBase, Policies
from planner.model.sources import Fact
from planner.model.vendor_files import NONE, POLICY_SCOPES, VendorFile

_Prover = tuple[str, Callable[[VendorFile, Evidence], Iterator[Claim]]]
"""The format of the file that it reads, and what yields the claims."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicySubject:
    """A fact under audit and what yields claims about it; that may raise RemoteError, which
    becomes one more claim."""

    fact: Fact
    prove: Callable[[Evidence], Iterator[Claim]]


def policy_subjects(facts: FactBase, what: str) -> list[PolicySubject]:
    """The facts of one part of ``policies/``, by its name in ``POLICY_SCOPES``, in the order of
    the files.

    :raises KeyError: where there is no such part.
    """
    policies = facts.policies
    provers = dict(_provers(policies))
    return [
        PolicySubject(
            fact=fact,
            prove=partial(_proved, provers.get(fact.id), policies.vendor_files.get(fact.kind)),
        )
        for fact in policies.facts.values()
        if fact.kind in POLICY_SCOPES[what]
    ]


def _provers(policies: Policies) -> Iterator[tuple[str, _Prover]]:
    """What proves each record that a file can say something of, by the id of its fact."""
    for policy in policies.policies.values():
        yield policy.fact.id, ("auditwheel-policies", partial(prove_policy, policy))
    for image in policies.images.values():
        yield image.fact.id, ("auditwheel-policies", partial(prove_image, image))
        for arch in image.architectures.values():
            prove = partial(prove_image_architecture, image, arch)
            yield arch.fact.id, ("pinned-images", prove)
    for interpreter in policies.interpreters.values():
        yield interpreter.fact.id, ("build-platforms", partial(prove_interpreter, interpreter))
    for row in policies.image_interpreters:
        yield row.fact.id, ("build-platforms", partial(prove_image_interpreter, row, policies))
    for rule in policies.installers:
        yield rule.fact.id, ("installer-code", partial(prove_installer, rule))


def _proved(
    prover: _Prover | None, where: VendorFile | None, evidence: Evidence
) -> Iterator[Claim]:
    if where is None:
        yield not_provable("the data name no file that states it")
    elif where.format == NONE:
        yield not_provable(where.why)
    elif prover is None or prover[0] != where.format:
        yield not_provable(f"no file of the format {where.format} is read for facts of this kind")
    else:
        yield from prover[1](where, evidence)


def policy_notices(facts: FactBase, what: str, evidence: Evidence) -> tuple[str, ...]:
    """Sentences about what the newest files of the vendors hold and no fact states; empty where
    they cannot be read, which the verdicts tell."""
    policies = facts.policies
    files = policies.vendor_files
    try:
        if what == "policies" and "policy" in files:
            return tuple(unstated_policies(policies.policies, files["policy"], evidence))
        if what == "images" and "image-architecture" in files:
            where = files["image-architecture"]
            return tuple(unstated_pins(policies.images, where, evidence))
        if what == "interpreters" and "interpreter" in files:
            where = files["interpreter"]
            return tuple(unstated_interpreters(policies.interpreters, where, evidence))
    except RemoteError:
        pass
    return ()
