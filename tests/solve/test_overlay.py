"""Plans that rest on a project's overlay."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from planner.explain.cautions import caution_sentence
from planner.explain.conflicts import conflict_sentence
from planner.explain.facts import fact_sentence
from planner.graph.build import build_index
from planner.load.facts import load_facts
from planner.load.invariants import broken_invariants
from planner.load.kinds import STANDARDS
from planner.load.locate import SCHEMAS
from planner.load.overlay_fields import WAIVABLE
from planner.load.overlay_records import Changed, changed_family, changed_policies
from planner.load.request import read_request_values
from planner.model.facts import FactBase
from planner.model.overlay import Act, Entry, Overlay
from planner.model.rules import Rule
from planner.model.sources import Fact
from planner.plan.document import Json, Words, plan_document, render
from planner.plan.records import Decision, Plan
from planner.solve.cautions import cautions_of
from planner.solve.day import Day
from planner.solve.details import decide
from planner.solve.environment_rules import has_live_image
from planner.solve.planner import make_plan
from planner.solve.questions import questions_of
from planner.solve.solver import Solver
from planner.solve.tables import Tables, build_tables
from planner.solve.verdict import unwaived
from planner.solve.vocabulary import vocabulary_of
from tests.load.made import TINY
from tests.solve.oracle import Judge, wishes_of
from tests.solve.real import ROOT, TODAY, day_of, real_facts, real_tables, request_of
from tests.solve.requests import RequestMaker
from tests.solve.test_oracle_real import answer_of

WAIVER = """\
mlplan-overlay: 1
waive:
  toy-1.10/host-gcc-newest: {reason: tested, expires: "2027-03-31"}
toolsets:
  corp-gcc-15: {gcc: "15.2.0", binutils: "2.44", kind: toolset, package: corp-gcc-15}
obtainable:
  - {toolset: corp-gcc-15, base: almalinux-8, architectures: [x86_64], since: "2026-01-01"}
"""
IMAGE = """\
  {name}:
    publisher: corp
    repository: registry.example.com/{name}_{{arch}}
    policy: {policy}
    glibc: "{glibc}"
    cxx11-abi: new
    status: supported
    architectures:
      x86_64: {{base: almalinux-8, since: "2026-01-01"}}
    toolsets:
      - {{toolset: gcc-toolset-14, since: "2026-01-01"}}
    interpreters: pypa
