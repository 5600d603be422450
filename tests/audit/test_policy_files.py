"""Platform policies against auditwheel's own files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planner.audit.claims import Outcome
from planner.audit.policy_subjects import policy_notices
from tests.audit.auditing import Edit, audited, evidence_of, lines, outcomes, tiny_facts
from tests.wheels.served import Fault, ServedIndex

MEMBER = "auditwheel/policy/manylinux-policy.json"
OTHER = "auditwheel/policy/musllinux-policy.json"
WHEEL = "auditwheel-6.2.0-py3-none-any.whl"
OLDER = "auditwheel-6.1.0-py3-none-any.whl"
POLICY = "policy/manylinux_2_17"


def row(name: str, priority: object, **changes: Any) -> dict[str, Any]:
    """A policy as auditwheel writes one."""
    return {
        "name": name,
        "aliases": [],
        "priority": priority,
        "symbol_versions": {
            "x86_64": {"GLIBC": ["2.2.5", "2.17"], "ZLIB": []},
            "aarch64": {"GLIBC": ["2.17"]},
        },
        "lib_whitelist": ["libm.so.6", "libc.so.6"],
        "blacklist": {"libz.so.1": ["inflate_table"]},
        **changes,
    }


ANY_LINUX = row("linux", 0, symbol_versions={}, lib_whitelist=[], blacklist={})
NEWER_SYMBOLS = {
    "x86_64": {"GLIBC": ["2.2.5", "2.17", "2.28"]},
    "aarch64": {"GLIBC": ["2.17", "2.28"]},
}
POLICIES = [
    ANY_LINUX,
    row("manylinux_2_17", 83),
    row("manylinux_2_28", 72, symbol_versions=NEWER_SYMBOLS),
]


def publish(
    index: ServedIndex, rows: object, name: str = WHEEL, faults: tuple[Fault, ...] = ()
) -> None:
    text = rows if isinstance(rows, bytes) else json.dumps(rows).encode()
    musl = json.dumps([ANY_LINUX]).encode()
    index.add(name, {MEMBER: text, OTHER: musl, "auditwheel/main.py": b""}, faults=faults)


def test_all_that_a_policy_says_is_compared(wheel_index: ServedIndex, tmp_path: Path) -> None:
    publish(wheel_index, POLICIES)
    audit = audited(tiny_facts(tmp_path), "policies", wheel_index)
    assert audit.count(Outcome.CONFIRMED) == len(audit.verdicts) == 2
    place = f"{MEMBER} of {WHEEL}, 6.2.0"
    assert lines(audit, POLICY) == [
        f"version: 2.17 ({place})",
        f"priority: 83 ({place})",
        f"aliases: none ({place})",
        f"libraries: libc.so.6, libm.so.6 ({place})",
        f"architectures: aarch64, x86_64 ({place})",
        f"x86_64 symbol versions: GLIBC_2.17, GLIBC_2.2.5 ({place})",
        f"aarch64 symbol versions: GLIBC_2.17 ({place})",
        f"libz.so.1 denied symbols: inflate_table ({place})",
        "pep: not provable: which PEP defines it stands in no wheel",
    ]


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (("priority: 83", "priority: 82"), "priority: contradicted: 82 against 83"),
        (("standing:", "aliases: [x]\nstanding:"), "aliases: contradicted: x against no x"),
        (
            ("libm.so.6]", "libn.so.6]"),
            "libraries: contradicted: libn.so.6, no libm.so.6 against libm.so.6, no libn.so.6",
        ),
        (
            ('aarch64: {GLIBC: ["2.17"]}', 'aarch64: {GLIBC: ["2.17", "2.18"]}'),
            "aarch64 symbol versions: contradicted: GLIBC_2.18 against no GLIBC_2.18",
        ),
        (
            ('\n  aarch64: {GLIBC: ["2.17"]}', ""),
            "architectures: contradicted: no aarch64 against aarch64",
        ),
        (
            ("{libz.so.1: [inflate_table]}", "{libc.so.6: [inflate_table]}"),
            "libc.so.6 denied symbols: contradicted: inflate_table against no inflate_table",
        ),
    ],
)
def test_one_changed_limit_is_contradicted(
    edit: tuple[str, str], says: str, wheel_index: ServedIndex, tmp_path: Path
) -> None:
    publish(wheel_index, POLICIES)
    wrong: Edit = ("platforms/manylinux_2_17.yaml", *edit)
    audit = audited(tiny_facts(tmp_path, wrong), "policies", wheel_index)
    assert outcomes(audit) == {POLICY: "contradicted", "policy/manylinux_2_28": "confirmed"}
    assert f"{says} ({MEMBER} of {WHEEL}, 6.2.0)" in lines(audit, POLICY)


def test_the_newest_final_version_counts(wheel_index: ServedIndex, tmp_path: Path) -> None:
    publish(wheel_index, POLICIES)
    publish(wheel_index, [], name="auditwheel-7.0rc1-py3-none-any.whl")
    publish(wheel_index, [], name="auditwheel-6.3.0-py3-none-any.whl")
    wheel_index.wheels["auditwheel-6.3.0-py3-none-any.whl"].yanked = True
    audit = audited(tiny_facts(tmp_path), "policies", wheel_index)
    assert audit.count(Outcome.CONFIRMED) == 2


def test_facts_that_were_overtaken_are_told_from_wrong_ones(
    wheel_index: ServedIndex, tmp_path: Path
) -> None:
    publish(wheel_index, POLICIES, name=OLDER)
    grown = [POLICIES[0], row("manylinux_2_17", 83, aliases=["manylinux2014"]), POLICIES[2]]
    publish(wheel_index, grown)
    audit = audited(tiny_facts(tmp_path), "policies", wheel_index)
    said = lines(audit, POLICY)
    assert said[2] == (
        f"aliases: contradicted: no manylinux2014 against manylinux2014 "
        f"({MEMBER} of {WHEEL}, 6.2.0)"
    )
    assert said[-2] == f"older version: not provable: {OLDER} says what is stated"


def test_wrong_facts_were_wrong_in_older_versions_too(
    wheel_index: ServedIndex, tmp_path: Path
) -> None:
    publish(wheel_index, POLICIES, name=OLDER)
    publish(wheel_index, POLICIES)
    wrong: Edit = ("platforms/manylinux_2_17.yaml", 'pep: "600"\npriority: 83', "priority: 1")
    audit = audited(tiny_facts(tmp_path, wrong), "policies", wheel_index)
    said = lines(audit, POLICY)
    place = f"{MEMBER} of {WHEEL}, 6.2.0"
    assert said[1] == f"priority: contradicted: 1 against 83 ({place})"
    assert said[-1] == f"libz.so.1 denied symbols: inflate_table ({place})"


def test_an_architecture_of_ours_alone_is_contradicted_once(
    wheel_index: ServedIndex, tmp_path: Path
) -> None:
    fewer = {"x86_64": {"GLIBC": ["2.2.5", "2.17"]}}
    publish(wheel_index, [row("manylinux_2_17", 83, symbol_versions=fewer)])
    said = lines(audited(tiny_facts(tmp_path), "policies", wheel_index), POLICY)
    place = f"{MEMBER} of {WHEEL}, 6.2.0"
    assert said[4:6] == [
        f"architectures: contradicted: aarch64 against no aarch64 ({place})",
        f"x86_64 symbol versions: GLIBC_2.17, GLIBC_2.2.5 ({place})",
    ]


def test_a_policy_that_is_gone_is_contradicted(wheel_index: ServedIndex, tmp_path: Path) -> None:
    publish(wheel_index, POLICIES[:2])
    audit = audited(tiny_facts(tmp_path), "policies", wheel_index)
    assert lines(audit, "policy/manylinux_2_28")[0] == (
        f"name: contradicted: manylinux_2_28 against no such policy "
        f"({MEMBER}, {OTHER} of {WHEEL}, 6.2.0)"
    )


def test_a_policy_without_a_fact_is_told(wheel_index: ServedIndex, tmp_path: Path) -> None:
    publish(wheel_index, [*POLICIES, row("manylinux_2_99", 1)])
    facts = tiny_facts(tmp_path)
    assert policy_notices(facts, "policies", evidence_of(wheel_index)) == (
        f"{WHEEL} has a policy manylinux_2_99 ({MEMBER}): no fact",
    )


def test_images_are_called_as_their_policies(wheel_index: ServedIndex, tmp_path: Path) -> None:
    publish(wheel_index, POLICIES)
    audit = audited(tiny_facts(tmp_path), "images", wheel_index)
    place = f"{MEMBER} of {WHEEL}, 6.2.0"
    unprovable = "status: not provable: state, C++ ABI and toolkits of an image stand in no wheel"
    assert lines(audit, "image/manylinux_2_28") == [
        f"policy: manylinux_2_28 ({place})",
        f"libc: 2.28 ({place})",
        unprovable,
    ]
    assert lines(audit, "image/toy_image") == [
        f"policy: not provable: no policy of {WHEEL} has its name",
        unprovable,
    ]


def test_another_policy_of_an_image_is_contradicted(
    wheel_index: ServedIndex, tmp_path: Path
) -> None:
    publish(wheel_index, [*POLICIES[:2], row("manylinux_2_27", 72, aliases=["manylinux_2_28"])])
    audit = audited(tiny_facts(tmp_path), "images", wheel_index)
    place = f"{MEMBER} of {WHEEL}, 6.2.0"
    assert lines(audit, "image/manylinux_2_28")[:2] == [
        f"policy: contradicted: manylinux_2_28 against manylinux_2_27 ({place})",
        f"libc: contradicted: 2.28 against 2.27 ({place})",
    ]


@pytest.mark.parametrize(
    "rows",
    [
        b"[",
        b"\xff",
        b"[1]",
        b"[" * 100_000,
        [{"name": "manylinux_2_17"}],
        [row("manylinux_2_17", 83, aliases="none")],
        [row("manylinux_2_17", "83")],
        [row("manylinux_2_17", 83, symbol_versions=[])],
        [row("manylinux_2_17", 83, symbol_versions={"x86_64": {"GLIBC": [2.17]}})],
    ],
)
def test_another_form_is_unreadable(rows: object, wheel_index: ServedIndex, tmp_path: Path) -> None:
    publish(wheel_index, rows)
    facts = tiny_facts(tmp_path)
    audit = audited(facts, "policies", wheel_index)
    assert audit.count(Outcome.UNREADABLE) == 2
    assert policy_notices(facts, "policies", evidence_of(wheel_index)) == ()


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [("gone", Outcome.NOT_PROVABLE), ("truncated", Outcome.UNREADABLE)],
)
def test_a_wheel_that_cannot_be_had_proves_nothing(
    fault: Fault, outcome: Outcome, wheel_index: ServedIndex, tmp_path: Path
) -> None:
    publish(wheel_index, POLICIES, faults=(fault,))
    assert audited(tiny_facts(tmp_path), "policies", wheel_index).count(outcome) == 2


def test_no_wheel_proves_nothing(wheel_index: ServedIndex, tmp_path: Path) -> None:
    facts = tiny_facts(tmp_path)
    said = lines(audited(facts, "policies", wheel_index), POLICY)
    assert said == ["not provable: no index has a project auditwheel"]
    publish(wheel_index, POLICIES, name="auditwheel-6.0rc1-py3-none-any.whl")
    said = lines(audited(facts, "policies", wheel_index), POLICY)
    assert said == ["not provable: auditwheel has no wheel on the index"]
    wheel_index.add(WHEEL, {})
    said = lines(audited(facts, "policies", wheel_index), POLICY)
    assert said == [f"not provable: {WHEEL} has no member auditwheel/policy/*linux-policy.json"]
