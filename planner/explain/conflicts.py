"""Conflicts in words: what was asked, what the facts say."""

from __future__ import annotations

from collections.abc import Mapping

from planner.explain.facts import fact_sentence
from planner.model.sources import Fact
from planner.plan.records import Change, Conflict, WayOut

_RULES = {
    "release-matches-request": "no other release is asked for",
    "release-covers-architecture": "the vendor ships no such release for the architecture",
    "released-by-date": "no such release was out on the day",
    "release-not-preview": "only preview releases are left",
    "component-in-release": "the release lacks a component that is linked",
    "gpu-target-known": "the release does not know a GPU target",
    "device-cxx-standard": "the device compiler lacks the C++ standard",
    "driver-floor": "the release needs a newer driver",
    "image-covers-architecture": "no build image exists for the architecture",
    "policy-covers-architecture": "no policy covers the architecture",
    "policy-within-image": "the policy is newer than the image",
    "image-by-date": "the image did not exist on the day",
    "image-published": "the image is not published",
    "image-not-ended": "the image is no longer supported",
    "image-not-alpha": "only alpha images are left",
    "base-not-ended": "the image's base distribution is past its end of life",
    "toolset-obtainable": "no such toolset could be had on the day",
    "host-cxx-standard": "the host gcc lacks the C++ standard",
    "cxx11-abi": "the image uses the other C++11 ABI",
    "glibc-cap": "the tag is newer than the glibc cap",
    "runs-on": (
        "a distribution that must be served does not take the wheel "
        "(glibc, libstdc++ or architecture)"
    ),
    "pip-floor": "the tag needs a newer pip than is promised",
    "x86-64-level": "the image links in code for a higher x86-64 level",
    "assembler-feature": "binutils does not know a feature",
    "compiler-feature": "gcc does not know a feature",
    "interpreter-in-image": "the image lacks the wanted Python",
    "host-compiler-range": "the vendor refuses the host gcc",
    "documented-compiler-range": "the vendor does not document the host gcc",
    "compiler-breakage": "the host gcc is known to break the release",
    "cxx-host-compiler": "the vendor takes the C++ standard with other host gcc only",
    "build-glibc": "the vendor's build programs do not run in the image",
    "linked-library-floor": "a linked vendor library needs more than the tag promises",
    "documented-glibc": "the vendor documents a newer glibc and the library was not measured",
    "toolchain-in-image-first": "the request puts what the image holds before newer tools",
    "newer-gcc-first": "the newer gcc decided, and its toolset brings this binutils",
    "image-toolkit": "the image ships another toolkit release",
}


def rule_sentence(rule: str) -> str:
    """What it means that a rule is broken."""
    return _RULES.get(rule, rule)


def rules_sentence(conflict: Conflict) -> str:
    """The rules that clash in a conflict, leaving out that other releases are not asked for."""
    others = [rule for rule in conflict.rules if rule != "release-matches-request"]
    return "; ".join(rule_sentence(rule) for rule in others or conflict.rules)


def conflict_sentence(conflict: Conflict, facts: Mapping[str, Fact]) -> str:
    """One line for a conflict: the rules that clash and what the first two facts say."""
    says = [fact_sentence(facts[id_]) for id_ in conflict.facts[:2]]
    text = rules_sentence(conflict)
    return f"{text} ({'; '.join(says)})" if says else text


def way_out_sentence(way: WayOut) -> str:
    """One line for a way out: what to change, and what that gives."""
    releases = " ".join(f"{family} {version}" for family, version in way.accelerators.items())
    text = f"{' and '.join(change_sentence(change) for change in way.change)}"
    gives = f"{way.platform_tag} {releases}".rstrip()
    if way.second is not None:
        return f"two wheels: {text}; gives {gives}, and {way.second[0]} {way.second[1]}"
    return f"{text}; gives {gives}"


def change_sentence(change: Change) -> str:
    """One change in words: ``set variants.cu13.cuda to "<13" (was ">=13")``."""
    if change.path.endswith(".allow"):
        return f"allow {change.to}"
    if change.to is None:
        return f"drop {change.old} from {change.path}"
    if not change.old:
        return f"add {change.path}: {change.to}"
    return f"set {change.path} to {change.to or 'nothing'} (was {change.old})"
