"""The formats by name: those of mlplan, and plug-ins from the group ``mlplan.emitters``."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points

from planner.emit.base import Emitter
from planner.errors import Problem, UsageError

GROUP = "mlplan.emitters"

OWN = {
    "github": "github:GithubMatrix",
    "github-workflow": "github_workflow:GithubWorkflow",
    "gitlab": "gitlab:GitlabPipeline",
    "azure": "azure:AzurePipeline",
    "buildkite": "buildkite:BuildkitePipeline",
    "cibuildwheel": "cibuildwheel:CibuildwheelToml",
    "cibuildwheel-env": "cibuildwheel_env:CibuildwheelEnv",
    "dockerfile": "dockerfile:Dockerfile",
    "docker-bake": "docker_bake:DockerBake",
    "env": "env_files:EnvFiles",
    "cmake-presets": "cmake_presets:CMakePresets",
    "nvcc": "nvcc:NvccOptions",
    "test-matrix": "test_matrix:TestMatrix",
    "requirements": "requirements:Requirements",
    "conda": "conda:CondaConfig",
    "variants": "wheel_variants:WheelVariants",
    "markdown": "markdown:SupportTable",
    "json": "tables:JsonRows",
    "csv": "tables:CsvRows",
}
"""Module and class of each format below ``planner.emit``, in the order of the list."""


def emitter(name: str) -> Emitter:
    """The format of a name.

    :raises UsageError: where there is none, or a plug-in cannot be loaded.
    """
    if name in OWN:
        module, _, factory = OWN[name].partition(":")
        made: Emitter = getattr(import_module(f"planner.emit.{module}"), factory)()
        return made
    for point in entry_points(group=GROUP):
        if point.name == name:
            return _plug_in(point.name, point.value)
    from planner.model.nearest import nearest  # noqa: PLC0415

    known = names()
    problem = Problem(
        message="no such format",
        found=name,
        allowed=", ".join(known),
        nearest=nearest(name, known),
    )
    raise UsageError([problem], hint="mlplan emit --list")


def _plug_in(name: str, value: str) -> Emitter:
    module, _, factory = value.partition(":")
    try:
        made: Emitter = getattr(import_module(module), factory)()
    except Exception as error:
        problem = Problem(message=f"plug-in {name} ({value}) cannot be loaded: {error}")
        raise UsageError([problem], hint=f"reinstall the package of {module}") from error
    return made


def names() -> list[str]:
    """Every known format, those of mlplan first."""
    plugs = sorted(point.name for point in entry_points(group=GROUP) if point.name not in OWN)
    return [*OWN, *plugs]
