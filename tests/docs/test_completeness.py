"""The documentation mentions everything that it must."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import typer

from planner import errors
from planner.cli.main import app
from planner.load.kinds import STANDINGS
from planner.load.matrices import GPU_KINDS
from planner.load.variants import TOP_LEVEL
from planner.model.facts import FactBase
from planner.model.rules import WAIVERS, Rule
from planner.model.versions import is_day
from tests.docs.fenced_blocks import PAGES, ROOT, page_name

MAIN_JOB = "python3 -m venv .venv && .venv/bin/pip install --quiet . && .venv/bin/mlplan solve"
TESTS = (
    "python3 -m venv .venv-test && .venv-test/bin/pip install --quiet -e '.[test]'"
    " && .venv-test/bin/pytest -n auto"
)


def _page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _unmentioned(names: list[str], page: str) -> list[str]:
    text = _page(page)
    return [name for name in names if f"`{name}`" not in text]


def _commands(command: object, name: str = "mlplan") -> dict[str, list[str]]:
    """The options of every command, by its full name."""
    found = {name: [o for p in getattr(command, "params") for o in p.opts if o[0] == "-"]}  # noqa: B009
    for word, inner in getattr(command, "commands", {}).items():
        found |= _commands(inner, f"{name} {word}")
    return found


OPTIONS = _commands(typer.main.get_command(app))


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_no_path_of_this_machine(page: Path) -> None:
    assert re.findall(r"/(?:work|home|root|tmp)/\S*", page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=page_name)
def test_readme_leads_to_every_page(page: Path) -> None:
    assert f"(docs/{page.name})" in _page("README.md")


@pytest.mark.parametrize("command", [MAIN_JOB, TESTS])
def test_readme_has_the_two_commands(command: str) -> None:
    assert f"\n{command}\n" in _page("README.md")


def test_every_key_of_a_request_is_documented() -> None:
    keys = ["mlplan", "project", "date", "variants", *TOP_LEVEL, *WAIVERS]
    assert _unmentioned(keys, "docs/request.md") == []


def test_every_component_of_a_family_is_documented(facts: FactBase) -> None:
    names = [name for family in facts.families.values() for name in family.components]
    assert _unmentioned(names, "docs/request.md") == []


def test_every_rule_is_documented() -> None:
    assert _unmentioned([rule.value for rule in Rule], "docs/model.md") == []


def test_every_standing_is_documented() -> None:
    assert _unmentioned(list(STANDINGS), "docs/facts.md") == []


def test_every_kind_of_gpu_code_is_documented() -> None:
    assert _unmentioned(list(GPU_KINDS), "docs/adding-an-accelerator.md") == []


@pytest.mark.parametrize("command", OPTIONS)
def test_every_option_is_documented(command: str) -> None:
    assert _unmentioned(OPTIONS[command], "docs/cli.md") == []


@pytest.mark.parametrize("command", [name for name in OPTIONS if name.count(" ")])
def test_every_command_is_documented(command: str) -> None:
    assert f"`{command}" in _page("docs/cli.md")


def test_every_exit_status_is_documented() -> None:
    rows = dict(re.findall(r"^\| (\d) \|.*`(\w+Error)`", _page("docs/cli.md"), re.M))
    classes = errors.MlplanError.__subclasses__()
    assert {name: int(status) for status, name in rows.items()} == {
        each.__name__: each.exit_status for each in classes
    }


def test_every_key_of_a_plan_is_documented() -> None:
    text = _page("docs/plan.md")
    missing: set[str] = set()
    for path in (ROOT / "examples").glob("*/mlplan.lock"):
        lock = json.loads(path.read_text(encoding="utf-8"))
        keys = {*lock, *lock["facts"], "sha256"}
        for job in lock["jobs"]:
            keys |= {*job, *job["image"], *job["gpu"], *job["reach"], *job["alternatives"]}
            for row in (*job["because"], *job["warnings"], *job["components"].values()):
                keys |= set(row)
            keys |= {warning["rule"] for warning in job["warnings"]}
        for failure in lock["failures"]:
            keys |= set(failure)
            for row in (*failure["conflicts"], *failure["ways_out"]):
                keys |= set(row)
        for fact in lock["derivation"]["facts"].values():
            keys |= set(fact)
        missing |= {key for key in keys if f"`{key}`" not in text}
    assert missing == set()


def test_changelog_form() -> None:
    text = _page("CHANGELOG.md")
    versions = re.findall(r"^## \[(.+?)\](?: - (.+))?$", text, re.M)
    assert versions
    assert all(is_day(day) for _, day in versions if day and day[0].isdigit())
    headings = set(re.findall(r"^### (.+)$", text, re.M))
    known = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Data"}
    assert headings <= known
    assert "Data" in headings
