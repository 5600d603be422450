"""Which prover proves which kind of fact."""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.claims import Claim
from planner.audit.evidence import Evidence, Prover, not_provable
from planner.audit.host_compilers import prove_host_compiler
from planner.audit.metapackages import prove_extras, prove_requires
from planner.audit.pins import prove_components
from planner.audit.program_help import prove_standards, prove_targets
from planner.audit.sonames import prove_provides, prove_sonames
from planner.audit.subjects import Subject
from planner.audit.uploads import prove_architectures, prove_never_covers, prove_released
from planner.audit.vendor_wheels import (
    prove_compiler_ident,
    prove_needed_sonames,
    prove_vendor_wheel,
)
from planner.audit.version_needs import prove_build_glibc, prove_library_needs
from planner.model.sources import Standing


def _not_read(subject: Subject, evidence: Evidence) -> Iterator[Claim]:
    """For kinds of fact that no file on the index states."""
    if subject.fact.standing is Standing.MEASURED:
        yield not_provable("it was measured in a way that is not repeated here")
    else:
        yield not_provable("it is what a document says; no file on the index states it")


def _sonames(subject: Subject, evidence: Evidence) -> Iterator[Claim]:
    """By the vendor's own wheels where releases pin some, else by wheels that need them."""
    pinned = any(release.pins for release in subject.releases)
    yield from (prove_sonames if pinned else prove_needed_sonames)(subject, evidence)


PROVERS: dict[str, Prover] = {
    "architectures": prove_architectures,
    "build-glibc": prove_build_glibc,
    "compiler-ident": prove_compiler_ident,
    "components": prove_components,
    "cxx-standards": prove_standards,
    "extras": prove_extras,
    "gpu-targets": prove_targets,
    "host-compiler": prove_host_compiler,
    "library-needs": prove_library_needs,
    "provides": prove_provides,
    "never-covers": prove_never_covers,
    "released": prove_released,
    "requires": prove_requires,
    "sonames": _sonames,
    "vendor-wheel": prove_vendor_wheel,
}


def prover_of(kind: str) -> Prover:
    """The prover of a kind of fact."""
    return PROVERS.get(kind, _not_read)
