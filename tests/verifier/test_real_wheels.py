"""Wheels of other projects against what independent tools say of them (data/wheel_samples.yaml).

Those below one million bytes need MLPLAN_NETWORK=1, all of them MLPLAN_SLOW=1 as well. A folder of
wheels in MLPLAN_WHEELS saves downloads.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from _pytest.mark.structures import ParameterSet

from planner.artifacts.wheel import read_wheel
from planner.model.gpu_code import Place, sorted_targets
from planner.model.wheel_facts import WheelFacts
from planner.model.wheels import ElfFile, Wheel
from planner.verifier.floor import symbol_maxima
from planner.verifier.judge import judge
from tests.wheels.downloads import downloaded, installed, needs_network, needs_time

DATA = Path(__file__).parent / "data" / "wheel_samples.yaml"
SMALL = 1_000_000

pytestmark = [pytest.mark.network, needs_network]

Sample = Mapping[str, Any]
SAMPLES: list[Sample] = yaml.safe_load(DATA.read_text("utf-8"))


def params(rows: Iterable[Sample]) -> list[ParameterSet]:
    slow = (pytest.mark.slow, needs_time)
    return [
        pytest.param(row, id=row["file"], marks=() if row["size"] < SMALL else slow) for row in rows
    ]


COMPARED = [row for row in SAMPLES if "auditwheel" not in row.get("deviates", {})]


def fetched(sample: Sample, folder: Path) -> Path:
    names = (sample["project"], sample["version"], sample["file"], sample["sha256"])
    return downloaded(*names, folder)


def by_library(files: tuple[ElfFile, ...]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for file in files:
        for library, versions in file.version_needs.items():
            found.setdefault(library, set()).update(versions)
    return found


def loadable(wheel: Wheel) -> dict[str, list[str]]:
    codes = [file.gpu for file in wheel.elf]
    forms = {"real": "elf", "virtual": "ptx"}
    return {
        form: list(sorted_targets({t for c in codes for t in c.cuda_targets(kind, Place.LOADABLE)}))
        for form, kind in forms.items()
    }


def absolute(wheel: Wheel) -> list[str]:
    paths = {path for file in wheel.elf for path in file.search_path}
    return sorted(path for path in paths if not path.startswith("$ORIGIN"))


@pytest.mark.parametrize("sample", params(SAMPLES))
def test_sample(sample: Sample, tmp_path: Path, wheel_facts: WheelFacts) -> None:
    judged = judge(read_wheel(fetched(sample, tmp_path)), wheel_facts)
    wheel, floor = judged.wheel, judged.context.floor
    symbols = {symbol: 1 for versions in by_library(wheel.elf).values() for symbol in versions}
    maxima = symbol_maxima(symbols)
    named = {finding.rule.value for finding in judged.findings}
    assert {
        "floor": floor.platform_tag if floor else None,
        "symbol_versions": {key: maxima.get(key) for key in sample["symbol_versions"]},
        "machines": dict(Counter(file.machine for file in wheel.elf)),
        "cuda": loadable(wheel),
        "hip": sorted({row.target for file in wheel.elf for row in file.gpu.hip}),
        "rpath": absolute(wheel),
        "record": sorted(name for name in named if name.startswith("record-")),
        "tags": "differ" if "tags-differ" in named else "agree",
        "odd": wheel.oddities,
        "unread": [oddity for file in wheel.elf for oddity in file.gpu.oddities],
    } == {
        "floor": sample["floor"],
        "symbol_versions": sample["symbol_versions"],
        "machines": sample["machines"],
        "cuda": sample.get("cuda", {"real": [], "virtual": []}),
        "hip": sample.get("hip", []),
        "rpath": sample.get("rpath", []),
        "record": sample.get("record", []),
        "tags": sample.get("tags", "agree"),
        "odd": (),
        "unread": [],
    }


@pytest.fixture(scope="module")
def auditwheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return installed("auditwheel==6.8.2", tmp_path_factory.mktemp("auditwheel"))


@pytest.mark.parametrize("sample", params(COMPARED))
def test_auditwheel_says_the_same(
    sample: Sample, auditwheel: dict[str, str], tmp_path: Path, wheel_facts: WheelFacts
) -> None:
    """The tag by symbols, and all versions that are asked of libraries outside the wheel."""
    path = fetched(sample, tmp_path)
    command = [sys.executable, "-m", "auditwheel", "show", "--json", str(path)]
    made = subprocess.run(command, check=True, capture_output=True, text=True, env=auditwheel)
    told = json.loads(made.stdout)
    context = judge(read_wheel(path), wheel_facts).context
    assert context.floor is not None
    assert context.floor.platform_tag == told["sym_tag"]
    needs = by_library(context.wheel.elf)
    # It leaves out what is asked of the loader itself.
    asked = {name: sorted(needs[name]) for name in needs if not name.startswith("ld")}
    assert asked == {name: sorted(rows) for name, rows in told["versioned_symbols"].items()}
