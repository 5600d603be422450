"""The JSON documents of formats have the form that is shipped for them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from planner.report import verify_json
from tests.emit.test_golden import LOCKS, emitted

SCHEMAS = Path(verify_json.__file__).parent.parent / "schemas"
SHIPPED = {"json": "rows", "test-matrix": "test-matrix"}


@pytest.mark.parametrize("format_", SHIPPED)
@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.parent.name)
def test_schema(lock: Path, format_: str) -> None:
    schema = json.loads((SCHEMAS / f"{SHIPPED[format_]}.schema.json").read_text("utf-8"))
    (text,) = emitted(lock, format_).values()
    jsonschema.validate(json.loads(text), schema)
    broken = {**json.loads(text), "schema": "another"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema)