"""


def image(name: str, policy: str = "manylinux_2_28", glibc: str = "2.28") -> str:
    """The row of a private image."""
    return IMAGE.format(name=name, policy=policy, glibc=glibc)


def tables_of(text: str, folder: Path, root: Path = TINY) -> Tables:
    """The tables of facts with an overlay over them."""
    path = folder / "own.yaml"
    path.write_text(text if "mlplan-overlay" in text else f"mlplan-overlay: 1\n{text}")
    facts = load_facts(root, path)
    assert broken_invariants(facts) == []
    return build_tables(build_index(facts))


def plan_with(tables: Tables, variant: dict[str, object], **top: object) -> Plan:
    """The plan of one variant on x86_64, unless it says otherwise."""
    values = {"variants": {"v": {"architectures": ["x86_64"], **variant}}, "date": TODAY, **top}
    request = read_request_values(values, vocabulary_of(tables), overrides={})
    return make_plan(request, Day(TODAY, explicit=True), tables)


def only(plan: Plan) -> Decision:
    """The decision of the only job."""
    (job,) = plan.jobs
    return job.decision


def document_of(plan: Plan) -> Json:
    """The lock of a plan."""
    words = Words(fact_sentence, caution_sentence, conflict_sentence)
    document: Json = json.loads(render(plan_document(plan, words)))
    schema = json.loads((SCHEMAS / "plan.schema.json").read_text(encoding="utf-8"))
    assert [e.message for e in Draft202012Validator(schema).iter_errors(document)] == []
    return document


class TestWaiver:
    def test_a_waived_fact_refuses_nothing_and_is_named(self, tmp_path: Path) -> None:
        decision = only(plan_with(tables_of(WAIVER, tmp_path), {"toy": "1.10"}))
        assert (decision.gcc, decision.toolset) == ("15.2.0", "corp-gcc-15")
        caution = next(c for c in decision.warnings if c.rule == "waived-fact")
        assert caution_sentence(caution) == (
            "toy-1.10/host-gcc-newest would refuse this; the overlay waives it until 2027-03-31: "
            "tested"
        )
        assert caution.facts == ("overlay/toy-1.10/host-gcc-newest", "toy-1.10/host-gcc-newest")
        assert decision.overlay == (
            "overlay/obtainable/corp-gcc-15@almalinux-8:x86_64",
            "overlay/toolset/corp-gcc-15",
            "overlay/toy-1.10/host-gcc-newest",
        )

    def test_a_waiver_that_changes_nothing_is_not_named(self, tmp_path: Path) -> None:
        tables = tables_of(WAIVER, tmp_path)
        decision = only(plan_with(tables, {"toy": "1.10"}, toolchain="image"))
        assert decision.gcc == "14.2.1"
        assert decision.overlay == ()
        assert "waived-fact" not in {caution.rule for caution in decision.warnings}

    def test_other_limits_still_refuse(self, tmp_path: Path) -> None:
        more = (
            "add:\n  toy-1.10/own: {kind: compiler-breakage, compiler: gcc, range: '>=15', "
            "symptom: it crashes, reason: seen, standing: measured}\n"
        )
        decision = only(plan_with(tables_of(WAIVER + more, tmp_path), {"toy": "1.10"}))
        assert decision.gcc == "14.2.1"
        reason = next(reason for reason in decision.because if reason.chose == "gcc")
        assert (reason.instead_of, reason.facts) == ("15.2.0", ("overlay/toy-1.10/own",))
        assert decision.overlay == ("overlay/toy-1.10/own",)

    def test_an_ended_base(self, tmp_path: Path) -> None:
        text = 'waive:\n  end/almalinux-8-standard: {reason: paid support, expires: "2031"}\n'
        tables = tables_of(text.replace('"2031"', '"2031-12-31"'), tmp_path)
        variant = {"architectures": ["x86_64"], "python": ["cp312"]}
        values = {"variants": {"v": variant}, "date": "2030-01-01"}
        request = read_request_values(values, vocabulary_of(tables), overrides={})
        plan = make_plan(request, Day("2030-01-01", explicit=True), tables)
        assert {c.rule for c in only(plan).warnings} >= {"ended-base", "waived-fact"}
        assert only(plan).overlay == ("overlay/end/almalinux-8-standard",)
        day = Day("2030-01-01", explicit=True)
        assert has_live_image("x86_64", day, tables)
        assert not has_live_image("x86_64", day, replace(tables, waived={}))


HARMLESS: dict[str, Callable[[Fact], dict[str, Any]]] = {
    "host-compiler": lambda fact: {"range": "<99" if "<" in fact.text("range") else ">=0"},
    "documented-compiler": lambda fact: {"range": "<99" if "<" in fact.text("range") else ">=0"},
    "compiler-breakage": lambda fact: {"range": "==0.1"},
    "cxx-host-compiler": lambda fact: {"range": ">=0"},
    "build-glibc": lambda fact: {"glibc": "0"},
    "documented-glibc": lambda fact: {"glibc": "0"},
    "library-needs": lambda fact: {"libraries": {name: {} for name in fact.table("libraries")}},
    "driver": lambda fact: {"minimum": "0"},
    "cxx-standards": lambda fact: {"device": STANDARDS},
    "cxx-standard": lambda fact: {"gcc": ">=0"},
    "feature": lambda fact: {"binutils": ">=0", "gcc": ">=0"},
}
"""By kind what a fact must say to refuse nothing."""


def defused(facts: FactBase, ids: set[str]) -> FactBase:
    """The facts with some of them made harmless."""
    changes = {}
    for id_, fact in facts.facts().items():
        if id_ in ids:
            said = HARMLESS[fact.kind](fact)
            own = fact._replace(payload={**fact.payload, **said})
            changes[id_] = Changed(shipped=fact, fact=own, attributes=said)
    families = {name: changed_family(f, changes, ()) for name, f in facts.families.items()}
    policies = changed_policies(facts.policies, changes)
    return replace(facts, families=families, policies=policies)


def with_waivers(ids: set[str]) -> Tables:
    """The tables of the real facts with some of them waived."""
    entries = tuple(
        Entry(fact=f"overlay/{id_}", act=Act.WAIVES, reason="r", expires="2099-12-31", line=1)
        for id_ in sorted(ids)
    )
    overlay = Overlay(path="own.yaml", sha256="", entries=entries)
    index = replace(real_tables().index, overlay=overlay)
    return replace(real_tables(), index=index, waived=overlay.waived)


@pytest.mark.parametrize("seed", range(2))
def test_waived_facts_bind_like_harmless_ones(seed: int) -> None:
    """The solver with waivers, against the oracle on facts that say nothing instead.

    A waiver is named exactly where the answer would be another one without it.
    """
    facts, random = real_facts(), Random(seed)
    waivable = [id_ for id_, fact in facts.facts().items() if fact.kind in HARMLESS]
    ids = set(random.sample(waivable, len(waivable) * 4 // 5))
    solver, plain = Solver(with_waivers(ids)), Solver(real_tables())
    judge = Judge(defused(facts, ids))
    named = 0
    for values in RequestMaker(facts, seed).requests(160):
        request = request_of(values)
        questions = questions_of(request, day_of(request), solver.tables)
        for question, wish in zip(questions, wishes_of(judge, request, TODAY), strict=True):
            chosen = solver.solve(question)
            assert answer_of(chosen) == judge.best(wish), values
            if chosen is None:
                continue
            cautions = cautions_of(question, solver.view(question), chosen, {})
            waived = [c for c in cautions if c.rule == "waived-fact"]
            assert {c.data["fact"] for c in waived} <= ids
            assert bool(waived) is (answer_of(chosen) != answer_of(plain.solve(question))), values
            named += bool(waived)
    assert named > 3


def test_every_waivable_kind_of_the_solver_has_a_harmless_form() -> None:
    assert set(WAIVABLE) - set(HARMLESS) == {"end", "driver-library", "bundle-compression"}


@pytest.mark.parametrize(
    ("rule", "verdict", "left"),
    [
        (Rule.HOST_COMPILER_RANGE, None, None),
        (Rule.HOST_COMPILER_RANGE, (), ()),
        (Rule.HOST_COMPILER_RANGE, ("a",), None),
        (Rule.HOST_COMPILER_RANGE, ("b",), ("b",)),
        (Rule.HOST_COMPILER_RANGE, ("a", "b"), ("b",)),
        (Rule.HOST_CXX_STANDARD, ("a", "b"), None),
        (Rule.HOST_CXX_STANDARD, ("b", "c"), ("b", "c")),
    ],
)
def test_what_is_left_of_a_verdict(
    rule: Rule, verdict: tuple[str, ...] | None, left: tuple[str, ...] | None
) -> None:
    assert unwaived(rule, verdict, {"a": "overlay/a"}) == left


class TestImage:
    def test_of_equals_the_projects_own_is_taken(self, tmp_path: Path) -> None:
        decision = only(plan_with(tables_of("images:\n" + image("zeta"), tmp_path), {}))
        assert (decision.image.name, decision.image.reference) == (
            "zeta",
            "registry.example.com/zeta_x86_64",
        )
        assert decision.overlay == (
            "overlay/image/zeta",
            "overlay/image/zeta/gcc-toolset-14@2026-01-01",
            "overlay/image/zeta@x86_64",
        )

    def test_a_better_shipped_one_is_taken(self, tmp_path: Path) -> None:
        own = image("zeta", "manylinux_2_17", "2.17")
        decision = only(plan_with(tables_of("images:\n" + own, tmp_path), {}))
        assert (decision.image.name, decision.overlay) == ("manylinux_2_28", ())

    def test_what_kept_a_shipped_one_out_is_named(self, tmp_path: Path) -> None:
        text = "facts:\n  image/manylinux_2_28: {status: unpublished, reason: no access}\n"
        tables = tables_of(text + "images:\n" + image("zeta", "manylinux_2_17", "2.17"), tmp_path)
        decision = only(plan_with(tables, {}))
        assert decision.image.name == "zeta"
        assert decision.overlay[0] == "overlay/image/manylinux_2_28"
        reason = decision.because[0]
        assert (reason.instead_of, reason.rule, reason.facts) == (
            "manylinux_2_28",
            "image-published",
            ("overlay/image/manylinux_2_28",),
        )

    def test_a_mirror(self, tmp_path: Path) -> None:
        text = (
            "facts:\n  image/manylinux_2_28:\n"
            "    repository: registry.example.com/mirror/manylinux_2_28_{arch}\n"
            "    reason: builders reach our registry only\n"
        )
        decision = only(plan_with(tables_of(text, tmp_path), {}))
        assert decision.image.reference == "registry.example.com/mirror/manylinux_2_28_x86_64"
        assert decision.overlay == ("overlay/image/manylinux_2_28",)


class TestTightening:
    def test_a_narrower_range_is_named_as_the_reason(self, tmp_path: Path) -> None:
        text = (
            'facts:\n  toy-1.10/host-gcc-newest: {range: "<14", reason: CI has 12}\n'
            "obtainable:\n"
            "  - {toolset: gcc-toolset-12, base: almalinux-8, architectures: [x86_64], "
            'since: "2026-01-01"}\n'
        )
        plan = plan_with(tables_of(text, tmp_path), {"toy": "1.10"})
        decision = only(plan)
        reason = next(reason for reason in decision.because if reason.chose == "gcc")
        fact_id = "overlay/toy-1.10/host-gcc-newest"
        assert (decision.gcc, reason.instead_of, reason.facts) == ("12.2.1", "14.2.1", (fact_id,))
        document = document_of(plan)
        assert document["jobs"][0]["overlay"] == [  # type: ignore[index]
            "overlay/obtainable/gcc-toolset-12@almalinux-8:x86_64",
            fact_id,
        ]
        fact = document["derivation"]["facts"][fact_id]  # type: ignore[index]
        assert fact == {
            "says": "by the overlay, toy 1.10 accepts gcc <14, refuses any other",
            "standing": "enforced",
            "source": {"overlay:file": "own.yaml, this project's overlay"},
            "read": "",
            "note": "CI has 12",
            "overlay": {
                "does": "changes",
                "fact": "toy-1.10/host-gcc-newest",
                "says": "toy 1.10 accepts gcc <15, refuses any other",
                "reason": "CI has 12",
                "expires": None,
            },
        }

    def test_a_newer_release_that_it_keeps_out(self, tmp_path: Path) -> None:
        """1.10.1 is not taken because of its gcc, and so the plan rests on that limit."""
        text = (
            'add:\n  toy-1.10.1/own: {kind: build-glibc, arch: x86_64, glibc: "2.39", reason: r}\n'
        )
        decision = only(plan_with(tables_of(text, tmp_path), {"toy": ">=1.9"}))
        assert decision.accelerators == {"toy": "1.10.0"}
        assert "overlay/toy-1.10.1/own" in decision.overlay

    def test_an_architecture_taken_away(self, tmp_path: Path) -> None:
        fact_id = "obtainable/gcc-toolset-14@almalinux-8:x86_64+aarch64"
        text = f'facts:\n  "{fact_id}": {{architectures: [aarch64], reason: r}}\n'
        decision = only(plan_with(tables_of(text, tmp_path), {}))
        assert decision.overlay == (f"overlay/{fact_id}",)

    def test_what_reach_was_counted_by(self, tmp_path: Path) -> None:
        text = (
            'facts:\n  end/centos-7-standard: {date: "2028-06-30", reason: paid, '
            'expires: "2028-06-30"}\n'
        )
        decision = only(plan_with(tables_of(text, tmp_path), {}))
        assert decision.excludes == ("centos-7",)
        assert decision.overlay == ("overlay/end/centos-7-standard",)

    def test_facts_of_other_families_are_not_named(self, tmp_path: Path) -> None:
        text = 'facts:\n  toy-1.10/host-gcc-newest: {range: "<14", reason: CI has 12}\n'
        assert only(plan_with(tables_of(text, tmp_path), {})).overlay == ()


class TestLock:
    def test_a_lock_names_the_overlay(self, tmp_path: Path) -> None:
        tables = tables_of(WAIVER, tmp_path)
        document = document_of(plan_with(tables, {"toy": "1.10"}))
        digest = hashlib.sha256((tmp_path / "own.yaml").read_bytes()).hexdigest()
        assert document["facts"] == {
            "version": "2026.11.21",
            "sha256": tables.index.sha256,
            "overlay": {"file": "own.yaml", "sha256": digest},
        }
        facts = document["derivation"]["facts"]  # type: ignore[index]
        assert facts["overlay/toy-1.10/host-gcc-newest"]["overlay"] == {
            "does": "waives",
            "fact": "toy-1.10/host-gcc-newest",
            "says": "toy 1.10 accepts gcc <15, refuses any other",
            "reason": "tested",
            "expires": "2027-03-31",
        }
        assert "overlay" not in facts["overlay/toolset/corp-gcc-15"]

    def test_a_lock_without_an_overlay_has_no_such_key(self) -> None:
        plan = plan_with(build_tables(build_index(load_facts(TINY))), {"toy": "1.10"})
        document = document_of(plan)
        assert list(document["facts"]) == ["version", "sha256"]  # type: ignore[call-overload]
        assert "overlay" not in document["jobs"][0]  # type: ignore[index]

    def test_a_job_that_rests_on_nothing_of_it_has_no_such_key(self, tmp_path: Path) -> None:
        document = document_of(plan_with(tables_of(WAIVER, tmp_path), {}, toolchain="image"))
        assert "overlay" in document["facts"]  # type: ignore[operator]
        assert "overlay" not in document["jobs"][0]  # type: ignore[index]

    def test_failures_name_facts_of_the_overlay(self, tmp_path: Path) -> None:
        text = 'facts:\n  toy-1.10/host-gcc-newest: {range: "<14", reason: CI has 12}\n'
        plan = plan_with(tables_of(text + ONLY_14, tmp_path), {"toy": "1.10", "cxx": 17})
        facts = {fact for c in plan.failures[0].conflicts for fact in c.facts}
        assert "overlay/toy-1.10/host-gcc-newest" in facts
        assert "overlay" in document_of(plan)["facts"]  # type: ignore[operator]


ONLY_14 = """\
  image/manylinux_2_28/gcc-toolset-12@2022-12-01:
    architectures: [aarch64]
    reason: r
