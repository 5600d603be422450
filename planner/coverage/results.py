"""What the simulation takes and what it finds, as plain records.

An :class:`Offer` is what an installer finds: the wheels of a planned job, or finished wheels of one
project. A :class:`Host` is a machine. :class:`Coverage` holds for every pair whether the wheel is
installed and loads (:class:`Install`), and for every offer and GPU what its code does there
(:class:`GpuServed`). Nothing here is a sentence: reports word the reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from planner.model.wheel_facts import Citation


class Answer(StrEnum):
    """Whether something works; what cannot be known is never yes."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class GpuAnswer(StrEnum):
    """What the GPU code of an offer does on a GPU, best first."""

    NATIVE = "native"  # machine code for this very target
    SAME_MAJOR = "same-major"  # machine code for a lower minor number of the same major
    FAMILY = "family"  # family-specific machine code of which this target is a member
    GENERIC = "generic"  # AMD code for a generic target of which this processor is a member
    JIT = "JIT"  # PTX that the driver compiles
    UNKNOWN = "unknown"
    NONE = "none"


SERVING = frozenset(GpuAnswer) - {GpuAnswer.NONE, GpuAnswer.UNKNOWN}
"""The answers with which code runs on the GPU."""


class Why(StrEnum):
    """What a reason is about."""

    ARCHITECTURE = "architecture"
    LIBC = "libc"  # glibc code on musl or the other way round
    GLIBC = "glibc"  # the C library is older than the tag or a symbol asks for
    PIP = "pip"
    PYTHON = "python"
    LIBSTDCXX = "libstdc++"
    SYMBOL = "symbol"  # another versioned symbol that the system lacks
    LIBRARY = "library"  # a library that nobody brings
    SYSTEM_LIBRARY = "system-library"  # a library that the machine must have (driver, ROCm)
    DRIVER = "driver"  # older than the code needs, or than the GPU needs
    DRIVER_ENDED = "driver-ended"  # newer than the last that knows the GPU
    MODE = "mode"  # AMD code for a mode that the machine decides
    GPU_CODE = "gpu-code"  # no code for this GPU
    RENAMED = "renamed"  # code under an old name of this target
    PREFERRED = "preferred"  # pip takes another offer of the project where it sees both
    UNREAD = "unread"  # something could not be read, so the rest is not known
    TARGET = "target"  # no rule says where code for such a target runs


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One thing that keeps a wheel from working, or that a user should know.

    ``found`` is what the machine has ("" where it is not known), ``needed`` what the wheel needs;
    ``detail`` names the file, library or target that it is about. ``is_unknown``: not that
    something is missing, but that nobody knows whether it is.
    """

    why: Why
    found: str = ""
    needed: str = ""
    detail: str = ""
    facts: tuple[str, ...] = ()
    is_unknown: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SymbolNeed:
    """A symbol version that a wheel needs of a library of the system: ``GLIBCXX`` ``3.4.22``."""

    prefix: str
    version: str
    library: str
    file: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldCode:
    """The GPU code of a wheel: machine code (``sm_90``), PTX (``compute_90``), AMD targets.

    ``unread``: what of it could not be read, each in a word; then "none" is never certain.
    """

    real: tuple[str, ...] = ()
    virtual: tuple[str, ...] = ()
    hip: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any GPU code, or anything that may be some."""
        return bool(self.real or self.virtual or self.hip or self.unread)


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferedWheel:
    """A wheel that an installer could choose.

    ``tags`` are all its tags (``cp312-cp312-manylinux_2_28_x86_64``); ``missing`` are libraries
    that nobody brings and without which nothing of it loads, ``partly_missing`` those that only a
    part of it asks for, or that a declared project may bring of which nothing is known. ``system``
    are those that the machine must have. ``is_unread``: it could not be read in full.
    """

    file: str
    tags: tuple[str, ...]
    arch: str | None
    version: str = ""
    build: str = ""
    needs: tuple[SymbolNeed, ...] = ()
    missing: tuple[str, ...] = ()
    partly_missing: tuple[str, ...] = ()
    system: tuple[str, ...] = ()
    is_unread: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """What an installer finds under one name: a planned job, or the wheels of one project.

    ``job`` is the planned job behind it, if any, ``project`` that of finished wheels. ``code`` is
    the GPU code of all its wheels; ``accelerators`` maps a family to its release (a major, or "",
    where no more is known).
    ``driver`` is the oldest driver that runs the code, ``jit_driver`` the oldest that compiles its
    PTX; None where not known. ``facts`` and ``jit_facts`` are behind the two.
    """

    id: str
    job: str | None
    project: str
    arch: str | None
    wheels: tuple[OfferedWheel, ...]
    accelerators: Mapping[str, str] = field(default_factory=dict)
    code: HeldCode = HeldCode()
    driver: str | None = None
    jit_driver: str | None = None
    facts: tuple[str, ...] = ()
    jit_facts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Gpu:
    """A GPU of a host: the name that was asked for, and its target with modes, if stated."""

    name: str
    target: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Host:
    """A machine. ``system`` is the id of a distribution, or "" where only its parts are given.

    ``pip`` and ``python`` (an interpreter tag) bind where they are given; None leaves the choice to
    the user, and ``own_pip`` is told where it is too old. ``driver`` is a branch or full version of
    the NVIDIA driver. ``symbols`` and ``markers`` as of :class:`planner.model.hosts.HostSystem`.
    """

    name: str
    system: str
    arch: str
    libc: str
    libc_version: str
    symbols: Mapping[str, str] = field(default_factory=dict)
    markers: tuple[str, ...] = ()
    pip: str | None = None
    python: str | None = None
    own_pip: str | None = None
    own_python: str | None = None
    driver: str | None = None
    gpus: tuple[Gpu, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """The wheel that pip takes for one Python, and by which of its tags."""

    python: str
    wheel: str
    tag: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Install:
    """Whether a host installs something of an offer and can load it.

    ``choices`` is empty where pip takes nothing. ``reasons`` say why not (or why it is not known),
    ``cautions`` what holds although the answer is yes.
    """

    offer: str
    host: str
    answer: Answer
    choices: tuple[Choice, ...] = ()
    reasons: tuple[Reason, ...] = ()
    cautions: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class GpuServed:
    """What the GPU code of an offer does on a target.

    ``by`` is the code that runs there (``sm_80``, ``compute_90``, ``gfx11-generic``), "" for none.
    ``driver`` is the oldest driver that is known to do; None where that is not known.
    """

    offer: str
    target: str
    kind: str  # cuda or hip
    answer: GpuAnswer
    by: str = ""
    driver: str | None = None
    reasons: tuple[Reason, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class HostOffer:
    """One host and one offer: the installation, and every GPU of the host."""

    install: Install
    gpus: tuple[GpuServed, ...] = ()

    @property
    def answer(self) -> Answer:
        """Yes where the wheel is installed, loads, and has code for every GPU of the host."""
        answers = {self.install.answer}
        for served in self.gpus:
            if served.answer is GpuAnswer.UNKNOWN:
                answers.add(Answer.UNKNOWN)
            elif served.answer is GpuAnswer.NONE:
                answers.add(Answer.NO)
        for worst in (Answer.NO, Answer.UNKNOWN):
            if worst in answers:
                return worst
        return Answer.YES


@dataclass(frozen=True, kw_only=True, slots=True)
class Required:
    """A host that must be served, and every offer for it; yes where one of them serves."""

    text: str
    hosts: tuple[Host, ...]
    rows: tuple[HostOffer, ...]

    @property
    def answer(self) -> Answer:
        """Yes where some offer serves the host; unknown where none does for certain."""
        return self.nearest.answer if self.nearest else Answer.NO

    @property
    def nearest(self) -> HostOffer | None:
        """The offer that serves the host, or comes nearest to that; None without offers."""
        order = (Answer.YES, Answer.UNKNOWN, Answer.NO)
        return min(
            self.rows,
            key=lambda row: (order.index(row.answer), order.index(row.install.answer)),
            default=None,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A GPU target as reports show it: its capability or processor, and products in few words."""

    name: str
    kind: str
    label: str
    short: str
    products: tuple[str, ...]
    architectures: tuple[str, ...] = ()
    is_unconfirmed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """The whole answer.

    ``hosts`` are the profiles that were tried, ``installs`` one row for each offer and host of its
    architecture, ``targets`` and ``gpus`` the same for GPUs. ``asked`` are hosts that the caller
    named, ``required`` those that must be served. ``cited`` are the facts behind all of it.
    ``ended`` are systems without any support on ``date``, which were left out, ``gpu_families``
    the accelerators that have GPU code.
    """

    date: str
    offers: tuple[Offer, ...]
    hosts: tuple[Host, ...] = ()
    installs: tuple[Install, ...] = ()
    targets: tuple[Target, ...] = ()
    gpus: tuple[GpuServed, ...] = ()
    asked: tuple[tuple[Host, tuple[HostOffer, ...]], ...] = ()
    required: tuple[Required, ...] = ()
    cited: Mapping[str, Citation] = field(default_factory=dict)
    ended: tuple[str, ...] = ()
    gpu_families: tuple[str, ...] = ()
    facts_version: str = ""
    facts_sha256: str = ""

    @property
    def is_served(self) -> bool:
        """Whether every required host is served for certain."""
        return all(required.answer is Answer.YES for required in self.required)
