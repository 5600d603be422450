"""The version of the facts without reading them: for ``mlplan --version``, in milliseconds."""

from __future__ import annotations

import re
from pathlib import Path

from planner.load.compiled_files import facts_digest
from planner.load.names import block, families

_READ = re.compile(r"\bread: [\"']?(\d{4}-\d\d(?:-\d\d)?)")


def facts_version(root: Path) -> tuple[str, str]:
    """Version and SHA-256 of the facts under a data folder, as plans name them.

    The version is the newest day on which a source was read.

    :raises DataError: where a file cannot be read.
    """
    digest = facts_digest(root)
    paths = [root / "matrices" / family / "family.yaml" for family in families(root)]
    paths.append(root / "policies" / "sources.yaml")
    days = [day for path in paths for day in _READ.findall(block(path, "sources"))]
    return max(days, default="0000-00-00").replace("-", "."), digest