"""
"""A change by which the image has no gcc 12 for x86_64; its base's gcc is too old for C++17."""


OVERLAY = (
    "facts:\n"
    '  cuda-12.9/host-gcc: {range: "<14", reason: r}\n'
    "  cuda-13.5/architectures: {covers: [x86_64], reason: r}\n"
    "  image/manylinux_2_34: {status: supported, reason: r, expires: '2030-01-01'}\n"
    '  end/centos-7-standard: {date: "2028-06-30", reason: r, expires: "2028-06-30"}\n'
    '  cxx/20: {gcc: ">=12", reason: r}\n'
    "add:\n"
    "  cuda/own: {kind: compiler-breakage, compiler: gcc, range: '>=15', symptom: s, reason: r, "
    "releases: '>=13', standing: measured}\n"
    "toolsets:\n"
    '  corp-gcc-16: {gcc: "16.1.0", binutils: "2.46", kind: toolset}\n'
    "obtainable:\n"
    "  - {toolset: corp-gcc-16, base: almalinux-8, architectures: [x86_64], since: '2026-01-01'}\n"
    "images:\n" + image("corp_2_28") + image("corp_2_34", "manylinux_2_34", "2.34")
)


@pytest.fixture(scope="module")
def overlaid(tmp_path_factory: pytest.TempPathFactory) -> tuple[FactBase, Tables]:
    """The real facts with an overlay of everything over them, and their tables."""
    path = tmp_path_factory.mktemp("overlay") / "own.yaml"
    path.write_text(f"mlplan-overlay: 1\n{OVERLAY}")
    facts = load_facts(ROOT, path)
    assert broken_invariants(facts) == []
    return facts, build_tables(build_index(facts))


