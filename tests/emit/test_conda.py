from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from planner.emit.base import Wanted
from planner.emit.conda import quoted
from planner.emit.registry import emitter
from tests.emit.real_jobs import EXAMPLES, job_of, made, wanted_of

ALL = sorted(path.parent.name for path in EXAMPLES.glob("*/mlplan.lock"))


def configs(wanted: Wanted) -> dict[str, dict[str, list[str]]]:
    return {
        file.name.removesuffix("/conda_build_config.yaml"): yaml.safe_load(file.text)
        for file in emitter("conda").files(wanted)
    }


def rows(config: dict[str, list[str]]) -> list[dict[str, str]]:
    (keys,) = config["zip_keys"]
    return [
        dict(zip(keys, values, strict=True))
        for values in zip(*(config[key] for key in keys), strict=True)
    ]


@pytest.mark.parametrize("example", ALL)
@pytest.mark.parametrize("per_python", [False, True])
def test_every_job_is_a_row(example: str, per_python: bool) -> None:
    wanted = wanted_of(example, per_python=per_python)
    found = configs(wanted)
    named = [row["mlplan_job"] for config in found.values() for row in rows(config)]
    assert set(named) == {job.id for job in wanted.jobs}
    if per_python:
        assert len(named) == sum(len(job.pythons) for job in wanted.jobs)
    for config in found.values():
        for key, values in config.items():
            assert key == "zip_keys" or all(isinstance(value, str) for value in values)


def test_a_platform() -> None:
    config = configs(wanted_of("framework"))["linux-aarch64"]
    assert rows(config)[1] == {
        "mlplan_job": "cuda-cuda12.6.3-aarch64",
        "cuda_compiler_version": "12.6",
        "c_compiler_version": "13",
        "cxx_compiler_version": "13",
        "c_stdlib_version": "2.28",
        "cudnn": "9.28",
        "nccl": "2.32",
        "gpu_targets": "sm_75 sm_80 sm_86 sm_90",
    }
    assert rows(config)[0]["cuda_compiler_version"] == "None"
    assert config["cuda_compiler"] == ["cuda-nvcc"]
    assert config["python"][0] == "3.11.* *_cp311"


def test_pythons_that_differ_are_zipped() -> None:
    first = job_of("framework", "cpu-mkl")
    second = replace(first, id="second", pythons=("cp314t", "pp311", "abi3-cp311"))
    found = rows(configs(made(first, second))["linux-64"])
    assert [row["python"] for row in found if row["mlplan_job"] == "second"] == [
        "3.14.* *_cp314t",
        "pp311",
        "3.11.* *_cp311",
    ]


def test_another_family() -> None:
    job = replace(job_of("framework", "cpu-arm"), accelerators={"t-pu": "2.0.1"})
    (config,) = configs(made(job)).values()
    assert config["t_pu_version"] == ["2.0"]


def test_no_job_no_file() -> None:
    assert configs(made()) == {}


@pytest.mark.parametrize(
    "text", ["a # [__import__('os')]", 'x"\n- y', "\u2028\x85\ufeff", "{{ x }}", "\ud800"]
)
def test_no_line_reads_as_a_selector(text: str) -> None:
    shown = quoted(text)
    assert yaml.safe_load(shown) == text
    assert not set("#[]\n\u2028") & set(shown)
