"""Interpreters, and which images hold them, against what a builder builds for."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.audit.claims import Outcome
from planner.audit.policy_subjects import policy_notices
from tests.audit.auditing import Edit, audited, evidence_of, line, lines, outcomes, tiny_facts
from tests.wheels.served import ServedIndex

MEMBER = "builder/platforms.toml"
FACT = "interpreter/cp312"
HELD = "images/pypa/cp312"
ROWS = [
    ("cp312-manylinux_x86_64", "3.12", "/opt/python/cp312-cp312"),
    ("cp312-manylinux_aarch64", "3.12", "/opt/python/cp312-cp312"),
]
NO_UNTIL = '{tag: cp312, since: "2023-10-02", '


def publish(
    index: ServedIndex,
    version: str,
    day: str,
    rows: list[tuple[str, str, str]],
    windows: str = "",
) -> str:
    """A release of the builder; its place in what is said."""
    text = "[linux]\npython_configurations = [\n"
    for identifier, python, path in rows:
        text += f'  {{ identifier = "{identifier}", version = "{python}", path_str = "{path}" }},\n'
    text += "]\n[windows]\npython_configurations = [\n"
    if windows:
        text += f'  {{ identifier = "cp312-win_amd64", version = "{windows}" }},\n'
        text += '  { identifier = "cp311-win_amd64", version = "newest" },\n'
        text += '  { identifier = "pp311-win_amd64", version = "3.11.9" },\n'
    name = f"builder-{version}-py3-none-any.whl"
    index.add(name, {MEMBER: f"{text}]\n".encode()}, uploaded=day)
    return f"{MEMBER} of {name}, {version}"


class TestInterpreter:
    """``interpreter/<tag>``."""

    def test_what_it_is_is_compared(self, wheel_index: ServedIndex, tmp_path: Path) -> None:
        publish(wheel_index, "2.0", "2023-09-20", ROWS, "3.12.0-rc3")
        others = [("cp39-macosx_arm64", "3.9", "x"), ("cp312", "3.9", "x")]
        place = publish(wheel_index, "3.0", "2026-10-27", [*others, *ROWS], "3.12.4")
        audit = audited(tiny_facts(tmp_path), "interpreters", wheel_index)
        assert lines(audit, FACT) == [
            f"python: 3.12 ({place})",
            f"implementation: cpython ({place})",
            f"free-threaded: no ({place})",
            "released: not provable: the day stands in no wheel; "
            "builder-2.0-py3-none-any.whl names 3.12.0rc3 on 2023-09-20",
        ]

    @pytest.mark.parametrize(
        ("row", "says"),
        [
            (
                ("cp312-manylinux_x86_64", "3.13", "/opt/python/cp312-cp312"),
                "python: contradicted: 3.12 against 3.12 3.13",
            ),
            (
                ("cp312-manylinux_i686", "3.12", "/opt/python/pp312-pypy312_pp80"),
                "implementation: contradicted: cpython against cpython pypy",
            ),
            (
                (
                    "cp312_250-manylinux_i686",
                    "3.12",
                    "/opt/python/graalpy312-graalpy250_312_native",
                ),
                "implementation: contradicted: cpython against cpython graalpy",
            ),
            (
                ("cp312-manylinux_i686", "3.12", "/opt/python/cp312-cp312t"),
                "free-threaded: contradicted: no against no yes",
            ),
        ],
    )
    def test_another_is_contradicted(
        self, row: tuple[str, str, str], says: str, wheel_index: ServedIndex, tmp_path: Path
    ) -> None:
        place = publish(wheel_index, "3.0", "2026-10-27", [*ROWS, row])
        audit = audited(tiny_facts(tmp_path), "interpreters", wheel_index)
        assert f"{says} ({place})" in lines(audit, FACT)

    def test_one_that_is_no_longer_built_for_is_looked_up_in_older_releases(
        self, wheel_index: ServedIndex, tmp_path: Path
    ) -> None:
        place = publish(wheel_index, "1.0", "2021-06-22", ROWS)
        publish(wheel_index, "3.0", "2026-10-27", [])
        facts = tiny_facts(tmp_path)
        said = lines(audited(facts, "interpreters", wheel_index), FACT)
        assert said[0] == f"python: 3.12 ({place})"
        publish(wheel_index, "1.0", "2021-06-22", [])
        said = lines(audited(facts, "interpreters", wheel_index), FACT)
        assert said[0] == "not provable: no builder that was read builds for cp312"

    def test_a_day_after_the_final_release_was_named_is_contradicted(
        self, wheel_index: ServedIndex, tmp_path: Path
    ) -> None:
        place = publish(wheel_index, "2.0", "2023-10-01", ROWS, "3.12.0")
        audit = audited(tiny_facts(tmp_path), "interpreters", wheel_index)
        assert lines(audit, FACT)[-1] == (
            f"released: contradicted: 2023-10-02 against 3.12.0 on 2023-10-01 ({place})"
        )

    @pytest.mark.parametrize(
        ("day", "named", "says"),
        [
            ("2023-10-02", "3.12.0", "released: 3.12.0 on 2023-10-02 ({place})"),
            (
                "2023-10-02",
                "3.12.0-rc3",
                "released: not provable: the day stands in no wheel; "
                "builder-2.0-py3-none-any.whl names 3.12.0rc3 on 2023-10-02",
            ),
            (
                "2023-10-02",
                "3.12",
                "released: not provable: the day stands in no wheel; "
                "builder-2.0-py3-none-any.whl names no release on 2023-10-02",
            ),
            (
                "2023-10-03",
                "3.12.0",
                "released: not provable: no builder of that time is on the index",
            ),
            (
                "",
                "3.12.0",
                "released: not provable: no builder of that time is on the index",
            ),
        ],
    )
    def test_a_bound_is_proved_by_a_release_of_that_day(
        self, day: str, named: str, says: str, wheel_index: ServedIndex, tmp_path: Path
    ) -> None:
        place = publish(wheel_index, "2.0", day, ROWS, named)
        bound: Edit = ("interpreters.yaml", '"2023-10-02"\n', '"2023-10-02"\n    qualifier: by\n')
        audit = audited(tiny_facts(tmp_path, bound), "interpreters", wheel_index)
        assert lines(audit, FACT)[-1] == says.format(place=place)

    def test_a_release_of_that_day_may_be_of_an_older_form(
        self, wheel_index: ServedIndex, tmp_path: Path
    ) -> None:
        wheel_index.add("builder-2.0-py3-none-any.whl", {}, uploaded="2023-01-01")
        publish(wheel_index, "3.0", "2026-10-27", ROWS)
        audit = audited(tiny_facts(tmp_path), "interpreters", wheel_index)
        missing = "builder-2.0-py3-none-any.whl has no member builder/platforms.toml"
        assert lines(audit, FACT)[-1] == f"released: not provable: {missing}"
        assert lines(audit, HELD)[-1] == (
            "since: not provable: the day on which it came stands in no wheel"
        )

    def test_a_day_that_is_not_stated_is_not_looked_up(
        self, wheel_index: ServedIndex, tmp_path: Path
    ) -> None:
        place = publish(wheel_index, "3.0", "2026-10-27", ROWS, "3.12.4")
        dayless: Edit = ("interpreters.yaml", '    released: "2023-10-02"\n', "")
        audit = audited(tiny_facts(tmp_path, dayless), "interpreters", wheel_index)
        assert lines(audit, FACT)[-1] == f"free-threaded: no ({place})"


class TestImageInterpreter:
    """``images/<set>/<tag>``."""

    def test_architectures_of_the_images_are_looked_up(
        self, wheel_index: ServedIndex, tmp_path: Path
    ) -> None:
        publish(wheel_index, "2.0", "2023-09-20", [])
        place = publish(wheel_index, "3.0", "2026-10-27", ROWS)
        audit = audited(tiny_facts(tmp_path), "interpreters", wheel_index)
        assert lines(audit, HELD) == [
            f"architecture: x86_64 ({place})",
            f"architecture: aarch64 ({place})",
            "since: not provable: the day on which it came stands in no wheel; "
            "builder-2.0-py3-none-any.whl did not build for it",
        ]

    def test_what_is_not_built_for_it_is_not_provable(
        self, wheel_index: ServedIndex, tmp_path: Path
    ) -> None:
        musl = ("cp312-musllinux_aarch64", "3.12", "/opt/python/cp312-cp312")
        place = publish(wheel_index, "3.0", "2026-10-27", [ROWS[0], musl])
        audit = audited(tiny_facts(tmp_path), "interpreters", wheel_index)
        assert lines(audit, HELD) == [
            f"architecture: x86_64 ({place})",
            "architecture: not provable: "
            "builder-3.0-py3-none-any.whl builds nothing for cp312 on aarch64",
            "since: not provable: the day on which it came stands in no wheel",
        ]

    def test_an_architecture_that_is_named_must_be_built_for(
        self, wheel_index: ServedIndex, tmp_path: Path
    ) -> None:
        place = publish(wheel_index, "3.0", "2026-10-27", ROWS)
        named: Edit = (
            "interpreters.yaml",
            NO_UNTIL,
            f"{NO_UNTIL}architectures: [x86_64, riscv64], ",
        )
        audit = audited(tiny_facts(tmp_path, named), "interpreters", wheel_index)
        assert lines(audit, HELD)[:2] == [
            f"architecture: x86_64 ({place})",
            f"architecture: contradicted: riscv64 against only x86_64 aarch64 ({place})",
        ]
        assert outcomes(audit) == {FACT: "confirmed", HELD: "contradicted"}

    def test_one_that_was_taken_out_is_looked_up_before_that_day(
        self, wheel_index: ServedIndex, tmp_path: Path
    ) -> None:
        until: Edit = ("interpreters.yaml", NO_UNTIL, f'{NO_UNTIL}until: "2026-05-07", ')
        facts = tiny_facts(tmp_path, until)
        publish(wheel_index, "3.0", "2026-05-07", [])
        assert lines(audited(facts, "interpreters", wheel_index), HELD)[0] == (
            "not provable: no builder of that time is on the index"
        )
        place = publish(wheel_index, "2.0", "2026-05-06", ROWS)
        said = lines(audited(facts, "interpreters", wheel_index), HELD)
        assert [said[0], said[-1]] == [
            f"architecture: x86_64 ({place})",
            "until: not provable: the day on which it was taken out stands in no wheel",
        ]

    def test_images_that_came_later_never_held_one_that_was_taken_out(
        self, wheel_index: ServedIndex, tmp_path: Path
    ) -> None:
        until: Edit = (
            "interpreters.yaml",
            'since: "2023-10-02", standing',
            'until: "2022-05-30", standing',
        )
        publish(wheel_index, "2.0", "2022-05-01", ROWS)
        audit = audited(tiny_facts(tmp_path, until), "interpreters", wheel_index)
        assert lines(audit, HELD) == [
            "until: not provable: the day on which it was taken out stands in no wheel"
        ]

    def test_one_that_was_built_for_before_it_came_is_contradicted(
        self, wheel_index: ServedIndex, tmp_path: Path
    ) -> None:
        place = publish(wheel_index, "2.0", "2023-10-01", ROWS)
        audit = audited(tiny_facts(tmp_path), "interpreters", wheel_index)
        assert lines(audit, HELD)[-1] == (
            f"since: contradicted: 2023-10-02 against built for on 2023-10-01 ({place})"
        )


def test_an_interpreter_without_a_fact_is_told(wheel_index: ServedIndex, tmp_path: Path) -> None:
    row = ("cp316-manylinux_x86_64", "3.16", "/opt/python/cp316-cp316")
    publish(wheel_index, "3.0", "2026-10-27", [*ROWS, row, row])
    facts = tiny_facts(tmp_path)
    assert policy_notices(facts, "interpreters", evidence_of(wheel_index)) == (
        f"builder-3.0-py3-none-any.whl builds for cp316 ({MEMBER}): no fact",
    )


@pytest.mark.parametrize(
    "text",
    [
        "[",
        "[linux]\n",
        "[linux]\npython_configurations = 1\n",
        "[linux]\npython_configurations = [1]\n",
        '[linux]\npython_configurations = [{identifier = "cp312-manylinux_x86_64"}]\n',
    ],
)
def test_another_form_is_unreadable(text: str, wheel_index: ServedIndex, tmp_path: Path) -> None:
    wheel_index.add("builder-3.0-py3-none-any.whl", {MEMBER: text.encode()})
    audit = audited(tiny_facts(tmp_path), "interpreters", wheel_index)
    assert audit.count(Outcome.UNREADABLE) == len(audit.verdicts) == 2
    assert f"unreadable: {MEMBER} is not of the form" in line(audit.verdicts[0].claims[0])


def test_two_members_that_match_are_one_too_many(wheel_index: ServedIndex, tmp_path: Path) -> None:
    many: Edit = (
        "sources.yaml",
        'members: [builder/platforms.toml]\n    versions: ["1.0"]',
        "members: [builder/*.toml]",
    )
    members = {MEMBER: b"", "builder/other.toml": b""}
    wheel_index.add("builder-3.0-py3-none-any.whl", members)
    audit = audited(tiny_facts(tmp_path, many), "interpreters", wheel_index)
    assert lines(audit, FACT) == [
        "unreadable: builder-3.0-py3-none-any.whl has several members builder/*.toml"
    ]
