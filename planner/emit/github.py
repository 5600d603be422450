"""``github``: rows for ``fromJSON`` in a workflow's matrix (contract: docs/emit.md)."""

from __future__ import annotations

import json

from planner.emit.base import EmittedFile, Wanted
from planner.emit.rows import MATRIX_LIMIT, rows_of, split


class GithubMatrix:
    """One object with ``include``, or a list of them above the limit of one matrix."""

    name = "github"
    says = "matrix for fromJSON in a GitHub workflow (include list)"

    def files(self, wanted: Wanted) -> tuple[EmittedFile, ...]:
        """The matrix as one line-per-row JSON document."""
        groups = [{"include": group} for group in split(list(rows_of(wanted)), MATRIX_LIMIT)]
        document = groups[0] if len(groups) == 1 else groups
        return (EmittedFile("matrix.json", json.dumps(document, indent=1) + "\n"),)
