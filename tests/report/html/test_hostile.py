"""Texts of a plan and of wheels come out as text: never as elements, attributes or script."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from planner import api
from planner.errors import LockError
from planner.plan.document import Json
from planner.plan.lock import read_lock
from planner.plan.locked import LockedPlan, locked_plan
from tests.emit.plans import EXAMPLES, example, requested, with_variant
from tests.report.html.pages import Element, read, small_page_of
from tests.wheels.made import elf_file, wheel_file

PLAIN = "plainname"
HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "</style></template></title><svg onload=alert(1)>",
    "\" onmouseover=\"alert(1)\" x='y' onfocus='alert(1)' autofocus tabindex='1",
    "{{ 7 * 7 }}{% include 'page.css' %}{# #} &lt;b&gt; &#60;script&#62; --><!--]]>",
    "a\nb\r\n\x00\x1b[31m\x7f\u2028\u202e\ufeff\udcff",
    "é😀" * 20,
)
hostile_texts = pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))


def shape(page: str) -> list[tuple[str, tuple[str, ...]]]:
    """The elements of a page with the names of their attributes, pictures left out: how many lines
    of text a box has depends on the text."""
    tree = read(page)
    return list(_shape(tree))


def _shape(element: Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    for child in element.children:
        yield child.tag, tuple(child.attributes)
        if child.tag != "template":
            yield from _shape(child)


def assert_text(page: str, plain: str) -> None:
    """The page has the elements of that with a plain text, and one script, ours."""
    assert shape(page) == shape(plain)
    tree = read(page)
    assert len(tree.all("script")) == len(tree.all("style")) == 1
    allowed = {"svg", "title", "desc", "defs", "marker", "path", "rect", "g", "text", "tspan"}
    for template in tree.all("template"):
        assert {element.tag for element in template.all()} <= allowed
        assert not [n for e in template.all() for n in e.attributes if n.startswith("on")]
    for character in "\x00\x1b\x7f\u2028\u202e\ufeff\udcff":
        assert character not in page
    page.encode()


@hostile_texts
def test_project(text: str) -> None:
    plan, plain = (requested(example("combined"), project=name) for name in (text, PLAIN))
    assert_text(small_page_of(plan), small_page_of(plain))


@hostile_texts
def test_variant(text: str) -> None:
    """Variant and job ids, which only a lock made by hand can have so."""
    plan, plain = (with_variant(example("combined"), "cuda", name) for name in (text, PLAIN))
    assert_text(small_page_of(plan), small_page_of(plain))


def everywhere(plan: LockedPlan, text: str) -> LockedPlan:
    """A plan whose facts, warnings, tags and conflicts all say a text."""
    facts = {
        id_: replace(fact, says=text, note=text, sources=(text,), standing=text, read=text)
        for id_, fact in plan.facts.items()
    }
    jobs = tuple(
        replace(
            job,
            platform_tag=text,
            policy=text,
            toolset=text,
            gcc=text,
            binutils=text,
            pythons=(text,),
            tags=(text,),
            warnings=((text, ()),),
            setup=(text,),
            image=replace(job.image, name=text, reference=text, base=text, digest=text),
            excludes=(text,),
            accelerators=dict.fromkeys(job.accelerators, text),
        )
        for job in plan.jobs
    )
    failures = tuple(
        replace(
            failure,
            id=f"{failure.id}{text}",
            conflicts=tuple(
                replace(c, rules=(text,), request=tuple(replace(r, value=text) for r in c.request))
                for c in failure.conflicts
            ),
            ways_out=tuple(replace(w, set=(text,), platform_tag=text) for w in failure.ways_out),
        )
        for failure in plan.failures
    )
    return replace(plan, facts=facts, jobs=jobs, failures=failures)


@hostile_texts
def test_everything_else(text: str) -> None:
    """Values of several words are shown word by word, so the number of elements may differ."""
    tree, plain = (
        read(small_page_of(everywhere(example("failing"), name))) for name in (text, PLAIN)
    )
    assert len(tree.all("script")) == len(tree.all("style")) == 1
    assert not [n for e in tree.all() for n in e.attributes if n.startswith("on")]
    assert {e.tag for e in tree.all()} == {e.tag for e in plain.all()}


@pytest.mark.parametrize("text", ["<script>alert(1)<", '" onload="x', "<!--"])
def test_members_of_wheels(text: str, tmp_path: Path) -> None:
    pages: list[str] = []
    for name in (text, PLAIN):
        folder = tmp_path / str(len(pages))
        folder.mkdir()
        core = elf_file(needs={"libc.so.6": ["memcpy@GLIBC_2.38"]})
        wheel = wheel_file(
            folder,
            "plug-1.0-cp312-cp312-manylinux_2_28_x86_64.whl",
            {f"plug/{name}.so": core},
        )
        report = api.verify(wheel, plan=EXAMPLES / "combined" / "mlplan.lock")
        pages.append(small_page_of(example("combined"), report))
    assert_text(*pages)
    assert "MLP-T001" in pages[0]


def test_damaged_locks_give_a_page_or_a_lock_error() -> None:
    """Whatever texts and lists are replaced by others, there is no crash."""
    whole = read_lock(EXAMPLES / "failing" / "mlplan.lock")
    accepted = [path for path in _places(whole) if path != ("date",) and _is_read(whole, path)]
    assert len(accepted) > 50
    chance = Random(7)
    for _ in range(20):
        damaged = copy.deepcopy(whole)
        for path in chance.sample(accepted, 4):
            with suppress(LookupError, TypeError):  # what held it is gone already
                _damage(damaged, path)
        with suppress(LockError):
            read(small_page_of(locked_plan(damaged)))


def _is_read(whole: Json, path: tuple[str | int, ...]) -> bool:
    """Whether a lock with this damage is still a plan."""
    damaged = copy.deepcopy(whole)
    _damage(damaged, path)
    try:
        locked_plan(damaged)
    except LockError:
        return False
    return True


def _places(document: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """One place of each kind: the first of every list, and no fact but the first two."""
    if path:
        yield path
    if isinstance(document, dict):
        items = list(document.items())
        for key, inner in items[:2] if path[-1:] == ("facts",) and len(path) == 2 else items:
            yield from _places(inner, (*path, key))
    elif isinstance(document, list) and document:
        yield from _places(document[0], (*path, 0))


def _damage(document: Json, path: tuple[str | int, ...]) -> None:
    """Replace a value by another of the same type."""
    place: object = document
    for step in path[:-1]:
        place = place[step]  # type: ignore[index]
    old = place[path[-1]]  # type: ignore[index]
    new = "<b>" if isinstance(old, str) or old is None else type(old)()
    place[path[-1]] = new  # type: ignore[index]
