"""What is known of a word, as text: facts with their standing, disagreements, sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from planner.browse.records import Answer, Disagreement, Section, Subject
from planner.browse.sentences import statement
from planner.model.sources import Fact, Source
from planner.report.browse.tables import labelled, source_told, table_lines

_STANDING = 13
_SHOWN = 6
_FEW = 4
_OVERRULED_ROWS = "end"
"""Rows of this kind are marked as overruled without naming another one."""
_VERBS = frozenset({"accepts", "takes", "knows", "breaks", "was", "consists"})


def answer_text(answer: Answer, width: int) -> str:
    """Every subject with its sections and disagreements; the sources last, by their numbers."""
    numbers = {id_: number for number, id_ in enumerate(_named_sources(answer), 1)}
    lines: list[str] = []
    for subject in answer.subjects:
        lines += _subject_lines(subject, answer.facts, numbers, width)
    if numbers:
        lines += ["", "sources"]
        for id_, number in numbers.items():
            lines += _source_lines(number, id_, answer.sources[id_], width)
    return "\n".join(lines).strip("\n") + "\n"


def _named_sources(answer: Answer) -> Iterator[str]:
    """The sources of what is told, in order of first use; of tables, where they are few."""
    seen: dict[str, None] = {}
    for subject in answer.subjects:
        for section in subject.sections:
            seen.update(dict.fromkeys(id_ for fact in section.facts for id_ in fact.sources))
            behind = _behind(section, answer.facts)
            seen.update(dict.fromkeys(behind if len(behind) <= _FEW else ()))
        sides = [side.fact for each in subject.disagreements for side in each.sides]
        seen.update(dict.fromkeys(id_ for fact in sides for id_ in fact.sources))
    return iter(seen)


def _behind(section: Section, facts: Mapping[str, Fact]) -> list[str]:
    """The sources of the facts that a table is made from."""
    ids = [id_ for row in section.rows for id_ in row.facts]
    return list(dict.fromkeys(source for id_ in ids for source in facts[id_].sources))


def _source_lines(number: int, id_: str, source: Source, width: int) -> list[str]:
    text = f"{id_}: {source_told(source)}"
    return labelled(f"[{number}]", text, indent=2, width=width, column=6)


def _subject_lines(
    subject: Subject, facts: Mapping[str, Fact], numbers: Mapping[str, int], width: int
) -> list[str]:
    unbelieved = _unbelieved(subject)
    lines = ["", subject.title]
    column = max((len(label) for label, _ in subject.summary), default=0) + 2
    for label, text in subject.summary:
        lines += labelled(label, text, indent=2, width=width, column=column)
    for section in subject.sections:
        lines += ["", section.title]
        if section.columns:
            lines += _table_lines(section, facts, numbers, width)
        for fact in section.facts:
            standing = "not used" if fact.id in unbelieved else fact.standing.value
            lines += _fact_lines(fact, standing, subject.name, numbers, width)
    return lines + disagreement_lines(subject.disagreements, width)


def _table_lines(
    section: Section, facts: Mapping[str, Fact], numbers: Mapping[str, int], width: int
) -> list[str]:
    """A table, and the sources that it rests on."""
    lines = table_lines(section.columns, [row.cells for row in section.rows], width=width)
    behind = _behind(section, facts)
    if 0 < len(behind) <= _FEW:
        lines.append(f"  from {''.join(f'[{numbers[id_]}]' for id_ in behind)}")
    elif behind:
        lines.append(f"  from {len(behind)} sources, named in --format json")
    return lines


def _unbelieved(subject: Subject) -> set[str]:
    """The facts that a person marked as not believed; what only warns is not among them."""
    facts = [fact for section in subject.sections for fact in section.facts]
    found = {fact.id for fact in facts if fact.overruled_by is not None}
    sides = [side for each in subject.disagreements for side in each.sides if not side.is_used]
    return found | {side.fact.id for side in sides if side.fact.kind == _OVERRULED_ROWS}


def _fact_lines(
    fact: Fact, standing: str, about: str, numbers: Mapping[str, int], width: int
) -> list[str]:
    """A statement with its standing in front, its id and sources behind, and remarks under it."""
    refs = "".join(f"[{numbers[id_]}]" for id_ in fact.sources if id_ in numbers)
    says = _without(statement(fact), about)
    text = f"{says} ({fact.id}) {refs}".rstrip()
    lines = labelled(standing, text, indent=2, width=width, column=_STANDING)
    remarks = (("evidence", fact.evidence), ("note", fact.note))
    for label, remark in remarks:
        if remark:
            lines += labelled(label, remark, indent=2 + _STANDING, width=width, column=9)
    return lines


def _without(says: str, about: str) -> str:
    """A sentence without the name of what all are about, where it starts with it and a verb."""
    rest = says.removeprefix(f"{about} ")
    return rest if rest.partition(" ")[0] in _VERBS else says


def disagreement_lines(found: Iterable[Disagreement], width: int) -> list[str]:
    """Every disagreement side by side: which fact is used, and why."""
    lines: list[str] = []
    for each in found:
        lines += ["", f"sources disagree: {each.about}"]
        shown = each.sides[:_SHOWN]
        rows = [
            (
                "used" if side.is_used else "not used",
                side.value,
                side.fact.standing.value,
                side.fact.id,
                side.fact.read,
            )
            for side in shown
        ]
        columns = ("", "says", "standing", "fact", "read")
        lines += table_lines(columns, rows, width=width)
        if len(each.sides) > _SHOWN:
            lines.append(f"  and {len(each.sides) - _SHOWN} more, all in --format json")
        lines += labelled("why", each.why, indent=2, width=width, column=10)
    return lines
