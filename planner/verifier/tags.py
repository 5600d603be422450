"""What the wheel says of itself: file name, WHEEL tags, METADATA, machine."""

from __future__ import annotations

from collections.abc import Iterator

from planner.verifier.catalogue import Rule
from planner.verifier.context import Context, PlatformTag, own_number, policy_version, version_key
from planner.verifier.findings import Finding, finding
from planner.verifier.floor import Floor, libc_of
from planner.verifier.requirements import normalised
from planner.verifier.symbols import unversioned_of

_SHOWN = 3


def file_name(context: Context) -> Iterator[Finding]:
    """A file name that is no wheel's, or that contradicts METADATA."""
    wheel = context.wheel
    if not wheel.filename_tags:
        yield finding(Rule.NOT_A_WHEEL_NAME, file=wheel.file)
        return
    pairs = (
        ("name", wheel.name, wheel.metadata_name, normalised),
        ("version", wheel.version, wheel.metadata_version, _plain_version),
    )
    for field, named, said, form in pairs:
        if said and said != named and form(named) != form(said):
            yield finding(Rule.NAME_DIFFERS, field=field, filename=named, metadata=said)


def _plain_version(text: str) -> str:
    """A version in the form that it is compared in; file names write ``-`` as ``_``."""
    from packaging.utils import canonicalize_version  # noqa: PLC0415

    try:
        return canonicalize_version(text.replace("_", "-")).lower()
    except ValueError:  # a number of thousands of digits
        return text.lower()


def metadata_tags(context: Context) -> Iterator[Finding]:
    """Tags of the file name against those of the WHEEL file (compared as sets)."""
    named, said = set(context.wheel.filename_tags), set(context.wheel.metadata_tags)
    if not named or not context.wheel.metadata_name or named == said:
        return
    only_named = [tag for tag in context.wheel.filename_tags if tag not in said]
    only_said = [tag for tag in context.wheel.metadata_tags if tag not in named]
    yield finding(
        Rule.TAGS_DIFFER,
        filename=_listed(only_named) or "nothing more",
        metadata=_listed(only_said) or "nothing more",
    )


def _listed(tags: list[str]) -> str:
    more = f" and {len(tags) - _SHOWN} more" if len(tags) > _SHOWN else ""
    return ", ".join(tags[:_SHOWN]) + more


def machine(context: Context) -> Iterator[Finding]:
    """Files of another machine than the tags', or any machine's where the tag is ``any``."""
    if not context.platforms:
        return
    floor = context.floor
    archs = {tag.arch for tag in context.platforms if tag.arch}
    for file in context.wheel.elf:
        if file.machine == "unknown":
            continue
        foreign = [tag.text for tag in context.platforms if not tag.arch and tag.text != "any"]
        if foreign and not archs:
            named = ", ".join(foreign)
            yield finding(Rule.TAG_MACHINE, file.path, machine=file.machine, arch=named)
        elif not archs and all(tag.text == "any" for tag in context.platforms):
            suggested = _good_for(floor) if floor else "its platform"
            yield finding(Rule.CODE_IN_ANY, file.path, machine=file.machine, floor=suggested)
        elif archs and file.machine not in archs:
            named = ", ".join(sorted(archs))
            yield finding(Rule.TAG_MACHINE, file.path, machine=file.machine, arch=named)


def platform_tags(context: Context) -> Iterator[Finding]:
    """Tags that promise nothing, or nothing that the facts know."""
    known = context.facts.policies
    floor = context.floor
    for tag in context.platforms:
        if tag.arch and tag.policy is None and tag.text.startswith("linux_"):
            yield finding(Rule.LINUX_TAG, tag=tag.text, floor=_good_for(floor) if floor else "any")
        elif tag.policy and (tag.policy not in known or tag.arch not in known[tag.policy].symbols):
            names = [policy.name for policy in context.nearest(tag) if policy is not None]
            yield finding(
                Rule.TAG_UNKNOWN,
                policy=tag.policy,
                arch=tag.arch,
                tag=tag.text,
                held=_held_to(context, tag),
                known=f"the nearest known: {', '.join(names)}" if names else "none is known",
            )


