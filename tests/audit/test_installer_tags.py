"""From which version on an installer knows a tag, by its code."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from planner.audit.installer_tags import code_texts
from planner.index.errors import BrokenError
from tests.audit.auditing import Edit, audited, lines, tiny_facts
from tests.wheels.served import ServedIndex

MEMBER = "pip/_vendor/packaging/_manylinux.py"
OLD = b'"""Tags like manylinux_{}_{}."""\nname = "manylinux2014"  # not manylinux_{}_{}\n'
NEW = b'import _manylinux\n\ntag = "manylinux_{}_{}".format(2, 17)\n'
NEWEST = b'def tag(a, b, arch):\n    yield f"manylinux_{a}_{b}_{arch}"\n'
FACT = "pip/manylinux_x_y"


def publish(index: ServedIndex, version: str, code: bytes) -> str:
    """A version of pip; its wheel's name and version in what is said."""
    name = f"pip-{version}-py2.py3-none-any.whl"
    index.add(name, {MEMBER: code, "pip/tags.py": b"", "pip/main.py": NEWEST})
    return f"{name}, {version}"


def test_the_boundary_and_the_newest_are_looked_into(
    wheel_index: ServedIndex, tmp_path: Path
) -> None:
    before = publish(wheel_index, "20.2.4", OLD)
    publish(wheel_index, "20.3b1", NEW)
    first = publish(wheel_index, "20.3", NEW)
    publish(wheel_index, "20.3.1", OLD)
    newest = publish(wheel_index, "26.3", NEWEST)
    audit = audited(tiny_facts(tmp_path), "installers", wheel_index)
    assert lines(audit, FACT) == [
        f"manylinux_x_y: knows it ({MEMBER} of {first})",
        f"manylinux_x_y: does not know it (pip/tags.py {MEMBER} of {before})",
        f"manylinux_x_y: knows it ({MEMBER} of {newest})",
    ]


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        (
            "20.2.4",
            "manylinux_x_y: contradicted: knows it against does not know it "
            f"(pip/tags.py {MEMBER} of pip-20.2.4-py2.py3-none-any.whl, 20.2.4)",
        ),
        (
            "20.3.1",
            "manylinux_x_y: contradicted: does not know it against knows it "
            f"({MEMBER} of pip-20.3-py2.py3-none-any.whl, 20.3)",
        ),
    ],
)
def test_another_first_version_is_contradicted(
    stated: str, says: str, wheel_index: ServedIndex, tmp_path: Path
) -> None:
    for version, code in {"20.2": OLD, "20.2.4": OLD, "20.3": NEW, "20.3.1": NEW}.items():
        publish(wheel_index, version, code)
    wrong: Edit = ("installers.yaml", 'pip: "20.3"', f'pip: "{stated}"')
    audit = audited(tiny_facts(tmp_path, wrong), "installers", wheel_index)
    assert says in lines(audit, FACT)


def test_the_only_version_is_its_own_proof_alone(wheel_index: ServedIndex, tmp_path: Path) -> None:
    first = publish(wheel_index, "20.3", NEW)
    assert lines(audited(tiny_facts(tmp_path), "installers", wheel_index), FACT) == [
        f"manylinux_x_y: knows it ({MEMBER} of {first})",
        "manylinux_x_y: not provable: no pip before 20.3 is on the index",
    ]


def test_a_version_that_is_not_there_is_not_provable(
    wheel_index: ServedIndex, tmp_path: Path
) -> None:
    publish(wheel_index, "20.2", OLD)
    assert lines(audited(tiny_facts(tmp_path), "installers", wheel_index), FACT) == [
        "not provable: pip 20.3 has no wheel on the index"
    ]


def test_a_tag_without_a_mark_is_not_provable(wheel_index: ServedIndex, tmp_path: Path) -> None:
    publish(wheel_index, "20.3", NEW)
    new: Edit = ("installers.yaml", "[manylinux_x_y]", "[newlinux_x_y]")
    assert lines(
        audited(tiny_facts(tmp_path, new), "installers", wheel_index), "pip/newlinux_x_y"
    ) == ["newlinux_x_y: not provable: the data name no text that stands for it in code"]


def test_code_that_cannot_be_read_is_told_with_its_version(
    wheel_index: ServedIndex, tmp_path: Path
) -> None:
    first = publish(wheel_index, "20.3", NEW)
    publish(wheel_index, "20.2.4", b"def (\n")
    wheel_index.add("pip-26.3-py3-none-any.whl", {"pip/main.py": NEWEST})
    said = lines(audited(tiny_facts(tmp_path), "installers", wheel_index), FACT)
    assert said[0] == f"manylinux_x_y: knows it ({MEMBER} of {first})"
    assert said[1].startswith(
        f"manylinux_x_y: unreadable: {MEMBER} is no Python code that can be read: "
    )
    assert said[2] == (
        "manylinux_x_y: not provable: "
        "pip-26.3-py3-none-any.whl has none of the members that make tags"
    )


class TestCodeTexts:
    """Texts of Python code."""

    def test_docstrings_comments_and_names_are_left_out(self) -> None:
        code = (
            '"""module"""\n'
            "class C:\n"
            '    """class"""\n'
            "    def f(self, name='default'):\n"
            '        """function"""\n'
            "        return self.attribute + f'a{name!r:>{5}}b' + 'x' 'y'  # remark\n"
        )
        assert sorted(code_texts("m.py", code)) == ["5", ">{}", "a{}b", "default", "xy"]

    def test_old_escapes_are_no_warning(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert list(code_texts("m.py", "x = '\\d'\n")) == ["\\d"]

    @pytest.mark.parametrize("code", ["print 'old'\n", "x = '\0'\n", "(" * 5000, "1;" * 600_000])
    def test_what_cannot_be_read_is_broken(self, code: str) -> None:
        with pytest.raises(BrokenError, match=r"^m\.py is "):
            list(code_texts("m.py", code))
