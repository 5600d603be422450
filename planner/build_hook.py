"""Hatchling hook: compiles the YAML facts to two JSON files that the wheel ships."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_ROOT = Path(__file__).resolve().parent.parent
_COMPILED = ("planner/compiled_facts.json", "planner/compiled_wheel_facts.json")


class CustomBuildHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the compiled facts for a real wheel; an editable install reads the YAML."""
        if self.target_name != "wheel" or version == "editable":
            return
        sys.path.insert(0, str(_ROOT))
        from planner.load.wheel_facts import compile_wheel_facts, wheel_facts_text
        from planner.solve.compiled import compile_index, compiled_text

        texts = (compiled_text(compile_index(_ROOT)), wheel_facts_text(compile_wheel_facts(_ROOT)))
        for name, text in zip(_COMPILED, texts, strict=True):
            (_ROOT / name).write_text(text, encoding="utf-8")
            build_data["artifacts"].append(name)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the compiled files from the source tree, where they would grow stale."""
        for name in _COMPILED:
            (_ROOT / name).unlink(missing_ok=True)
