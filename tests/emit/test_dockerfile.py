"""``dockerfile`` and ``docker-bake``."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from planner.emit.builders import builders, repository
from planner.emit.docker_bake import DockerBake
from planner.emit.dockerfile import Dockerfile
from planner.errors import RequestError
from tests.emit.real_jobs import job_of, made, wanted_of

CUDA = job_of("combined", "cuda-mkl")
EXAMPLES = ["array-library", "combined", "cpu-numeric", "framework", "plugin-set", "rocm-only"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_job_has_one_stage(example: str) -> None:
    wanted = wanted_of(example)
    (file,) = Dockerfile().files(wanted)
    stages = re.findall(r"^FROM (\S+) AS (\S+)$", file.text, re.M)
    assert stages == [(b.job.image.pinned, b.stage) for b in builders(wanted)]
    assert [job for b in builders(wanted) for job in b.jobs] == list(wanted.jobs)
    assert all(re.fullmatch(r"[a-z][a-z0-9._-]*", stage) for _, stage in stages)
    assert len(set(stages)) == len(stages)


def test_jobs_with_the_same_needs_share_an_image() -> None:
    other = replace(CUDA, id="other-x86_64", variant="other", gpu={})
    newer = replace(CUDA, id="newer-x86_64", image=replace(CUDA.image, digest="sha256:0"))
    first, second = builders(made(CUDA, other, newer))
    assert first.jobs == (CUDA, other)
    assert second.stage == f"{first.stage}-2"


def test_labels_and_environment() -> None:
    (file,) = Dockerfile().files(made(CUDA, project='a "b" $c'))
    assert 'org.opencontainers.image.title="a \\"b\\" \\$c: cuda13.5.0-' in file.text
    assert f'org.opencontainers.image.base.digest="{CUDA.image.digest}"' in file.text
    assert 'PATH="/opt/rh/gcc-toolset-15/root/usr/bin:/usr/local/cuda-13.5/bin:$PATH"' in file.text


@pytest.mark.parametrize(("reference", "ignored"), [("a/b", True), ("a:5/b:1", False)])
def test_an_image_without_digest_is_told(reference: str, ignored: bool) -> None:
    image = replace(CUDA.image, reference=reference, digest=None)
    (file,) = Dockerfile().files(made(replace(CUDA, image=image)))
    assert f"# No digest is known of {reference}: it is not pinned.\n" in file.text
    assert ("# hadolint ignore=DL3006\nFROM" in file.text) is ignored
    assert "base.digest" not in file.text


def test_a_stage_without_known_tools_sets_nothing() -> None:
    (file,) = Dockerfile().files(made(replace(CUDA, accelerators={}, toolset="own")))
    assert "\nENV " not in file.text


def test_no_job_no_image() -> None:
    with pytest.raises(RequestError, match="no job"):
        Dockerfile().files(made())


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_stage_is_a_target(example: str) -> None:
    wanted = wanted_of(example)
    (file,) = DockerBake().files(wanted)
    document = json.loads(file.text)
    targets = document["target"]
    assert [t["target"] for t in targets.values()] == [b.stage for b in builders(wanted)]
    assert document["group"]["default"]["targets"] == list(targets)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", name) for name in targets)


@pytest.mark.parametrize(
    ("project", "name"),
    [
        ("My_Lib", "my-lib-builder"),
        ("${X}/../..", "x-builder"),
        ("é", "project-builder"),
        ("a" * 300, "a" * 100 + "-builder"),
    ],
)
def test_names_of_images(project: str, name: str) -> None:
    assert repository(made(CUDA, project=project)) == name
