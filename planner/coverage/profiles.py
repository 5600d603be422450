"""Hosts as people write them: ``ubuntu-22.04 + RTX 4090 + driver 550``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from planner.coverage.install import python_tag
from planner.coverage.names import find_gpu, nearest_gpu
from planner.coverage.results import Gpu, Host
from planner.coverage.simulate import system_host
from planner.errors import Problem, UsageError
from planner.model.gpus import GpuFacts
from planner.model.hosts import HostFacts, HostSystem, Machine
from planner.model.nearest import nearest
from planner.model.platforms import ARCHITECTURES
from planner.model.versions import is_version

_SPLIT = re.compile(r"\s+\+\s+|\s*,\s*|(?<=\w)\+(?=[A-Za-z0-9])")
_PAIR = re.compile(r"(?P<key>[a-z]+)\s*(?:=\s*|\s+)(?P<value>.+)", re.IGNORECASE)
_PYTHON = re.compile(r"(?:cp|pp)\d{2,4}t?")
_DOTTED_PYTHON = re.compile(r"(\d+)\.(\d+)(?:\.\d+)*(t?)")
_DRIVER = re.compile(r"[Rr]?(\d+(?:\.\d+)*)")
_OTHER_NAMES = {
    "distribution": "system",
    "distro": "system",
    "os": "system",
    "architecture": "arch",
    "py": "python",
}
_KEYS = ("system", "glibc", "musl", "arch", "pip", "python", "driver", "gpu")
_OTHER_ARCHITECTURES = {"amd64": "x86_64", "x64": "x86_64", "arm64": "aarch64"}
_OS_NAMES = {"amzn": "amazon", "ol": "oracle", "opensuse-leap": "opensuse", "azurelinux": "azure"}
"""``ID`` of os-release(5) where the facts use another name."""
OWN = "own"
"""As a value of pip and python: those that come with the distribution."""
EXAMPLE = "ubuntu-22.04 + RTX 4090 + driver 550"


@dataclass(slots=True)
class _Parts:
    """What a text says of a host, by key; problems are collected."""

    text: str
    option: str
    values: dict[str, str] = field(default_factory=dict)
    gpus: list[Gpu] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def fault(self, message: str, found: str, allowed: str, near: str | None = None) -> None:
        """Note a problem of one part."""
        self.problems.append(
            Problem(message=f"{self.option}: {message}", found=found, allowed=allowed, nearest=near)
        )


def parse_host(
    text: str, option: str, hosts: HostFacts, gpus: GpuFacts, archs: Iterable[str]
) -> tuple[Host, ...]:
    """The hosts that a text names: one, or one for each of ``archs`` where it names none.

    :raises UsageError: for a part that is nothing known, with the nearest that is.
    """
    parts = _Parts(text, option)
    for part in (p.strip() for p in _SPLIT.split(text.strip())):
        if part:
            _read(part, parts, hosts, gpus)
    if {"glibc", "musl"} <= set(parts.values):
        parts.fault("names two C libraries", text, "glibc or musl")
    if not parts.problems and not {"system", "glibc", "musl"} & set(parts.values):
        parts.fault(
            "names neither a distribution nor a glibc", text, "rhel-8, ubuntu-22.04, glibc 2.28 ..."
        )
    found = () if parts.problems else _hosts(parts, hosts, gpus, tuple(archs))
    if parts.problems:
        raise UsageError(parts.problems, hint=f"mlplan coverage {option} '{EXAMPLE}'")
    return found


def machine_host(machine: Machine, hosts: HostFacts, gpus: GpuFacts) -> Host:
    """The machine at hand as a host.

    What its distribution is known to offer counts where it has the same C library as the facts say.
    """
    ids = _system_ids(machine)
    system = next((s for s in hosts.systems.values() if s.id in ids), None)
    if system is not None and system.libc_version != machine.libc_version:
        system = None
    found = [(gpu, find_gpu(gpu.target or gpu.name, gpus)) for gpu in machine.gpus]
    return Host(
        name=f"this machine ({system.id if system else machine.os_id or 'unknown'} {machine.arch})",
        system=system.id if system else "",
        arch=machine.arch,
        libc=machine.libc,
        libc_version=machine.libc_version,
        symbols=system.symbols if system else {},
        markers=system.markers if system else (),
        pip=machine.pip,
        python=machine.python,
        driver=machine.driver,
        gpus=tuple(
            Gpu(name=gpu.name, target=known.target if known else "unknown") for gpu, known in found
        ),
        facts=(system.fact,) if system else (),
    )


def _system_ids(machine: Machine) -> set[str]:
    """The ids that a distribution may have in the facts: by full version, and by major."""
    name = _OS_NAMES.get(machine.os_id, machine.os_id)
    return {f"{name}-{machine.os_version}", f"{name}-{machine.os_version.partition('.')[0]}"}


def _read(part: str, parts: _Parts, hosts: HostFacts, gpus: GpuFacts) -> None:
    """Take one part: a known key with its value, else whatever it is the name of."""
    match = _PAIR.fullmatch(part)
    key = match["key"].lower() if match else ""
    key = _OTHER_NAMES.get(key, key)
    if match and (key in _KEYS or "=" in part):
        _read_pair(key, match["value"].strip(), parts, hosts, gpus)
        return
    arch = _architecture(part)
    system = _system(part, hosts)
    gpu = find_gpu(part, gpus)
    if arch is not None:
        _set("arch", arch, parts)
    elif system is not None:
        _set("system", system.id, parts)
    elif _PYTHON.fullmatch(part.lower()):
        _set("python", part.lower(), parts)
    elif gpu is not None:
        parts.gpus.append(gpu)
    else:
        near = nearest(part.lower(), hosts.systems) or nearest_gpu(part, gpus)
        parts.fault(
            "neither a distribution, an architecture nor a GPU that is known",
            part,
            "a distribution (mlplan facts list distros), a GPU by name, capability or target, or "
            f"one of these words with a value: {', '.join(_KEYS[1:])}",
            near,
        )


def _read_pair(key: str, value: str, parts: _Parts, hosts: HostFacts, gpus: GpuFacts) -> None:
    if key == "gpu":
        gpu = find_gpu(value, gpus)
        if gpu is None:
            allowed = "a product, a capability such as 9.0, or a target such as sm_90, gfx942"
            parts.fault("unknown GPU", value, allowed, nearest_gpu(value, gpus))
        else:
            parts.gpus.append(gpu)
    elif key == "system":
        system = _system(value, hosts)
        if system is None:
            near = nearest(value.lower(), hosts.systems)
            parts.fault("unknown distribution", value, "mlplan facts list distros", near)
        else:
            _set(key, system.id, parts)
    elif key == "arch":
        arch = _architecture(value)
        if arch is None:
            near = nearest(value, ARCHITECTURES)
            parts.fault("unknown architecture", value, ", ".join(ARCHITECTURES), near)
        else:
            _set(key, arch, parts)
    elif key in ("glibc", "musl", "pip", "python", "driver"):
        _read_version(key, value, parts)
    else:
        parts.fault("unknown key", key, ", ".join(_KEYS), nearest(key, _KEYS))


def _read_version(key: str, value: str, parts: _Parts) -> None:
    """Take a version; that of Python as an interpreter tag."""
    text: str | None = value
    if value == OWN and key in ("pip", "python"):
        text = OWN
    elif key == "driver":
        match = _DRIVER.fullmatch(value)
        text = match[1] if match else None
    elif key == "python":
        dotted = _DOTTED_PYTHON.fullmatch(value)
        tag = f"cp{dotted[1]}{dotted[2]}{dotted[3]}" if dotted else value.lower()
        text = tag if _PYTHON.fullmatch(tag) else None
    elif not is_version(value):
        text = None
    if text is None:
        parts.fault(f"not a version of {key}", value, "such as 2.28, 20.3, 3.12, 550")
    else:
        _set(key, text, parts)


def _set(key: str, value: str, parts: _Parts) -> None:
    if parts.values.get(key, value) != value:
        parts.fault(f"says {key} twice", f"{parts.values[key]} and {value}", "one of them")
    parts.values[key] = value


def _architecture(text: str) -> str | None:
    lower = text.lower()
    name = _OTHER_ARCHITECTURES.get(lower, lower)
    return name if name in ARCHITECTURES else None


def _system(text: str, hosts: HostFacts) -> HostSystem | None:
    """A distribution by its id, however it is spelled: ``RHEL 8``, ``ubuntu22.04``."""
    key = _plain(text)
    for system in hosts.systems.values():
        if key in (_plain(system.id), _plain(f"{system.name}{system.version}")):
            return system
    return None


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9.]", "", text.lower())


def _hosts(
    parts: _Parts, hosts: HostFacts, gpus: GpuFacts, archs: tuple[str, ...]
) -> tuple[Host, ...]:
    """The hosts that the parts make up, one for each architecture that they leave open."""
    values = parts.values
    system = hosts.systems.get(values.get("system", ""))
    known = system.architectures if system else archs
    named = values.get("arch")
    if named is not None and system is not None and named not in system.architectures:
        parts.fault(f"{system.id} is not known on this architecture", named, ", ".join(known), None)
    for gpu in parts.gpus:
        of = gpus.architectures_of(gpu.target)
        if of and named is not None and named not in of:
            parts.fault(f"{gpu.name} is in no machine of this architecture", named, ", ".join(of))
        known = tuple(arch for arch in known if not of or arch in of) or of
    chosen = (named,) if named else tuple(a for a in archs if a in known) or known[:1]
    return tuple(_host(parts, system, arch) for arch in chosen)


def _host(parts: _Parts, system: HostSystem | None, arch: str) -> Host:
    values = parts.values
    if system is not None:
        host = system_host(system, arch)
    else:
        libc = "musl" if "musl" in values else "glibc"
        host = Host(name="", system="", arch=arch, libc=libc, libc_version=values[libc])
    for libc in ("glibc", "musl"):
        if libc in values:
            host = replace(host, libc=libc, libc_version=values[libc])
    pip, python = values.get("pip"), values.get("python")
    own_python = python_tag(host.own_python) if host.own_python else None
    return replace(
        host,
        name=_name(parts, arch),
        pip=host.own_pip if pip == OWN else pip,
        python=own_python if python == OWN else python,
        driver=values.get("driver"),
        gpus=tuple(parts.gpus),
    )


def _name(parts: _Parts, arch: str) -> str:
    """The host in one line, in a fixed order."""
    values = parts.values
    words = [values["system"]] if "system" in values else []
    words += [f"{key} {values[key]}" for key in ("glibc", "musl") if key in values]
    words += [arch]
    words += [f"{key} {values[key]}" for key in ("pip", "python") if key in values]
    words += [gpu.name for gpu in parts.gpus]
    words += [f"driver {values['driver']}"] if "driver" in values else []
    return " + ".join(words)
