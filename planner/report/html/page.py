"""The page itself: records into a Jinja2 template, with nothing fetched from anywhere."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import jinja2
from markupsafe import Markup

from planner import __version__
from planner.model.versions import last_day
from planner.plan.lifecycle import life_lines
from planner.plan.locked import LockedPlan
from planner.report.html.facts import FactBook
from planner.report.html.failures import failure_rows
from planner.report.html.graphs import drawings_of, picture_styles
from planner.report.html.heat_map import heat_maps
from planner.report.html.inputs import PageInputs
from planner.report.html.jobs import distinct, job_rows, matrix_rows
from planner.report.html.names import element_ids
from planner.report.html.reach import Reach, reach_of
from planner.report.html.summary import shipped, unconfirmed, warned
from planner.report.html.time_line import TimeLine, time_line
from planner.report.html.wheels import cited_facts, run_findings, wheel_rows, wheels_by_job
from planner.report.plain import plain

_LONGEST = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class _Inline:
    """A style sheet or script of ours, and the word by which the page's policy admits it."""

    text: Markup
    admitted: str


def report_html(inputs: PageInputs) -> str:
    """The whole page as text: the same for the same plan, facts and wheels.

    Its content security policy forbids every request, and every script and style but ours.
    """
    styles = _inline(_own("page.css") + picture_styles())
    script = _inline(_own("page.js"))
    template = _environment().get_template("page.html.j2")
    return template.render(_values(inputs), styles=styles, script=script)


def _values(inputs: PageInputs) -> dict[str, object]:
    plan = inputs.plan
    wheels = wheel_rows(inputs.verified) if inputs.verified else ()
    by_job = wheels_by_job(wheels)
    ids = [job.id for job in plan.jobs] + [failure.id for failure in plan.failures]
    anchors = element_ids(ids, "job")
    drawings = drawings_of(plan)
    lives = life_lines(plan, inputs.around.ends)
    reach = reach_of(plan, inputs.around)
    times = time_line(lives, last_day(plan.date).isoformat())
    rows = matrix_rows(plan, anchors, by_job)
    project = str(plan.request.get("project") or "")
    return {
        "version": __version__,
        "title": f"Release plan of {project}" if project else "Release plan",
        "plan": plan,
        "lock": inputs.lock,
        "facts_version": inputs.facts_version,
        "facts_today": inputs.around.version,
        "anchors": anchors,
        "shipped": shipped(plan),
        "warned": warned(plan, frozenset(id_ for bar in times.near for id_ in bar.facts)),
        "unconfirmed": unconfirmed(plan),
        "rows": rows,
        "variants": distinct(row.variant for row in rows),
        "architectures": distinct(row.arch for row in rows),
        "reach": reach,
        "times": times,
        "maps": heat_maps(plan, inputs.around.gpus),
        "failures": failure_rows(plan.failures, anchors),
        "jobs": job_rows(plan, anchors, drawings.numbers, by_job),
        "pictures": [Markup(text) for text in drawings.pictures],
        "report": inputs.verified,
        "wheels": wheels,
        "run_findings": run_findings(inputs.verified) if inputs.verified else (),
        "book": _book(inputs, plan, reach, times),
    }


def _book(inputs: PageInputs, plan: LockedPlan, reach: Reach, times: TimeLine) -> FactBook:
    """The facts of the lock, and those of today that other parts of the page name."""
    cited = cited_facts(inputs.verified) if inputs.verified else {}
    today = {**inputs.around.facts, **cited}
    named = {id_ for row in reach.rows for id_ in row.facts} | set(cited)
    named |= {id_ for bar in (*times.built_on, *times.served) for id_ in bar.facts}
    return FactBook({id_: today[id_] for id_ in named if id_ in today} | dict(plan.facts))


@cache
def _environment() -> jinja2.Environment:
    """Templates in which everything is escaped, and a name that is not given is an error."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("planner.report.html", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )


def _harmless(value: object) -> object:
    """Text with control and bidirectional characters spelled out; our own markup as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return plain(value, _LONGEST)
    return value


def _own(name: str) -> str:
    return resources.files("planner.report.html").joinpath("templates", name).read_text("utf-8")


def _inline(text: str) -> _Inline:
    """A text between tags, with its hash for the content security policy (CSP Level 3)."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return _Inline(text=Markup(text), admitted=f"'sha256-{digest}'")
