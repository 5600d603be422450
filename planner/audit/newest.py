"""Wheels of tools that come out often: which is the newest, and which were out on a day."""

from __future__ import annotations

from planner.audit.evidence import Evidence
from planner.index.errors import BrokenError, MissingError
from planner.index.listing import IndexFile
from planner.model.vendor_files import VendorFile

_ARCH = "x86_64"  # these wheels are for any
_MOST_TEXT = 8 << 20


def finals(where: VendorFile, evidence: Evidence) -> list[IndexFile]:
    """The wheels of final versions that were not withdrawn, newest first.

    :raises RemoteError: where there is none, or the index does not answer.
    """
    project = where.project or ""
    found = [
        file
        for file in reversed(evidence.vendor.wheels(project))
        if not file.version.is_prerelease and not file.yanked and file.is_for(_ARCH)
    ]
    if not found:
        raise MissingError(f"{project} has no wheel on the index")
    return found


def named_files(where: VendorFile, evidence: Evidence) -> list[IndexFile]:
    """The wheels of the older versions that the data name, in their order; those that are gone
    are left out.

    :raises RemoteError: where the index does not answer.
    """
    files = {str(file.version): file for file in evidence.vendor.wheels(where.project or "")}
    return [files[version] for version in where.versions if version in files]


def out_by(files: list[IndexFile], day: str, *, before: bool = False) -> IndexFile | None:
    """The newest wheel that was uploaded by the end of a day, or before it."""
    for file in files:
        if file.uploaded and (file.uploaded < day or (file.uploaded == day and not before)):
            return file
    return None


def texts_of(file: IndexFile, where: VendorFile, evidence: Evidence) -> dict[str, str]:
    """The members of a wheel that match, as text; empty where none does.

    :raises RemoteError: where the wheel or a member cannot be read.
    """
    with evidence.vendor.wheel(where.project or "", str(file.version), _ARCH) as wheel:
        names = dict.fromkeys(name for one in where.members for name in wheel.matching(one))
        return {name: _text(name, wheel.read(name, _MOST_TEXT)) for name in names}


def only_text(file: IndexFile, where: VendorFile, evidence: Evidence) -> tuple[str, str]:
    """The one member that matches, and its text.

    :raises MissingError: where none does.
    :raises RemoteError: where it cannot be read, or several match.
    """
    texts = texts_of(file, where, evidence)
    if not texts:
        raise MissingError(f"{file.name} has no member {' or '.join(where.members)}")
    if len(texts) > 1:
        raise BrokenError(f"{file.name} has several members {' or '.join(where.members)}")
    return next(iter(texts.items()))


def _text(name: str, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise BrokenError(f"{name} is not UTF-8") from None
