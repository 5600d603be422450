"""``github-workflow``: a workflow that plans, builds, verifies and uploads.

No data of a plan stands in the file: the rows come from the lock when the workflow runs, and every
value of a row reaches a script through ``env``, never as ``${{ }}`` inside it.
Source: GitHub Docs, "Workflow syntax for GitHub Actions", "Script injections".
"""

from __future__ import annotations

import re

from planner.emit.base import EmittedFile, Wanted
from planner.emit.pipeline_text import filled, shell_word
from planner.emit.pipelines import (
    REQUEST_FILE,
    has_local_versions,
    holes_of,
    legs_of,
    placed,
    split_legs,
)
from planner.emit.rows import MATRIX_LIMIT
from planner.emit.runners import GITHUB

PATH = ".github/workflows/wheels.yml"

_WORKFLOW = r"""@@head@@
# Actions are named by version tag; pin them by commit where your rules ask for it.
# Each build reads MLPLAN_PROJECT and MLPLAN_LOCAL_VERSION from its environment (naming: in the
# request).
name: wheels

on:
  workflow_dispatch:
  pull_request:
    paths: @@paths@@
  release:
    types: [published]

permissions:
  contents: read

concurrency:
  group: ${{ github.workflow }}-${{ github.ref }}
  cancel-in-progress: ${{ github.event_name == 'pull_request' }}

jobs:
  plan:
    runs-on: ubuntu-24.04
    outputs:
      @@outputs@@
    steps:
      - uses: actions/checkout@v6
        with:
          persist-credentials: false
      - uses: actions/setup-python@v6
        with:
          python-version: "@@python@@"
      - name: Install mlplan
        run: @@install@@
      - name: This workflow is what the lock gives
        run: |
          @@check@@
      - name: Rows of the plan
        id: rows
        run: |
          @@rows@@
          python - "$RUNNER_TEMP/matrix.json" >> "$GITHUB_OUTPUT" <<'END'
          import json, pathlib, sys
          found = json.loads(pathlib.Path(sys.argv[1]).read_text())
          for number, matrix in enumerate(found if isinstance(found, list) else [found], 1):
              print(f"matrix-{number}={json.dumps(matrix)}")
          END

@@builds@@
  verify:
    needs: @@needs@@
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
        with:
          persist-credentials: false
      - uses: actions/setup-python@v6
        with:
          python-version: "@@python@@"
      - name: Install mlplan
        run: @@install@@
      - uses: actions/download-artifact@v8
        with:
          pattern: wheels-*
          path: dist
          merge-multiple: true
      - name: The wheels keep what the plan promises
        run: |
          mlplan verify dist/*.whl --plan @@lock@@ --strict --format github
      - uses: actions/upload-artifact@v7
        with:
          name: verified-wheels
          path: dist/*.whl
          if-no-files-found: error

@@publish@@"""

_BUILD = r"""  build@@suffix@@:
    name: build ${{ matrix.id }}
    needs: plan
    runs-on: ${{ matrix.runner }}
    strategy:
      fail-fast: false
      matrix: ${{ fromJSON(needs.plan.outputs.matrix-@@number@@) }}
    steps:
      - uses: actions/checkout@v6
        with:
          fetch-depth: 0
          persist-credentials: false
      - uses: actions/setup-python@v6
        with:
          python-version: "@@python@@"
      - name: Emulate the architecture, which has no runner
        if: matrix.emulated != ''
        uses: docker/setup-qemu-action@v4
        with:
          platforms: ${{ matrix.emulated }}
      - name: Build
        env:
          MLPLAN_JOB: ${{ matrix.job }}
          @@python_variable@@
          MLPLAN_PROJECT: ${{ matrix.project }}
          MLPLAN_LOCAL_VERSION: ${{ matrix.local_version }}
        run: |
          @@install_builder@@
          mlplan emit cibuildwheel-env --plan @@lock@@ --jobs "$MLPLAN_JOB" \
            --output "$RUNNER_TEMP/job.sh"
          # shellcheck source=/dev/null
          . "$RUNNER_TEMP/job.sh"
          @@one_python@@
          cibuildwheel --platform linux --output-dir dist
      - uses: actions/upload-artifact@v7
        with:
          name: wheels-${{ matrix.id }}
          path: dist/*.whl
          if-no-files-found: error

"""

