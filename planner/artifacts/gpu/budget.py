"""What looking for GPU code has cost so far: of one file, or summed over the files of a wheel."""

from __future__ import annotations

from planner.artifacts.gpu.limits import GpuLimits


class GpuSpent:
    """Counts what several searches share; each of them stops once they have spent too much.

    ``false_hits`` are places that only looked like GPU code, ``unpacked`` the bytes that went
    into decompressors and came out of them.
    """

    __slots__ = ("false_hits", "unpacked")

    def __init__(self) -> None:
        self.false_hits = 0
        self.unpacked = 0

    def add(self, other: GpuSpent) -> None:
        """Add what another file took."""
        self.false_hits += other.false_hits
        self.unpacked += other.unpacked

    def too_much(self, limits: GpuLimits) -> str:
        """What is more than one file may take, or ""."""
        return self._above(limits.false_hits, limits.frame_bytes)

    def too_much_of_a_wheel(self, limits: GpuLimits) -> str:
        """What is more than all files of a wheel together may take, or ""."""
        return self._above(limits.wheel_false_hits, limits.wheel_frame_bytes)

    def _above(self, false_hits: int, unpacked: int) -> str:
        if self.false_hits > false_hits:
            return f"more than {false_hits} places only look like GPU code"
        if self.unpacked > unpacked:
            return f"more than {unpacked} bytes of compressed bundles to read"
        return ""
