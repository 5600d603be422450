"""Distributions as people name them: ``RHEL 8+, Ubuntu 20.04+``."""

from __future__ import annotations

import re
from collections.abc import Sequence

NAMES = {
    "rhel": "RHEL",
    "centos": "CentOS",
    "centos-stream": "CentOS Stream",
    "almalinux": "AlmaLinux",
    "rocky": "Rocky Linux",
    "oracle": "Oracle Linux",
    "ubuntu": "Ubuntu",
    "debian": "Debian",
    "fedora": "Fedora",
    "sles": "SLES",
    "opensuse": "openSUSE",
    "amazon": "Amazon Linux",
    "azure": "Azure Linux",
    "kylin": "KylinOS",
    "arch": "Arch Linux",
    "alpine": "Alpine Linux",
    "colab": "Google Colab",
    "kaggle": "Kaggle",
}
_ROLLING = {"rolling", "testing", "tumbleweed"}
_DATED = {"colab", "kaggle"}


def distribution_words(ids: Sequence[str], without: Sequence[str]) -> list[str]:
    """Distributions by name with the oldest version, in the order of :data:`NAMES`.

    ``8+`` says that every known version from 8 on is among them; ``without`` names those that are
    not. Ids are ``<name>-<version>``.
    """
    missing = _versions(without)
    return [_words(name, found, missing.get(name, [])) for name, found in _versions(ids).items()]


def distribution_names(ids: Sequence[str]) -> list[str]:
    """Distributions by name with every version: ``Ubuntu 18.04, 20.04``."""
    return [
        f"{NAMES.get(name, name)} {', '.join(sorted(found, key=_order))}".strip()
        for name, found in _versions(ids).items()
    ]


def _versions(ids: Sequence[str]) -> dict[str, list[str]]:
    """Versions by the name of the distribution."""
    found: dict[str, list[str]] = {}
    for id_ in ids:
        split = id_.split("-", 1) if id_.split("-")[0] in _DATED else id_.rsplit("-", 1)
        name, version = split if len(split) == 2 else (id_, "")
        found.setdefault(name, []).append(version)
    return dict(sorted(found.items(), key=lambda item: _rank(item[0])))


def _rank(name: str) -> int:
    return list(NAMES).index(name) if name in NAMES else len(NAMES)


def _words(name: str, versions: list[str], missing: list[str]) -> str:
    title = NAMES.get(name, name)
    numbered = sorted({v for v in versions if v not in _ROLLING}, key=_order)
    if not numbered or name in _DATED:
        return f"{title} {versions[0].capitalize()}" if versions == ["tumbleweed"] else title
    oldest = numbered[0]
    if len(versions) == 1:
        return f"{title} {oldest}".strip()
    if any(_order(version) > _order(oldest) for version in missing if version not in _ROLLING):
        return f"{title} {', '.join(numbered)}"
    return f"{title} {oldest}+"


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))
