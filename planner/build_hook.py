"""Hatchling hook: compiles the YAML facts to one JSON file that the wheel ships."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_ROOT = Path(__file__).resolve().parent.parent


class CustomBuildHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the compiled facts for a real wheel; an editable install reads the YAML."""
        if self.target_name != "wheel" or version == "editable":
            return
        sys.path.insert(0, str(_ROOT))
        from planner.solve.compiled import compile_index, compiled_text

        target = _ROOT / "planner" / "compiled_facts.json"
        target.write_text(compiled_text(compile_index(_ROOT)), encoding="utf-8")
        build_data["artifacts"].append("planner/compiled_facts.json")

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the compiled file from the source tree, where it would grow stale."""
        (_ROOT / "planner" / "compiled_facts.json").unlink(missing_ok=True)