def _good_for(floor: Floor) -> str:
    """The tag that code is good for; of musl code only its image knows."""
    if floor.libc == "musl" and floor.policy is not None:
        return "the tag of its musllinux image"
    return floor.platform_tag


def _held_to(context: Context, tag: PlatformTag) -> str:
    """What is judged of a tag that no policy is known for."""
    number, newer = own_number(tag), context.nearest(tag)[1]
    glibc = f"symbols of glibc are held to {number}, " if number else ""
    if newer is None:
        return f"{glibc}nothing {'else ' if number else ''}can be said of the tag {tag.text}"
    rest = "all else is" if number else "it is"
    return f"{glibc}{rest} held to {newer.name}, the next newer one"


def c_library(context: Context) -> Iterator[Finding]:
    """glibc code under a musllinux tag, and the other way round."""
    tag = next((tag for tag in context.promises if tag.policy), None)
    if tag is None or tag.policy is None:
        return
    wanted = "musl" if tag.policy.startswith("musllinux") else "glibc"
    for file in context.native:
        found = libc_of((file,))
        uses_glibc = any(lib in ("libc.so.6", "libm.so.6") for lib in file.needed)
        if found != wanted and (found == "musl" or uses_glibc):
            yield finding(Rule.LIBC_DIFFERS, file.path, found=found, wanted=wanted, tag=tag.text)


def above_maximum(context: Context) -> Iterator[Finding]:
    """Tags that are all newer than ``--max-policy`` allows, or a floor that is: one older tag is
    enough for the systems that are meant."""
    maximum = context.facts.policies.get(context.options.max_policy or "")
    if maximum is None:
        return
    limit = version_key(maximum.version)
    way = f"build it in an image of {maximum.name} or an older one"
    named = [
        (tag.text, version_key(policy_version(tag.policy)))
        for tag in context.platforms
        if tag.policy and tag.policy.startswith(maximum.name.partition("_")[0])
    ]
    if named and all(version > limit for _, version in named):
        yield finding(
            Rule.TAG_ABOVE_MAXIMUM,
            what="the tag",
            found=" ".join(text for text, _ in named),
            maximum=maximum.name,
            way=way,
        )
    floor = context.floor
    above = floor is not None and (
        floor.policy is None or version_key(floor.policy.version) > limit
    )
    if above and floor is not None:
        yield finding(
            Rule.TAG_ABOVE_MAXIMUM,
            what="what its symbols need",
            found=floor.platform_tag,
            maximum=maximum.name,
            way=way,
        )


def stable_abi(context: Context) -> Iterator[Finding]:
    """A claim of the stable ABI, which is named and not checked."""
    claims = [tag for tag in context.wheel.filename_tags if tag.split("-")[1].startswith("abi3")]
    if claims and context.wheel.elf:
        yield finding(Rule.ABI3_NOT_CHECKED, tag=claims[0])


def wider_tag(context: Context) -> Iterator[Finding]:
    """A tag that asks for more than the symbols need (a note: testing decides, not symbols).

    Nothing is said where symbols without version may need more than can be seen.
    """
    floor, strictest = context.floor, context.strictest
    if floor is None or floor.policy is None or strictest is None:
        return
    if context.options.policy or context.job:  # then the tag is not the wheel's own choice
        return
    tag, policy = strictest
    newer = version_key(policy.version) > version_key(floor.policy.version)
    if not newer or context.is_for_musl or policy.libc != floor.libc:
        return
    if not any(unversioned_of(context, file) for file in context.native):
        yield finding(Rule.TAG_WIDER_POSSIBLE, tag=tag.text, floor=floor.platform_tag)
