"""What a fact says, in one sentence by kind."""

from __future__ import annotations

from collections.abc import Callable

from planner.model.overlay import is_overlaid, shipped_id
from planner.model.sources import Fact


def subject_of(fact: Fact) -> str:
    """What a fact is about, from its id: ``cuda 12.8`` of ``cuda-12.8/host-gcc``."""
    prefix = shipped_id(fact.id).partition("/")[0]
    family, dash, version = prefix.partition("-")
    return f"{family} {version}" if dash and version[:1].isdigit() else prefix


def fact_sentence(fact: Fact) -> str:
    """One sentence that gives the statement of a fact without its source."""
    own = is_overlaid(fact.id)
    if own:
        fact = fact._replace(id=shipped_id(fact.id))
    write = _SENTENCES.get(fact.kind)
    says = write(fact) if write is not None else _plain(fact)
    return f"by the overlay, {says}" if own else says


def _plain(fact: Fact) -> str:
    if fact.text("says"):
        return fact.text("says")
    parts = [f"{key} {_shown(value)}" for key, value in fact.payload.items()]
    return f"{fact.id}: {', '.join(parts)}" if parts else fact.id


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, dict):
        return " ".join(value)
    return str(value)


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(words)


def _needs(fact: Fact) -> str:
    rows = []
    for library, needs in fact.table("libraries").items():
        named = [
            f"{prefix}_{needs[key]}"
            for key, prefix in (("glibc", "GLIBC"), ("glibcxx", "GLIBCXX"), ("cxxabi", "CXXABI"))
            if key in needs
        ]
        rows.append(f"{library} {' '.join(named) or 'nothing'}")
    version = f" {fact.text('version')}" if fact.text("version") else ""
    project = fact.text("project") or fact.text("component")
    return f"{project}{version} on {fact.text('arch')} needs: {_list(tuple(rows))}"


def _limit(fact: Fact) -> str:
    limit = f"{fact.text('compiler')} {fact.text('range')}"
    if fact.kind == "host-compiler":
        return f"{subject_of(fact)} accepts {limit}, refuses any other"
    return f"the documents of {subject_of(fact)} name {limit} only"


def _breakage(fact: Fact) -> str:
    when = f" in C++ {fact.text('cxx')}" if fact.text("cxx") else ""
    what = f"{subject_of(fact)} breaks with {fact.text('compiler')} {fact.text('range')}{when}"
    return f"{what}: {fact.text('symptom')}"


def _documented_glibc(fact: Fact) -> str:
    oldest = fact.text("distribution")
    after = f" (oldest: {oldest})" if oldest else ""
    where = f"{subject_of(fact)} on {fact.text('arch')}"
    return f"{where} is documented for glibc {fact.text('glibc')} and newer{after}"


def _targets(fact: Fact) -> str:
    real = f"{subject_of(fact)} knows these GPU targets: {' '.join(fact.words('real'))}"
    names = {"specific": "a-variants", "family": "f-variants", "generic": "generic targets"}
    counts = {name: len(fact.words(form)) for form, name in names.items()}
    more = [f"{n} {name if n > 1 else name.removesuffix('s')}" for name, n in counts.items() if n]
    return f"{real}; and {', '.join(more)}" if more else real


def _life(fact: Fact) -> str:
    removed = f", removed in {fact.text('removed')}" if fact.text("removed") else ""
    return f"{fact.text('target')} is known from {fact.text('first')} on{removed}"


def _end(fact: Fact) -> str:
    return f"{fact.text('what')} support of {fact.text('id')} ends on {fact.text('date')}"


def _image(fact: Fact) -> str:
    ended = f", support ended {fact.text('ended')}" if fact.text("ended") else ""
    abi = f", {fact.text('cxx11_abi')} C++11 ABI" if fact.text("cxx11_abi") else ""
    name = fact.id.partition("/")[2]
    policy = fact.text("policy")
    shown = name if name == policy else f"{name} ({policy})"
    pulled = f", pulled from {fact.text('repository')}" if fact.text("repository") else ""
    return f"image {shown} is {fact.text('status')}{ended}{abi}{pulled}"


def _image_architecture(fact: Fact) -> str:
    since = f" since {fact.text('since')}" if fact.text("since") else ", first day not known"
    level = f"; it links in x86-64-v{fact.text('level')} code" if fact.text("level") else ""
    where = f"{fact.id.partition('/')[2].partition('@')[0]} on {fact.text('arch')}"
    return f"image {where} is based on {fact.text('base')}{since}{level}"


def _image_toolset(fact: Fact) -> str:
    since = f" since {fact.text('since')}" if fact.text("since") else ""
    return f"image {fact.id.split('/')[1]} holds {fact.text('toolset')}{since}"


def _toolset(fact: Fact) -> str:
    binutils = f" and binutils {fact.text('binutils')}" if fact.text("binutils") else ""
    return f"{fact.id.partition('/')[2]} is gcc {fact.text('gcc')}{binutils}"


