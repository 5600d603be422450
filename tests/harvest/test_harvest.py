"""New releases of a made family, read off an index of made wheels."""

from __future__ import annotations

from pathlib import Path

from planner.artifacts.elf.head import names_by_hash
from planner.harvest.offers import Passed
from planner.harvest.records import Fate
from planner.harvest.run import with_successors
from planner.harvest.workspace import write_changes
from planner.load.canonical import misformatted, rewrite
from planner.load.facts import load_facts
from planner.load.invariants import broken_invariants
from tests.harvest.making import harvested, library, lines, publish, wheel, wheels_of_release
from tests.wheels.made import elf_file
from tests.wheels.served import ServedIndex

EXPECTED = Path(__file__).resolve().parent / "expected"


def text(root: Path, name: str) -> str:
    return (root / "matrices" / "acme" / f"{name}.yaml").read_text(encoding="utf-8")


def test_nothing_new(root: Path, wheel_index: ServedIndex) -> None:
    found = harvested(root, wheel_index)
    assert (found.releases, found.changes, found.why) == ((), (), "")
    assert found.is_complete
    assert found.requests == 1


def test_a_new_minor_release(root: Path, wheel_index: ServedIndex) -> None:
    rewrite(root)
    publish(wheel_index, "1.1.0")
    found = harvested(root, wheel_index)
    assert found.is_complete
    assert not found.met_unreadable
    write_changes(root, found.changes)
    for name in ("1.1", "libraries", "family"):
        assert text(root, name) == (EXPECTED / f"{name}.yaml").read_text(encoding="utf-8")
    assert misformatted(root) == []
    assert broken_invariants(load_facts(root)) == []


def test_what_became_of_the_facts(root: Path, wheel_index: ServedIndex) -> None:
    publish(wheel_index, "1.1.0")
    (release,) = harvested(root, wheel_index).releases
    assert (release.release, release.file, release.template) == (
        "1.1.0",
        "matrices/acme/1.1.yaml",
        "1.0",
    )
    assert lines(release, Fate.CARRIED, Fate.UNPROVED, Fate.SAME) == [
        "documented-gcc: carried over",
        "driver: carried over",
    ]
    assert lines(release, Fate.LEFT_OUT) == [
        "toolkit-driver: left out, it is about one release only",
        "announced: left out, no plan rests on it",
        "remark: left out, no plan rests on it",
    ]
    assert release.count(Fate.READ) == 12


def test_a_harvest_of_a_harvest_finds_nothing(root: Path, wheel_index: ServedIndex) -> None:
    publish(wheel_index, "1.1.0")
    write_changes(root, harvested(root, wheel_index).changes)
    again = harvested(root, wheel_index)
    assert (again.releases, again.changes) == ((), ())


def test_a_file_that_was_deleted_comes_back(root: Path, wheel_index: ServedIndex) -> None:
    publish(wheel_index, "1.1.0")
    write_changes(root, harvested(root, wheel_index).changes)
    rewrite(root)
    before = text(root, "1.1")
    (root / "matrices" / "acme" / "1.1.yaml").unlink()
    found = harvested(root, wheel_index)
    assert [change.file for change in found.changes] == ["matrices/acme/1.1.yaml"]
    write_changes(root, found.changes)
    assert text(root, "1.1") == before


def test_a_new_update_keeps_the_file(root: Path, wheel_index: ServedIndex) -> None:
    """Facts of the minor release stay; where the update differs it gets facts of its own."""
    rewrite(root)
    before = text(root, "1.0")
    same = library("libmath.so.1", "GLIBC_2.17")
    publish(wheel_index, "1.0.1", day="2026-04-01", math={"acme/lib/libmath.so.1": same})
    found = harvested(root, wheel_index)
    (release,) = found.releases
    assert lines(release, Fate.SAME, Fate.CARRIED) == [
        "toolkit-driver: carried over",
        "architectures: same",
        "host-clang-oldest: same",
        "needs-math-x86_64: same",
        "sonames: same",
        "packages: same",
    ]
    write_changes(root, found.changes)
    added = text(root, "1.0")
    shared = before[before.index("\nfacts:\n") :]
    assert added.startswith(before.removesuffix(shared))
    assert added.endswith(shared)
    assert added == (EXPECTED / "1.0.yaml").read_text(encoding="utf-8")
    assert load_facts(root).families["acme"].minors["1.0"].facts_of("1.0.1")["host-gcc"].text(
        "range"
    ) == ("<17")


def test_several_updates_of_a_new_minor_release(root: Path, wheel_index: ServedIndex) -> None:
    """The newest speaks for the minor release; what differs in another stands with that one."""
    math = {"acme/lib/libmath.so.1": library("libmath.so.1", "GLIBC_2.12")}
    publish(wheel_index, "1.1.0", math=math)
    publish(wheel_index, "1.1.1", day="2026-10-01")
    found = harvested(root, wheel_index)
    assert [release.release for release in found.releases] == ["1.1.0", "1.1.1"]
    write_changes(root, found.changes)
    minor = load_facts(root).families["acme"].minors["1.1"]
    assert list(minor.releases["1.1.0"]) == ["released", "components", "needs-math-x86_64"]
    needs = {v: minor.facts_of(v)["needs-math-x86_64"].table("libraries") for v in minor.releases}
    assert {v: row["libmath"]["glibc"] for v, row in needs.items()} == {
        "1.1.0": "2.12",
        "1.1.1": "2.27",
    }


