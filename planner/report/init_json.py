"""What ``mlplan init`` drafted, as the JSON document of docs/init.md."""

from __future__ import annotations

from collections.abc import Iterator

from planner.draft.records import Draft, Setting
from planner.draft.solving import Solved
from planner.plan.document import Json

SCHEMA = "mlplan-init/1"


def decisions(draft: Draft) -> Iterator[tuple[str, Setting]]:
    """Every line that the request says, with its dotted path."""
    for setting in draft.settings.values():
        yield setting.key, setting
    for variant in draft.active():
        for setting in variant.settings.values():
            yield f"variants.{variant.name}.{setting.key}", setting
        if not variant.settings:
            yield (
                f"variants.{variant.name}",
                Setting(key=variant.name, value="", because=variant.because),
            )


def init_document(solved: Solved, read: tuple[str, ...], file: str | None) -> Json:
    """The draft as JSON values; ``file`` is where it was written, None where it was not."""
    draft = solved.draft
    rows: list[Json] = [
        {
            "path": path,
            "value": list(setting.value) if isinstance(setting.value, tuple) else setting.value,
            "because": list(setting.because),
        }
        for path, setting in decisions(draft)
    ]
    return {
        "schema": SCHEMA,
        "file": file,
        "read": list(read),
        "decisions": rows,
        "left_out": [
            {"path": row.path, "value": row.value, "why": row.why} for row in draft.left_out
        ],
        "notes": list(draft.notes),
        "jobs": [
            {"id": job.id, "tags": list(job.decision.tags), "arch": job.decision.arch}
            for job in solved.plan.jobs
        ],
        "text": solved.text,
    }
