"""``docker-bake``: a target per builder image (contract: docs/emit-build.md).

Sources: Docker documentation, "Bake file reference"; HCL JSON syntax ("//" is a comment).
"""

from __future__ import annotations

from planner.emit.base import EmittedFile, Wanted
from planner.emit.builders import builders, repository
from planner.emit.quoting import json_document, template_free
from planner.emit.runners import ENGINE_PLATFORMS


class DockerBake:
    """``docker buildx bake`` for the stages of the emitted Dockerfile."""

    name = "docker-bake"
    says = "docker-bake.json with a target per stage of the Dockerfile"

    def files(self, wanted: Wanted) -> tuple[EmittedFile, ...]:
        """The one document."""
        found = builders(wanted)
        document = {
            "//": [template_free(line) for line in wanted.banner],
            "variable": {"REGISTRY": {"default": ""}, "DOCKERFILE": {"default": "Dockerfile"}},
            "group": {"default": {"targets": [_target(b.stage) for b in found]}},
            "target": {
                _target(builder.stage): {
                    "context": ".",
                    "dockerfile": "${DOCKERFILE}",
                    "target": builder.stage,
                    "platforms": [ENGINE_PLATFORMS[builder.job.arch]],
                    "tags": [f"${{REGISTRY}}{repository(wanted)}:{builder.stage[:128]}"],
                }
                for builder in found
            },
        }
        return (EmittedFile("docker-bake.json", json_document(document)),)


def _target(stage: str) -> str:
    """Names of targets hold no dots (Bake file reference, "target")."""
    return stage.replace(".", "_")
