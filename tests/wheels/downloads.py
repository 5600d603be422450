"""Wheels and tools from the package index, for tests that may use the network."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

needs_network = pytest.mark.skipif(
    not os.environ.get("MLPLAN_NETWORK"),
    reason="downloads from the package index: run with MLPLAN_NETWORK=1",
)
needs_time = pytest.mark.skipif(
    not os.environ.get("MLPLAN_SLOW"), reason="takes long: run with MLPLAN_SLOW=1 too"
)


def downloaded(project: str, version: str, file: str, sha256: str, folder: Path) -> Path:
    """A wheel of the index, its digest checked; one of the folder MLPLAN_WHEELS where it is there.

    That folder keeps what is downloaded.
    """
    kept = os.environ.get("MLPLAN_WHEELS")
    folder = Path(kept) if kept else folder
    path = folder / file
    if not path.exists():
        python, abi, platforms = file.removesuffix(".whl").split("-")[-3:]
        digits = python.split(".")[0][2:]
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--only-binary", ":all:", "--dest", str(folder)]
        command += ["--python-version", digits if len(digits) > 1 else "312", "--abi", abi]
        command += ["--implementation", python[:2]]
        for platform in platforms.split("."):
            command += ["--platform", platform]
        subprocess.run([*command, f"{project}=={version}"], check=True, capture_output=True)
    with path.open("rb") as opened:
        assert hashlib.file_digest(opened, "sha256").hexdigest() == sha256
    return path


def installed(requirement: str, folder: Path) -> dict[str, str]:
    """The environment in which ``python -m`` finds a tool that was installed for this test."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--target", str(folder), requirement]
    subprocess.run(command, check=True, capture_output=True)
    return {**os.environ, "PYTHONPATH": str(folder)}
