from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest
import yaml

from planner.load.locate import SCHEMAS
from tests.cli.conftest import Mlplan
from tests.docs.made_wheels import make_wheels

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
FOLDERS = sorted(path.parent.name for path in EXAMPLES.glob("*/mlplan.yaml"))
PROJECT = "[project]\nname = 'mylib'\ndependencies = ['cupy-cuda12x', 'odd !!']\n"


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    """The request of the empty folder, once it is there."""
    return {}


def test_init_then_solve(work: Path, real: Mlplan, written: dict[str, str]) -> None:
    answer = real("init")
    assert (answer.status, answer.out) == (0, "")
    assert answer.err.startswith("read nothing: no project file here\n")
    assert answer.err.endswith("\nwrote mlplan.yaml (3 variants, 4 jobs)\nnext: mlplan solve\n")
    assert real("solve", "--quiet").status == 0
    lock = json.loads((work / "mlplan.lock").read_text())
    assert (len(lock["jobs"]), lock["failures"]) == (4, [])
    written["text"] = (work / "mlplan.yaml").read_text()


@pytest.mark.parametrize("name", FOLDERS)
def test_examples_without_their_request(
    name: str, work: Path, real: Mlplan, written: dict[str, str]
) -> None:
    """They hold nothing that is read, so that each gives the request that was just solved."""
    for path in (EXAMPLES / name).iterdir():
        if path.is_file() and path.name != "mlplan.yaml":
            shutil.copy(path, work)
    assert real("init", "--quiet").status == 0
    assert (work / "mlplan.yaml").read_text() == written["text"]


