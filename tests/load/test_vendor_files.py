"""Our facts against the files of their makers: small wheels, downloaded by name and digest."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from planner.model.facts import FactBase

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(
        not os.environ.get("MLPLAN_NETWORK"),
        reason="downloads from the package index: run with MLPLAN_NETWORK=1",
    ),
]

AUDITWHEEL = (
    "auditwheel==6.8.2",
    "05fd2dd4b743217cd5f66066adc95b03a079424b1f0a878ad1e40fe2cdea4704",
)
HEADERS = {
    "13.0": (
        "nvidia-cuda-crt==13.0.48",
        "944b6070c50dc4fbb7c012b1a4c28b444c9c5ac071ac17d84dc9726d9cbc6bea",
    ),
    "13.5": (
        "nvidia-cuda-crt==13.5.37",
        "e898b7f73d3035fa89915a3f7bf3b54a73e90249746111aed295822c4729bb29",
    ),
}


def downloaded(requirement: str, sha256: str, folder: Path) -> zipfile.ZipFile:
    """The wheel of a requirement for Linux on x86_64, its digest checked."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest"]
    command += [str(folder), "--only-binary", ":all:", "--platform", "manylinux2014_x86_64"]
    command += ["--platform", "any", "--disable-pip-version-check", requirement]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    assert hashlib.sha256(wheel.read_bytes()).hexdigest() == sha256
    return zipfile.ZipFile(wheel)


def test_policies_are_those_of_auditwheel(facts: FactBase, tmp_path: Path) -> None:
    wheel = downloaded(*AUDITWHEEL, tmp_path)
    rows = json.loads(wheel.read("auditwheel/policy/manylinux-policy.json"))
    theirs = {row["name"]: row for row in rows if row["name"] != "linux"}
    ours = {name: p for name, p in facts.policies.policies.items() if p.libc == "glibc"}
    assert set(ours) == set(theirs)
    for name, policy in ours.items():
        row = theirs[name]
        assert set(policy.libraries) == set(row["lib_whitelist"])
        symbols = {
            arch: {prefix: set(versions) for prefix, versions in sets.items() if versions}
            for arch, sets in row["symbol_versions"].items()
        }
        told = {a: {p: set(v) for p, v in sets.items()} for a, sets in policy.symbols.items()}
        assert told == symbols


@pytest.mark.parametrize("minor", HEADERS)
def test_gcc_limit_is_that_of_the_header(minor: str, facts: FactBase, tmp_path: Path) -> None:
    wheel = downloaded(*HEADERS[minor], tmp_path)
    (member,) = [name for name in wheel.namelist() if name.endswith("crt/host_config.h")]
    limit = re.search(r"#if __GNUC__ > (\d+)", wheel.read(member).decode())
    assert limit is not None
    fact = facts.families["cuda"].minors[minor].facts["host-gcc"]
    assert fact.text("range") == f"<{int(limit[1]) + 1}"
