"""mlplan: plans the manylinux tag, image and toolchain of accelerator wheels, and says why.

Programs call :func:`planner.verify` and :func:`planner.inspect`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.api import inspect as inspect
    from planner.api import verify as verify

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """The functions for programs, loaded when first asked for."""
    if name in ("verify", "inspect"):
        from planner import api  # noqa: PLC0415

        return getattr(api, name)
    raise AttributeError(f"module 'planner' has no attribute {name!r}")
