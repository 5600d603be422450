"""``dockerfile``: builder images as stages of one Dockerfile (contract: docs/emit-build.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from planner.emit.base import EmittedFile, Wanted, commented, one_line
from planner.emit.builders import Builder, builders
from planner.emit.installation import Step, steps
from planner.emit.quoting import docker_value
from planner.emit.settings import Setting, tool_settings
from planner.errors import Problem, RequestError

_PINS = re.compile(r" (?=[A-Za-z0-9-]+==)")
LABEL = "org.opencontainers.image"
"""Prefix of the keys of OCI images ("Pre-Defined Annotation Keys")."""


class Dockerfile:
    """A stage per builder image, for ``docker build --target STAGE .``."""

    name = "dockerfile"
    says = "builder images with toolset and toolkit, as stages of one Dockerfile"

    def files(self, wanted: Wanted) -> tuple[EmittedFile, ...]:
        """The one file.

        :raises RequestError: where the plan has no job.
        """
        found = builders(wanted)
        if not found:
            raise RequestError([Problem(message="the plan has no job to build an image for")])
        stages = ["".join(f"{line}\n" for line in _stage(wanted, b)) for b in found]
        return (EmittedFile("Dockerfile", "\n".join([commented(wanted.banner), *stages])),)


def _stage(wanted: Wanted, builder: Builder) -> Iterator[str]:
    job = builder.job
    for user in builder.jobs:
        yield f"# {one_line(user.id)}: {one_line(user.platform_tag)}"
    if job.image.digest is None:
        yield f"# No digest is known of {one_line(job.image.reference)}: it is not pinned."
        if ":" not in job.image.reference.rpartition("/")[2]:
            yield "# hadolint ignore=DL3006"
    yield f"FROM {one_line(job.image.pinned)} AS {builder.stage}"
    yield from _labels(wanted, builder)
    yield 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]'
    for step in steps(job):
        yield from _run(step)
    variables = [_variable(setting) for setting in tool_settings(job)]
    if variables:
        yield "ENV " + " \\\n    ".join(variables)


def _variable(setting: Setting) -> str:
    value = docker_value(setting.value)
    if setting.joint:
        value = f'{value[:-1]}{setting.joint}${setting.name}"'
    return f"{setting.name}={value}"


def _labels(wanted: Wanted, builder: Builder) -> Iterator[str]:
    image = builder.job.image
    told = {
        "title": f"{wanted.project}: {builder.stage}",
        "description": f"Builds {', '.join(job.id for job in builder.jobs)}",
        "version": wanted.plan.date,
        "base.name": image.reference,
        **({"base.digest": image.digest} if image.digest else {}),
    }
    yield "LABEL " + " \\\n      ".join(f"{LABEL}.{k}={docker_value(v)}" for k, v in told.items())


def _run(step: Step) -> Iterator[str]:
    """One layer; hadolint is told where versions of packages are the distribution's own."""
    yield f"# {one_line(step.says)}"
    if step.rule:
        yield f"# hadolint ignore={step.rule}"
    lines = [_PINS.sub(" \\\n        ", command) for command in step.commands]
    yield "RUN " + " \\\n    && ".join(lines)
