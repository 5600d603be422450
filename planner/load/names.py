"""Names of facts found without parsing them, for what must answer in milliseconds.

The files are searched line by line; their one form (``mlplan facts check``) makes that the same as
reading them.
"""

from __future__ import annotations

import re
from pathlib import Path

_KEY = re.compile(r"  ([^\s:#'\"]+):")
_NUMBER = re.compile(r"\d+")


def families(root: Path) -> list[str]:
    """The accelerator families of a data folder, by name."""
    return sorted(path.parent.name for path in root.glob("matrices/*/family.yaml"))


def minors(root: Path, family: str) -> list[str]:
    """The minor releases of a family, highest number first."""
    names = [path.stem for path in (root / "matrices" / family).glob("[0-9]*.yaml")]
    return sorted(names, key=lambda name: [int(n) for n in _NUMBER.findall(name)], reverse=True)


def components(root: Path) -> list[str]:
    """The components of every family, in the order of the files."""
    paths = [root / "matrices" / family / "family.yaml" for family in families(root)]
    return list(dict.fromkeys(name for path in paths for name in _keys(path, "components")))


def distributions(root: Path) -> list[str]:
    """The ids of the distributions, in the order of the file."""
    return _keys(root / "policies" / "distributions.yaml", "distributions")


def interpreters(root: Path) -> list[str]:
    """The interpreter tags, in the order of the file."""
    return _keys(root / "policies" / "interpreters.yaml", "interpreters")


def policies(root: Path) -> list[str]:
    """The platform policies, by name."""
    return sorted(path.stem for path in (root / "policies" / "platforms").glob("*.yaml"))


def block(path: Path, key: str) -> str:
    """The lines below a key at the start of a line; "" where there is none."""
    if not path.is_file():
        return ""
    text = path.read_text(encoding="utf-8", errors="replace")
    found = re.search(rf"^{re.escape(key)}:\n((?:[ #].*\n?|\n)*)", text, re.M)
    return found[1] if found else ""


def _keys(path: Path, key: str) -> list[str]:
    """The keys of the mapping below a key."""
    return [m[1] for line in block(path, key).split("\n") if (m := _KEY.match(line))]
