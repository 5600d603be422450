"""``buildkite``: steps for ``buildkite-agent pipeline upload``, one per job of the plan.

Sources: Buildkite Docs, "Command step" and "buildkite-agent pipeline" (``$$`` is a dollar sign; at
most 500 jobs in an upload).
"""

from __future__ import annotations

import re

from planner.emit.base import EmittedFile, Wanted
from planner.emit.pipeline_text import filled, quoted
from planner.emit.pipelines import Leg, holes_of, legs_of, placed, split_legs
from planner.emit.runners import Runner

PATH = ".buildkite/wheels.yml"
UPLOAD_LIMIT = 500
STEPS_AROUND = 4
"""Steps of the file that are no builds."""

_X86, _ARM = "linux-amd64", "linux-arm64"
RUNNERS = {
    "x86_64": Runner(_X86),
    "i686": Runner(_X86),
    "aarch64": Runner(_ARM),
    "armv7l": Runner(_ARM, "arm"),
    "ppc64": Runner(_X86, "ppc64"),
    "ppc64le": Runner(_X86, "ppc64le"),
    "s390x": Runner(_X86, "s390x"),
    "riscv64": Runner(_X86, "riscv64"),
    "loongarch64": Runner(_X86, "loong64"),
}
"""Queues; agents are the user's own, so the names are a proposal."""

_PIPELINE = r"""@@head@@
# Agents: queues linux-amd64 and linux-arm64, with Docker and Python. Upload this file:
# buildkite-agent pipeline upload @@path@@
# Each build reads MLPLAN_PROJECT and MLPLAN_LOCAL_VERSION where the request names wheels apart.
steps:
  - label: plan
    key: plan
    agents:
      queue: linux-amd64
    command: |
      @@check@@

  - wait: ~

@@builds@@

  - wait: ~

  - label: verify
    key: verify
    agents:
      queue: linux-amd64
    command: |
      @@verify@@
    artifact_paths: dist/*.whl
"""

_PART = """@@head@@
# The steps of one part; .buildkite/wheels.yml uploads it.
steps:
@@builds@@
"""

_CHECK = """set -eu
python3 -m venv .mlplan-venv
# shellcheck source=/dev/null
. .mlplan-venv/bin/activate
@@install@@
@@check@@
"""

_VERIFY = """set -eu
python3 -m venv .mlplan-venv
# shellcheck source=/dev/null
. .mlplan-venv/bin/activate
@@install@@
rm -rf dist
buildkite-agent artifact download 'dist/*.whl' .
mlplan verify dist/*.whl --plan @@lock@@ --strict
"""

_BUILD = r"""set -eu
python3 -m venv .mlplan-venv
# shellcheck source=/dev/null
. .mlplan-venv/bin/activate
@@install_builder@@
if [ -n "${MLPLAN_EMULATED:-}" ]; then
  docker run --rm --privileged tonistiigi/binfmt --install "$MLPLAN_EMULATED"
fi
rm -rf dist
settings=$(mktemp -d)
mlplan emit cibuildwheel-env --plan @@lock@@ --jobs "$MLPLAN_JOB" \
  --output "$settings/job.sh"
# shellcheck source=/dev/null
. "$settings/job.sh"
@@one_python@@
cibuildwheel --platform linux --output-dir dist
"""


class BuildkitePipeline:
    """``.buildkite/wheels.yml``; with several parts that it uploads above the limit of one."""

    name = "buildkite"
    says = "Buildkite steps, one per job"

    def files(self, wanted: Wanted) -> tuple[EmittedFile, ...]:
        """The pipeline, and the parts that it uploads where one file cannot hold all steps.

        :raises RequestError: where there is nothing to build, or two wheels have the same name.
        """
        legs = legs_of(wanted, RUNNERS)
        is_whole = len(legs) <= UPLOAD_LIMIT - STEPS_AROUND
        wanted = placed(wanted)
        holes = {name: _kept(text) for name, text in holes_of(wanted).items()}
        holes |= {"path": PATH, "head": holes_of(wanted)["head"]}
        holes["check"] = filled(_CHECK, holes)
        holes["verify"] = filled(_VERIFY, holes)
        build = filled(_kept(_BUILD), holes)
        if is_whole:
            return (EmittedFile(PATH, filled(_PIPELINE, holes | {"builds": _steps(legs, build)})),)
        parts = [
            EmittedFile(
                PATH.replace(".yml", f"-{number}.yml"),
                filled(_PART, holes | {"builds": _steps(group, build)}),
            )
            for number, group in enumerate(split_legs(legs, UPLOAD_LIMIT), 1)
        ]
        uploads = "".join(_upload(part.name) for part in parts)
        return (EmittedFile(PATH, filled(_PIPELINE, holes | {"builds": uploads})), *parts)


def _kept(text: str) -> str:
    """Text whose dollar signs the upload leaves to the shell."""
    return text.replace("$", "$$")


def _upload(path: str) -> str:
    return (
        f"  - label: upload {path}\n"
        "    agents:\n      queue: linux-amd64\n"
        f"    command: buildkite-agent pipeline upload {path}\n"
    )


def _steps(legs: list[Leg], build: str) -> str:
    """A step per leg; the first tells the command, the others refer to it."""
    return "\n".join(
        _step(leg, key, "" if number else build)
        for number, (leg, key) in enumerate(zip(legs, _keys(legs), strict=True))
    )


def _keys(legs: list[Leg]) -> list[str]:
    """A key that Buildkite takes for each leg, no two the same."""
    found: dict[str, None] = {}
    for leg in legs:
        plain = "wheel-" + re.sub(r"[^A-Za-z0-9_-]+", "-", leg.name)[:80]
        key, number = plain, 1
        while key in found:
            number += 1
            key = f"{plain}-{number}"
        found[key] = None
    return list(found)


def _step(leg: Leg, key: str, build: str) -> str:
    command = "*build" if not build else "&build |"
    lines = [
        f"  - label: {quoted(_kept(leg.name))}",
        f"    key: {key}",
        "    agents:",
        f"      queue: {leg.runner.label}",
        "    env:",
        *(f"      {name}: {quoted(_kept(value))}" for name, value in leg.environment.items()),
        f"    command: {command}",
        *(f"      {line}" for line in build.splitlines()),
        "    artifact_paths: dist/*.whl",
        "",
    ]
    return "\n".join(lines)
