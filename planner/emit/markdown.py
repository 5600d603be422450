"""``markdown``: what runs where, as GitHub Flavored Markdown for a README or release notes.

Rows that differ in the architecture alone are one row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from planner.emit.base import EmittedFile, Wanted, gpu_words, one_line
from planner.emit.distributions import distribution_names, distribution_words
from planner.emit.naming import wheel_name
from planner.model.gpus import GpuFacts
from planner.plan.locked import LockedJob

Row = Mapping[str, str]

_TITLES = {"cuda": "CUDA", "rocm": "ROCm", "mkl": "MKL"}
_PYTHONS = {
    r"cp3(\d+)t": "3.{} free-threaded",
    r"abi3-cp3(\d+)": "3.{} or newer (abi3)",
    r"pp3(\d+)": "PyPy 3.{}",
}
_DOUBT = "†"
_NOTHING = "\N{EN DASH}"
_MARKUP = re.compile(r"[\\`*_{}\[\]()#+!|~<>&@:.-]")
_ABOUT_PRODUCTS = "GPU products are examples; the lists of their makers decide."
_ABOUT_TAGS = (
    "The wheels hold for every distribution with at least that glibc; listed are those that their "
    "makers still support."
)


class SupportTable:
    """One page with a table of the variants and one of the systems."""

    name = "markdown"
    says = "support table for a README or release notes"
    needs_gpus = True

    def files(self, wanted: Wanted) -> tuple[EmittedFile, ...]:
        """The page."""
        banner = " ".join(wanted.banner).replace(">", "&gt;")
        lines = [f"<!-- {banner} -->", ""]
        lines += _table(_merged(_variant_row(wanted, job) for job in wanted.jobs))
        if any(wanted.gpus.short(_plain(t)) for job in wanted.jobs for t in gpu_words(job)):
            lines += ["", _ABOUT_PRODUCTS]
        systems = _table(_merged(_system_row(job) for job in wanted.jobs))
        lines += ["", _ABOUT_TAGS, "", *systems] if wanted.jobs else ["No wheel is planned."]
        if any(_DOUBT in line for line in lines):
            lines += ["", f"{_DOUBT} no document of the vendor that mlplan knows confirms it."]
        return (EmittedFile("support.md", "\n".join(lines) + "\n"),)


def _variant_row(wanted: Wanted, job: LockedJob) -> Row:
    name = wheel_name(wanted, job)
    named = wanted.asked(job, "naming") in ("local", "suffix")
    return {
        "Variant": escaped(job.variant),
        "Package": code(name.project + name.suffix) if named else "",
        "Built with": ", ".join(_release(f, v) for f, v in job.accelerators.items()) or "CPU only",
        "Architecture": code(job.arch),
        "GPUs": _gpus(job, wanted.gpus),
        "NVIDIA driver": _driver(job),
        "Python": ", ".join(_pythons(job.pythons)),
    }


def _system_row(job: LockedJob) -> Row:
    tags = " ".join(code(tag.removesuffix(f"_{job.arch}")) for tag in job.tags)
    return {
        "Wheel tag": tags,
        "Architecture": code(job.arch),
        "glibc": escaped(job.glibc) + " or newer",
        "Runs on": escaped(", ".join(distribution_words(job.serves, job.excludes))),
        "Not on": escaped(", ".join(distribution_names(job.excludes))) or _NOTHING,
        "pip": escaped(job.pip_floor) + " or newer",
    }


def _merged(rows: Iterable[Row]) -> list[Row]:
    """Rows whose cells are equal but for the architecture as one, in the order of the first."""
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for row in rows:
        key = tuple(cell for name, cell in row.items() if name != "Architecture")
        kept = found.setdefault(key, dict(row))
        if row["Architecture"] not in kept["Architecture"].split(", "):
            kept["Architecture"] += f", {row['Architecture']}"
    return list(found.values())


def _table(rows: list[Row]) -> list[str]:
    """The lines of a table, without the columns that say nothing."""
    keys = [key for key in (rows[0] if rows else ()) if any(row[key] for row in rows)]
    lines = [keys, ["---"] * len(keys)] if rows else []
    lines += [[row[key] or _NOTHING for key in keys] for row in rows]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def _release(family: str, version: str) -> str:
    return escaped(f"{_TITLES.get(family, family)} {version}")


def _gpus(job: LockedJob, gpus: GpuFacts) -> str:
    """Targets by number and product; what is left to the driver's compiler comes last."""
    machine = [
        _target(target, gpus)
        for (_, form), targets in job.gpu.items()
        for target in targets
        if form != "virtual"
    ]
    later = [_capability(t) for t in job.gpu.get(("cuda", "virtual"), ())]
    text = "; ".join(machine)
    if later:
        text += f"{'; ' if text else ''}newer GPUs by JIT from {', '.join(map(escaped, later))}"
    return text


