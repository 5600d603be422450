"""``azure``: a pipeline for Azure Pipelines with a matrix of the plan's jobs.

Sources: Azure Pipelines YAML schema, "jobs.job.strategy" (names of legs: letters, digits, ``_``, at
most 100 characters), "Define variables" (``$(name)``, ``$[...]`` and ``${{ ... }}`` in values are
expanded); azure-devops-docs issue 10979 (at most 256 jobs in a stage or matrix).
"""

from __future__ import annotations

import re

from planner.emit.base import EmittedFile, Wanted
from planner.emit.pipeline_text import filled, quoted
from planner.emit.pipelines import Leg, holes_of, legs_of, placed, split_legs
from planner.emit.runners import Runner
from planner.errors import Problem, RequestError

PATH = ".azure/wheels.yml"
STAGE_LIMIT = 256
NAME_LIMIT = 100

_AGENT = "ubuntu-24.04"
RUNNERS = {
    "x86_64": Runner(_AGENT),
    "i686": Runner(_AGENT),
    "aarch64": Runner(_AGENT, "arm64"),
    "armv7l": Runner(_AGENT, "arm"),
    "ppc64": Runner(_AGENT, "ppc64"),
    "ppc64le": Runner(_AGENT, "ppc64le"),
    "s390x": Runner(_AGENT, "s390x"),
    "riscv64": Runner(_AGENT, "riscv64"),
    "loongarch64": Runner(_AGENT, "loong64"),
}
"""Images of Microsoft-hosted agents for Linux, which are of x86-64 alone."""

_PIPELINE = r"""@@head@@
# Agents are hosted ones of x86-64; other architectures are emulated. Where you have agents of their
# own, give such a leg another pool and leave its MLPLAN_EMULATED out. Each build reads
# MLPLAN_PROJECT and MLPLAN_LOCAL_VERSION where the request names wheels apart.
trigger:
  tags:
    include: ["v*"]
pr:
  paths:
    include: ["**/mlplan.lock", @@path@@]

stages:
  - stage: plan
    jobs:
      - job: plan
        pool:
          vmImage: ubuntu-24.04
        steps:
          - task: UsePythonVersion@0
            inputs:
              versionSpec: "@@python@@"
          - bash: |
              set -eu
              @@install@@
              @@check@@
            displayName: This pipeline is what the lock gives

@@builds@@
  - stage: verify
    dependsOn: @@needs@@
    jobs:
      - job: verify
        pool:
          vmImage: ubuntu-24.04
        steps:
          - task: UsePythonVersion@0
            inputs:
              versionSpec: "@@python@@"
          - task: DownloadPipelineArtifact@2
            inputs:
              itemPattern: "wheels_*/*.whl"
              targetPath: $(Pipeline.Workspace)/wheels
          - bash: |
              set -eu
              @@install@@
              mkdir -p dist
              cp "$PIPELINE_WORKSPACE"/wheels/*/*.whl dist/
              mlplan verify dist/*.whl --plan @@lock@@ --strict
            displayName: The wheels keep what the plan promises
          - publish: dist
            artifact: verified-wheels
"""

_BUILD = r"""  - stage: @@stage@@
    dependsOn: plan
    jobs:
      - job: build
        pool:
          vmImage: $(MLPLAN_RUNNER)
        timeoutInMinutes: "360"
        strategy:
          matrix:
            @@legs@@
        steps:
          - checkout: self
            fetchDepth: "0"
          - task: UsePythonVersion@0
            inputs:
              versionSpec: "@@python@@"
          - bash: |
              set -eu
              if [ -n "${MLPLAN_EMULATED:-}" ]; then
                docker run --rm --privileged tonistiigi/binfmt --install "$MLPLAN_EMULATED"
              fi
              @@install_builder@@
              mlplan emit cibuildwheel-env --plan @@lock@@ --jobs "$MLPLAN_JOB" \
                --output "$AGENT_TEMPDIRECTORY/job.sh"
              # shellcheck source=/dev/null
              . "$AGENT_TEMPDIRECTORY/job.sh"
              @@one_python@@
              cibuildwheel --platform linux --output-dir dist
            displayName: Build
          - publish: dist
            artifact: wheels_$(MLPLAN_LEG)

"""


class AzurePipeline:
    """``.azure/wheels.yml``; one stage per group of legs above the limit of one."""

    name = "azure"
    says = "Azure pipeline with a matrix of jobs"

    def files(self, wanted: Wanted) -> tuple[EmittedFile, ...]:
        """The pipeline.

        :raises RequestError: where there is nothing to build, two wheels have the same name, or a
            value holds what Azure expands and gives no way to write.
        """
        wanted = placed(wanted)
        legs = legs_of(wanted, RUNNERS)
        groups = split_legs(legs, STAGE_LIMIT)
        stages = [f"build_{n}" for n in range(1, len(groups) + 1)] if groups[1:] else ["build"]
        names = leg_names(legs)
        common = holes_of(wanted)
        builds = [
            filled(_BUILD, common | {"stage": stage, "legs": _matrix(group, names)})
            for stage, group in zip(stages, groups, strict=True)
        ]
        holes = common | {
            "path": PATH,
            "builds": "".join(builds),
            "needs": f"[{', '.join(stages)}]",
        }
        return (EmittedFile(PATH, filled(_PIPELINE, holes)),)


def leg_names(legs: list[Leg]) -> dict[str, str]:
    """A name that Azure takes for each leg, no two the same."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for leg in legs:
        plain = re.sub(r"[^A-Za-z0-9]+", "_", leg.name).strip("_")
        plain = (plain if re.match(r"[A-Za-z]", plain) else f"job_{plain}")[: NAME_LIMIT - 8]
        name, number = plain, 1
        while name.lower() in taken:
            number += 1
            name = f"{plain}_{number}"
        taken.add(name.lower())
        found[leg.name] = name
    return found


def _matrix(group: list[Leg], names: dict[str, str]) -> str:
    lines = []
    for leg in group:
        name = names[leg.name]
        lines.append(f"{name}:")
        values = leg.environment | {"MLPLAN_RUNNER": leg.runner.label, "MLPLAN_LEG": name}
        lines += [f"  {variable}: {quoted(_literal(value))}" for variable, value in values.items()]
    return "\n".join(lines)


def _literal(value: str) -> str:
    """A value that Azure leaves as it is.

    :raises RequestError: where it holds ``$(`` or ``$[``, which Azure expands in any case.
    """
    if re.search(r"\$[(\[]", value):
        problem = Problem(
            message="Azure expands $( and $[ in every value, and has no way to write them",
            found=value,
        )
        raise RequestError([problem], hint="give the project or variant a plain name")
    return value.replace("${{", "${{ '${{' }}")
