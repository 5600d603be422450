"""Which package indexes to ask: those that pip is configured for.

Source: pip documentation, "Configuration": environment, then files. pip itself is asked, so that
its rules hold; where there is no pip, its environment variables are read.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from dataclasses import dataclass

from pypi_simple import PYPI_SIMPLE_ENDPOINT

_SETTING = re.compile(r"(?P<scope>\S+?)\.(?P<name>[a-z-]+)=(?P<value>.*)")
_SCOPES = ("global", "download", ":env:")  # what pip download heeds, the strongest last
_TIMEOUT = 30  # seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Indexes:
    """Indexes in the order in which they are asked; ``unread`` are configured ones that are no web
    address; ``certificates`` is a file or folder of CA certificates, where one is set."""

    urls: tuple[str, ...]
    unread: tuple[str, ...] = ()
    certificates: str | None = None


def configured_indexes(chosen: str | None = None) -> Indexes:
    """The chosen index, else those of pip's configuration, else the public one."""
    settings = _pip_settings()
    certificates = settings.get("cert")
    found = [settings.get("index-url", PYPI_SIMPLE_ENDPOINT)]
    found += settings.get("extra-index-url", "").split()
    if chosen is not None:
        found = [chosen]
    web = [url for url in found if url.startswith(("https://", "http://"))]
    return Indexes(
        urls=tuple(dict.fromkeys(map(_slashed, web))),
        unread=tuple(url for url in found if url not in web),
        certificates=certificates,
    )


def _slashed(url: str) -> str:
    return url.rstrip("/") + "/"


def _pip_settings() -> dict[str, str]:
    """Settings by name, the strongest of each."""
    told = _asked_of_pip()
    if told is None:
        names = ("index-url", "extra-index-url", "cert")
        variables = {name: "PIP_" + name.upper().replace("-", "_") for name in names}
        return {name: os.environ[key] for name, key in variables.items() if os.environ.get(key)}
    found: dict[str, str] = {}
    for scope in _SCOPES:
        for match in map(_SETTING.fullmatch, told.splitlines()):
            if (
                match is not None
                and match["scope"] == scope
                and (value := _unquoted(match["value"]))
            ):
                found[match["name"]] = value
    return found


def _unquoted(value: str) -> str:
    try:
        text = ast.literal_eval(value)
    except (SyntaxError, ValueError):
        return ""
    return text if isinstance(text, str) else ""


def _asked_of_pip() -> str | None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
