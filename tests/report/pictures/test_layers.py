from __future__ import annotations

from planner.report.pictures.layers import columns_of, crossings, forward, ordered, split_high


def test_circles_are_opened_and_loops_dropped() -> None:
    edges = [("a", "b"), ("b", "c"), ("c", "a"), ("b", "b"), ("a", "b")]
    assert forward("abc", edges) == [("a", "b"), ("b", "c"), ("a", "c")]


def test_columns_are_far_enough_and_close() -> None:
    edges = [("a", "b"), ("b", "c"), ("a", "c"), ("late", "c"), ("c", "end")]
    found = columns_of(["a", "b", "c", "late", "end", "alone"], edges)
    assert found == {"a": 0, "b": 1, "c": 2, "late": 1, "end": 3, "alone": 0}


def test_crossings_are_counted_and_undone() -> None:
    columns = [["a", "b", "c"], ["x", "y", "z"]]
    links = [("a", "z"), ("b", "y"), ("c", "x")]
    assert crossings(columns, {"a": ["z"], "b": ["y"], "c": ["x"]}) == 3
    assert ordered(columns, links) == [["a", "b", "c"], ["z", "y", "x"]]


def test_a_high_column_is_parted() -> None:
    column = {"hub": 3, **{f"n{number}": 5 for number in range(30)}}
    found = split_high(column, [("hub", "n0")])
    assert found["hub"] == 0
    assert [found[f"n{number}"] for number in range(30)] == [1] * 15 + [2] * 15


def test_what_points_on_stands_in_the_last_part() -> None:
    column = {**{f"n{number}": 0 for number in range(30)}, "end": 1}
    found = split_high(column, [("n0", "end")])
    assert (found["n0"], found["n1"], found["end"]) == (1, 0, 2)
