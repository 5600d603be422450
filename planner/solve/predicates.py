"""Which predicate decides each rule, by what the rule looks at."""

from __future__ import annotations

from collections.abc import Callable

from planner.model.rules import Rule
from planner.solve.environment_rules import (
    assembler_feature,
    base_not_ended,
    compiler_feature,
    cxx11_abi,
    glibc_cap,
    host_cxx,
    image_by_date,
    image_for_families,
    image_not_alpha,
    image_not_ended,
    image_published,
    interpreters_in_image,
    pip_floor,
    policy_covers,
    policy_within_image,
    runs_on,
    toolset_obtainable,
    x86_64_level,
)
from planner.solve.pair_rules import (
    build_glibc,
    compiler_breakage,
    cxx_host_compiler,
    documented_compiler,
    documented_glibc,
    host_compiler,
    image_toolkit,
    linked_library_floor,
)
from planner.solve.release_rules import (
    component_in_release,
    device_cxx,
    driver_floor,
    gpu_target_known,
    release_covers,
    release_matches,
    release_not_preview,
    released_by_date,
)
from planner.solve.rows import Environment
from planner.solve.verdict import Verdict

ENVIRONMENT_RULES: dict[Rule, Callable[..., Verdict]] = {
    Rule.POLICY_COVERS_ARCHITECTURE: policy_covers,
    Rule.POLICY_WITHIN_IMAGE: policy_within_image,
    Rule.IMAGE_PUBLISHED: image_published,
    Rule.IMAGE_BY_DATE: image_by_date,
    Rule.IMAGE_NOT_ENDED: image_not_ended,
    Rule.IMAGE_NOT_ALPHA: image_not_alpha,
    Rule.BASE_NOT_ENDED: base_not_ended,
    Rule.TOOLSET_OBTAINABLE: toolset_obtainable,
    Rule.IMAGE_TOOLKIT: image_for_families,
    Rule.HOST_CXX_STANDARD: host_cxx,
    Rule.CXX11_ABI: cxx11_abi,
    Rule.GLIBC_CAP: glibc_cap,
    Rule.RUNS_ON: runs_on,
    Rule.PIP_FLOOR: pip_floor,
    Rule.X86_64_LEVEL: x86_64_level,
    Rule.ASSEMBLER_FEATURE: assembler_feature,
    Rule.COMPILER_FEATURE: compiler_feature,
    Rule.INTERPRETER_IN_IMAGE: interpreters_in_image,
}
RELEASE_RULES: dict[Rule, Callable[..., Verdict]] = {
    Rule.RELEASE_MATCHES: release_matches,
    Rule.RELEASE_COVERS_ARCHITECTURE: release_covers,
    Rule.RELEASED_BY_DATE: released_by_date,
    Rule.RELEASE_NOT_PREVIEW: release_not_preview,
    Rule.COMPONENT_IN_RELEASE: component_in_release,
    Rule.GPU_TARGET_KNOWN: gpu_target_known,
    Rule.DEVICE_CXX_STANDARD: device_cxx,
    Rule.DRIVER_FLOOR: driver_floor,
}
PAIR_RULES: dict[Rule, Callable[..., Verdict]] = {
    Rule.HOST_COMPILER_RANGE: host_compiler,
    Rule.DOCUMENTED_COMPILER_RANGE: documented_compiler,
    Rule.COMPILER_BREAKAGE: compiler_breakage,
    Rule.CXX_HOST_COMPILER: cxx_host_compiler,
    Rule.BUILD_GLIBC: build_glibc,
    Rule.LINKED_LIBRARY_FLOOR: linked_library_floor,
    Rule.DOCUMENTED_GLIBC: documented_glibc,
    Rule.IMAGE_TOOLKIT: image_toolkit,
}
"""Rules by what they look at. ``image-toolkit`` looks at an image alone and at a pair."""


def _of_compiler(env: Environment) -> object:
    return env.gcc


def _of_libc(env: Environment) -> object:
    return (env.policy, env.libc_version)


def _of_toolkits(env: Environment) -> object:
    return (env.image,)


PAIR_LOOKS_AT: dict[Rule, Callable[[Environment], object]] = {
    Rule.HOST_COMPILER_RANGE: _of_compiler,
    Rule.DOCUMENTED_COMPILER_RANGE: _of_compiler,
    Rule.COMPILER_BREAKAGE: _of_compiler,
    Rule.CXX_HOST_COMPILER: _of_compiler,
    Rule.BUILD_GLIBC: _of_libc,
    Rule.LINKED_LIBRARY_FLOOR: _of_libc,
    Rule.DOCUMENTED_GLIBC: _of_libc,
    Rule.IMAGE_TOOLKIT: _of_toolkits,
}
"""What of an environment a pair rule looks at: environments that agree in it share the verdict."""
