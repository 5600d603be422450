from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from planner.errors import RequestError
from planner.load.request import find_request, read_request_file, read_request_values
from planner.model.gpu_targets import GpuTargets
from planner.model.request import Line, Request
from planner.plan.document import request_digest
from tests.load.made import HERE, VOCABULARY

DEFAULTS = {"prefer": "newest", "toolchain": "newest", "naming": "none"}


@dataclass(frozen=True, kw_only=True, slots=True)
class BadRequest:
    """A request file (with ``--set``) and the problems that it must cause."""

    case: str
    file: str
    text: str
    says: str
    set: dict[str, str] = field(default_factory=dict)


def _bad_requests() -> list[BadRequest]:
    text = (HERE / "cases" / "requests.yaml").read_text(encoding="utf-8")
    return [BadRequest(**row) for row in yaml.safe_load(text)]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(text: str, name: str = "mlplan.yaml", **overrides: str) -> Request:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    dotted = {key.replace("__", "."): value for key, value in overrides.items()}
    return read_request_file(path, VOCABULARY, overrides=dotted)


def variant(settings: str, top: str = "") -> dict[str, object]:
    """The normalised settings of a single variant."""
    request = read(f"mlplan: 1\n{top}\nvariants:\n  v: {{{settings}}}\n")
    variants = request.document["variants"]
    assert isinstance(variants, dict)
    settings_of: dict[str, object] = variants["v"]
    return settings_of


@pytest.mark.parametrize("bad", _bad_requests(), ids=lambda bad: bad.case)
def test_malformed_requests_are_refused(bad: BadRequest) -> None:
    path = Path(bad.file)
    path.write_text(bad.text, encoding="utf-8")
    with pytest.raises(RequestError) as caught:
        read_request_file(path, VOCABULARY, overrides=bad.set)
    assert "".join(f"{problem}\n" for problem in caught.value.problems) == bad.says
    assert caught.value.exit_status == 3


@pytest.mark.parametrize(
    ("settings", "hint"),
    [
        ("runs-on: [rhel]", "mlplan facts list distros"),
        ("gpu: [sm_1]", "mlplan facts list targets"),
        ('cuda: "99"', "mlplan facts list releases"),
        ("cxx: 18", "docs/request.md lists every key; mlplan solve --help lists the options"),
    ],
)
def test_hints_name_the_command_that_helps(settings: str, hint: str) -> None:
    with pytest.raises(RequestError) as caught:
        variant(settings)
    assert caught.value.hint == hint
    assert str(caught.value).endswith(f"\n\nhint: {hint}")


class TestFiles:
    def test_missing(self) -> None:
        with pytest.raises(RequestError) as caught:
            read_request_file(Path("nowhere/mlplan.yaml"), VOCABULARY)
        assert str(caught.value) == (
            "nowhere/mlplan.yaml: no such file\n\n"
            "hint: docs/request.md shows a request to start from"
        )

    def test_folder(self) -> None:
        Path("mlplan.yaml").mkdir()
        with pytest.raises(RequestError) as caught:
            read_request_file(Path("mlplan.yaml"), VOCABULARY)
        assert [str(p) for p in caught.value.problems] == ["mlplan.yaml: is a folder, not a file"]

    @pytest.mark.parametrize("name", ["mlplan.yaml", "pyproject.toml"])
    def test_binary(self, name: str) -> None:
        Path(name).write_bytes(b"\x7fELF\x02\x01\x01\xff\xfe")
        with pytest.raises(RequestError) as caught:
            read_request_file(Path(name), VOCABULARY)
        assert [str(p) for p in caught.value.problems] == [f"{name}: is not UTF-8 text"]

    def test_unreadable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(path: Path, encoding: str) -> str:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "read_text", refuse)
        with pytest.raises(RequestError) as caught:
            read_request_file(Path("mlplan.yaml"), VOCABULARY)
        assert [str(p) for p in caught.value.problems] == [
            "mlplan.yaml: cannot be read: Permission denied"
        ]

    def test_deep_nesting(self) -> None:
        with pytest.raises(RequestError):
            read("mlplan: " + "[" * 3000)


