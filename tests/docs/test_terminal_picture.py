"""docs/terminal.svg shows what the program prints; ``MLPLAN_REFRESH=1`` draws it anew."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.docs.fenced_blocks import REFRESH, ROOT, Shell
from tests.docs.made_wheels import make_wheels
from tests.docs.terminal_picture import terminal_svg

PICTURE = ROOT / "docs" / "terminal.svg"
COMMANDS = (
    "mlplan solve --date 2026-11-21 --cuda 13 --gpu sm_70,sm_90 --arch x86_64",
    "mlplan verify dist/mylib-1.0-cp312-cp312-manylinux_2_28_x86_64.whl",
)
TITLE = (
    "Two mlplan commands: solve says why CUDA 13 and sm_70 do not go together, and what to change; "
    "verify finds a symbol in a finished wheel that its tag does not allow"
)
SVG = "{http://www.w3.org/2000/svg}"


def test_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = Shell(tmp_path, monkeypatch, capsys)
    make_wheels(tmp_path / "dist")
    shown = []
    for command in COMMANDS:
        output = shell(f"{command} --quiet --color always").strip("\n")
        shown.append(f"\x1b[32m$\x1b[0m \x1b[1m{command}\x1b[0m\n{output}\n")
    picture = terminal_svg("\n".join(shown), title=TITLE)
    if REFRESH:
        PICTURE.write_text(picture, encoding="utf-8")
    assert picture == PICTURE.read_text(encoding="utf-8")


def test_readme_says_what_the_picture_shows() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"![{TITLE}](docs/terminal.svg)" in text


def test_text_keeps_its_columns() -> None:
    root = ElementTree.fromstring(terminal_svg("ab  \x1b[1;31mc d\x1b[0m\n\n<e>", title="t"))
    runs = [
        (each.text, each.get("x"), each.get("y"), each.get("fill"), each.get("font-weight"))
        for each in root.iter(f"{SVG}text")
    ]
    assert root.get("viewBox") == "0 0 872 107"
    assert runs == [
        ("ab", "16.0", "48", None, None),
        ("c d", "49.6", "48", "#f87171", "bold"),
        ("<e>", "16.0", "86", None, None),
    ]