class TestProject:
    @pytest.fixture(autouse=True)
    def files(self, work: Path) -> None:
        (work / "pyproject.toml").write_text(PROJECT)

    def test_what_is_said(self, real: Mlplan) -> None:
        answer = real("init", "--date", "2026-11-21")
        assert answer.err == (
            "read pyproject.toml\n"
            "  project             mylib  (pyproject.toml:2: project.name)\n"
            "  date                2026-11-21  (--date)\n"
            "  variants.cu12.cuda  12.*  (pyproject.toml:3: dependencies: cupy-cuda12x)\n"
            "note  pyproject.toml:3: dependencies: 'odd !!' is no dependency that can be read\n"
            "wrote mlplan.yaml (1 variant, 2 jobs)\n"
            "next: mlplan solve\n"
        )

    def test_dry_run_prints_what_would_be_written(self, real: Mlplan, work: Path) -> None:
        shown = real("init", "--dry-run")
        assert (shown.status, (work / "mlplan.yaml").exists()) == (0, False)
        assert shown.err.endswith("\nnothing was written; it has a plan (1 variant, 2 jobs)\n")
        assert real("init", "-q").out == ""
        assert (work / "mlplan.yaml").read_text() == shown.out

    def test_a_request_is_never_lost(self, real: Mlplan, work: Path) -> None:
        (work / "mlplan.yaml").write_text("mine")
        answer = real("init")
        assert (answer.status, answer.err) == (
            2,
            "error: mlplan.yaml: is there already\n\nhint: mlplan solve plans it; mlplan init "
            "--dry-run shows another, --force writes it\n",
        )
        assert (work / "mlplan.yaml").read_text() == "mine"
        assert real("init", "--force").status == 0
        assert (work / "mlplan.yaml").read_text().startswith("# A request for mlplan")

    def test_a_request_in_pyproject(self, real: Mlplan, work: Path) -> None:
        with (work / "pyproject.toml").open("a") as file:
            file.write("[tool.mlplan]\nmlplan = 1\n")
        answer = real("init")
        assert (answer.status, (work / "mlplan.yaml").exists()) == (2, False)
        assert real("init", "--output", "other.yaml", "-q").status == 0
        assert answer.err.startswith(
            "error: pyproject.toml: holds a request already ([tool.mlplan]); a mlplan.yaml would "
            "go before it\n"
        )

    def test_json(self, real: Mlplan, work: Path) -> None:
        answer = real("init", "--format", "json", "--quiet", "--date", "2026-11-21")
        document = json.loads(answer.out)
        schema = json.loads((SCHEMAS / "init.schema.json").read_text())
        jsonschema.validate(document, schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**document, "schema": "another"}, schema)
        assert (document["file"], document["read"]) == ("mlplan.yaml", ["pyproject.toml"])
        assert document["decisions"][2:] == [
            {
                "path": "variants.cu12.cuda",
                "value": "12.*",
                "because": ["pyproject.toml:3: dependencies: cupy-cuda12x"],
            }
        ]
        assert document["text"] == (work / "mlplan.yaml").read_text()
        assert [job["arch"] for job in document["jobs"]] == ["x86_64", "aarch64"]
        dry = json.loads(real("init", "--format", "json", "--dry-run", "-q").out)
        assert dry["file"] is None

    def test_color(self, real: Mlplan) -> None:
        assert "\x1b[36mnote\x1b[0m  " in real("init", "--dry-run", "--color", "always").err

    def test_another_folder_and_file(self, real: Mlplan, work: Path) -> None:
        answer = real("init", ".", "--output", "an other.yaml", "-v")
        assert answer.status == 0
        assert answer.err.startswith("facts: ")
        assert answer.err.endswith("next: mlplan solve 'an other.yaml'\n")
        assert real("solve", "an other.yaml", "--dry-run", "-q").status == 0

    def test_wheels_are_read(self, real: Mlplan, work: Path) -> None:
        make_wheels(work / "dist")
        answer = real("init", "--dry-run")
        assert answer.err.startswith("read pyproject.toml, 2 wheels in dist/\n")
        assert "    links: [cudart]          # dist/mylib_cu13-1.0-cp312" in answer.out

    def test_few_of_many_wheels_are_read(
        self, real: Mlplan, work: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_wheels(work / "dist")
        monkeypatch.setattr("planner.cli.init._WHEELS_READ", 1)
        err = real("init", "--dry-run").err
        assert err.startswith("read pyproject.toml, 1 wheel in dist/\n")
        assert "note  1 more wheels in dist/ were not read\n" in err

    def test_a_wheel_that_is_none(self, real: Mlplan, work: Path) -> None:
        (work / "dist").mkdir()
        (work / "dist" / "mylib-1.0-cp312-cp312-manylinux_2_28_x86_64.whl").write_bytes(b"no zip")
        answer = real("init", "--dry-run")
        assert answer.status == 0
        assert 'glibc: "<=2.28"' in answer.out


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["nowhere"], "error: nowhere: no such folder\n"),
        (["file"], "error: file: is no folder\n"),
        (["x" * 5000], "no such folder"),
        (["--date", "soon"], "error: --date: not a day\n  found:   soon\n"),
        (["--date", "2026-11"], "error: --date: not a day\n"),
        (["--output", "no/such/folder.yaml"], "error: no/such/folder.yaml: cannot be written"),
    ],
)
def test_wrong_use(argv: list[str], message: str, work: Path, mlplan: Mlplan) -> None:
    (work / "file").write_text("")
    answer = mlplan("init", *argv)
    assert (answer.status, answer.out) == (2, "")
    assert message in answer.err


def test_other_facts(mlplan: Mlplan, work: Path) -> None:
    (work / "CMakeLists.txt").write_text("project(x LANGUAGES CXX CUDA)\n")
    answer = mlplan("init", "--dry-run")
    assert (answer.status, "  toy:" in answer.out) == (0, True)


def test_a_release_under_a_longer_key_of_a_matrix(work: Path, real: Mlplan) -> None:
    """``cuda_version`` is not ours to take in a check, but init guesses, and says from where."""
    folder = work / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "wheels.yml").write_text(
        'jobs:\n  build:\n    strategy:\n      matrix:\n        cuda_version: ["12.9.1", "13.0"]\n'
    )
    assert real("init", "--date", "2026-11-21", "--quiet").status == 0
    found = yaml.safe_load((work / "mlplan.yaml").read_text())
    assert {name: row["cuda"] for name, row in found["variants"].items()} == {
        "cu129": "12.9.1",
        "cu130": "13.0",
    }
