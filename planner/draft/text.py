"""A draft as the text of a ``mlplan.yaml``: every line with its reason, and what else there is."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from planner.draft.records import Draft, DraftVariant, LeftOut, Setting, alike
from planner.load.canonical import canonical_text
from planner.load.variants import TOP_LEVEL

WIDTH = 100
_REASONS = 2
_LONGEST = 600
_NUMBERS = ("cxx", "x86-64-level")
_PLACE = re.compile(r"(?P<file>[^:]+):(?P<line>\d+): (?P<what>.*)")
_HEAD = (
    "A request for mlplan, drafted by mlplan init from this project's files; it is yours to edit.",
    "Behind each # stands where the line comes from. docs/request.md explains every key.",
)
_MORE = "More keys; take away the # of those that you want. In a variant they hold for it alone."

EXAMPLES: dict[str, tuple[str, str]] = {
    "project": ("project: mylib", "the name of the wheels"),
    "date": ('date: "{day}"', "the day it ships; without it, today"),
    "prefer": ("prefer: widest", "the oldest tag that works; newest is the default"),
    "toolchain": ("toolchain: image", "the compiler that the image holds, first"),
    "naming": ("naming: suffix", "mylib-cu13; or local: 1.0+cu130. Tells variants' wheels apart"),
    "python": ('python: ">=3.11"', "or tags: [cp312, cp314t, abi3-cp311]"),
    "architectures": ("architectures: [x86_64, aarch64]", "the processors to build for"),
    "cxx": ("cxx: 17", "the C++ standard that host and device code need"),
    "cxx11-abi": ("cxx11-abi: new", "the std::string of the libraries that you link"),
    "runs-on": ("runs-on: [rhel-8, debian-12]", "systems that must be able to run the wheels"),
    "glibc": ('glibc: "<=2.28"', "no newer tag than this"),
    "pip": ('pip: ">=20.3"', "the oldest pip that your users have"),
    "x86-64-level": ("x86-64-level: 2", "the highest level that the wheels may need"),
    "features": ("features: {{x86_64: [amx]}}", "instructions that the compiler must know"),
    "gpu": ("gpu: [sm_80, sm_90, compute_90]", 'or "8.0 9.0+PTX"; gfx942 for AMD; all'),
    "links": ("links: [cudart, cublas]", "vendor libraries that you link; they decide the floor"),
    "driver": ('driver: ">=580"', "the oldest GPU driver that your users have"),
    "allow": ("allow: [ended-base]", "waivers; see docs/request.md"),
}
"""An example of each key that may stand at the top, and one line about it."""


def draft_text(draft: Draft, titles: dict[str, str], day: str) -> str:
    """The request as a file. ``titles`` maps every family to its full name, ``day`` is an example
    of a date."""
    lines = [f"# {line}" for line in _HEAD]
    lines.append("mlplan: 1")
    lines += _block(draft.settings.values(), 0)
    lines += _left_out(draft.left_out, "", 0)
    lines.append("variants:")
    for variant in draft.variants:
        lines += _variant(variant, draft.left_out)
    used = {key for variant in draft.variants for key in variant.settings}
    others = [(f"# {name}: {{{name}: newest}}", title) for name, title in titles.items()]
    if all(titles.keys() & variant.settings.keys() for variant in draft.active()):
        others.append(("# plain: {}", "a wheel without an accelerator"))
    lines += _aligned([(t, r) for t, r in others if t.split(":")[0][2:] not in used], 2)
    said = set(draft.settings)
    lines += ["", f"# {_MORE}", *_examples(said, day)]
    return "\n".join(lines) + "\n"


def _examples(said: set[str], day: str) -> list[str]:
    rows = []
    for key in ("project", "date", *TOP_LEVEL):
        if key not in said:
            example, says = EXAMPLES[key]
            rows.append((f"# {example.format(day=day)}", says))
    return _aligned(rows, 0)


def _variant(variant: DraftVariant, left_out: tuple[LeftOut, ...]) -> list[str]:
    if variant.dropped:
        return _dropped(variant)
    if not variant.settings:
        return _aligned([(f"{variant.name}: {{}}", reasons(variant.because))], 2)
    lines = [f"  {variant.name}:", *_block(variant.settings.values(), 4)]
    return lines + _left_out(left_out, f"variants.{variant.name}.", 4)


def _dropped(variant: DraftVariant) -> list[str]:
    """A variant as a comment, with the reason above it."""
    lines = list(_wrapped(f"left out: {variant.dropped}", 2))
    rows = [f"{variant.name}:", *(f"  {_entry(setting)}" for setting in variant.settings.values())]
    return lines + [f"  # {line}" for row in rows for line in row.split("\n")]


def _block(settings: Iterable[Setting], indent: int) -> list[str]:
    return _aligned([(_entry(row), reasons(row.because)) for row in settings], indent)


def _entry(setting: Setting) -> str:
    """``key: value`` in canonical YAML; a long list goes over several lines."""
    if isinstance(setting.value, tuple):
        return f"{setting.key}: {canonical_text(list(setting.value))}".rstrip("\n")
    number = setting.key in _NUMBERS and setting.value.isdigit()
    text = canonical_text([int(setting.value) if number else setting.value])
    return f"{setting.key}: {text.strip()[1:-1]}"


def reasons(because: tuple[str, ...]) -> str:
    """Where a line comes from: the first places, and how many more there are. Lines of one file
    that say the same stand together: ``wheels.yml:15,16: matrix``."""
    groups: dict[tuple[str, str], list[str]] = {}
    for text in because:
        match = _PLACE.match(text)
        key = (match["file"], match["what"]) if match else (text, "")
        groups.setdefault(key, []).extend([match["line"]] if match else [])
    rows = [
        f"{file}:{','.join(dict.fromkeys(lines))}: {what}" if lines else file
        for (file, what), lines in groups.items()
    ]
    shown = "; ".join(printable(text) for text in rows[:_REASONS])
    more = len(rows) - _REASONS
    return f"{shown}; and {more} more" if more > 0 else shown


def printable(text: str) -> str:
    """Text without line breaks and control characters: it may come from anybody's file."""
    plain = "".join(c if c.isprintable() else "?" for c in text)
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 3]}..."


def _aligned(rows: list[tuple[str, str]], indent: int) -> list[str]:
    """Lines with their comments in one column where all fit, else close behind; a comment that is
    too long stands above its line."""
    column = max((len(text) for text, _ in rows if "\n" not in text), default=0) + indent + 2
    fits = all("\n" not in text and column + len(says) + 2 <= WIDTH for text, says in rows)
    lines: list[str] = []
    for text, says in rows:
        body = [" " * indent + line for line in text.split("\n")]
        one = f"{body[0].ljust(column if fits else 0)}{'' if fits else '  '}# {says}"
        if not says:
            lines += body
        elif len(body) == 1 and len(one) <= WIDTH:
            lines.append(one)
        else:
            lines += [*_wrapped(says, indent), *body]
    return lines


def _left_out(rows: tuple[LeftOut, ...], prefix: str, indent: int) -> list[str]:
    """What was left out of the settings below a path."""
    lines: list[str] = []
    for row in alike(rows):
        key = row.path.removeprefix(prefix)
        if row.path.startswith(prefix) and "." not in key:
            lines += _wrapped(f"left out: {key} {row.value}: {row.why}", indent)
    return lines


def _wrapped(text: str, indent: int) -> Iterator[str]:
    start = " " * indent + "# "
    return iter(
        textwrap.wrap(
            printable(text),
            WIDTH,
            initial_indent=start,
            subsequent_indent=start,
            break_on_hyphens=False,
        )
    )
