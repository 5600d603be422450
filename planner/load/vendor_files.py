"""``vendor-files`` of ``policies/sources.yaml``: which file proves facts of which kind."""

from __future__ import annotations

from planner.load.forms import PROJECT
from planner.load.nodes import Section
from planner.model.vendor_files import NONE, POLICY_FORMATS, POLICY_SCOPES, VendorFile

_KINDS = tuple(kind for kinds in POLICY_SCOPES.values() for kind in kinds)


def read_vendor_files(section: Section) -> dict[str, VendorFile]:
    """The files by the kind of fact that they prove; empty where the data name none."""
    files = {}
    for kind, row in section.sections(
        "vendor-files", required=False, among=_KINDS, what="kind of fact"
    ):
        files[kind] = _vendor_file(row, kind)
        row.finish()
    return files


def _vendor_file(row: Section, kind: str) -> VendorFile:
    format_ = row.variant("format", POLICY_FORMATS, what="format")
    if format_ is None:  # what else it should hold is not known
        for key in row.keys:
            row.value(key)
        return VendorFile(kind=kind, format=NONE)
    if format_ == NONE:
        return VendorFile(kind=kind, format=NONE, why=row.text("why") or "")
    project = row.formed("project", PROJECT)
    members = row.words("members")
    versions = row.words("versions", required=False)
    inner = row.section("marks") if format_ == "installer-code" else None
    marks = {} if inner is None else {name: inner.text(name) or "" for name in inner.keys}
    return VendorFile(
        kind=kind,
        format=format_,
        project=project,
        members=members,
        versions=versions,
        marks=marks,
    )
