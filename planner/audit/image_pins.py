"""Proves digests of build images by the pins of cibuildwheel.

Format: an INI file with a section for each architecture; an option is an image's name, its value
``repository@sha256:digest  # tag``, in older versions ``repository:tag``.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.audit.claims import Claim
from planner.audit.evidence import Evidence, not_provable
from planner.audit.file_read import FileRead
from planner.audit.newest import finals, only_text
from planner.index.errors import BrokenError
from planner.index.listing import IndexFile
from planner.model.images import Image, ImageArchitecture
from planner.model.platforms import ARCHITECTURES
from planner.model.vendor_files import VendorFile

_PIN = re.compile(
    r"(?P<repository>[^\s@:#]+)(?::(?P<tag>[^\s@#]+))?(?:@(?P<digest>sha256:[0-9a-f]+))?"
    r"(?:\s*#\s*(?P<remark>\S+).*)?"
)
_MOST_RELEASES = 40  # that are read back for a pin; half a year of them


@dataclass(frozen=True, kw_only=True, slots=True)
class ImagePin:
    """What a release of cibuildwheel pins: ``tag`` is that of the image (``2026.10.26-1``)."""

    repository: str
    tag: str
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleasePins:
    """The pins of a release by architecture and image."""

    read: FileRead
    by_image: Mapping[tuple[str, str], ImagePin]


def release_pins(file: IndexFile, where: VendorFile, evidence: Evidence) -> ReleasePins:
    """The pins of a release.

    :raises RemoteError: where they cannot be read.
    """
    member, text = only_text(file, where, evidence)
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise BrokenError(f"{member} is not of the form that is known: {error}") from None
    found = {}
    for arch in parser.sections():
        for image, value in parser.items(arch):
            match = _PIN.fullmatch(value.strip())
            if match is None:
                raise BrokenError(f"{member} pins {image} in a way that is not known: {value}")
            tag = match["remark"] or match["tag"] or ""
            found[arch, image] = ImagePin(
                repository=match["repository"], tag=tag, digest=match["digest"] or ""
            )
    read = FileRead(release=str(file.version), file=file.name, member=member)
    return ReleasePins(read=read, by_image=found)


def prove_image_architecture(
    image: Image, row: ImageArchitecture, where: VendorFile, evidence: Evidence
) -> Iterator[Claim]:
    """Claims about digest and repository, by the release that pins the tag that is stated."""
    if row.digest is None or row.pinned is None:
        yield not_provable("the facts state no digest of it", about="digest")
    else:
        yield from _pin_claims(image, row, row.pinned, where, evidence)
    why = "what an image is built on, and since when, stands in no wheel"
    yield not_provable(why, about="base")


def _pin_claims(
    image: Image, row: ImageArchitecture, pinned: str, where: VendorFile, evidence: Evidence
) -> Iterator[Claim]:
    """The newest release is looked at first, then older ones, until one pins that tag or an older
    one; what the newest pins besides is told."""
    newest = ""
    for file in finals(where, evidence)[:_MOST_RELEASES]:
        pins = release_pins(file, where, evidence)
        pin = pins.by_image.get((row.arch, image.name))
        if pin is None:
            continue
        newest = newest or f"{file.version} pins {pin.tag}"
        if pin.tag == pinned or (pin.digest and pin.digest == row.digest):
            yield from _compared_pin(image, row, pinned, pin, pins)
            if not newest.endswith(f" {pinned}"):
                yield not_provable(f"{where.project} {newest}", about="newest pin")
            return
        if _order(pin.tag) < _order(pinned):
            break
    why = f"the newest, {newest}" if newest else "none of the newest pins this image"
    yield not_provable(f"no {where.project} that was read pins {pinned}; {why}", about="pinned")


def _compared_pin(
    image: Image, row: ImageArchitecture, pinned: str, pin: ImagePin, pins: ReleasePins
) -> Iterator[Claim]:
    yield pins.read.compared("pinned", pinned, pin.tag)
    if pin.digest:
        yield pins.read.compared("digest", row.digest or "", pin.digest)
    else:
        yield not_provable(f"{pins.read.file} pins no digest", about="digest")
    stated = image.repository.replace("{arch}", row.arch)
    yield pins.read.compared("repository", stated, pin.repository)


def _order(tag: str) -> tuple[int, ...]:
    """Tags are days with a number: ``2026.10.26-1``, ``2024-05-13-0983e88``."""
    return tuple(map(int, re.findall(r"\d{1,18}", tag)))


def unstated_pins(
    known: Mapping[str, Image], where: VendorFile, evidence: Evidence
) -> Iterator[str]:
    """Sentences about images that the newest release pins and that are no fact."""
    pins = release_pins(finals(where, evidence)[0], where, evidence)
    for arch, name in pins.by_image:
        image = known.get(name)
        if arch in ARCHITECTURES and (image is None or arch not in image.architectures):
            yield f"{pins.read.file} pins an image {name} for {arch} ({pins.read.member}): no fact"
