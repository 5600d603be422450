"""The JSON Schemas of all fact files, for editors and for those who write facts by program."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from planner.load.externals import read_externals
from planner.load.hosts import read_distributions, read_ends, read_installers, read_interpreters
from planner.load.images import read_images
from planner.load.kind_words import KIND_SAYS
from planner.load.matrices import check_schema, read_extra, read_family, read_minor
from planner.load.nodes import Section
from planner.load.policies import read_policy, read_policy_sources
from planner.load.recording import Json, described, recorded_schema
from planner.load.rows import PolicyReader
from planner.load.toolchains import read_toolchains
from planner.model.accelerators import Family

_ANY_FAMILY = Family(
    name="any", title="", rank=0, gpu="none", components={}, facts={}, minors={}, file=""
)
_SAYS = {f"fact-{kind}": f"{says[0].upper()}{says[1:]}." for kind, says in KIND_SAYS.items()}


class _OneFile(PolicyReader):
    """Gives the readers of ``policies/`` one file, whatever name they ask for."""

    def __init__(self, section: Section) -> None:
        super().__init__(Path(), [], {})
        self.section = section

    def open(self, name: str, schema: str) -> Section:
        """The one file, its schema number checked."""
        check_schema(self.section, schema)
        return self.section


def _read_platform(reader: PolicyReader) -> object:
    return read_policy(reader, reader.open("", "mlplan-policy"), "any")


def _of_reader(read: Callable[[PolicyReader], object]) -> Callable[[Section], object]:
    return lambda section: read(_OneFile(section))


FILES: dict[str, tuple[str, Callable[[Section], object]]] = {
    "family": (
        "An accelerator family: matrices/<family>/family.yaml",
        lambda section: read_family(section, "any"),
    ),
    "release": (
        "A minor release: matrices/<family>/<minor>.yaml",
        lambda section: read_minor(section, "1.0", _ANY_FAMILY),
    ),
    "libraries": (
        "Libraries of a family: matrices/<family>/libraries.yaml",
        lambda section: read_extra(section, "libraries", _ANY_FAMILY),
    ),
    "gpus": (
        "GPUs of a family: matrices/<family>/gpus.yaml",
        lambda section: read_extra(section, "gpus", _ANY_FAMILY),
    ),
    "policy": ("A platform policy: policies/platforms/*.yaml", _of_reader(_read_platform)),
    "images": ("Build images: policies/images.yaml", _of_reader(read_images)),
    "toolchains": ("Toolchains: policies/toolchains.yaml", _of_reader(read_toolchains)),
    "distributions": (
        "Distributions: policies/distributions.yaml",
        _of_reader(read_distributions),
    ),
    "lifecycle": ("Ends of life: policies/lifecycle.yaml", _of_reader(read_ends)),
    "interpreters": ("Pythons: policies/interpreters.yaml", _of_reader(read_interpreters)),
    "installers": ("Installers: policies/installers.yaml", _of_reader(read_installers)),
    "external-libraries": (
        "Libraries of other projects: policies/external_libraries.yaml",
        _of_reader(read_externals),
    ),
    "sources": ("Sources of policies/: policies/sources.yaml", read_policy_sources),
}
"""Title and reader of each kind of fact file, named as its first key is, without ``mlplan-``."""


def fact_schemas() -> dict[str, Json]:
    """The JSON Schema (draft 2020-12) of each kind of fact file, by the name of its first key."""
    return {
        name: {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"urn:mlplan:schemas:facts:{name}.schema.json",
            "title": title,
            **described(recorded_schema(read), _SAYS),
        }
        for name, (title, read) in FILES.items()
    }


def schema_text(schema: Json) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