def test_versions_that_are_passed_over(root: Path, wheel_index: ServedIndex) -> None:
    publish(wheel_index, "1.2.0rc1")
    wheel_index.add("acme_toolkit-0.9.0-py3-none-any.whl", {})
    wheel_index.add("acme_toolkit-1.3.0-py3-none-any.whl", {}, yanked=True)
    wheel_index.add("acme_toolkit-1.4.0-py3-none-win_amd64.whl", {})
    found = harvested(root, wheel_index)
    assert found.releases == ()
    assert found.passed == (
        Passed(version="0.9.0", why="older than 1.0, with which the facts begin"),
        Passed(version="1.2.0rc1", why="a pre-release"),
        Passed(version="1.3.0", why="withdrawn by the vendor"),
        Passed(version="1.4.0", why="no wheel for Linux"),
    )


def test_a_library_that_is_gone_and_one_that_is_new(root: Path, wheel_index: ServedIndex) -> None:
    math = {"acme/lib/libmathfast.so.1": library("libmathfast.so.1", "GLIBC_2.4")}
    publish(wheel_index, "1.1.0", math=math)
    (release,) = harvested(root, wheel_index).releases
    assert "needs-math-x86_64: read, no longer there: libmath" in lines(release)
    write_changes(root, harvested(root, wheel_index).changes)
    minor = load_facts(root).families["acme"].minors["1.1"]
    assert minor.facts["needs-math-x86_64"].table("libraries") == {
        "libmathfast": {"glibc": "2.4", "soname": "libmathfast.so.1"}
    }
    assert minor.facts["sonames"].mapping("libraries") == {"solver": "libsolver.so.1"}


def test_an_architecture_without_wheels_of_a_component(
    root: Path, wheel_index: ServedIndex
) -> None:
    """What the older release says of an architecture is left out where the new one has none."""
    publish(wheel_index, "1.1.0")
    wheel_index.wheels.pop(wheel("math", "1.1.0"))
    wheel_index.add(
        wheel("math", "1.1.0", "py3-none-manylinux_2_28_aarch64"),
        {"acme/lib/libmath.so.1": elf_file("aarch64", needs={"libc.so.6": ["GLIBC_2.17"]})},
    )
    (release,) = harvested(root, wheel_index).releases
    assert lines(release, Fate.LEFT_OUT)[2] == (
        "needs-math-x86_64: left out, acme-math 1.1.0 has no wheel for x86_64"
    )
    assert "needs-math-aarch64: read" in lines(release)
    (fact,) = [fact for fact in release.facts if fact.id == "acme-1.1/architectures"]
    assert fact.evidence == (
        "acme_crt-1.1.0-py3-none-manylinux_2_28_x86_64.whl; "
        "acme_math-1.1.0-py3-none-manylinux_2_28_aarch64.whl"
    )


def test_a_bound_that_the_header_has_no_more(root: Path, wheel_index: ServedIndex) -> None:
    header = b"#if __GNUC__ > 18\n#error\n#endif\n#if __clang_major__ > 30\n#error\n#endif\n"
    publish(wheel_index, "1.1.0", crt={"acme/include/host_config.h": header})
    (release,) = harvested(root, wheel_index).releases
    assert "host-clang-oldest: left out, its header has no such bound for clang" in lines(release)
    write_changes(root, harvested(root, wheel_index).changes)
    facts = load_facts(root).families["acme"].minors["1.1"].facts
    assert facts["host-gcc"].text("range") == "<19"


def test_the_made_release_is_as_the_older_one_says() -> None:
    """So that a fact that differs in a test does so on purpose."""
    assert sorted(wheels_of_release()) == ["crt", "front", "math", "solver", "tool"]


def test_a_minor_release_between_others(root: Path, wheel_index: ServedIndex) -> None:
    """It goes by the release before it, and into its place in the order."""
    publish(wheel_index, "1.2.0", day="2026-10-01")
    write_changes(root, harvested(root, wheel_index).changes)
    publish(wheel_index, "1.1.0")
    (release,) = harvested(root, wheel_index).releases
    assert release.template == "1.0"
    write_changes(root, harvested(root, wheel_index).changes)
    assert list(load_facts(root).families["acme"].minors) == ["1.0", "1.1", "1.2"]


def test_a_checkout_names_its_schemas(root: Path, wheel_index: ServedIndex) -> None:
    """As ``facts check`` wants it of every fact file below a checkout of this project."""
    schemas = root / "planner" / "schemas" / "facts"
    schemas.mkdir(parents=True)
    (schemas / "release.schema.json").write_text("{}", encoding="utf-8")
    rewrite(root)
    publish(wheel_index, "1.1.0")
    write_changes(root, harvested(root, wheel_index).changes)
    line = "# yaml-language-server: $schema=../../planner/schemas/facts/release.schema.json\n"
    assert text(root, "1.1").startswith(f"{line}mlplan-release: 1\n")
    assert misformatted(root) == []


def test_names_of_the_next_major_release() -> None:
    """Versions that a library of a new major release needs may be named by their hash alone."""
    names = with_successors(names_by_hash(["libmath.so.9", "GLIBC_2.17", "libx.so.1.2", "libx.so"]))
    assert names == names_by_hash(
        ["libmath.so.9", "GLIBC_2.17", "libx.so.1.2", "libx.so", "libmath.so.10"]
    )
