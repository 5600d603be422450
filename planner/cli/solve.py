"""``mlplan solve``: from a request to a plan and its lock file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli import completion
from planner.cli.options import (
    ColorOption,
    DataOption,
    Format,
    FormatOption,
    OverlayOption,
    QuietOption,
    VerboseOption,
    text_width,
    wants_color,
)

Words = list[str] | None
AD_HOC = "Ad-hoc request (repeatable)"


def _many(
    name: str, metavar: str, help_: str, completer: completion.Completer | None = None
) -> typer.models.OptionInfo:
    return typer.Option(  # type: ignore[no-any-return]
        name,
        metavar=metavar,
        help=help_,
        rich_help_panel=AD_HOC,
        autocompletion=completer,
    )


def solve(
    request: Annotated[
        Path | None,
        typer.Argument(
            help="mlplan.yaml, or a pyproject.toml with [tool.mlplan]; "
            "found in this folder where not given, else the newest release of every family."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write the lock file.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write no lock file.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Exit 1 if the lock file would change; write nothing.")
    ] = False,
    frontier: Annotated[
        bool, typer.Option("--frontier", help="Show reach against newness; write nothing.")
    ] = False,
    set_: Annotated[
        Words,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="Set a key of the request.",
            autocompletion=completion.request_key,
        ),
    ] = None,
    prefer: Annotated[
        str | None,
        typer.Option(
            help="newest (tag) or widest (reach).",
            metavar="WORD",
            autocompletion=completion.preference,
        ),
    ] = None,
    date: Annotated[
        str | None, typer.Option(help="The day the release ships.", metavar="YYYY-MM-DD")
    ] = None,
    allow: Annotated[
        Words,
        typer.Option(
            help="Waivers: ended-base, alpha-image ...",
            metavar="WAIVER",
            autocompletion=completion.waiver,
        ),
    ] = None,
    cuda: Annotated[
        Words,
        _many(
            "--cuda", "SPEC", "CUDA releases: 13, 12.9, '>=12,<13'.", completion.releases_of("cuda")
        ),
    ] = None,
    rocm: Annotated[
        Words, _many("--rocm", "SPEC", "ROCm releases.", completion.releases_of("rocm"))
    ] = None,
    mkl: Annotated[
        Words, _many("--mkl", "SPEC", "oneMKL releases.", completion.releases_of("mkl"))
    ] = None,
    with_: Annotated[
        Words,
        _many("--with", "'A>=1 + B>=2'", "Several families in one wheel.", completion.family_spec),
    ] = None,
    arch: Annotated[
        Words, _many("--arch", "ARCH", "Architectures.", completion.architecture)
    ] = None,
    python: Annotated[
        Words, _many("--python", "SPEC", "Pythons: '>=3.11', or tags.", completion.interpreter)
    ] = None,
    gpu: Annotated[Words, _many("--gpu", "T,T", "GPU targets.")] = None,
    links: Annotated[
        Words,
        _many("--links", "L,L", "Vendor libraries that are linked.", completion.component),
    ] = None,
    runs_on: Annotated[
        Words, _many("--runs-on", "DISTRO", "Distributions to serve.", completion.distribution)
    ] = None,
    glibc: Annotated[str | None, _many("--glibc", "SPEC", "Cap on the tag's glibc.")] = None,
    pip: Annotated[str | None, _many("--pip", "SPEC", "Oldest pip to serve.")] = None,
    driver: Annotated[str | None, _many("--driver", "SPEC", "Oldest GPU driver.")] = None,
    cxx: Annotated[int | None, _many("--cxx", "N", "C++ standard.")] = None,
    features: Annotated[
        Words, _many("--features", "F,F", "CPU features that the toolchain must know.")
    ] = None,
    format_: FormatOption = Format.TEXT,
    data: DataOption = None,
    overlay: OverlayOption = None,
    color: ColorOption = "auto",  # type: ignore[assignment]
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Plan a release: the newest tag and toolchain for every accelerator and architecture."""
    from planner.cli.adhoc import AdHoc, overrides_of
    from planner.cli.planning import Planning
    from planner.errors import UsageError
    from planner.plan.document import render
    from planner.report.table import plan_text

    adhoc = AdHoc(
        families={"cuda": cuda or [], "rocm": rocm or [], "mkl": mkl or []},
        combined=with_ or [],
        lists={
            "architectures": arch or [],
            "python": python or [],
            "gpu": gpu or [],
            "links": links or [],
            "runs-on": runs_on or [],
            "features": features or [],
        },
        texts={"glibc": glibc, "pip": pip, "driver": driver},
        cxx=cxx,
    )
    overrides = overrides_of(set_ or [], prefer=prefer, date=date, allow=allow or [])
    planning = Planning(request, output, adhoc, overrides, data, overlay)
    if verbose:
        typer.echo(f"facts: {planning.root} ({planning.tables.index.version})", err=True)
        if overlay is not None:
            typer.echo(f"overlay: {overlay}", err=True)
        typer.echo(f"request: {planning.path or 'from the options'}", err=True)
    if frontier and (check or output is not None):
        raise UsageError("--frontier writes nothing: it excludes --check and --output")
    if frontier:
        raise typer.Exit(planning.show_frontier(as_json=format_ is Format.JSON))
    plan = planning.plan(check=check)
    if check:
        raise typer.Exit(planning.compare(plan, quiet=quiet))
    if format_ is Format.JSON:
        typer.echo(render(planning.document(plan, places=True)), nl=False)
    else:
        text = plan_text(plan, width=text_width(), color=wants_color(color))
        typer.echo(text, nl=False, color=True)
    if not dry_run:
        planning.write(plan, quiet=quiet)
    raise typer.Exit(1 if plan.failures else 0)
