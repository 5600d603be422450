"""Which indexes are asked: pip's own settings decide."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from pypi_simple import PYPI_SIMPLE_ENDPOINT

from planner.index.configuration import Indexes, configured_indexes

PIP_SAYS = """\
:env:.cert='/etc/own.pem'
global.index-url='https://mirror.example/simple'
global.extra-index-url='https://more.example/simple/ file:///srv/simple'
install.index-url='https://not-for-download.example'
"""


def pip_says(monkeypatch: pytest.MonkeyPatch, text: str | None) -> None:
    def run(*_: Any, **__: Any) -> subprocess.CompletedProcess[str]:
        if text is None:
            raise OSError("no pip")
        return subprocess.CompletedProcess([], 0, stdout=text)

    monkeypatch.setattr(subprocess, "run", run)


def test_settings_of_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    pip_says(monkeypatch, PIP_SAYS)
    assert configured_indexes() == Indexes(
        urls=("https://mirror.example/simple/", "https://more.example/simple/"),
        unread=("file:///srv/simple",),
        certificates="/etc/own.pem",
    )


def test_the_environment_beats_files(monkeypatch: pytest.MonkeyPatch) -> None:
    pip_says(
        monkeypatch, ":env:.index-url='https://env.example'\nglobal.index-url='https://f.example'"
    )
    assert configured_indexes().urls == ("https://env.example/",)


def test_a_chosen_index_is_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pip_says(monkeypatch, PIP_SAYS)
    assert configured_indexes("https://own.example").urls == ("https://own.example/",)
    assert configured_indexes("/srv/simple") == Indexes(
        urls=(), unread=("/srv/simple",), certificates="/etc/own.pem"
    )


def test_without_settings_the_public_index_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    pip_says(monkeypatch, "nonsense\nglobal.index-url=[unclosed\n")
    assert configured_indexes().urls == (PYPI_SIMPLE_ENDPOINT,)


def test_without_pip_its_variables_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    pip_says(monkeypatch, None)
    monkeypatch.setenv("PIP_INDEX_URL", "https://env.example/simple")
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    monkeypatch.setenv("PIP_CERT", "/etc/other.pem")
    assert configured_indexes() == Indexes(
        urls=("https://env.example/simple/",), certificates="/etc/other.pem"
    )
