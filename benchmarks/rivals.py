"""The same choice made by a general solver: clingo (answer sets) and python-sat (SAT).

Both get what our own search gets: which environments and releases the rules on them leave, and in
which environments each release works, as bit masks with bit 0 the most preferred.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from planner.solve.search import Choice


@dataclass(frozen=True, slots=True)
class Problem:
    """The arguments of :func:`planner.solve.search.search`."""

    levels: Sequence[int]
    environments: int
    releases: Sequence[int]
    accepts: Sequence[Sequence[int]]


Rival = Callable[[Problem], Choice | None]

_PROGRAM = """
1 { env(E) : may(E) } 1.
1 { rel(F,R) : may(F,R) } 1 :- family(F).
:- env(E), rel(F,R), not works(F,R,E).
#minimize { L@1000 : env(E), level(E,L) }.
#minimize { R@(900-F),F : rel(F,R) }.
#minimize { E@1 : env(E) }.
#show env/1.
#show rel/2.
"""


def positions(mask: int) -> list[int]:
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]


def clingo_rival() -> Rival | None:
    """The search by clingo with lexicographic minimisation; None where it is not installed."""
    try:
        import clingo  # noqa: PLC0415
    except ImportError:
        return None

    def choose(problem: Problem) -> Choice | None:
        facts = []
        environments = positions(problem.environments)
        for number, level in enumerate(problem.levels):
            facts += [f"may({e}). level({e},{number})." for e in environments if level >> e & 1]
        for family, releases in enumerate(problem.releases):
            facts.append(f"family({family}).")
            for release in positions(releases):
                facts.append(f"may({family},{release}).")
                works = problem.accepts[family][release]
                facts += [f"works({family},{release},{e})." for e in environments if works >> e & 1]
        control = clingo.Control(["--warn=none"])
        control.add("base", [], _PROGRAM + " ".join(facts))
        control.ground([("base", [])])
        best: list[tuple[str, list[int]]] | None = None
        with control.solve(yield_=True) as handle:
            for model in handle:
                best = [
                    (atom.name, [argument.number for argument in atom.arguments])
                    for atom in model.symbols(shown=True)
                ]
        if best is None:
            return None
        chosen = {numbers[0]: numbers[1] for name, numbers in best if name == "rel"}
        (environment,) = [numbers[0] for name, numbers in best if name == "env"]
        return tuple(chosen[f] for f in range(len(problem.releases))), environment

    return choose


def sat_rival() -> Rival | None:
    """The search by a SAT solver, value by value in order of preference; None if not installed."""
    try:
        from pysat.solvers import Cadical153  # noqa: PLC0415
    except ImportError:
        return None

    def choose(problem: Problem) -> Choice | None:
        variables = _Variables(problem)
        with Cadical153(bootstrap_with=variables.clauses()) as solver:
            fixed: list[int] = []
            for options in variables.ordered():
                first = next((v for v in options if solver.solve([*fixed, v])), None)
                if first is None:
                    return None
                fixed.append(first)
        chosen = tuple(variables.position[v] for v in fixed[1:-1])
        return chosen, variables.position[fixed[-1]]

    return choose


class _Variables:
    """One variable per level, release and environment that is left."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.position: dict[int, int] = {}
        self.environments = {e: self._new(e) for e in positions(problem.environments)}
        self.releases = [{r: self._new(r) for r in positions(d)} for d in problem.releases]
        self.levels = [self._new(number) for number in range(len(problem.levels))]

    def _new(self, position: int) -> int:
        number = len(self.position) + 1
        self.position[number] = position
        return number

    def clauses(self) -> list[list[int]]:
        """Exactly one environment and one release per family, each working with the other."""
        found: list[list[int]] = []
        for domain in (self.environments, *self.releases):
            values = list(domain.values())
            found.append(values)
            found += [[-a, -b] for a, b in combinations(values, 2)]
        for level, variable in zip(self.problem.levels, self.levels, strict=True):
            inside = [v for e, v in self.environments.items() if level >> e & 1]
            found.append([-variable, *inside])
        for family, domain in enumerate(self.releases):
            for release, variable in domain.items():
                works = self.problem.accepts[family][release]
                inside = [v for e, v in self.environments.items() if works >> e & 1]
                found.append([-variable, *inside])
        return found

    def ordered(self) -> list[list[int]]:
        """The variables of each choice, the preferred value first."""
        return [
            self.levels,
            *(list(domain.values()) for domain in self.releases),
            list(self.environments.values()),
        ]
