"""The rules that decide whether a candidate is possible, each with the name that plans show."""

from __future__ import annotations

from enum import StrEnum


class Rule(StrEnum):
    """A rule of the solver; the value is its permanent name."""

    RELEASE_MATCHES = "release-matches-request"
    RELEASE_COVERS_ARCHITECTURE = "release-covers-architecture"
    RELEASED_BY_DATE = "released-by-date"
    RELEASE_NOT_PREVIEW = "release-not-preview"
    COMPONENT_IN_RELEASE = "component-in-release"
    GPU_TARGET_KNOWN = "gpu-target-known"
    DEVICE_CXX_STANDARD = "device-cxx-standard"
    DRIVER_FLOOR = "driver-floor"
    IMAGE_COVERS_ARCHITECTURE = "image-covers-architecture"
    POLICY_COVERS_ARCHITECTURE = "policy-covers-architecture"
    POLICY_WITHIN_IMAGE = "policy-within-image"
    IMAGE_BY_DATE = "image-by-date"
    IMAGE_PUBLISHED = "image-published"
    IMAGE_NOT_ENDED = "image-not-ended"
    IMAGE_NOT_ALPHA = "image-not-alpha"
    BASE_NOT_ENDED = "base-not-ended"
    TOOLSET_OBTAINABLE = "toolset-obtainable"
    HOST_CXX_STANDARD = "host-cxx-standard"
    CXX11_ABI = "cxx11-abi"
    GLIBC_CAP = "glibc-cap"
    RUNS_ON = "runs-on"
    PIP_FLOOR = "pip-floor"
    X86_64_LEVEL = "x86-64-level"
    ASSEMBLER_FEATURE = "assembler-feature"
    COMPILER_FEATURE = "compiler-feature"
    INTERPRETER_IN_IMAGE = "interpreter-in-image"
    HOST_COMPILER_RANGE = "host-compiler-range"
    DOCUMENTED_COMPILER_RANGE = "documented-compiler-range"
    COMPILER_BREAKAGE = "compiler-breakage"
    CXX_HOST_COMPILER = "cxx-host-compiler"
    BUILD_GLIBC = "build-glibc"
    LINKED_LIBRARY_FLOOR = "linked-library-floor"
    DOCUMENTED_GLIBC = "documented-glibc"
    IMAGE_TOOLKIT = "image-toolkit"


WAIVERS = {
    "ended-base": (Rule.BASE_NOT_ENDED,),
    "ended-image": (Rule.IMAGE_NOT_ENDED,),
    "alpha-image": (Rule.IMAGE_NOT_ALPHA,),
    "preview-release": (Rule.RELEASE_NOT_PREVIEW,),
    "unsupported-compiler": (
        Rule.HOST_COMPILER_RANGE,
        Rule.DOCUMENTED_COMPILER_RANGE,
        Rule.COMPILER_BREAKAGE,
        Rule.CXX_HOST_COMPILER,
    ),
}
"""Words that ``allow`` takes, and the rules that each lifts."""
