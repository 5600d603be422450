"""The JSON documents of judged wheels against what the contract says of each key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import planner
from planner.model.gpu_code import CudaImages, GpuCode, GpuOddity, HipImages, Place, SyclImages
from planner.report.inspect_text import _code, _gpu
from planner.report.verify_findings import findings_of
from planner.report.verify_json import inspect_document, report_document
from planner.report.wheel_summary import gpu_summary
from planner.verifier.judge import Report
from tests.wheels.made import GCC_14, elf_file, fatbin, wheel_file

NAME = "pkg-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"
LIBC = {"libc.so.6": ["f@GLIBC_2.28"]}


def _schema(name: str) -> dict[str, Any]:
    path = Path(planner.__file__).parent / "schemas" / f"{name}.schema.json"
    schema: dict[str, Any] = json.loads(path.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


def _wheel(folder: Path, members: dict[str, bytes], name: str = NAME, **options: Any) -> Any:
    document = report_document(planner.verify(wheel_file(folder, name, members), **options))
    jsonschema.validate(document, _schema("report"))
    wheels = document["wheels"]
    assert isinstance(wheels, list)
    return wheels[0]


def test_keys_of_the_contract(tmp_path: Path) -> None:
    made = elf_file(
        needs={"libc.so.6": ["f@GLIBC_2.32"]},
        needed=["libcudart.so.13"],
        soname="_C.so",
        runpath="$ORIGIN",
        comment=[GCC_14],
        sections={".nv_fatbin": fatbin("sm_90", "compute_90")},
    )
    wheel = _wheel(tmp_path, {"pkg/_C.so": made})
    assert wheel["file"] == NAME
    assert wheel["verdict"] == "fail"
    assert wheel["job"] is None
    tags = ["cp312-cp312-manylinux_2_28_x86_64"]
    assert wheel["tags"] == {"filename": tags, "metadata": tags}
    assert wheel["platform"] == {
        "declared": ["manylinux_2_28_x86_64"],
        "floor": "manylinux_2_34_x86_64",
        "libc": "glibc",
        "glibc": "2.34",
        "symbol_versions": {"GLIBC": "2.32"},
        "external_libraries": ["libcudart.so.13"],
    }
    assert wheel["gpu"]["cuda"]["real"] == ["sm_90"]
    assert wheel["compilers"] == ["GCC 14.2.1"]
    (file,) = wheel["elf"]
    assert {key: file[key] for key in ("path", "machine", "soname", "needed", "runpath")} == {
        "path": "pkg/_C.so",
        "machine": "x86_64",
        "soname": "_C.so",
        "needed": ["libc.so.6", "libcudart.so.13"],
        "runpath": ["$ORIGIN"],
    }
    assert (file["exec_stack"], file["isa"], file["floor"]) == (False, [], "manylinux_2_34_x86_64")
    found = wheel["findings"][0]
    assert (found["id"], found["rule"], found["severity"], found["member"]) == (
        "MLP-T001",
        "symbol-too-new",
        "error",
        "pkg/_C.so",
    )
    assert (found["data"]["symbol"], found["data"]["allowed"]) == ("GLIBC_2.32", "2.28")


def test_facts_behind_findings_are_told(tmp_path: Path) -> None:
    path = wheel_file(tmp_path, NAME, {"a.so": elf_file(needs={"libc.so.6": ["f@GLIBC_2.32"]})})
    document: Any = report_document(planner.verify(path), ["some/where.whl"])
    assert document["wheels"][0]["path"] == "some/where.whl"
    used = {id_ for found in document["wheels"][0]["findings"] for id_ in found["facts"]}
    assert set(document["derivation"]["facts"]) == used == {"policy/manylinux_2_28"}
    assert document["derivation"]["facts"]["policy/manylinux_2_28"]["standing"] == "enforced"


@pytest.mark.parametrize(
    ("name", "needed", "external"),
    [
        (NAME, ["libstdc++.so.6", "libm.so.6"], []),
        (NAME, ["libgomp.so.1", "libtorch.so", "libcuda.so.1"], 3),
        (NAME, ["libown.so"], []),
        ("pkg-1.0-py3-none-any.whl", ["libstdc++.so.6", "libfoo.so"], ["libfoo.so"]),
        ("pkg-1.0-cp312-cp312-musllinux_1_2_x86_64.whl", ["libc.musl-x86_64.so.1"], []),
    ],
)
def test_external_libraries(
    name: str, needed: list[str], external: list[str] | int, tmp_path: Path
) -> None:
    needs = {} if "musl" in name else LIBC
    members = {
        "pkg/a.so": elf_file(needs=needs, needed=[*needed, "ld-linux-x86-64.so.2"]),
        "pkg/libown.so": elf_file(needs=needs, soname="libown.so"),
    }
    wheel = _wheel(tmp_path, members, name)
    expected = sorted(needed) if isinstance(external, int) else external
    assert wheel["platform"]["external_libraries"] == expected


def test_external_libraries_where_no_policy_holds(tmp_path: Path) -> None:
    made = elf_file(needs={"libc.so.6": ["f@GLIBC_9.9"]}, needed=["libz.so.1", "libfoo.so"])
    wheel = _wheel(tmp_path, {"a.so": made}, "pkg-1.0-py3-none-any.whl")
    assert wheel["platform"]["floor"] == "linux_x86_64"
    assert wheel["platform"]["glibc"] is None
    assert wheel["platform"]["external_libraries"] == ["libfoo.so"]


def test_a_wheel_without_elf_files(tmp_path: Path) -> None:
    platform = _wheel(tmp_path, {"p.py": b""}, "pkg-1.0-py3-none-any.whl")["platform"]
    assert (platform["floor"], platform["libc"], platform["symbol_versions"]) == (None, None, {})


def test_musl_has_no_glibc(tmp_path: Path) -> None:
    name = "pkg-1.0-cp312-cp312-musllinux_1_2_x86_64.whl"
    wheel = _wheel(tmp_path, {"a.so": elf_file(needed=["libc.musl-x86_64.so.1"])}, name)
    assert (wheel["platform"]["libc"], wheel["platform"]["glibc"]) == ("musl", None)


def test_a_wheel_that_is_not_there(tmp_path: Path) -> None:
    document: Any = report_document(planner.verify(tmp_path / NAME))
    jsonschema.validate(document, _schema("report"))
    assert document["verdict"] == "unreadable"
    assert document["wheels"][0]["sha256"] is None
    assert [found["id"] for found in document["wheels"][0]["findings"]] == ["MLP-W031"]


@pytest.mark.parametrize(
    ("libraries", "abi"),
    [
        ({"p/a.so": "new"}, "new"),
        ({"p/a.so": "old", "p/b.so": "new"}, "both"),
        ({"p/a.so": "new", "p.libs/b.so": "old"}, "new"),
        ({"p.libs/b.so": "old"}, None),
    ],
)
def test_string_abi(libraries: dict[str, str], abi: str | None, tmp_path: Path) -> None:
    names = {"new": "_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE9_M_createERmm"}
    names["old"] = "_ZNSs4_Rep9_S_createEmmRKSaIcE"
    members = {path: elf_file(needs=LIBC, plain=[names[a]]) for path, a in libraries.items()}
    assert _wheel(tmp_path, members)["cxx11_abi"] == abi


def _cuda(place: Place, kind: str, target: str, count: int = 1) -> CudaImages:
    return CudaImages(place=place, kind=kind, target=target, count=count)


def test_gpu_code_by_place_and_kind() -> None:
    code = GpuCode(
        cuda=(
            _cuda(Place.LOADABLE, "elf", "sm_120a"),
            _cuda(Place.LOADABLE, "elf", "sm_90"),
            _cuda(Place.LOADABLE, "ptx", "compute_90"),
            _cuda(Place.LOADABLE, "nvvm", "lto_90"),
            _cuda(Place.LOADABLE, "index", ""),
            _cuda(Place.LOADABLE, "kind-0x03", "sm_90", 4),
            _cuda(Place.RELOCATABLE, "ptx", "compute_80"),
            _cuda(Place.HIDDEN, "elf", "sm_61"),
            _cuda(Place.RAW, "elf", "sm_70"),
        ),
        cuda_containers=3,
        hip=(
            HipImages(place=Place.LOADABLE, target="gfx942", container="bundle", count=1),
            HipImages(place=Place.RAW, target="gfx90a", container="elf", count=1),
        ),
        hip_bundles=2,
        hip_unread=1,
        kpack=("a.kpack",),
        sycl=(SyclImages(kind="spir64_gen", devices=("64.12.55.8", "generic"), count=2),),
        oddities=(
            GpuOddity(what="unknown-kind", detail="", offset=0),
            GpuOddity(what="unread-bundle", detail="", offset=0),
            GpuOddity(what="damaged-container", detail="", offset=0),
        ),
    )
    found = gpu_summary([code, code])
    assert (found.real, found.virtual, found.other) == (
        ("sm_90", "sm_120a"),
        ("compute_90",),
        ("lto_90",),
    )
    assert (found.relocatable, found.hidden, found.raw) == (
        ("compute_80",),
        ("sm_61",),
        ("sm_70",),
    )
    assert (found.unknown, found.containers) == (2 * (4 + 1), 6)
    assert (found.hip, found.bundles, found.unread) == (("gfx90a", "gfx942"), 4, 2)
    assert (found.sycl, found.sycl_devices, found.kpack) == (
        ("spir64_gen",),
        ("12.55.8", "generic"),
        ("a.kpack",),
    )


def test_kpack_in_text() -> None:
    assert list(_code(GpuCode(kpack=("a.kpack",)))) == ["kpack a.kpack"]
    assert list(_gpu(gpu_summary([GpuCode(kpack=("a.kpack",))]), verbose=False)) == [
        ("kpack", "a.kpack")
    ]


def test_findings_are_bounded(tmp_path: Path) -> None:
    members = {f"pkg/{n}.py": b"" for n in range(1500)}
    path = wheel_file(tmp_path, NAME, members, rows=lambda rows: rows[1500:])
    report = planner.verify(path)
    document: Any = report_document(report)
    jsonschema.validate(document, _schema("report"))
    (wheel,) = document["wheels"]
    assert (len(wheel["findings"]), wheel["omitted"]) == (1000, {"MLP-W005": 500})
    shared = findings_of(report)
    assert len(shared.findings) == 1001
    assert shared.findings[-1].message == "and 500 more of record-file-without-row"
    assert "1500 errors" in shared.summary


def test_no_wheels() -> None:
    document: Any = report_document(Report(wheels=()))
    assert (document["wheels"], document["facts"]["version"]) == ([], "")
    assert inspect_document(Report(wheels=()))["wheels"] == []
