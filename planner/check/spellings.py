"""The many spellings of one value in other people's matrices, brought to ours.

GPU lists: ``TORCH_CUDA_ARCH_LIST`` (torch/utils/cpp_extension.py), ``CMAKE_CUDA_ARCHITECTURES``
(cmake-properties, CUDA_ARCHITECTURES), nvcc ``-gencode`` (nvcc manual, 4.2.7), and
``PYTORCH_ROCM_ARCH``. Tags: PEP 513, 571, 599 and 600. Pythons: PEP 425 tags, setup-python.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner.model.gpu_targets import parse_target, split_targets
from planner.model.platforms import ARCHITECTURES, LEGACY_TAGS

FIELDS = (
    "arch",
    "gcc",
    "platform_tag",
    "image",
    "gpu",
    "python",
    "date",
    "binutils",
    "links",
    "cxx",
    "allow",
)
"""What a row may say besides its accelerators; ``id`` names it."""
_SAYS_NOTHING = frozenset({"name", "variant", "runner", "os", "runs-on", "runs_on", "compiler"})
_ALSO = {
    "platform-tag": "platform_tag",
    "python-version": "python",
    "python_version": "python",
    "architecture": "arch",
    "torch_cuda_arch_list": "gpu",
    "cmake_cuda_architectures": "gpu",
    "pytorch_rocm_arch": "gpu",
    "cmake_hip_architectures": "gpu",
    "runner": "runner",
    "os": "runner",
    "runs-on": "runner",
    "runs_on": "runner",
    "compiler": "compiler",
    "name": "name",
}
_ARCHS = {
    "amd64": "x86_64",
    "x64": "x86_64",
    "x86-64": "x86_64",
    "arm64": "aarch64",
    "armv8": "aarch64",
    "x86": "i686",
    "i386": "i686",
    "i586": "i686",
    "ppc64el": "ppc64le",
    "powerpc64le": "ppc64le",
    "arm": "armv7l",
    "armhf": "armv7l",
    "riscv": "riscv64",
    "loong64": "loongarch64",
}
NOTHING = frozenset({"", "none", "null", "n/a", "-", "cpu", "false"})
"""What is written where a row does not want to say anything."""
_ELSEWHERE = re.compile(
    r"(windows|win32|win64|win_|win-|win$|macos|mac-|mac$|darwin|osx|msvc)", re.IGNORECASE
)
_TORCH_NAMES = {
    "maxwell": ("5.0", "5.2"),
    "maxwell+tegra": ("5.3",),
    "pascal": ("6.0", "6.1"),
    "volta": ("7.0",),
    "turing": ("7.5",),
    "ampere": ("8.0", "8.6"),
    "ampere+tegra": ("8.7",),
    "ada": ("8.9",),
    "hopper": ("9.0",),
}
_WHATEVER_IS_THERE = frozenset({"all", "all-major", "native", "common", "default"})
_GENCODE = re.compile(r"""arch=["']?(compute_\w+)["']?,code=["']?(\[[^\]]*\]|[\w,]+)""")
_ARCH_FLAG = re.compile(r"(?:--gpu-architecture|-arch)[= ](\S+)|(?:--offload-arch)[= ](\S+)")


def field_names(families: tuple[str, ...]) -> tuple[str, ...]:
    """The names that a key of a row may have, or be mapped to."""
    return ("id", *families, *FIELDS)


def field_of(key: str, families: tuple[str, ...]) -> str | None:
    """The field that a key means; "" where it says nothing, None where nobody knows it."""
    low = key.lower()
    if low in families or low in FIELDS or low == "id":
        return low
    if low in _ALSO:
        return _ALSO[low]
    return "" if low in _SAYS_NOTHING else None


def is_elsewhere(text: str) -> bool:
    """Whether a runner, system or tag is of Windows or macOS."""
    return bool(_ELSEWHERE.match(text.strip()))


def release_spec(text: str, family: str) -> str:
    """A release as a specifier: ``cu124``, ``v12.4``, ``12-4`` and ``rocm-6.2`` lose the frills."""
    word = text.strip()
    if match := re.fullmatch(r"cu(\d{2,3})", word):
        return f"{match[1][:-1]}.{match[1][-1]}"
    word = re.sub(rf"(?i)^(?:{re.escape(family)}|v)[-_ ]?(?=\d)", "", word)
    if re.fullmatch(r"\d+(-\d+)+", word):
        word = word.replace("-", ".")
    return re.sub(r"\.x$", ".*", word)


def architecture(text: str) -> str | None:
    """The architecture, or None where it is none that the facts may name."""
    word = re.sub(r"^linux[-_/]", "", text.strip().lower())
    word = re.sub(r"^arm/v7$|^arm64/v8$", lambda m: "arm" if m[0] == "arm/v7" else "arm64", word)
    word = _ARCHS.get(word, word)
    return word if word in ARCHITECTURES else None


@dataclass(frozen=True, kw_only=True, slots=True)
class TagParts:
    """What a platform tag says: its policies (oldest glibc first) and its architecture.

    ``policies`` is empty for ``linux_x86_64``; ``libc`` is "" there, else glibc or musl.
    """

    policies: tuple[str, ...]
    arch: str
    libc: str


def tag_parts(text: str) -> TagParts | None:
    """The parts of one tag, or of several joined by dots; None where it is no Linux tag."""
    policies: list[str] = []
    archs: dict[str, None] = {}
    libcs: dict[str, None] = {}
    for word in re.split(r"[.,;\s]+", text.strip()):
        match = re.fullmatch(
            r"(?:(manylinux|musllinux)_(\d{1,4})_(\d{1,4})|(manylinux(?:1|2010|2014))|(linux))(?:_(\w+))?",
            word,
        )
        if match is None:
            return None
        if match[6]:
            arch = architecture(match[6])
            if arch is None:
                return None
            archs[arch] = None
        if match[1]:
            policies.append(f"{match[1]}_{match[2]}_{match[3]}")
            libcs["glibc" if match[1] == "manylinux" else "musl"] = None
        elif match[4]:
            legacy = {name: policy for policy, name in LEGACY_TAGS.items()}
            policies.append(legacy[match[4]])
            libcs["glibc"] = None
    if len(archs) > 1 or len(libcs) > 1:
        return None
    ordered = sorted(dict.fromkeys(policies), key=policy_order)
    return TagParts(policies=tuple(ordered), arch="".join(archs), libc="".join(libcs))


def policy_order(policy: str) -> tuple[int, ...]:
    """Sort key of policies by their libc version."""
    return tuple(int(part) for part in re.findall(r"\d+", policy))


def compiler_version(text: str) -> str | None:
    """The version of gcc that is asked for (``9``, ``13.2``), or None where it is no gcc."""
    word = text.strip().lower()
    match = re.fullmatch(
        r"(?:gcc-toolset|devtoolset|gnu|gcc|g\+\+)?[-_ @=]*(\d{1,4}(?:\.\d{1,4}){0,2})(?:\.[x*])*",
        word,
    )
    return match[1] if match else None


def gpu_words(text: str) -> list[str]:
    """The single words of a target list in any of the usual notations."""
    found: list[str] = []
    rest = _GENCODE.sub(lambda match: _gencode(match, found), text)
    rest = _ARCH_FLAG.sub(lambda match: f" {match[1] or match[2]} ", rest)
    rest = re.sub(r"-gencode[= ]?|--generate-code[= ]?|[\"'\[\]]", " ", rest)
    for word in split_targets(rest):
        name, plus, ptx = word.lower().partition("+ptx")
        if name in _TORCH_NAMES:
            numbers = _TORCH_NAMES[name]
            found += numbers[:-1]
            found.append(numbers[-1] + ("+PTX" if plus and not ptx else ""))
        else:
            found.append(word)
    return list(dict.fromkeys(found))


def _gencode(match: re.Match[str], found: list[str]) -> str:
    found.append(match[1])
    found.extend(word for word in re.split(r"[\[\],\s]+", match[2]) if word)
    return " "


def gpu_targets(word: str, known: frozenset[str]) -> tuple[str, ...] | None:
    """The targets that one word means; empty for ``all`` and ``native``, None for no target."""
    if word.lower() in _WHATEVER_IS_THERE:
        return ()
    return (word,) if word in known else parse_target(word)


def cxx_standard(text: str) -> str | None:
    """The C++ standard: ``17`` of ``c++17``, ``gnu++1z`` or ``17``."""
    drafts = {"0x": "11", "1y": "14", "1z": "17", "2a": "20", "2b": "23", "2c": "26"}
    match = re.fullmatch(r"(?:-std=)?(?:(?:c|gnu)(?:\+\+|xx))?(\d[\dabcxyz])", text.strip().lower())
    if match is None:
        return None
    return drafts.get(match[1], match[1])


def python_wish(text: str) -> str | None:
    """The interpreter tag (``cp312``, ``abi3-cp311``), or a specifier as it stands."""
    word = text.strip().lower()
    if re.match(r"[<>=!~]", word):
        return word
    if match := re.fullmatch(
        r"(?:python|py|cpython)?[-_ ]?(\d)\.(\d+)(?:\.\d+)?(t?)(?:-dev)?", word
    ):
        return f"cp{match[1]}{match[2]}{match[3]}"
    if match := re.fullmatch(r"(?:pypy|pp)-?(\d)\.?(\d+)(?:[-_v].*)?", word):
        return f"pp{match[1]}{match[2]}"
    if match := re.fullmatch(r"(?:abi3-)?(cp\d{2,3}t?)(?:-(abi3|cp\d{2,3}t?))?(?:-\w+)?", word):
        base = match[2] if match[2] and match[2] != "abi3" else match[1]
        stable = word.startswith("abi3-") or match[2] == "abi3"
        return f"abi3-{base}" if stable else base
    if re.fullmatch(r"(gp|graalpy)-?\d+\.?\d*", word):
        return "gp" + re.sub(r"\D", "", word)
    return None


def image_name(text: str) -> str:
    """An image reference without its tag and digest: ``quay.io/pypa/manylinux_2_28_x86_64``."""
    name = text.strip().partition("@")[0]
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"