def _obtainable(fact: Fact) -> str:
    word = "by" if fact.text("qualifier") == "by" else "from"
    where = f"{fact.text('base')} ({' '.join(fact.words('architectures'))})"
    return f"{fact.text('toolset')} can be installed on {where} {word} {fact.text('since')}"


def _policy(fact: Fact) -> str:
    name = fact.id.partition("/")[2]
    return f"{name} promises libc {fact.text('version')} on {_list(fact.words('architectures'))}"


def _distribution(fact: Fact) -> str:
    libc = f"glibc {fact.text('glibc')}" if fact.text("glibc") else "no glibc"
    cxx = f", GLIBCXX_{fact.text('glibcxx')}" if fact.text("glibcxx") else ""
    pip = f", pip {fact.text('pip')}" if fact.text("pip") else ""
    archs = f" on {' '.join(fact.words('architectures'))}"
    return f"{fact.id.partition('/')[2]} has {libc}{cxx}{pip}{archs}"


def _installer(fact: Fact) -> str:
    of = ["manylinux_X_Y (PEP 600)" if w == "manylinux_x_y" else w for w in fact.words("of")]
    return f"{', '.join(of)} wheels need pip {fact.text('pip')} or newer"


def _cxx_host(fact: Fact) -> str:
    limit = f"{fact.text('compiler')} {fact.text('range')}"
    return f"{subject_of(fact)} takes C++{fact.text('cxx')} device code with {limit} only"


def _interpreter(fact: Fact) -> str:
    released = f", final on {fact.text('released')}" if fact.text("released") else ""
    return f"{fact.id.partition('/')[2]} is Python {fact.text('python')}{released}"


def _image_interpreter(fact: Fact) -> str:
    since = f" since {fact.text('since')}" if fact.text("since") else ""
    until = f" until {fact.text('until')}" if fact.text("until") else ""
    return f"the {fact.id.split('/')[1]} images hold {fact.text('tag')}{since}{until}"


def _components(fact: Fact) -> str:
    pins = [f"{name} {row.get('version', '')}" for name, row in fact.table("pins").items()]
    return f"{subject_of(fact)} consists of {_list(tuple(pins))}"


def _cxx_standard(fact: Fact) -> str:
    complete = fact.text("gcc")
    gcc = complete or f"{fact.text('experimental')} (experimental)"
    return f"C++{fact.id.partition('/')[2]} needs gcc {gcc}"


def _feature(fact: Fact) -> str:
    tools = [f"{tool} {fact.text(tool)}" for tool in ("binutils", "gcc") if fact.text(tool)]
    return f"{fact.id.partition('/')[2]} needs {' and '.join(tools)}"


def _waiver(fact: Fact) -> str:
    until = f"until {fact.text('expires')}: {fact.text('reason')}"
    return f"{fact.text('fact')} does not bind this project {until}"


_SENTENCES: dict[str, Callable[[Fact], str]] = {
    "released": lambda f: f"{subject_of(f)} was released on {f.text('date')}",
    "components": _components,
    "architectures": lambda f: f"{subject_of(f)} is shipped for {_list(f.words('covers'))} only",
    "never-covers": lambda f: (
        f"no {subject_of(f)} release covers {_list(f.words('architectures'))}"
    ),
    "host-compiler": _limit,
    "documented-compiler": _limit,
    "compiler-breakage": _breakage,
    "cxx-host-compiler": _cxx_host,
    "build-glibc": lambda f: (
        f"the build programs of {subject_of(f)} on {f.text('arch')} need glibc {f.text('glibc')}"
    ),
    "documented-glibc": _documented_glibc,
    "library-needs": _needs,
    "not-measured": lambda f: (
        f"what {f.text('component')} of {subject_of(f)} needs on {f.text('arch')} was not measured"
    ),
    "gpu-targets": _targets,
    "gpu-targets-built": lambda f: (
        f"the build files of {subject_of(f)} build {' '.join(f.words('real'))}"
    ),
    "target-rename": lambda f: f"{f.text('old')} is called {f.text('new')} from {f.text('at')} on",
    "target-life": _life,
    "cxx-standards": lambda f: (
        f"the device compiler of {subject_of(f)} knows C++ {_list(f.words('device'))}"
    ),
    "driver": lambda f: f"{subject_of(f)} ({f.text('role')}) needs driver {f.text('minimum')}",
    "end": _end,
    "image": _image,
    "image-architecture": _image_architecture,
    "image-toolset": _image_toolset,
    "toolset": _toolset,
    "obtainable": _obtainable,
    "policy": _policy,
    "distribution": _distribution,
    "installer": _installer,
    "interpreter": _interpreter,
    "image-interpreter": _image_interpreter,
    "cxx-standard": _cxx_standard,
    "feature": _feature,
    "waiver": _waiver,
}