def _target(target: str, gpus: GpuFacts) -> str:
    """``9.0 (H100, H200, GH200)``."""
    plain = _plain(target)
    product = gpus.short(plain)
    doubt = _DOUBT if gpus.is_unconfirmed(plain) else ""
    name = escaped(_capability(target))
    return f"{name} ({escaped(product)}{doubt})" if product else name


def _plain(target: str) -> str:
    """A target without suffix and modes: ``sm_90`` of ``sm_90a``."""
    return re.sub(r"[af]$", "", target) if target.startswith("sm_") else target.partition(":")[0]


def _capability(target: str) -> str:
    """``9.0a`` of sm_90a; other targets as they are."""
    found = re.fullmatch(r"(?:sm|compute)_(\d+)(\d)([af]?)", target)
    return f"{found[1]}.{found[2]}{found[3]}" if found else target


def _driver(job: LockedJob) -> str:
    """The oldest driver, and the oldest that also compiles PTX where that is another one."""
    if "cuda" not in job.accelerators:
        return ""
    doubt = _DOUBT if any(fact.endswith("/driver") for fact in job.unconfirmed) else ""
    text = f"{escaped(job.driver_floor)} or newer{doubt}" if job.driver_floor else "not known"
    if not job.gpu.get(("cuda", "virtual")) or job.jit_driver_floor == job.driver_floor:
        return text
    if job.jit_driver_floor is None:
        return f"{text}; JIT: that of {_release('cuda', job.accelerators['cuda'])} or newer"
    doubt = _DOUBT if any(f.endswith("/toolkit-driver") for f in job.unconfirmed) else ""
    return f"{text}; JIT: {escaped(job.jit_driver_floor)} or newer{doubt}"


def _pythons(tags: tuple[str, ...]) -> list[str]:
    """Interpreters in words, a run of CPython as a range: "3.11 to 3.14", "3.14 free-threaded"."""
    minors = sorted(int(found[1]) for tag in tags if (found := re.fullmatch(r"cp3(\d+)", tag)))
    words = [f"3.{minor}" for minor in minors]
    if len(minors) > 1 and minors == list(range(minors[0], minors[-1] + 1)):
        words = [f"3.{minors[0]} to 3.{minors[-1]}"]
    return words + [_python(tag) for tag in tags if not re.fullmatch(r"cp3\d+", tag)]


def _python(tag: str) -> str:
    for pattern, text in _PYTHONS.items():
        if found := re.fullmatch(pattern, tag):
            return text.format(found[1])
    return escaped(tag)


def escaped(text: str) -> str:
    """Text that Markdown shows as it is: no markup, no cell, no link, no mention, one line."""
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", one_line(text)) if _odd(text) else text


def _odd(text: str) -> bool:
    """Whether text holds more than versions and plain names do; those stay readable."""
    return re.fullmatch(r"(?!www\.)[A-Za-z0-9](?:[A-Za-z0-9 ,.+]|-(?=[A-Za-z0-9 ]))*", text) is None


def code(text: str) -> str:
    """Text as code where it is a plain name, else escaped."""
    return f"`{text}`" if re.fullmatch(r"[A-Za-z0-9._+-]+", text) else escaped(text)