class TestFinding:
    def test_none(self, tmp_path: Path) -> None:
        assert find_request(tmp_path) is None

    def test_pyproject_without_a_table(self, tmp_path: Path) -> None:
        (tmp_path / "pyproject.toml").write_text("[tool.other]\n")
        assert find_request(tmp_path) is None

    @pytest.mark.parametrize("head", ["[tool.mlplan]", "[tool.mlplan.variants.cu]"])
    def test_pyproject(self, head: str, tmp_path: Path) -> None:
        (tmp_path / "pyproject.toml").write_text(f"[project]\n{head}\n")
        assert find_request(tmp_path) == tmp_path / "pyproject.toml"

    def test_pyproject_of_another_encoding(self, tmp_path: Path) -> None:
        (tmp_path / "pyproject.toml").write_bytes(b"# caf\xe9\n[tool.mlplan]\n")
        assert find_request(tmp_path) == tmp_path / "pyproject.toml"

    def test_own_file_comes_first(self, tmp_path: Path) -> None:
        (tmp_path / "pyproject.toml").write_text("[tool.mlplan]\n")
        (tmp_path / "mlplan.yaml").write_text("mlplan: 1\n")
        assert find_request(tmp_path) == tmp_path / "mlplan.yaml"


ROW_70_TO_90 = ["sm_70", "sm_75", "sm_80", "sm_90"]


@pytest.mark.parametrize(
    ("settings", "normal"),
    [
        ('cuda: "13"', {"cuda": ["13"]}),
        ('cuda: "13.*"', {"cuda": ["13"]}),
        ('cuda: "12.8.*"', {"cuda": ["12.8"]}),
        ("cuda: newest", {"cuda": ["newest"]}),
        ('cuda: "newest"', {"cuda": ["newest"]}),
        ('cuda: "12.8.1"', {"cuda": ["12.8.1"]}),
        ('cuda: " >= 12 , < 14 "', {"cuda": ["<14,>=12"]}),
        ('cuda: "<14,>=12"', {"cuda": ["<14,>=12"]}),
        ('cuda: ["13", "12.8"]', {"cuda": ["12.8", "13"]}),
        ('mkl: "2026", cuda: "13"', {"cuda": ["13"], "mkl": ["2026"]}),
        ('gpu: "7.0 7.5 8.0 9.0+PTX"', {"gpu": [*ROW_70_TO_90, "compute_90"]}),
        ('gpu: "7.0;7.5;8.0;9.0+PTX"', {"gpu": [*ROW_70_TO_90, "compute_90"]}),
        ("gpu: [compute_90, sm_90, sm_80, sm_75, sm_70]", {"gpu": [*ROW_70_TO_90, "compute_90"]}),
        ('gpu: "90-real"', {"gpu": ["sm_90"]}),
        ('gpu: "90-virtual"', {"gpu": ["compute_90"]}),
        ('gpu: "90"', {"gpu": ["sm_90", "compute_90"]}),
        ('gpu: "9.0a, 12.0f"', {"gpu": ["sm_90a", "sm_120f"]}),
        ('gpu: "9.0 9.0+ptx sm_90"', {"gpu": ["sm_90", "compute_90"]}),
        ("gpu: [sm_120, sm_75, sm_100]", {"gpu": ["sm_75", "sm_100", "sm_120"]}),
        ("gpu: all", {"gpu": ["all"]}),
        ("gpu: [sm_90, all]", {"gpu": ["all"]}),
        ('gpu: ["gfx90a:xnack+", gfx11-generic]', {"gpu": ["gfx90a:xnack+", "gfx11-generic"]}),
        ('gpu: "gfx90a:sramecc+:xnack-"', {"gpu": ["gfx90a:sramecc+:xnack-"]}),
        ("gpu: [gfx942, sm_90]", {"gpu": ["sm_90", "gfx942"]}),
        ("gpu: big-toy", {"gpu": ["big-toy"]}),
        ("prefer: widest", {"prefer": "widest"}),
        ("toolchain: image, naming: local", {"toolchain": "image", "naming": "local"}),
        ("cxx: 17", {"cxx": "17"}),
        ('cxx: "17"', {"cxx": "17"}),
        ("cxx11-abi: any", {}),
        ("cxx11-abi: old", {"cxx11-abi": "old"}),
        ("x86-64-level: 2", {"x86-64-level": "2"}),
        ('glibc: "<=2.28"', {"glibc": "<=2.28"}),
        ('pip: ">=20.3"', {"pip": ">=20.3"}),
        ('driver: ">=580"', {"driver": ">=580"}),
        ('python: ">=3.11"', {"python": ">=3.11"}),
        ('python: "3.11"', {"python": "3.11"}),
        (
            "python: [pp311, abi3-cp311, cp314t, cp311]",
            {"python": ["abi3-cp311", "cp311", "cp314t", "pp311"]},
        ),
        ("architectures: [aarch64, x86_64]", {"architectures": ["x86_64", "aarch64"]}),
        ("architectures: aarch64", {"architectures": ["aarch64"]}),
        ("runs-on: [ubuntu-20.04, rhel-8]", {"runs-on": ["rhel-8", "ubuntu-20.04"]}),
        ('runs-on: "ubuntu-20.04 rhel-8"', {"runs-on": ["rhel-8", "ubuntu-20.04"]}),
        ("runs-on: []", {}),
        ("allow: [preview-release, ended-base]", {"allow": ["ended-base", "preview-release"]}),
        ("allow: []", {}),
        (
            "features: {x86_64: [amx, avx512-fp16], aarch64: [sve2]}",
            {"features": {"aarch64": ["sve2"], "x86_64": ["amx", "avx512-fp16"]}},
        ),
        (
            'cuda: "13", links: "cudart, cublas"',
            {"cuda": ["13"], "links": ["cublas", "cudart"]},
        ),
        ('cuda: "13", links: []', {"cuda": ["13"], "links": []}),
        ("", {}),
    ],
)
def test_spellings_have_one_normal_form(settings: str, normal: dict[str, object]) -> None:
    assert variant(settings) == DEFAULTS | normal


