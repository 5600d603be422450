"""``json`` and ``csv``: the rows for anything that has no format of its own."""

from __future__ import annotations

import csv
import io
import json

from planner.emit.base import EmittedFile, Wanted
from planner.emit.rows import rows_of

SCHEMA = "mlplan-rows/1"


class JsonRows:
    """All rows in one JSON document."""

    name = "json"
    says = "rows as JSON, for anything else"

    def files(self, wanted: Wanted) -> tuple[EmittedFile, ...]:
        """The document."""
        document = {"schema": SCHEMA, "date": wanted.plan.date, "rows": list(rows_of(wanted))}
        return (EmittedFile("rows.json", json.dumps(document, indent=1) + "\n"),)


class CsvRows:
    """All rows as comma-separated values (RFC 4180)."""

    name = "csv"
    says = "rows as comma-separated values"

    def files(self, wanted: Wanted) -> tuple[EmittedFile, ...]:
        """The table with a line of names on top."""
        rows = list(rows_of(wanted))
        keys = dict.fromkeys(key for row in rows for key in row)
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, list(keys), restval="", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
        return (EmittedFile("rows.csv", out.getvalue()),)
