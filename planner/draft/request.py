"""A whole draft from what was read of a project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from planner.check.rows import Names
from planner.check.spellings import architecture, image_name
from planner.draft.dependencies import Dependencies
from planner.draft.known import Known
from planner.draft.matrices import image_glibc, matrix_wishes
from planner.draft.pythons import wanted_pythons
from planner.draft.records import Draft, DraftVariant, Setting, Value, Wishes
from planner.draft.scripts import gpu_target_lists, highest_cxx, language_wishes
from planner.draft.variants import Variants
from planner.draft.wheels import wheel_wishes
from planner.model.platforms import ARCHITECTURES
from planner.model.projects import ProjectFiles, Stated
from planner.model.versions import version_key
from planner.verifier.context import Context

USUAL = ("x86_64", "aarch64")
"""What a plain wheel is drafted for where no file names an architecture."""


def draft_request(
    project: ProjectFiles,
    wheels: Sequence[tuple[str, Context]],
    known: Known,
    date: str | None = None,
) -> Draft:
    """The request that a project's files suggest, before anybody knows whether it has a plan.

    ``wheels`` are finished wheels with the places to name. Where no file speaks of wheels at all,
    it is the built-in request; where none speaks of an accelerator, one plain variant.
    """
    rows = matrix_wishes(project.matrices, known.names)
    found = wheel_wishes(wheels, known)
    if dict(_build_archs(project)):  # what is built now counts, not what lies in dist
        found = replace(found, wishes=tuple(replace(wish, archs=()) for wish in found.wishes))
    said = Dependencies(known.speller, known.tables)
    dependencies = said.wishes(project.needed)
    others = (
        said.named(project.name),
        dependencies,
        said.indexes(project.indexes),
        found,
        language_wishes(project.languages, known),
    )
    variants = Variants(known)
    variants.add(rows.wishes)
    variants.add([wish for each in others for wish in each.wishes])
    lists, notes = gpu_target_lists(project.gpu, known)
    unused = [at for targets, at in lists if not variants.add_gpu(targets, at)]
    drafts = variants.drafts() or _without_accelerator(project, found, known)
    settings = _settings(project, rows, found, known.names, date)
    drafts, archs = _architectures(drafts, project, found)
    if archs is not None:
        settings["architectures"] = archs
    told = (*project.notes, *rows.notes, *dependencies.notes, *notes)
    wanted = project.requires_python
    if wanted is not None and "python" not in settings:
        told += (f"{wanted.place} {wanted.value} admits no Python that can be planned",)
    told += tuple(f"{at}: these targets are not used: others were found first" for at in unused)
    if _is_elsewhere(project.languages, drafts):
        told += ("a build script names an accelerator that mlplan has no facts about",)
    return Draft(settings=settings, variants=tuple(drafts), notes=tuple(dict.fromkeys(told)))


def _is_elsewhere(languages: tuple[Stated, ...], drafts: Sequence[DraftVariant]) -> bool:
    """Whether scripts turn on a language and no variant came of it."""
    words = {row.value.lower() for row in languages} - {"c", "cxx", "fortran", "asm", "none"}
    families = {key for draft in drafts for key in draft.settings}
    return bool(words) and not families - {"gpu", "links", "architectures"}


def _without_accelerator(project: ProjectFiles, found: Wishes, known: Known) -> list[DraftVariant]:
    """One plain variant; every family where there is nothing to read at all."""
    if project.read or project.wheels:
        because = ("no file names an accelerator",)
        return [DraftVariant(name="plain", because=because, settings={})]
    return [
        DraftVariant(name=name, because=because, settings={name: setting})
        for name, family in known.tables.families.items()
        for because in [(f"{family.title}: delete it if you do not build it",)]
        for setting in [Setting(key=name, value="newest", because=because)]
    ]


def _settings(
    project: ProjectFiles, rows: Wishes, found: Wishes, names: Names, date: str | None
) -> dict[str, Setting]:
    """The settings that hold for all variants, in the order in which they are written."""
    settings: dict[str, Setting] = {}

    def put(key: str, value: Value, *because: str) -> None:
        settings[key] = Setting(key=key, value=value, because=because)

    if project.name is not None:
        put("project", project.name.value, str(project.name.place))
    if date is not None:
        put("date", date, "--date")
    python = wanted_pythons(project, found.pythons, names.pythons)
    if python is not None:
        put("python", *python)
    cxx = highest_cxx(project.cxx) or next(iter(rows.cxx.items()), None)
    if cxx is not None:
        put("cxx", *cxx)
    policies = {**_image_policies(project, names), **rows.policies, **found.policies}
    if policies:
        newest = max(policies, key=version_key)
        put("glibc", f"<={newest}", policies[newest])
    for word, at in found.naming.items():
        put("naming", word, at)
    return settings


def _image_policies(project: ProjectFiles, names: Names) -> dict[str, str]:
    found = {}
    for stated in project.images:
        image, _ = names.images.get(image_name(stated.value), ("", ""))
        for glibc in image_glibc(image, names.tables):
            found[glibc] = f"{stated.place} {stated.value}"
    return found


def _architectures(
    drafts: Sequence[DraftVariant], project: ProjectFiles, found: Wishes
) -> tuple[list[DraftVariant], Setting | None]:
    """The variants' own architectures, or one setting for all of them.

    A matrix speaks for its rows, the build tool's settings and finished wheels for all variants; a
    plain variant that nothing speaks of takes the usual ones.
    """
    everywhere = dict(_build_archs(project)) or dict(found.archs)
    own = [draft.settings.get("architectures") for draft in drafts]
    if everywhere and not any(own):
        return list(drafts), _arch_setting(everywhere)
    named = [setting for setting in own if setting is not None]
    if len(named) == len(drafts) and len({frozenset(s.value) for s in named}) == 1:
        places = {arch: place for s in named for arch in s.value for place in s.because[:1]}
        bare = [_without(draft, "architectures") for draft in drafts]
        return bare, _arch_setting(places)
    usual = dict.fromkeys(USUAL, "no file names architectures: add those you build")
    rows = []
    for draft, setting in zip(drafts, own, strict=True):
        if setting is not None:
            ordered = tuple(arch for arch in ARCHITECTURES if arch in setting.value)
            rows.append(_with(draft, replace(setting, value=ordered)))
        elif everywhere:
            rows.append(_with(draft, _arch_setting(everywhere)))
        else:
            rows.append(draft if draft.settings else _with(draft, _arch_setting(usual)))
    return rows, None


def _build_archs(project: ProjectFiles) -> Iterator[tuple[str, str]]:
    """The architectures that the build tool is told, but for words such as ``auto``."""
    for stated in project.archs:
        arch = architecture(stated.value)
        if arch is not None:
            yield arch, str(stated.place)


def _arch_setting(places: Mapping[str, str]) -> Setting:
    value = tuple(arch for arch in ARCHITECTURES if arch in places)
    because = tuple(dict.fromkeys(places[arch] for arch in value))
    return Setting(key="architectures", value=value, because=because)


def _without(draft: DraftVariant, key: str) -> DraftVariant:
    return replace(draft, settings={k: v for k, v in draft.settings.items() if k != key})


def _with(draft: DraftVariant, setting: Setting) -> DraftVariant:
    return replace(draft, settings={**draft.settings, setting.key: setting})
