"""The facts by which wheels are judged: what is picked, compiled, kept and read back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from planner.errors import DataError
from planner.load import compiled_files
from planner.load.compiled_files import content_key, read_compiled
from planner.load.facts import load_facts
from planner.load.gpu_records import gpu_fact_ids
from planner.load.wheel_facts import (
    SCHEMA,
    compile_wheel_facts,
    load_wheel_facts,
    wheel_facts_text,
)
from planner.load.wheel_records import wheel_facts_of
from planner.load.wheel_rows import wheel_facts_from_json, wheel_facts_to_json
from planner.model.facts import FactBase
from planner.model.sources import Standing
from planner.model.wheel_facts import (
    BundleCompression,
    Citation,
    Dependencies,
    DriverLibrary,
    ExternalGroup,
    FamilyNames,
    LibraryProvider,
    LibraryStem,
    ReleaseLibrary,
    ReleaseTargets,
    ThreadingRuntime,
    WheelFacts,
)
from tests.load.made import TINY, copy_tiny, replace_once

LIBRARIES = "matrices/toy/libraries.yaml"


@pytest.fixture(scope="module")
def tiny() -> WheelFacts:
    """The wheel facts of the made-up family."""
    return compile_wheel_facts(TINY)


@pytest.fixture(scope="module")
def real(facts: FactBase) -> WheelFacts:
    """The real wheel facts."""
    return wheel_facts_of(facts)


def provider(soname: str, versions: str, component: str | None) -> LibraryProvider:
    """A library of the project ``toy-runtime``."""
    return LibraryProvider(
        soname=soname,
        family="toy",
        component=component,
        project="toy-runtime",
        major="1",
        versions=versions,
        directory="toy/lib",
        fact="toy/provides-toy-runtime",
    )


THREADS = LibraryProvider(
    soname="libthreads.so.4",
    family="toy",
    component=None,
    project="toy-threads",
    major=None,
    versions=">=2.0,<=3.0",
    directory="lib",
    below="prefix",
    architectures=("x86_64",),
    fact="toy/provides-toy-threads",
)


def toy_targets(version: str) -> ReleaseTargets:
    """The targets of a release 1.10.x."""
    return ReleaseTargets(
        family="toy",
        version=version,
        minor="1.10",
        is_preview=False,
        covers=("x86_64", "aarch64"),
        real=("sm_70", "sm_90"),
        virtual=("compute_70", "compute_90"),
        specific=("sm_90a",),
        family_specific=(),
        generic=(),
        deprecated=("sm_70",),
        built=(),
        facts=("toy-1.10/targets",),
    )


def test_providers(tiny: WheelFacts) -> None:
    assert tiny.providers == {
        "libthreads.so.4": (THREADS,),
        "libtoy.so.0": (provider("libtoy.so.0", "==1.8.0", "core"),),
        "libtoy.so.1": (provider("libtoy.so.1", ">=1.9.0,<=1.10.1", "core"),),
        "libtoymath.so.1": (provider("libtoymath.so.1", ">=1.9.0,<=1.9.5", None),),
    }


def test_libraries_of_releases(tiny: WheelFacts) -> None:
    assert tiny.release_libraries == {
        "libtoy.so.1": (
            ReleaseLibrary(
                soname="libtoy.so.1",
                family="toy",
                component="core",
                minors=("1.10",),
                facts=("toy-1.10/needs-core-x86_64",),
            ),
        )
    }


def test_stems_leave_out_names_that_others_use_too(tiny: WheelFacts) -> None:
    def stem(name: str, component: str | None, *sonames: str) -> tuple[LibraryStem, ...]:
        return (LibraryStem(stem=name, family="toy", component=component, sonames=sonames),)

    assert tiny.stems == {
        "libextra": stem("libextra", "extra"),
        "libtoy": stem("libtoy", "core", "libtoy.so.0", "libtoy.so.1"),
        "libtoymath": stem("libtoymath", None, "libtoymath.so.1"),
    }


def test_dependencies(tiny: WheelFacts) -> None:
    assert tiny.dependencies == {
        "toy-kit": (
            Dependencies(
                project="toy-kit",
                major=None,
                versions="==1.9.0",
                always=(),
                extras={"all": ("toy-runtime", "toy-tools"), "core": ("toy-runtime",)},
                fact="toy/extras-toy-kit-1.9",
            ),
            Dependencies(
                project="toy-kit",
                major="1",
                versions=">=1.10.0,<=1.10.1",
                always=(),
                extras={"tools": ("toy-tools",), "core": ("toy-runtime",)},
                fact="toy/extras-toy-kit-1.10",
            ),
        ),
        "toy-runtime": (
            Dependencies(
                project="toy-runtime",
                major=None,
                versions=">=1.9.0,<=1.10.1",
                always=("toy-threads",),
                extras={},
                fact="toy/requires-toy-runtime",
            ),
        ),
    }


def test_what_is_expected_from_outside(tiny: WheelFacts) -> None:
    assert tiny.externals == (
        ExternalGroup(
            name="frame",
            patterns=("libframe.so", "libframe_*.so"),
            projects=("frame", "frame-nightly"),
            families=("toy",),
            fact="external/frame",
        ),
        ExternalGroup(
            name="python", patterns=("libpython3.*.so.*",), projects=(), fact="external/python"
        ),
    )


def test_drivers_compression_and_threading(tiny: WheelFacts) -> None:
    assert tiny.drivers == tuple(
        DriverLibrary(
            family="toy",
            pattern=pattern,
            why="it must match the kernel",
            standing=Standing.DOCUMENTED,
            fact="toy/driver-toy",
        )
        for pattern in ("libtoydriver.so.*", "libtoykernel-*.so")
    )
    assert tiny.compression == (
        BundleCompression(
            family="toy",
            format="PACK",
            version="2",
            role="loads",
            releases=">=1.10",
            standing=Standing.UNCONFIRMED,
            fact="toy/packs-2",
        ),
    )
    assert tiny.threading == {
        ("toy", "core"): ThreadingRuntime(
            family="toy", component="core", libraries=("libthreads.so.4",), fact="toy/threads"
        )
    }


def test_names_of_families(tmp_path: Path) -> None:
    root = copy_tiny(tmp_path)
    path = root / LIBRARIES
    head = "standing: measured\n    source: [wheels]\n"
    more = (
        f"  spelled:\n    kind: spelled\n    words: [ty, toy]\n    {head}"
        f"  made-for:\n    kind: made-for\n    projects: [toybox]\n    {head}"
    )
    path.write_text(path.read_text() + more)
    found = compile_wheel_facts(root)
    assert found.spelled == (FamilyNames("toy", ("ty", "toy"), "toy/spelled"),)
    assert found.made_for == (FamilyNames("toy", ("toybox",), "toy/made-for"),)
    assert found.cited["toy/spelled"].says == (
        "names of projects write ty or toy before a release of toy"
    )
    assert found.cited["toy/made-for"].says == "toybox are built for toy"
    assert wheel_facts_from_json(json.loads(json.dumps(wheel_facts_to_json(found)))) == found


def test_targets_of_releases(tiny: WheelFacts) -> None:
    assert list(tiny.releases) == [("toy", "1.9.0"), ("toy", "1.10.0"), ("toy", "1.10.1")]
    assert tiny.releases["toy", "1.10.1"] == toy_targets("1.10.1")
    assert tiny.releases["toy", "1.9.0"].known == {"sm_70", "compute_70"}


def test_targets_follow_the_release_before_its_minor(tmp_path: Path) -> None:
    root = copy_tiny(tmp_path)
    targets = "{kind: gpu-targets, real: [sm_80], architectures: [aarch64], standing: measured,"
    replace_once(
        root / "matrices/toy/1.10.yaml",
        '  "1.10.1":\n',
        f'  "1.10.1":\n    targets: {targets} source: [wheels]}}\n',
    )
    facts = compile_wheel_facts(root)
    changed = toy_targets("1.10.1")._replace(
        real=("sm_80",),
        virtual=(),
        specific=(),
        deprecated=(),
        only_on={"sm_80": ("aarch64",)},
        facts=("toy-1.10.1/targets",),
    )
    assert facts.releases["toy", "1.10.1"] == changed
    assert facts.releases["toy", "1.10.0"] == toy_targets("1.10.0")


def test_a_fact_that_is_overruled_is_left_out(tmp_path: Path) -> None:
    root = copy_tiny(tmp_path)
    replace_once(
        root / LIBRARIES,
        "    role: loads\n",
        "    role: loads\n    overruled-by: threads\n",
    )
    assert compile_wheel_facts(root).compression == ()


def test_policies_are_those_of_the_facts(tiny: WheelFacts) -> None:
    assert tiny.policies == load_facts(TINY).policies.policies


def test_cited_facts(tiny: WheelFacts) -> None:
    assert {id_: row.says for id_, row in tiny.cited.items()} == {
        "policy/manylinux_2_17": (
            "manylinux_2_17 lists the libraries and symbol versions that its tag allows"
        ),
        "policy/manylinux_2_28": (
            "manylinux_2_28 lists the libraries and symbol versions that its tag allows"
        ),
        "toy/provides-toy-runtime": "wheels of toy-runtime hold libraries in toy/lib",
        "toy/provides-toy-threads": "wheels of toy-threads hold libraries in lib",
        "toy/extras-toy-kit-1.9": "extras of toy-kit ==1.9.0 pull in projects",
        "toy/extras-toy-kit-1.10": "extras of toy-kit >=1.10.0,<=1.10.1 pull in projects",
        "toy/requires-toy-runtime": "toy-runtime >=1.9.0,<=1.10.1 requires toy-threads",
        "toy/driver-toy": (
            "libtoydriver.so.* libtoykernel-*.so must not be bundled: it must match the kernel"
        ),
        "toy/packs-2": "toy >=1.10 loads PACK version 2",
        "toy/threads": "core of toy needs libthreads.so.4 when it runs",
        "external/frame": "libframe.so libframe_*.so come from frame, frame-nightly",
        "external/python": "libpython3.*.so.* come from the interpreter",
        "toy-1.10/needs-core-x86_64": "toy 1.10 has the sonames that are recorded of core",
        "toy-1.10/targets": "toy 1.10 knows these GPU targets: sm_70 sm_90; deprecated: sm_70",
        "toy-1.9/targets": "toy 1.9 knows these GPU targets: sm_70",
        "toy-1.10.0/driver": "toy 1.10.0 (runtime) needs driver 500.10",
        "distribution/almalinux-8": (
            "almalinux-8 has glibc 2.28 and libstdc++ with GLIBCXX_3.4.25"
        ),
        "distribution/centos-7": "centos-7 has glibc 2.17",
        "pip/manylinux_x_y": "pip takes manylinux_x_y from 20.3 on",
    }
    assert tiny.cited["toy/packs-2"] == Citation(
        says="toy >=1.10 loads PACK version 2",
        standing=Standing.UNCONFIRMED,
        sources=("The toy manual",),
        read="2026-11-20",
    )


def test_every_fact_that_a_record_names_can_be_cited(real: WheelFacts) -> None:
    named = {row.fact for rows in real.providers.values() for row in rows}
    named |= {row.fact for rows in real.dependencies.values() for row in rows}
    named |= {f for rows in real.release_libraries.values() for row in rows for f in row.facts}
    named |= {fact for row in real.releases.values() for fact in row.facts}
    named |= {row.fact for row in real.externals} | {row.fact for row in real.drivers}
    named |= {row.fact for row in real.compression}
    named |= {row.fact for row in real.threading.values()}
    named |= {row.fact for row in (*real.spelled, *real.made_for)}
    named |= {policy.fact.id for policy in real.policies.values()}
    named |= {*gpu_fact_ids(real.gpus), *(s.fact for s in real.hosts.systems.values())}
    named |= {limit.fact for limit in real.hosts.installers}
    assert named == set(real.cited)
    assert all(row.says and row.sources and row.read for row in real.cited.values())


@pytest.mark.parametrize("which", ["tiny", "real"])
def test_compiled_facts_are_equal(which: str, request: pytest.FixtureRequest) -> None:
    facts: WheelFacts = request.getfixturevalue(which)
    document = json.loads(json.dumps(wheel_facts_to_json(facts)))
    back = wheel_facts_from_json(document)
    assert back == facts
    assert repr(back) == repr(facts)
    assert (facts.version, facts.sha256) == (back.version, back.sha256)


def test_values_are_made_when_they_are_asked_for(tiny: WheelFacts) -> None:
    back = wheel_facts_from_json(json.loads(json.dumps(wheel_facts_to_json(tiny))))
    assert "libtoy.so.1" in back.providers
    assert "libtoy.so.9" not in back.providers
    assert len(back.providers) == 4
    assert back.providers["libtoy.so.1"] is back.providers["libtoy.so.1"]


class TestKept:
    @pytest.fixture(autouse=True)
    def cache(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """An empty cache; the files of the tiny data are old enough to be remembered."""
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        monkeypatch.setattr(compiled_files, "_SETTLED_NS", -(10**18))
        return tmp_path / "cache" / "mlplan"

    @staticmethod
    def names(cache: Path) -> list[str]:
        return sorted(path.name.partition("-")[0] for path in cache.iterdir())

    def test_second_time_reads_no_yaml(
        self, cache: Path, tiny: WheelFacts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert load_wheel_facts(TINY) == tiny
        assert self.names(cache) == ["state", "wheels"]
        monkeypatch.setattr(compiled_files, "facts_digest", None)
        monkeypatch.setattr("planner.load.wheel_facts.compile_wheel_facts", None)
        assert load_wheel_facts(TINY) == tiny

    def test_a_change_is_seen(self, tmp_path: Path) -> None:
        root = copy_tiny(tmp_path)
        assert load_wheel_facts(root).drivers[0].why == "it must match the kernel"
        replace_once(root / LIBRARIES, "must match the kernel", "must match the driver")
        assert load_wheel_facts(root).drivers[0].why == "it must match the driver"

    def test_a_change_that_keeps_size_and_time_is_seen(self, tmp_path: Path) -> None:
        root = copy_tiny(tmp_path)
        load_wheel_facts(root)
        path = root / LIBRARIES
        before = path.stat()
        replace_once(path, "must match the kernel", "must match the KERNEL")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert path.stat().st_size == before.st_size
        assert load_wheel_facts(root).drivers[0].why == "it must match the KERNEL"

    def test_files_that_just_changed_are_not_remembered(
        self, cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(compiled_files, "_SETTLED_NS", 2_000_000_000)
        load_wheel_facts(copy_tiny(tmp_path))
        assert self.names(cache) == ["wheels"]

    def test_files_that_change_while_they_are_read_are_not_remembered(
        self, cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        root = copy_tiny(tmp_path)
        real_digest = compiled_files.facts_digest

        def digest(folder: Path) -> str:
            found = real_digest(folder)
            (root / "policies" / "new.yaml").write_text("a: b\n")
            return found

        monkeypatch.setattr(compiled_files, "facts_digest", digest)
        content_key(root, "load")
        assert not cache.exists()

    def test_removed_and_added_files_are_seen(self, tmp_path: Path) -> None:
        root = copy_tiny(tmp_path)
        keys = [content_key(root, "load")]
        (root / LIBRARIES).unlink()
        keys.append(content_key(root, "load"))
        (root / "matrices" / "toy" / "notes.txt").write_text("no facts")
        keys.append(content_key(root, "load"))
        assert keys[0] != keys[1] == keys[2]

    @pytest.mark.parametrize("damage", [b"", b"{}", b"\xff", b"../../etc/passwd"])
    def test_a_damaged_memory_is_ignored(
        self, damage: bytes, cache: Path, tiny: WheelFacts
    ) -> None:
        load_wheel_facts(TINY)
        (memory,) = cache.glob("state-*")
        good = memory.read_bytes()
        memory.write_bytes(damage)
        assert load_wheel_facts(TINY) == tiny
        assert memory.read_bytes() == good

    @pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b"\xff", b"null", b'"x"'])
    def test_a_damaged_file_is_ignored(self, damage: bytes, cache: Path, tiny: WheelFacts) -> None:
        load_wheel_facts(TINY)
        (kept,) = cache.glob("wheels-*")
        good = kept.read_bytes()
        kept.write_bytes(damage)
        assert load_wheel_facts(TINY) == tiny
        assert kept.read_bytes() == good

    @pytest.mark.parametrize(
        ("key", "value"),
        [("lists", None), ("policies", []), ("externals", [[1]]), ("drivers", 1), ("mlplan", "9")],
    )
    def test_a_half_right_file_is_ignored(
        self, key: str, value: object, cache: Path, tiny: WheelFacts
    ) -> None:
        load_wheel_facts(TINY)
        (kept,) = cache.glob("wheels-*")
        document = read_compiled(kept, SCHEMA)
        assert document is not None
        text = json.dumps({**document, key: value})
        kept.write_text(f"{compiled_files._digest(text)}\n{text}")
        found = load_wheel_facts(TINY)
        assert (found.externals, found.drivers) == (tiny.externals, tiny.drivers)

    def test_without_cache(self, cache: Path, tiny: WheelFacts) -> None:
        assert load_wheel_facts(TINY, cache=False) == tiny
        assert not cache.exists()

    def test_a_folder_that_cannot_be_made_is_no_error(
        self, tiny: WheelFacts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").write_text("")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
        assert load_wheel_facts(TINY) == tiny

    def test_few_files_are_kept(self, cache: Path, tmp_path: Path) -> None:
        root = copy_tiny(tmp_path)
        for number in range(10):
            replace_once(root / LIBRARIES, "it must", f"{number} it must")
            load_wheel_facts(root)
        assert self.names(cache) == ["state"] * 8 + ["wheels"] * 8

    def test_facts_that_break_a_rule_are_refused(self, tmp_path: Path) -> None:
        root = copy_tiny(tmp_path)
        replace_once(root / LIBRARIES, "component: core", "component: cor")
        with pytest.raises(DataError) as caught:
            load_wheel_facts(root)
        assert str(caught.value) == (
            f"{LIBRARIES}:62: toy/threads: unknown component\n  found:   cor\n"
            "  did you mean: core\n\nhint: mlplan facts check"
        )

    def test_a_package_ships_them(
        self, cache: Path, tiny: WheelFacts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shipped = tmp_path / "shipped.json"
        shipped.write_text(wheel_facts_text(tiny))
        monkeypatch.setattr("planner.load.wheel_facts.is_packaged", lambda root: True)
        monkeypatch.setattr("planner.load.wheel_facts.WHEEL_FACTS_IN_PACKAGE", shipped)
        assert load_wheel_facts(tmp_path) == tiny
        shipped.unlink()
        assert load_wheel_facts(TINY) == tiny
        assert self.names(cache) == ["state", "wheels"]

    def test_little_is_imported(self) -> None:
        load_wheel_facts(TINY)
        code = (
            "import sys, pathlib\n"
            "from planner.load import compiled_files\n"
            "from planner.load.wheel_facts import load_wheel_facts\n"
            "compiled_files._SETTLED_NS = -10**18\n"
            "load_wheel_facts(pathlib.Path(sys.argv[1]))\n"
            "names = {name.partition('.')[0] for name in sys.modules}\n"
            "print(sorted(names & {'yaml', 'networkx', 'packaging', 'rich', 'typer'}))\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(TINY)], capture_output=True, text=True, check=True
        )
        assert done.stdout == "[]\n"
