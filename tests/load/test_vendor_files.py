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

from planner.load.wheel_records import wheel_facts_of
from planner.model.facts import FactBase
from planner.model.versions import range_contains

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

TOOLKITS = {
    "12.9.1": (
        "cuda-toolkit==12.9.1",
        "0c8636dfacbecfe9867a949a211864f080a805bc54023ce4a361aa4e1fd8738b",
    ),
    "13.2.2": (
        "cuda-toolkit==13.2.2",
        "d12edc1aad1356236a2ee10c0d794b1aff5d3e79bfeca54867c3bb8e5afd87b0",
    ),
}
LIBRARIES = {
    "nvidia-nvtx-cu12": (
        "nvidia-nvtx-cu12==12.9.79",
        "fec150986817f2b4e7eed72ed059f2dcb9ba3856b9a96134e448eac946a6952f",
    ),
    "nvidia-nvtx": (
        "nvidia-nvtx==13.5.25",
        "f72f21bd338c531afb3f802d03c569e9f7c324739ac332c672a431734d0b5c41",
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


@pytest.mark.parametrize("version", TOOLKITS)
def test_extras_are_those_of_the_metadata(version: str, facts: FactBase, tmp_path: Path) -> None:
    wheel = downloaded(*TOOLKITS[version], tmp_path)
    (member,) = [name for name in wheel.namelist() if name.endswith("/METADATA")]
    pulled: dict[str, set[str]] = {}
    for line in re.findall(r"^Requires-Dist: (.*)$", wheel.read(member).decode(), re.M):
        project = re.match(r"[\w.-]+", line)
        extra = re.search(r"extra == ['\"]([^'\"]+)['\"]", line)
        assert project is not None
        assert extra is not None
        pulled.setdefault(extra[1], set()).add(project[0])
    (row,) = [
        row
        for row in wheel_facts_of(facts).dependencies["cuda-toolkit"]
        if range_contains(row.versions, version)
    ]
    assert {name: set(projects) for name, projects in row.extras.items()} == pulled


@pytest.mark.parametrize("project", LIBRARIES)
def test_libraries_are_those_of_the_wheel(project: str, facts: FactBase, tmp_path: Path) -> None:
    wheel = downloaded(*LIBRARIES[project], tmp_path)
    version = LIBRARIES[project][0].partition("==")[2]
    told = {
        f"{row.directory}/{row.soname}"
        for rows in wheel_facts_of(facts).providers.values()
        for row in rows
        if row.project == project and range_contains(row.versions, version)
    }
    assert told == {name for name in wheel.namelist() if ".so" in name}
