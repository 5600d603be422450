"""What the facts about wheels say, in one sentence by kind."""

from __future__ import annotations

from collections.abc import Callable

from planner.model.overlay import is_overlaid, shipped_id
from planner.model.sources import Fact

_NAMED = 3
"""Products that a sentence names."""


def wheel_sentence(fact: Fact) -> str:
    """One sentence that gives the statement of a fact by which wheels are judged."""
    if not is_overlaid(fact.id):
        return _SENTENCES[fact.kind](fact)
    return f"by the overlay, {_SENTENCES[fact.kind](fact._replace(id=shipped_id(fact.id)))}"


def _subject(fact: Fact) -> str:
    family, _, version = fact.id.partition("/")[0].partition("-")
    return f"{family} {version}" if version else family


def _policy(fact: Fact) -> str:
    name = fact.id.partition("/")[2]
    return f"{name} lists the libraries and symbol versions that its tag allows"


def _provides(fact: Fact) -> str:
    return f"wheels of {fact.text('project')} hold libraries in {fact.text('directory')}"


def _drives(fact: Fact) -> str:
    return f"{' '.join(fact.words('patterns'))} must not be bundled: {fact.text('why')}"


def _compresses(fact: Fact) -> str:
    what = f"{fact.text('format')} version {fact.text('version')}"
    return f"{_subject(fact)} {fact.text('releases')} {fact.text('role')} {what}"


def _threads(fact: Fact) -> str:
    libraries = " ".join(fact.words("libraries")) or "no threading library"
    return f"{fact.text('component')} of {_subject(fact)} needs {libraries} when it runs"


def _external(fact: Fact) -> str:
    projects = ", ".join(fact.words("projects")) or "the interpreter"
    return f"{' '.join(fact.words('patterns'))} come from {projects}"


def _holds(fact: Fact) -> str:
    what = fact.text("component") or "its libraries"
    return f"{_subject(fact)} has the sonames that are recorded of {what}"


def _knows(fact: Fact) -> str:
    verb = "builds" if fact.kind == "gpu-targets-built" else "knows"
    gone = f"; deprecated: {' '.join(fact.words('deprecated'))}" if fact.words("deprecated") else ""
    return f"{_subject(fact)} {verb} these GPU targets: {' '.join(fact.words('real'))}{gone}"


def _waives(fact: Fact) -> str:
    until = f"until {fact.text('expires')}: {fact.text('reason')}"
    return f"{fact.text('fact')} does not bind this project {until}"


def _products(fact: Fact) -> str:
    names = fact.words("names")
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more} have the GPU target {fact.text('target')}"


def _knowing_drivers(fact: Fact) -> str:
    first, last = fact.text("first-toolkit"), fact.text("last-branch")
    parts = [f"from the driver of {_subject(fact)} {first} on"] if first else []
    parts += [f"up to driver branch {last}"] if last else []
    return f"drivers know {' '.join(fact.words('targets'))} {', '.join(parts)}"


def _system(fact: Fact) -> str:
    libc = f"musl {fact.text('musl')}" if fact.text("musl") else f"glibc {fact.text('glibc')}"
    libraries = f" and libstdc++ with GLIBCXX_{fact.text('glibcxx')}"
    has = libraries if fact.text("glibcxx") else ""
    return f"{fact.id.partition('/')[2]} has {libc}{has}"


_SENTENCES: dict[str, Callable[[Fact], str]] = {
    "policy": _policy,
    "external-library": _external,
    "sonames": _holds,
    "library-needs": _holds,
    "gpu-targets": _knows,
    "gpu-targets-built": _knows,
    "provides": _provides,
    "extras": lambda f: f"extras of {f.text('project')} {f.text('versions')} pull in projects",
    "requires": lambda f: (
        f"{f.text('project')} {f.text('versions')} requires {', '.join(f.words('projects'))}"
    ),
    "driver-library": _drives,
    "bundle-compression": _compresses,
    "threading-runtime": _threads,
    "waiver": _waives,
    "products": _products,
    "runs-on": lambda f: f.text("says"),
    "members": lambda f: f"code for {f.text('target')} runs on {' '.join(f.words('members'))}",
    "target-mode": lambda f: f.text("says"),
    "target-driver": _knowing_drivers,
    "target-rename": lambda f: f"{f.text('old')} is called {f.text('new')} from {f.text('at')} on",
    "driver": lambda f: f"{_subject(f)} ({f.text('role')}) needs driver {f.text('minimum')}",
    "distribution": _system,
    "installer": lambda f: f"pip takes {', '.join(f.words('of'))} from {f.text('pip')} on",
    "spelled": lambda f: (
        f"names of projects write {' or '.join(f.words('words'))} before a release of {_subject(f)}"
    ),
    "made-for": lambda f: f"{', '.join(f.words('projects'))} are built for {_subject(f)}",
}
