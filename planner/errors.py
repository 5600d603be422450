"""Everything that mlplan raises on purpose, each class with its own exit status (docs/cli.md)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from planner.harmless import harmless

_LONGEST, _LONGEST_FOUND = 2000, 200


class Problem(NamedTuple):
    """One thing wrong with an input file or option, with what its author needs to mend it.

    ``path`` is the dotted path of the field inside the document; ``line`` counts from one and is
    None where the input has no lines (an option of the command line).
    """

    message: str
    file: str | None = None
    line: int | None = None
    path: str = ""
    found: str | None = None
    allowed: str | None = None
    nearest: str | None = None

    def __str__(self) -> str:
        place = self.file or ""
        if self.line is not None:
            place += f":{self.line}"
        head = ": ".join(_shown(part) for part in (place, self.path, self.message) if part)
        lines = [head]
        if self.found is not None:
            lines.append(f"  found:   {_shown(self.found, _LONGEST_FOUND)}")
        if self.allowed is not None:
            lines.append(f"  allowed: {_shown(self.allowed)}")
        if self.nearest is not None:
            lines.append(f"  did you mean: {_shown(self.nearest)}")
        return "\n".join(lines)


def _shown(text: str, most: int = _LONGEST) -> str:
    """Text that stands on one line and steers no terminal, of bounded length."""
    plain = harmless(text[: most + 1])
    return plain if len(plain) <= most else f"{plain[: most - 3]}..."


class MlplanError(Exception):
    """Base of all errors that end a command; ``hint`` names the command to run next."""

    exit_status = 1

    def __init__(self, problems: Iterable[Problem] | str, *, hint: str | None = None) -> None:
        if isinstance(problems, str):
            problems = (Problem(message=problems),)
        self.problems = tuple(problems)
        self.hint = hint
        super().__init__(self.problems)

    def __str__(self) -> str:
        text = "\n".join(str(problem) for problem in self.problems)
        return f"{text}\n\nhint: {_shown(self.hint)}" if self.hint else text


class NoSolutionError(MlplanError):
    """The answer is no: a job without a plan, a lock that is out of date."""

    exit_status = 1


class UsageError(MlplanError):
    """An option that is unknown, missing or contradicts another one."""

    exit_status = 2


class RequestError(MlplanError):
    """A request file (or ad-hoc request) that cannot be read as one."""

    exit_status = 3


class DataError(MlplanError):
    """Facts under ``matrices/`` or ``policies/`` that break their own rules."""

    exit_status = 4


class WheelError(MlplanError):
    """A wheel that cannot be read."""

    exit_status = 5


class LockError(MlplanError):
    """A lock file that is missing, damaged or of another schema."""

    exit_status = 6