@pytest.mark.parametrize("date", ['"2026-12-15"', "2026-12-15"])
def test_a_day_may_stand_without_quotes(date: str) -> None:
    assert read(f"mlplan: 1\ndate: {date}\nvariants: {{plain: {{}}}}\n").date == "2026-12-15"


FULL = """\
mlplan: 1
project: mylib
date: "2026-12-15"
prefer: newest
architectures: [x86_64, aarch64]
runs-on: [rhel-8, ubuntu-20.04]
features: {x86_64: [avx512-fp16, amx], aarch64: [sve2]}
allow: [ended-base, alpha-image]
variants:
  cu: {cuda: ["12.8", "13.0"], gpu: [sm_75, sm_90, compute_90], links: [cudart, cublas]}
  hip: {rocm: ">=6,<8", gpu: [gfx90a, gfx942], architectures: [x86_64]}
"""
SHUFFLED = """\
variants:
  hip: {architectures: x86_64, gpu: "gfx942 gfx90a", rocm: "<8,>=6"}
  cu: {links: "cublas cudart", gpu: "9.0+PTX 7.5", cuda: ["13.0.*", "12.8"]}
allow: [alpha-image, ended-base]
features: {aarch64: [sve2], x86_64: [amx, avx512-fp16]}
runs-on: [ubuntu-20.04, rhel-8]
architectures: [aarch64, x86_64]
date: 2026-12-15
project: mylib
mlplan: 1
"""
AS_TOML = """\
[project]
name = "mylib"

[tool.mlplan]
mlplan = 1
project = "mylib"
date = 2026-12-15
architectures = ["aarch64", "x86_64"]
runs-on = ["rhel-8", "ubuntu-20.04"]
allow = ["ended-base", "alpha-image"]

[tool.mlplan.features]
x86_64 = ["avx512-fp16", "amx"]
aarch64 = ["sve2"]

[tool.mlplan.variants.hip]
rocm = ">=6,<8"
gpu = ["gfx90a", "gfx942"]
architectures = ["x86_64"]

[tool.mlplan.variants.cu]
cuda = ["12.8", "13.0"]
gpu = "7.5 9.0+PTX"
links = ["cudart", "cublas"]
"""


