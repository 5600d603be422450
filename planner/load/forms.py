"""How texts of the fact files must look: versions, ranges, dates, names of projects and folders."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from planner.model.versions import is_day, is_range, is_version

_NUMBER = r"[0-9]+(\.[0-9]+)*((a|b|rc)[0-9]+)?(\.post[0-9]+)?(\.dev[0-9]+)?(\+[a-z0-9.]+)?"
_CLAUSE = rf"(~=|==|!=|<=|>=|<|>) ?{_NUMBER}(\.\*)?"
_PART = r"(?!\.\.?(/|$))[^/]+"


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A form that a text must have.

    ``pattern`` is what a JSON Schema can say of it (ECMA 262, so that editors can check it too);
    ``judge`` says the rest. ``mended`` gives the right spelling of a wrong text, if there is one.
    """

    name: str
    pattern: str
    says: str
    example: str
    message: str
    allowed: str = ""
    quoted: bool = False
    judge: Callable[[str], bool] = bool
    mended: Callable[[str], str] | None = None

    def accepts(self, text: str) -> bool:
        """Whether a text has the form."""
        return re.search(self.pattern, text) is not None and self.judge(text)

    def right(self, text: str) -> str:
        """What would be allowed instead of a text."""
        return self.mended(text) if self.mended is not None else self.allowed


def normal_project(name: str) -> str:
    """The name of a project in normal form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).strip("-").lower()


VERSION = Form(
    name="version",
    pattern=rf"^{_NUMBER}$",
    says='A version, in quotes: "2.28".',
    example="12.8.1",
    message="not a version",
    allowed='a version such as "2.28"',
    quoted=True,
    judge=is_version,
)
RANGE = Form(
    name="range",
    pattern=rf"^{_CLAUSE}(, ?{_CLAUSE})*$",
    says='A PEP 440 range, half open and in quotes: gcc up to 14 is "<15".',
    example=">=6,<15",
    message="not a range, or an empty one",
    allowed='a range such as ">=6,<15"',
    quoted=True,
    judge=is_range,
)
DAY = Form(
    name="day",
    pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?$",
    says='A day or a month, in quotes: "2026-11-21" or "2026-11". A month counts as its last day.',
    example="2026-11-21",
    message="not a date",
    allowed='"YYYY-MM-DD" or "YYYY-MM"',
    quoted=True,
    judge=is_day,
)
PROJECT = Form(
    name="project",
    pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
    says="A project on the package index, its name in normal form (PEP 503).",
    example="nvidia-cublas",
    message="a project's name must be normalised (PEP 503)",
    mended=normal_project,
)
FOLDER = Form(
    name="folder",
    pattern=rf"^{_PART}(/{_PART})*$",
    says="A folder below another one.",
    example="nvidia/cublas/lib",
    message="not a folder below another",
    allowed="names with / between them",
)
