"""``gitlab``: a pipeline with ``parallel: matrix``, to include or to run as a child pipeline.

Sources: GitLab Docs, "CI/CD YAML syntax reference" (``parallel:matrix``: at most 200 jobs; job
names: at most 255 characters), "CI/CD variables" (``$$`` is a dollar sign), "Hosted runners on
Linux" (tags).
"""

from __future__ import annotations

from planner.emit.base import EmittedFile, Wanted
from planner.emit.pipeline_text import filled, quoted
from planner.emit.pipelines import Leg, holes_of, legs_of, placed, split_legs
from planner.emit.runners import Runner
from planner.errors import Problem, RequestError

PATH = ".gitlab/wheels.yml"
MATRIX_LIMIT = 200
NAME_LIMIT = 255

_X86, _ARM = "saas-linux-small-amd64", "saas-linux-small-arm64"
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
"""Tags of runners that GitLab.com hosts; a group's own runners may carry the same tags."""

_PIPELINE = r"""@@head@@
# Run it as a child pipeline (trigger: include: local). The builds start containers, so their
# runners must allow Docker-in-Docker, as those of GitLab.com do. Each build reads MLPLAN_PROJECT
# and MLPLAN_LOCAL_VERSION from its environment where the request names wheels apart.
stages: [plan, build, verify, publish]

.mlplan:
  image: python:@@python@@-trixie
  before_script:
    - @@install@@
  rules:
    - if: $CI_COMMIT_TAG
    - if: $CI_PIPELINE_SOURCE == "parent_pipeline"
    - if: $CI_PIPELINE_SOURCE == "web"

plan:
  extends: .mlplan
  stage: plan
  script:
    - |
      @@check@@

.wheels:
  extends: .mlplan
  stage: build
  tags: [$MLPLAN_RUNNER]
  services:
    - name: docker:dind
      entrypoint: [env, -u, DOCKER_HOST]
      command: [dockerd-entrypoint.sh]
  variables:
    DOCKER_HOST: tcp://docker:2375/
    DOCKER_TLS_CERTDIR: ""
    GIT_DEPTH: 0
  before_script:
    - apt-get update && apt-get install --yes --no-install-recommends docker-cli
    - @@install_builder@@
  script:
    - |
      set -eu
      if [ -n "${MLPLAN_EMULATED:-}" ]; then
        docker run --rm --privileged tonistiigi/binfmt --install "$MLPLAN_EMULATED"
      fi
      settings=$(mktemp --directory)
      mlplan emit cibuildwheel-env --plan @@lock@@ --jobs "$MLPLAN_JOB" \
        --output "$settings/job.sh"
      # shellcheck source=/dev/null
      . "$settings/job.sh"
      @@one_python@@
      cibuildwheel --platform linux --output-dir dist
  artifacts:
    paths: [dist/*.whl]

@@builds@@
verify:
  extends: .mlplan
  stage: verify
  script:
    - |
      mlplan verify dist/*.whl --plan @@lock@@ --strict --format junit > verify.xml
  artifacts:
    when: always
    paths: [dist/*.whl]
    reports:
      junit: verify.xml

publish:
  extends: .mlplan
  stage: publish
  needs: [verify]
  rules:
    - if: $CI_COMMIT_TAG
      when: manual
  before_script:
    - python -m pip install twine
  variables:
    TWINE_REPOSITORY_URL: $CI_API_V4_URL/projects/$CI_PROJECT_ID/packages/pypi
    TWINE_USERNAME: gitlab-ci-token
    TWINE_PASSWORD: $CI_JOB_TOKEN
  script:
    - python -m twine upload dist/*.whl
"""


class GitlabPipeline:
    """``.gitlab/wheels.yml``; several build jobs above the limit of one matrix."""

    name = "gitlab"
    says = "GitLab pipeline with parallel: matrix"

    def files(self, wanted: Wanted) -> tuple[EmittedFile, ...]:
        """The pipeline.

        :raises RequestError: where there is nothing to build, two wheels have the same name, or a
            job's name would be too long for GitLab.
        """
        wanted = placed(wanted)
        groups = split_legs(legs_of(wanted, RUNNERS), MATRIX_LIMIT)
        names = [f"wheels-{n}" for n in range(1, len(groups) + 1)] if groups[1:] else ["wheels"]
        builds = [_build(name, group) for name, group in zip(names, groups, strict=True)]
        text = filled(_PIPELINE, holes_of(wanted) | {"builds": "".join(builds)})
        return (EmittedFile(PATH, text),)


def _build(name: str, group: list[Leg]) -> str:
    """One build job with the matrix of its legs."""
    lines = [f"{name}:", "  extends: .wheels", "  parallel:", "    matrix:"]
    for leg in group:
        values = leg.environment | {"MLPLAN_RUNNER": leg.runner.label}
        _refuse_long_name(name, leg, list(values.values()))
        for number, (variable, value) in enumerate(values.items()):
            dash = " " if number else "-"
            lines.append(f"      {dash} {variable}: {quoted(value.replace('$', '$$'))}")
    return "\n".join([*lines, "", ""])


def _refuse_long_name(name: str, leg: Leg, values: list[str]) -> None:
    """Refuse what GitLab refuses: it names each job ``wheels: [value, value]``.

    :raises RequestError: where that name is too long.
    """
    told = f"{name}: [{', '.join(values)}]"
    if len(told) > NAME_LIMIT:
        problem = Problem(
            message="GitLab names the build after all its variables, which is too long",
            found=f"{len(told)} characters for {leg.name}",
            allowed=f"{NAME_LIMIT} characters",
        )
        raise RequestError([problem], hint="shorten the names of the project and the variants")
