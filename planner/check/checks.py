"""Every finding that ``check`` can make: its permanent id, its name, and what it means.

An id is never given to anything else; docs/check.md says for each why it matters and how to mend
it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from planner.model.rules import Rule


class OwnRule(StrEnum):
    """Rules that only a row can break, beside those of the solver."""

    TAG_ARCHITECTURE = "tag-architecture"
    IMAGE_ARCHITECTURE = "image-architecture"
    TAG_OF_IMAGE = "tag-of-image"
    PYTHON_BY_DATE = "python-by-date"


class Doubt(StrEnum):
    """What a row's reader should know although nothing refuses the row."""

    BASE_ENDED = "base-ended"
    IMAGE_ENDED = "image-ended"
    IMAGE_ALPHA = "image-alpha"
    NO_IMAGE_FOR_TAG = "no-image-for-tag"
    COMPILER_NOT_IN_BASE = "compiler-not-in-base"
    PARTLY_REFUSED_COMPILER = "partly-refused-compiler"
    DOCUMENTED_COMPILER = "documented-compiler"
    PREVIEW_RELEASE = "preview-release"
    DEPRECATED_TARGETS = "deprecated-targets"
    UNLISTED_TARGETS = "unlisted-targets"
    PYTHON_NOT_IN_IMAGES = "python-not-in-images"
    PYTHON_ENDED = "python-ended"
    POLICY_NOT_KNOWN = "policy-not-known"
    TAG_NEWER_THAN_IMAGE = "tag-newer-than-image"
    BINUTILS_NOT_OF_TOOLSET = "binutils-not-of-toolset"
    EXPERIMENTAL_CXX = "experimental-cxx"
    WAIVED_FACT = "waived-fact"
    UNDATED_RELEASE = "undated-release"


UNKNOWN_VALUE = "unknown-value"


class CheckId(StrEnum):
    """Permanent ids: 0xx makes a row impossible, 1xx is a warning, 2xx makes it unknown."""

    C001 = "MLP-C001"
    C002 = "MLP-C002"
    C003 = "MLP-C003"
    C004 = "MLP-C004"
    C005 = "MLP-C005"
    C006 = "MLP-C006"
    C007 = "MLP-C007"
    C008 = "MLP-C008"
    C009 = "MLP-C009"
    C010 = "MLP-C010"
    C011 = "MLP-C011"
    C012 = "MLP-C012"
    C013 = "MLP-C013"
    C014 = "MLP-C014"
    C015 = "MLP-C015"
    C016 = "MLP-C016"
    C017 = "MLP-C017"
    C018 = "MLP-C018"
    C019 = "MLP-C019"
    C020 = "MLP-C020"
    C021 = "MLP-C021"
    C022 = "MLP-C022"
    C023 = "MLP-C023"
    C024 = "MLP-C024"
    C025 = "MLP-C025"
    C026 = "MLP-C026"
    C101 = "MLP-C101"
    C102 = "MLP-C102"
    C103 = "MLP-C103"
    C104 = "MLP-C104"
    C105 = "MLP-C105"
    C106 = "MLP-C106"
    C107 = "MLP-C107"
    C108 = "MLP-C108"
    C109 = "MLP-C109"
    C110 = "MLP-C110"
    C111 = "MLP-C111"
    C112 = "MLP-C112"
    C113 = "MLP-C113"
    C114 = "MLP-C114"
    C115 = "MLP-C115"
    C116 = "MLP-C116"
    C117 = "MLP-C117"
    C201 = "MLP-C201"
    C202 = "MLP-C202"


@dataclass(frozen=True, slots=True)
class Check:
    """A finding's id and name, and what it says of a row."""

    id: CheckId
    rule: str
    says: str


