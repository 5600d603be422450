"""Long fuzzing with hypothesis; MLPLAN_FUZZ_SECONDS bounds each test."""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from planner.artifacts.wheel import read_wheel
from planner.verifier.judge import judge
from tests.artifacts.hostile.harness import NAME, bounded, check_form, facts
from tests.artifacts.hostile.test_mutations import (
    ELF_BASES,
    GPU_BASES,
    ZIP_BASES,
    header_places,
    mutated,
)
from tests.artifacts.hostile.test_streams import SMALL
from tests.artifacts.hostile.zips import Part, wheel

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("MLPLAN_SLOW"), reason="slow: run with MLPLAN_SLOW=1"),
]
SECONDS = float(os.environ.get("MLPLAN_FUZZ_SECONDS", "20"))
_FUZZING = settings(
    max_examples=500,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
_SEEDED = settings(_FUZZING, phases=[Phase.generate])  # a smaller seed makes no smaller case


def _judge(folder: Path, data: bytes) -> None:
    """Judge a wheel whose members are held in memory, and whose members are streamed, in time."""
    path = folder / NAME
    path.write_bytes(data)
    known = facts()
    with bounded():
        found = [judge(read_wheel(path), known)]
        found += [judge(read_wheel(path, limits=SMALL._replace(rereads=40)), known)]
    for judged in found:
        check_form(judged)


def _fuzz(make: Callable[[random.Random], bytes]) -> None:
    """Judge made wheels until the time is over."""
    end = time.monotonic() + SECONDS
    with tempfile.TemporaryDirectory() as folder:

        @_SEEDED
        @given(st.integers(min_value=0, max_value=2**64))
        def run(seed: int) -> None:
            if time.monotonic() < end:
                _judge(Path(folder), make(random.Random(seed)))

        while time.monotonic() < end:
            run()


def test_fuzz_elf_files() -> None:
    bases = list(ELF_BASES.values())

    def make(pick: random.Random) -> bytes:
        base = pick.choice(bases)
        data = mutated(pick, base, range(len(base)))
        return wheel(Part(b"made/_C.so", data, method=pick.choice([0, 8])))

    _fuzz(make)


def test_fuzz_archives() -> None:
    bases = [(base, header_places(base)) for base in ZIP_BASES.values()]

    def make(pick: random.Random) -> bytes:
        return mutated(pick, *pick.choice(bases))

    _fuzz(make)


def test_fuzz_gpu_files() -> None:
    def make(pick: random.Random) -> bytes:
        name, base = pick.choice(GPU_BASES)
        data = mutated(pick, base, range(min(len(base), 4500)))
        return wheel(Part(name.encode(), data))

    _fuzz(make)


_WORDS = st.sampled_from(
    [b"\x7fELF\x02\x01\x01", b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\6\6", b"PK\6\7", b"CCOB", b"\0",
     bytes.fromhex("50ed55ba01001000"), b"__CLANG_OFFLOAD_BUNDLE__", b"!<arch>\n", b"KPAK",
     b"\xff\xff\xff\xff", bytes(64)]
)  # fmt: skip


def test_fuzz_bytes_of_nothing() -> None:
    """Bytes that no base gave: magics and noise, as a wheel and as a member of one."""
    end = time.monotonic() + SECONDS
    texts = st.lists(st.one_of(_WORDS, st.binary(max_size=40)), max_size=30).map(b"".join)
    with tempfile.TemporaryDirectory() as folder:

        @_FUZZING
        @given(texts, st.booleans(), st.sampled_from(["x.so", "x.a", "x.kpack", "METADATA"]))
        def run(data: bytes, is_wheel: bool, name: str) -> None:
            if time.monotonic() < end:
                member = Part(b"made/" + name.encode(), data)
                _judge(Path(folder), data if is_wheel else wheel(member))

        while time.monotonic() < end:
            run()


_LINES = st.lists(
    st.text(alphabet=st.sampled_from("aA1.-_,;:=\"' \n\r\t\0\u2028é😀(<>)[]"), max_size=60),
    max_size=20,
)


def test_fuzz_metadata() -> None:
    """METADATA, WHEEL and RECORD of any text."""
    end = time.monotonic() + SECONDS
    field = st.sampled_from(["Name", "Version", "Requires-Dist", "Tag", "Provides-Extra", "X", ""])
    lines = st.lists(st.tuples(field, st.text(max_size=40)), max_size=12)
    with tempfile.TemporaryDirectory() as folder:

        @_FUZZING
        @given(lines, lines, _LINES)
        def run(core: list[tuple[str, str]], told: list[tuple[str, str]], rows: list[str]) -> None:
            if time.monotonic() < end:
                _judge(Path(folder), _described(core, told, rows))

        while time.monotonic() < end:
            run()


def _described(core: list[tuple[str, str]], told: list[tuple[str, str]], rows: list[str]) -> bytes:
    from tests.artifacts.hostile.zips import INFO, archive  # noqa: PLC0415

    texts = {
        "METADATA": "".join(f"{key}: {value}\n" for key, value in core),
        "WHEEL": "".join(f"{key}: {value}\n" for key, value in told),
        "RECORD": "".join(rows),
    }
    return archive(
        Part(f"{INFO}/{name}".encode(), text.encode("utf-8", "surrogatepass"))
        for name, text in texts.items()
    )