@pytest.mark.parametrize("seed", range(2))
def test_the_oracle_agrees_on_facts_with_an_overlay(
    seed: int, overlaid: tuple[FactBase, Tables]
) -> None:
    facts, tables = overlaid
    solver, judge, plain = Solver(tables), Judge(facts), Solver(real_tables())
    differing = 0
    for values in RequestMaker(real_facts(), seed).requests(100):
        request = request_of(values)
        questions = questions_of(request, day_of(request), tables)
        for question, wish in zip(questions, wishes_of(judge, request, TODAY), strict=True):
            answer = answer_of(solver.solve(question))
            assert answer == judge.best(wish), values
            differing += answer != answer_of(plain.solve(question))
    assert differing > 10


def test_a_job_that_an_overlay_changes_names_it(overlaid: tuple[FactBase, Tables]) -> None:
    """Whatever differs from the plan without the overlay rests on something of it."""
    solver, plain = Solver(overlaid[1]), Solver(real_tables())
    changed = 0
    for values in RequestMaker(real_facts(), 7).requests(100):
        request = request_of(values)
        for question in questions_of(request, day_of(request), solver.tables):
            chosen, other = solver.solve(question), plain.solve(question)
            if chosen is None:
                continue
            decision = decide(solver, question, chosen)
            if other is None or _shown(decision) != _shown(decide(plain, question, other)):
                changed += 1
                assert decision.overlay, values
    assert changed > 5


def _shown(decision: Decision) -> tuple[object, ...]:
    return (
        decision.policy,
        decision.image,
        decision.toolset,
        decision.pythons,
        decision.serves,
        decision.excludes,
        decision.gpu,
    )


def test_the_same_overlay_gives_the_same_bytes(tmp_path: Path) -> None:
    script = (
        "import sys; sys.argv[1:] = ['solve', '--with', 'toy', '--date', '2026-11-21', "
        "'--overlay', 'own.yaml', '--format', 'json']; from planner.cli.main import run; run()"
    )
    (tmp_path / "own.yaml").write_text(WAIVER + "images:\n" + image("corp_2_28"))
    outputs = set()
    for seed in ("1", "2"):
        env = {"PYTHONHASHSEED": seed, "XDG_CACHE_HOME": str(tmp_path / seed)}
        run = subprocess.run(
            [sys.executable, "-c", script],
            cwd=tmp_path,
            env={**os.environ, "MLPLAN_DATA": str(TINY), **env},
            capture_output=True,
            check=True,
        )
        outputs.add(run.stdout)
    assert len(outputs) == 1
    assert b'"overlay/image/corp_2_28@x86_64"' in outputs.pop()