@pytest.mark.parametrize(("text", "name"), [(SHUFFLED, "mlplan.yaml"), (AS_TOML, "pyproject.toml")])
def test_order_and_file_format_do_not_change_the_digest(text: str, name: str) -> None:
    first, second = read(FULL), read(text, name)
    assert first.document == second.document
    assert request_digest(first.document) == request_digest(second.document)
    assert list(first.variants) == list(second.variants) == ["cu", "hip"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("sm_75", "sm_80"), ("mylib", "other"), ("2026-12-15", "2026-12-16"), ("newest", "widest")],
)
def test_another_value_changes_the_digest(old: str, new: str) -> None:
    first, second = read(FULL), read(FULL.replace(old, new))
    assert request_digest(first.document) != request_digest(second.document)


def test_normalised_request_as_a_whole() -> None:
    common = {
        "allow": ["alpha-image", "ended-base"],
        "features": {"aarch64": ["sve2"], "x86_64": ["amx", "avx512-fp16"]},
        "runs-on": ["rhel-8", "ubuntu-20.04"],
    }
    assert read(FULL).document == {
        "mlplan": 1,
        "project": "mylib",
        "date": "2026-12-15",
        "variants": {
            "cu": DEFAULTS
            | common
            | {
                "architectures": ["x86_64", "aarch64"],
                "cuda": ["12.8", "13.0"],
                "gpu": ["sm_75", "sm_90", "compute_90"],
                "links": ["cublas", "cudart"],
            },
            "hip": DEFAULTS
            | common
            | {"architectures": ["x86_64"], "rocm": ["<8,>=6"], "gpu": ["gfx90a", "gfx942"]},
        },
    }


@pytest.mark.parametrize(
    ("top", "settings", "key", "value"),
    [
        ("prefer: widest", "", "prefer", "widest"),
        ("prefer: widest", "prefer: newest", "prefer", "newest"),
        ("gpu: [sm_90]", 'cuda: "13"', "gpu", ["sm_90"]),
        ("gpu: [sm_90]", 'cuda: "13", gpu: [sm_75]', "gpu", ["sm_75"]),
        ("links: [cudart, rt]", 'cuda: "13"', "links", ["cudart"]),
        ("links: [cudart, rt]", 'mkl: "2026"', "links", ["rt"]),
        ('python: ">=3.11"', "python: [cp312]", "python", ["cp312"]),
        ("cxx: 17", "cxx: 20", "cxx", "20"),
        ("x86-64-level: 3", "x86-64-level: 1", "x86-64-level", "1"),
        ("features: {x86_64: [amx]}", "features: {}", "features", None),
        ("allow: [ended-base]", "allow: []", "allow", None),
        ("cxx11-abi: old", "cxx11-abi: any", "cxx11-abi", None),
    ],
)
def test_a_variant_overrides_the_top_level(
    top: str, settings: str, key: str, value: object
) -> None:
    assert variant(settings, top).get(key) == value


def test_settings_that_nobody_makes() -> None:
    plain = read("mlplan: 1\nvariants: {plain: {}}\n").variants["plain"]
    assert (plain.families, plain.gpu, plain.links, plain.python, plain.architectures) == (
        {},
        None,
        None,
        None,
        None,
    )
    assert (plain.runs_on, plain.features, plain.allow, plain.lines) == ((), {}, frozenset(), {})
    assert (plain.prefer, plain.toolchain, plain.naming) == ("newest", "newest", "none")


def test_values_know_their_lines() -> None:
    lines = read(FULL).variants["cu"].lines
    assert lines["cuda"] == (
        Line(path="variants.cu.cuda", value="12.8", file="mlplan.yaml", number=10),
        Line(path="variants.cu.cuda", value="13.0", file="mlplan.yaml", number=10),
    )
    assert lines["runs-on"][1] == Line(
        path="runs-on", value="ubuntu-20.04", file="mlplan.yaml", number=6
    )
    assert lines["features"][0] == Line(
        path="features.x86_64", value="amx", file="mlplan.yaml", number=7
    )


