"""The frontier of each job as a table."""

from __future__ import annotations

from collections.abc import Sequence

from planner.report.rows import rows_text
from planner.solve.frontier import Frontier


def frontier_text(frontiers: Sequence[Frontier], width: int) -> str:
    """One table per job, the widest tag first; jobs without any choice say so."""
    blocks = []
    for frontier in frontiers:
        rows = [
            {
                "tag": point.platform_tag,
                "releases": " ".join(f"{f} {v}" for f, v in point.accelerators.items()) or "none",
                "gcc": point.gcc if point.in_image else f"{point.gcc}*",
                "toolset": point.toolset,
                "serves": str(point.serves),
                "gives up": str(point.excludes),
            }
            for point in frontier.points
        ]
        table = rows_text(rows, width) if rows else "nothing fits; see mlplan solve\n"
        blocks.append(f"{frontier.id}\n{table}")
    legend = "* to be set up in the image; serves and gives up count supported distributions\n"
    return "\n".join([*blocks, legend])
