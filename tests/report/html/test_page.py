"""The page as a whole: it stands alone, is well formed, and tells everything of the plan."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from planner.plan.locked import LockedPlan
from planner.report.html.page import report_html
from tests.emit.plans import example
from tests.report.html.pages import Element, inputs_of, page_of, read, table_rows

EXAMPLES = ("failing", "framework", "plugin-set")


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: page_of(example(name)) for name in EXAMPLES}


@pytest.fixture(scope="module")
def trees(pages: dict[str, str]) -> dict[str, Element]:
    return {name: read(page) for name, page in pages.items()}


every_example = pytest.mark.parametrize("name", EXAMPLES)


@every_example
def test_nothing_is_fetched(name: str, pages: dict[str, str], trees: dict[str, Element]) -> None:
    """No attribute that loads or submits anything, and a policy that forbids it."""
    loading = {"src", "srcset", "action", "data", "poster", "background", "ping", "style"}
    for element in trees[name].all():
        assert not loading & element.attributes.keys(), element.tag
        assert element.attributes.get("href", "#").startswith("#"), element.attributes  # type: ignore[union-attr]
        assert not [n for n in element.attributes if n.startswith("on")], element.attributes
        assert element.tag not in ("link", "iframe", "object", "embed", "base", "img", "image")
    assert "@import" not in pages[name]
    assert not re.search(r"url\((?!#)", pages[name])


@every_example
def test_policy_admits_our_style_and_script_only(name: str, trees: dict[str, Element]) -> None:
    (meta,) = [
        m for m in trees[name].all("meta") if "Content-Security-Policy" in m.attributes.values()
    ]
    policy = meta.attributes["content"]

    def admitted(tag: str) -> str:
        text = "".join(trees[name].one(tag).pieces)
        digest = hashlib.sha256(text.encode()).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'"

    assert policy == (
        f"default-src 'none'; style-src {admitted('style')}; script-src {admitted('script')}; "
        "base-uri 'none'; form-action 'none'"
    )


@every_example
def test_ids_and_links(name: str, trees: dict[str, Element]) -> None:
    tree = trees[name]
    ids = [element.attributes["id"] for element in tree.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in tree.all():
        for attribute in ("href", "for", "aria-labelledby", "aria-describedby", "data-for"):
            value = element.attributes.get(attribute)
            if value is not None and element.tag != "svg":
                assert value.removeprefix("#") in ids, (element.tag, attribute, value)


@every_example
def test_form_for_readers_of_all_kinds(name: str, trees: dict[str, Element]) -> None:
    tree = trees[name]
    assert tree.one("html").attributes["lang"] == "en"
    assert tree.one("head").one("title").text == tree.one("h1").text == f"Release plan of {name}"
    assert [len(tree.all(tag)) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    levels = [int(e.tag[1]) for e in tree.all() if re.fullmatch(r"h[1-6]", e.tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for table in tree.all("table"):
        assert table.one("caption").text
        assert all(th.attributes["scope"] in ("row", "col") for th in table.all("th"))
        assert all(row.children[0].tag == "th" for row in table.one("tbody").all("tr"))
    labelled = {label.attributes["for"] for label in tree.all("label")}
    fields = [e.attributes["id"] for tag in ("input", "select") for e in tree.all(tag)]
    assert set(fields) == labelled
    assert tree.one(id="filter-count").attributes["aria-live"] == "polite"


@every_example
def test_every_job_and_failure_is_told(name: str, trees: dict[str, Element]) -> None:
    plan, tree = example(name), trees[name]
    rows = table_rows(tree.one("section", id="matrix"))
    ids = [job.id for job in plan.jobs] + [failure.id for failure in plan.failures]
    assert [row[0] for row in rows] == ids
    told = [details.one("h3").text for details in tree.all("details", class_="job")]
    assert told == [job.id for job in plan.jobs]
    facts = {e.attributes.get("data-fact") for e in tree.one("section", id="facts").all("div")}
    assert facts >= set(plan.facts)
    pictures = {e.attributes["id"] for e in tree.all("template")}
    for details in tree.all("details", class_="job"):
        assert f"picture-{details.attributes['data-picture']}" in pictures


def test_same_page_twice(pages: dict[str, str]) -> None:
    assert page_of(example("framework")) == pages["framework"]


def test_matrix_row(trees: dict[str, Element]) -> None:
    rows = table_rows(trees["framework"].one("section", id="matrix"))
    assert rows[2] == [
        "cuda-cuda12.6.3-x86_64",
        "cuda 12.6.3",
        "x86_64",
        "manylinux_2_28",
        "gcc 13.3.1*binutils 2.40",
        "cp311-cp315",
        "sm_75..sm_90 (4)",
        "pip 20.3driver 525.60.13",
        "42 of 46",
        "5",
    ]


def test_summary(trees: dict[str, Element]) -> None:
    summary = trees["failing"].one("section", id="summary")
    tiles = [tile.text for tile in summary.one("ul", class_="tiles").all("li")]
    assert tiles == [
        "1 job has a plan",
        "3 without a plan",
        "42 of 46 distributions served",
        "1 thing it is built on ends by 2027-11-21",
    ]
    assert [title.text for title in summary.all("h3")] == [
        "What ships",
        "What does not",
        "What ends within a year of the release",
        "Know before you release",
    ]
    assert "Python cp311: ends on 2027-10-31 (1 job)" in summary.text
    # What ends is told once: not again among the warnings.
    assert "ends within a year of the release:" not in summary.text


def test_failure_with_its_ways_out(trees: dict[str, Element]) -> None:
    articles = trees["failing"].one("section", id="no-plan").all("article")
    (told,) = [a for a in articles if a.one("h3").text == "old-gpu-cuda>=13-x86_64"]
    assert told.one("h3").attributes["id"] == "job-old-gpu-cuda-13-x86_64"
    assert [part.text for part in told.one("dl").children] == [
        *("You ask", "variants.old-gpu.cuda: >=13"),
        *("You ask", "variants.old-gpu.gpu: sm_70"),
        "Fact",
        "sm_70 is known from 10.2 on, removed in 13.0 (cuda/life-sm_70, measured)",
    ]
    first = told.one("ol").all("li")[0]
    assert first.text == (
        "set variants.old-gpu.cuda to <13 (was >=13); gives manylinux_2_28_x86_64 cuda 12.9.2"
        "mlplan solve --set 'variants.old-gpu.cuda=[\"<13\"]'"
    )


def test_a_failure_without_ways_out(trees: dict[str, Element]) -> None:
    articles = trees["failing"].one("section", id="no-plan").all("article")
    assert "None: no version, tag or toolchain change helps." in articles[0].text


def test_a_fact_with_its_source(trees: dict[str, Element]) -> None:
    row = trees["failing"].one(data_fact="cuda/life-sm_70")
    assert row.one("dt").text == "cuda/life-sm_70 measured"
    told = row.one("dd").text
    assert told.startswith("sm_70 is known from 10.2 on, removed in 13.0")
    assert "Source: " in told
    assert told.endswith("; read 2026-11-21")


def test_a_plan_without_jobs() -> None:
    plan = replace(example("failing"), jobs=())
    tree = read(page_of(plan))
    assert len(tree.one("section", id="matrix").all("tr")) == 4
    assert tree.one("section", id="reach").text.endswith("No job has a plan, so nothing is served.")
    assert tree.one("section", id="ends").text.endswith("No job has a plan.")
    assert tree.one("section", id="jobs").text == "Jobs No job has a plan."
    assert tree.all("section", id="gpus") == []


def test_an_empty_plan() -> None:
    empty = LockedPlan(date="2026-11", request={}, jobs=(), failures=(), facts={})
    tree = read(page_of(empty))
    assert tree.one("h1").text == "Release plan"
    assert "The plan is empty." in tree.one("section", id="matrix").text


def test_facts_of_another_day_are_named() -> None:
    page = report_html(replace(inputs_of(example("combined")), facts_version="2025.01.01"))
    about = read(page).one("p", class_="about").text
    assert about.startswith(
        "for 2026-11-21 · from mlplan.lock, facts 2025.01.01 (ends and distributions: facts 2026."
    )