_TO_INDEX = """  publish:
    # Trusted publishing: tell the index of this workflow and the environment pypi, then set the
    # repository variable MLPLAN_PUBLISH to yes.
    if: github.event_name == 'release' && vars.MLPLAN_PUBLISH == 'yes'
    needs: verify
    runs-on: ubuntu-24.04
    environment: pypi
    permissions:
      id-token: write
    steps:
      - uses: actions/download-artifact@v8
        with:
          name: verified-wheels
          path: dist
      - uses: pypa/gh-action-pypi-publish@release/v1
"""

_TO_RELEASE = """  publish:
    # PyPI takes no local versions (1.0+cu130), so the wheels go to the release; an index of your
    # own can serve them from there. Set the repository variable MLPLAN_PUBLISH to yes.
    if: github.event_name == 'release' && vars.MLPLAN_PUBLISH == 'yes'
    needs: verify
    runs-on: ubuntu-24.04
    permissions:
      contents: write
    steps:
      - uses: actions/download-artifact@v8
        with:
          name: verified-wheels
          path: dist
      - name: Attach the wheels to the release
        env:
          GH_TOKEN: ${{ github.token }}
          GH_REPO: ${{ github.repository }}
          TAG: ${{ github.event.release.tag_name }}
        run: gh release upload "$TAG" dist/*.whl
"""


class GithubWorkflow:
    """``.github/workflows/wheels.yml``; one build job per matrix above the limit of one."""

    name = "github-workflow"
    says = "GitHub workflow that plans, builds, verifies and uploads"

    def files(self, wanted: Wanted) -> tuple[EmittedFile, ...]:
        """The workflow.

        :raises RequestError: where there is nothing to build, or two wheels have the same name.
        """
        wanted = placed(wanted)
        count = len(split_legs(legs_of(wanted, GITHUB), MATRIX_LIMIT))
        numbers = range(1, count + 1)
        suffixes = [f"-{number}" for number in numbers] if count > 1 else [""]
        common = holes_of(wanted)
        outputs = [f"matrix-{n}: ${{{{ steps.rows.outputs.matrix-{n} }}}}\n" for n in numbers]
        builds = [
            filled(_BUILD, _build_holes(wanted, common) | {"suffix": suffix, "number": str(number)})
            for number, suffix in zip(numbers, suffixes, strict=True)
        ]
        holes = common | {
            "paths": f"[{REQUEST_FILE}, {_lock_pattern(common['lock'])}, {PATH}]",
            "outputs": "".join(outputs),
            "rows": _rows_command(wanted),
            "builds": "".join(builds),
            "needs": "[" + ", ".join(f"build{suffix}" for suffix in suffixes) + "]",
            "publish": _TO_RELEASE if has_local_versions(wanted) else _TO_INDEX,
        }
        return (EmittedFile(PATH, filled(_WORKFLOW, holes)),)


def _lock_pattern(lock: str) -> str:
    """The lock as a path filter; any lock file where its path has signs that a filter reads."""
    return lock if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._/-]*", lock) else "'**.lock'"


def _build_holes(wanted: Wanted, common: dict[str, str]) -> dict[str, str]:
    """What a build job's template has holes for."""
    variable = "MLPLAN_PYTHON: ${{ matrix.python }}\n"
    return common | {"python_variable": variable if wanted.per_python else ""}


def _rows_command(wanted: Wanted) -> str:
    """``mlplan emit github`` with the same filters, into a file of the runner's own."""
    words = ["mlplan", "emit", "github"]
    options = iter(wanted.arguments[1:])
    for option in options:
        if option == "--per-python":
            words.append(option)
        elif option == "--output":
            next(options, None)
        else:
            words += [option, next(options, "")]
    return " ".join(map(shell_word, words)) + ' --output "$RUNNER_TEMP/matrix.json"'
