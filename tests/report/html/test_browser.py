"""The page in a real browser: no console message, no request, no serious accessibility fault.

Needs the extra ``browser`` and a Chromium of the machine (``MLPLAN_BROWSER`` names another one);
nothing is downloaded. Skipped with the reason where either is missing.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from planner import api
from tests.docs.made_wheels import make_wheels
from tests.emit.plans import EXAMPLES, example
from tests.report.html.pages import page_of
from tests.report.html.test_large import COUNT, thousand

pytestmark = pytest.mark.browser

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
LARGEST = max(EXAMPLES.glob("*/mlplan.lock"), key=lambda lock: lock.stat().st_size).parent.name
Page = Any
"""A page of playwright, which is not there where the tests are only checked for types."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="the extra is not installed: pip install -e '.[browser]'"
    )
    program = os.environ.get("MLPLAN_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip(f"no browser on this machine: none of {', '.join(NAMES)}")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(OPTIONS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    make_wheels(folder / "dist")
    lock = EXAMPLES / LARGEST / "mlplan.lock"
    pages = {
        "largest": page_of(example(LARGEST), api.verify(folder / "dist", plan=lock)),
        "failing": page_of(example("failing")),
        "large": page_of(thousand()),
    }
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in pages}


Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Any, files: dict[str, Path]) -> Iterator[Opened]:
    """Opens a page; afterwards nothing may have been logged, thrown or asked of a network."""
    heard: list[str] = []
    contexts = []

    def open_(name: str, part: str = "", **options: object) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: heard.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on(
            "request", lambda request: heard.append(request.url) if _is_remote(request) else None
        )
        page.goto(files[name].as_uri() + part)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert heard == []


def _is_remote(request: Any) -> bool:
    return not str(request.url).startswith("file:")


def shown_rows(page: Page) -> list[str]:
    rows: list[str] = page.locator("#matrix-table tbody tr:visible th").all_inner_texts()
    return rows


@pytest.mark.parametrize(
    ("scheme", "options"), [("light", None), ("dark", {"runOnly": ["color-contrast"]})]
)
def test_no_accessibility_fault(
    scheme: str, options: dict[str, list[str]] | None, opened: Opened
) -> None:
    """Judged by axe-core, with jobs, pictures and a fact opened; the dark differs in colours."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = opened("largest", color_scheme=scheme)
    for number in (0, -1):
        page.locator("details.job summary").nth(number).click()
    page.locator(".graph .node.fact").first.click()
    found = axe.Axe().run(page, options=options).response
    faults = [
        (fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found["violations"]
    ]
    assert faults == []
    assert len(found["passes"]) >= (20 if options is None else 1)


def test_filter(opened: Opened) -> None:
    page = opened("largest")
    jobs = example(LARGEST).jobs
    status = page.locator("#filter-count")
    page.get_by_label("Text").fill("cuda13  AARCH64")
    expected = [j.id for j in jobs if "cuda13" in j.id and j.arch == "aarch64"]
    assert expected
    assert shown_rows(page) == expected
    assert status.inner_text() == f"{len(expected)} of {len(jobs)} jobs shown"
    assert page.locator("details.job:visible").count() == len(expected)
    page.get_by_role("button", name="Show all").click()
    assert shown_rows(page) == [job.id for job in jobs]
    page.get_by_label("Variant").select_option(jobs[0].variant)
    assert shown_rows(page) == [job.id for job in jobs if job.variant == jobs[0].variant]
    page.get_by_label("Variant").select_option("")
    page.get_by_label("Architecture").select_option("aarch64")
    assert shown_rows(page) == [job.id for job in jobs if job.arch == "aarch64"]


def test_filter_by_state(opened: Opened) -> None:
    page = opened("failing")
    page.get_by_label("Plan", exact=True).select_option("no")
    assert shown_rows(page) == [failure.id for failure in example("failing").failures]
    page.get_by_role("link", name="old-gpu-cuda>=13-x86_64").last.click()
    assert page.evaluate("location.hash") == "#job-old-gpu-cuda-13-x86_64"


def test_a_node_tells_its_fact(opened: Opened) -> None:
    """By pointer and by keyboard."""
    page = opened("largest")
    plan = example(LARGEST)
    job = next(job for job in plan.jobs if any(reason.facts for reason in job.because))
    page.get_by_role("link", name=job.id, exact=True).first.click()
    details = page.locator(f"details.job[id='job-{job.id}']")
    assert details.get_attribute("open") is not None
    assert details.locator("h3").inner_text() == job.id
    node = details.locator(".node.fact").first
    node.click()
    fact = plan.facts[node.get_attribute("data-id")]
    told = details.locator(".told")
    assert fact.says in told.inner_text()
    assert fact.sources[0] in told.inner_text()
    assert node.get_attribute("aria-pressed") == "true"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    second = details.locator(".node").nth(1)
    assert second.get_attribute("aria-pressed") == "true"
    assert node.get_attribute("aria-pressed") == "false"
    assert details.locator(".node[tabindex='0']").count() == 1


def test_everything_by_keyboard(opened: Opened) -> None:
    """The first stop skips to the content, and every stop shows where it is."""
    page = opened("largest")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(12):
        page.keyboard.press("Tab")
        style = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(style) == "solid", page.evaluate("document.activeElement.outerHTML")


def test_colours(opened: Opened) -> None:
    page = opened("largest", color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_label("Colours").select_option("dark")
    assert (light, page.evaluate(ground)) == ("rgb(255, 255, 255)", "rgb(13, 17, 23)")
    page.locator("details.job summary").first.click()
    fill = "getComputedStyle(document.querySelector('.mlplan-picture .paper')).fill"
    assert page.evaluate(fill) == "rgb(13, 17, 23)"
    page.emulate_media(media="print")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    assert page.evaluate(fill) == "rgb(255, 255, 255)"


def test_without_script(opened: Opened) -> None:
    page = opened("largest", java_script_enabled=False)
    assert shown_rows(page) == [job.id for job in example(LARGEST).jobs]
    assert page.locator("form.filter").is_hidden()
    page.locator("details.job summary").first.click()
    assert page.locator("details.job h4").first.is_visible()


def test_narrow(opened: Opened) -> None:
    """Nothing but tables and pictures is scrolled sideways on a telephone."""
    page = opened("largest", "#jobs", viewport={"width": 360, "height": 740})
    page.locator("details.job summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_an_injected_script_is_not_run(
    browser: Any, files: dict[str, Path], tmp_path: Path
) -> None:
    """Should a text ever come out as an element, the policy of the page stops it."""
    text = files["failing"].read_text(encoding="utf-8")
    bad = "<script>document.title = 'run'</script><img src='http://localhost:9/x' onerror='x()'>"
    (tmp_path / "bad.html").write_text(text.replace("<main", f"{bad}<main", 1), encoding="utf-8")
    page = browser.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.goto((tmp_path / "bad.html").as_uri())
    assert page.title() == "Release plan of failing"
    assert len([text for text in heard if re.search("Content Security Policy", text)]) >= 2
    page.close()


def test_a_thousand_jobs(opened: Opened) -> None:
    start = time.monotonic()
    page = opened("large")
    assert time.monotonic() - start < 10
    seconds = page.evaluate(
        """() => {
          const field = document.getElementById("filter-text");
          const start = performance.now();
          field.value = "v42";
          field.dispatchEvent(new Event("input", { bubbles: true }));
          document.body.offsetHeight;
          return (performance.now() - start) / 1000;
        }"""
    )
    assert seconds < 1
    assert page.locator("#filter-count").inner_text() == f"10 of {COUNT} jobs shown"
