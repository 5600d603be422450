"""Which files of a vendor prove which facts: data of each family, so that code names none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

RELEASES = "releases"
"""Not a kind of fact: the project whose versions are the releases."""

NONE = "none"
"""Not a format: no file proves facts of this kind."""

POLICY_SCOPES: Mapping[str, tuple[str, ...]] = {
    "policies": ("policy",),
    "images": ("image", "image-architecture", "image-toolset"),
    "interpreters": ("interpreter", "image-interpreter"),
    "installers": ("installer",),
    "toolchains": (
        "toolset",
        "obtainable",
        "cxx-standard",
        "feature",
        "gcc",
        "glibc",
        "glibc-trap",
        "linker",
        "libgomp",
    ),
    "distributions": ("distribution",),
    "lifecycle": ("end",),
}
"""What of ``policies/`` can be audited, and the kinds of fact that belong to it."""

POLICY_FORMATS = ("auditwheel-policies", "pinned-images", "build-platforms", "installer-code", NONE)
"""How files say what facts of ``policies/`` say; each has one reader in :mod:`planner.audit`."""

FORMATS = ("host-config", "help-option", "version-needs", "metapackage")
"""How a vendor's file says what it says; each has one reader in :mod:`planner.audit`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VendorFile:
    """Where facts of one kind are proved.

    ``project`` is a project on the index whose versions are the family's releases; ``components``
    are those whose pinned wheels are looked into, the first that has the member; ``members`` are
    glob patterns of paths in the wheel. ``option`` is the one whose allowed values a program's
    help lists.

    Of ``policies/``: ``members`` are looked for in the newest wheel of ``project``, for what it no
    longer says in those of ``versions`` too; ``marks`` are what code must hold to know a tag.
    ``why`` says why no file proves facts of this kind.
    """

    kind: str
    format: str
    project: str | None = None
    components: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    option: str | None = None
    versions: tuple[str, ...] = ()
    marks: Mapping[str, str] = field(default_factory=dict)
    why: str = ""