CHECKS = (
    Check(CheckId.C001, Rule.HOST_COMPILER_RANGE, "the vendor refuses this gcc"),
    Check(CheckId.C002, Rule.DOCUMENTED_COMPILER_RANGE, "the vendor does not document this gcc"),
    Check(CheckId.C003, Rule.COMPILER_BREAKAGE, "this gcc is known to break the release"),
    Check(CheckId.C004, Rule.CXX_HOST_COMPILER, "the vendor takes the C++ standard with other gcc"),
    Check(CheckId.C005, Rule.HOST_CXX_STANDARD, "this gcc lacks the C++ standard"),
    Check(CheckId.C006, Rule.DEVICE_CXX_STANDARD, "the device compiler lacks the C++ standard"),
    Check(CheckId.C007, Rule.GPU_TARGET_KNOWN, "the release does not know the GPU target"),
    Check(
        CheckId.C008,
        Rule.RELEASE_COVERS_ARCHITECTURE,
        "the vendor ships no such release for the architecture",
    ),
    Check(CheckId.C009, Rule.RELEASED_BY_DATE, "the release was not out on the day"),
    Check(CheckId.C010, OwnRule.PYTHON_BY_DATE, "this Python was not final on the day"),
    Check(CheckId.C011, Rule.COMPONENT_IN_RELEASE, "the release lacks a linked component"),
    Check(
        CheckId.C012,
        Rule.LINKED_LIBRARY_FLOOR,
        "a linked vendor library needs more than the tag promises",
    ),
    Check(
        CheckId.C013,
        Rule.DOCUMENTED_GLIBC,
        "the vendor documents a newer glibc than the tag, and the library was not measured",
    ),
    Check(CheckId.C014, Rule.BUILD_GLIBC, "the vendor's build programs do not run there"),
    Check(
        CheckId.C015, Rule.POLICY_COVERS_ARCHITECTURE, "the policy does not cover the architecture"
    ),
    Check(CheckId.C016, OwnRule.TAG_ARCHITECTURE, "the tag names another architecture"),
    Check(CheckId.C017, OwnRule.IMAGE_ARCHITECTURE, "the image is for another architecture"),
    Check(CheckId.C018, Rule.IMAGE_COVERS_ARCHITECTURE, "no such image for the architecture"),
    Check(CheckId.C019, OwnRule.TAG_OF_IMAGE, "the image is newer than the tag promises"),
    Check(CheckId.C020, Rule.TOOLSET_OBTAINABLE, "this gcc cannot be had in the image on the day"),
    Check(CheckId.C021, Rule.IMAGE_BY_DATE, "the image did not exist on the day"),
    Check(CheckId.C022, Rule.IMAGE_NOT_ENDED, "the image is no longer supported"),
    Check(CheckId.C023, Rule.BASE_NOT_ENDED, "the image's base is past its end of life"),
    Check(CheckId.C024, Rule.IMAGE_NOT_ALPHA, "the image is alpha, and others are not"),
    Check(CheckId.C025, Rule.INTERPRETER_IN_IMAGE, "the image lacks the Python on the day"),
    Check(CheckId.C026, Rule.IMAGE_TOOLKIT, "the image ships another release of the toolkit"),
    Check(CheckId.C101, Doubt.BASE_ENDED, "every image for the tag has a base past its end"),
    Check(CheckId.C102, Doubt.IMAGE_ENDED, "every image for the tag has ended"),
    Check(CheckId.C103, Doubt.IMAGE_ALPHA, "the only live images for the tag are alpha"),
    Check(CheckId.C104, Doubt.NO_IMAGE_FOR_TAG, "no published image builds the tag"),
    Check(CheckId.C105, Doubt.COMPILER_NOT_IN_BASE, "no image for the tag offers this gcc"),
    Check(CheckId.C106, Doubt.PARTLY_REFUSED_COMPILER, "some versions of this gcc are refused"),
    Check(CheckId.C107, Doubt.DOCUMENTED_COMPILER, "documented for other gcc only"),
    Check(CheckId.C108, Doubt.PREVIEW_RELEASE, "the release is a preview"),
    Check(CheckId.C109, Doubt.DEPRECATED_TARGETS, "the vendor calls the targets deprecated"),
    Check(CheckId.C110, Doubt.UNLISTED_TARGETS, "the vendor does not list the targets"),
    Check(CheckId.C111, Doubt.PYTHON_NOT_IN_IMAGES, "no image holds the Python on the day"),
    Check(CheckId.C112, Doubt.PYTHON_ENDED, "the Python is past its end of life"),
    Check(CheckId.C113, Doubt.POLICY_NOT_KNOWN, "the policy is judged by its glibc alone"),
    Check(CheckId.C114, Doubt.TAG_NEWER_THAN_IMAGE, "the tag is newer than the image needs"),
    Check(CheckId.C115, Doubt.BINUTILS_NOT_OF_TOOLSET, "the toolset has another binutils"),
    Check(CheckId.C116, Doubt.EXPERIMENTAL_CXX, "the C++ standard is experimental in gcc"),
    Check(CheckId.C117, Doubt.WAIVED_FACT, "the row is possible by a waiver of the overlay only"),
    Check(CheckId.C201, UNKNOWN_VALUE, "the facts cannot judge a value"),
    Check(CheckId.C202, Doubt.UNDATED_RELEASE, "the day of the release is not known"),
)
"""All of them; rules of the solver keep the names that plans show."""
BY_RULE = {str(check.rule): check for check in CHECKS}
RULE_ORDER = {str(check.rule): number for number, check in enumerate(CHECKS)}
