from __future__ import annotations

import json

from planner.browse.differences import Changed, FactsDiff, Field
from planner.report.browse.diff import Compared, Replanned, compared_json, compared_text


def _compared(*fields: Field, problem: str = "") -> Compared:
    changed = Changed(id="policy p", says="", fields=fields)
    facts = FactsDiff(added=(), removed=(), changed=(), other=(changed,) if fields else ())
    plans = (Replanned(request="r.yaml", diff=None, problem=problem),) if problem else ()
    return Compared(old="a", new="b", facts=facts, plans=plans)


def test_long_lists_show_what_differs() -> None:
    names = " ".join(f"lib{number}.so.1" for number in range(30))
    found = _compared(Field(name="libraries", old=names, new=f"{names} libmore.so.2"))
    lines = compared_text(found, 100).splitlines()
    counts = "0 added, 0 removed, 0 changed (0 with another standing); 1 other parts of the data"
    assert lines[:2] == ["a -> b", f"facts  {counts}"]
    cells = [line.split("  ") for line in lines[5:]]
    assert lines[4] == "  policy p:"
    assert cells[1][-1] == "... libmore.so.2"
    assert lines[-1].endswith(" ...")
    assert max(map(len, lines)) <= 100


def test_a_plan_that_could_not_be_made_is_no_sameness() -> None:
    found = _compared(problem="does not fit the new facts: no such release")
    assert not found.is_same
    assert "plan   r.yaml: does not fit the new facts: no such release\n" in compared_text(
        found, 100
    )
    (plan,) = json.loads(compared_json(found))["plans"]
    assert (plan["same"], plan["diff"]) == (False, None)