def test_values_of_toml_know_their_lines() -> None:
    lines = read(AS_TOML, "pyproject.toml").variants["cu"].lines
    assert [(line.path, line.number) for line in lines["cuda"]] == [("variants.cu.cuda", 22)] * 2
    assert lines["gpu"][0].number == 23
    assert lines["runs-on"][0].number == 9


def test_values_of_options_have_no_line() -> None:
    request = read(FULL, variants__cu__cuda='"11.8"', variants__new='{rocm: "7"}')
    assert request.variants["cu"].lines["cuda"] == (Line(path="variants.cu.cuda", value="11.8"),)
    assert request.variants["new"].lines["rocm"] == (Line(path="variants.new.rocm", value="7"),)


class TestSet:
    def test_top_level(self) -> None:
        assert read(FULL, prefer="widest").variants["cu"].prefer == "widest"

    def test_nested(self) -> None:
        request = read(FULL, variants__cu__gpu="[sm_80]")
        assert request.variants["cu"].gpu == GpuTargets(cuda_real=("sm_80",))
        assert request.variants["hip"].gpu == GpuTargets(hip=("gfx90a", "gfx942"))

    def test_nested_where_nothing_was(self) -> None:
        request = read("mlplan: 1\nvariants: {plain: {}}\n", features__x86_64="[amx]")
        assert request.variants["plain"].features == {"x86_64": ("amx",)}

    def test_new_variant(self) -> None:
        assert list(read(FULL, variants__a='{mkl: "2026"}').variants) == ["a", "cu", "hip"]

    def test_path_into_an_unknown_variant(self) -> None:
        with pytest.raises(RequestError) as caught:
            read(FULL, variants__hop__gpu="all")
        assert str(caught.value.problems[0]) == (
            "--set variants.hop.gpu: no such variant\n"
            "  found:   hop\n  allowed: cu, hip\n  did you mean: hip"
        )

    def test_empty_value_removes_the_key(self) -> None:
        assert read(FULL, architectures="").variants["cu"].architectures is None

    def test_the_file_is_left_alone(self) -> None:
        read(FULL, prefer="widest")
        assert Path("mlplan.yaml").read_text() == FULL

    def test_pyproject(self) -> None:
        request = read(AS_TOML, "pyproject.toml", variants__cu__prefer="widest")
        assert (request.variants["cu"].prefer, request.variants["hip"].prefer) == (
            "widest",
            "newest",
        )


class TestValues:
    def test_a_request_without_a_file_needs_no_schema_number(self) -> None:
        request = read_request_values(
            {"variants": {"cuda": {"cuda": ["13"]}}, "cxx": 17}, VOCABULARY, overrides={}
        )
        assert request.file is None
        assert request.variants["cuda"].cxx == "17"
        assert request.variants["cuda"].lines["cuda"] == (
            Line(path="variants.cuda.cuda", value="13"),
        )

    @pytest.mark.parametrize(
        ("values", "message"),
        [
            ({"variants": {"a": {"cuda": "99"}}}, "variants.a.cuda: no cuda release matches"),
            ({"variants": {"a": {"cuda": 13.1}}}, "variants.a.cuda: a version, range or date"),
            ({"variants": {"a": {}}, "cxx": 18}, "cxx: unknown C++ standard"),
            ({"variants": {"a": {}}, "prefer": True}, "prefer: YAML reads this as a truth value"),
        ],
    )
    def test_problems_name_the_command_line(self, values: dict[str, object], message: str) -> None:
        with pytest.raises(RequestError) as caught:
            read_request_values(values, VOCABULARY, overrides={})
        assert str(caught.value).startswith(f"command line: {message}")


def test_a_request_of_huge_numbers_is_no_crash() -> None:
    for settings in (f'cuda: "{"9" * 5000}"', f'glibc: ">={"9" * 5000}"'):
        with pytest.raises(RequestError):
            variant(settings)
