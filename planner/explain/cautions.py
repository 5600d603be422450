"""Cautions of a plan, one sentence each."""

from __future__ import annotations

from collections.abc import Mapping

from planner.plan.records import Caution

_SENTENCES = {
    "ended-base": "{base}, the base of image {image}, had its end of life on {end}",
    "ended-image": "image {image} is no longer supported{since}",
    "alpha-image": "image {image} is alpha on {arch}: its makers may still change it",
    "ended-python": "Python {python} ({tag}) had its end of life on {end}",
    "ending-base": (
        "ends within a year of the release: {base}, the base of image {image}, on {end}"
    ),
    "ending-image": "ends within a year of the release: image {image}, on {end}",
    "ending-python": "ends within a year of the release: Python {python} ({tag}), on {end}",
    "x86-64-level": (
        "image {image} links in code for x86-64-v{level}: start-up objects and libraries taken "
        "from the distribution may not run on older processors"
    ),
    "libstdcxx-ceiling": (
        "libstdc++ of {base} offers GLIBCXX_{offers}, {policy} allows {allows} only: "
        "verify the wheel after the build"
    ),
    "toolset-to-install": (
        "{toolset} is not in image {image}: install its package {package} there first"
    ),
    "system-compiler": "use the base's own compiler, not the toolset of image {image}",
    "experimental-cxx": "C++{cxx} is experimental in gcc {gcc}",
    "distribution-pip": "pip {pip} of {distribution} is older than the {floor} that {policy} needs",
    "distribution-unconfirmed": "{fields} of {distribution} is not confirmed by any source",
    "documented-compiler": (
        "{family} {version} documents gcc {range} only, though its header accepts {gcc}"
    ),
    "compiler-breakage": "gcc {gcc} is known to break some builds with {family} {version}",
    "unsupported-compiler": "{family} {version} does not support gcc {gcc}: allowed by the request",
    "documented-glibc": (
        "{family} {version} is documented for glibc {floor} and newer{oldest}, its linked "
        "libraries need no more than {policy} offers"
    ),
    "vendor-wheel-tag": (
        "the wheel of {project} {version} is itself tagged for {tag}: pip installs it on no "
        "older system, whatever tag yours has ({policy})"
    ),
    "older-release-for-newer-tag": (
        "{policy} costs a release: {family} {version}, where {wider} would give {newer} "
        "(--prefer widest, or name the release)"
    ),
    "waived-fact": "{fact} would refuse this; the overlay waives it until {expires}: {reason}",
    "preview-release": "{family} {version} is a preview: allowed by the request",
    "jit-driver-unknown": (
        "which driver compiles the PTX of {family} {version} is not known: it needs the driver of "
        "that toolkit or a newer one"
    ),
    "deprecated-targets": "{family} {version} calls these targets deprecated: {targets}",
    "unlisted-targets": (
        "{family} {version} builds these targets but does not list them as supported: {targets}"
    ),
}


def caution_sentence(caution: Caution) -> str:
    """One sentence for a caution."""
    data: Mapping[str, str] = caution.data
    rule = "system-compiler" if data.get("system") else caution.rule
    extra = {
        "since": f" (since {data['end']})" if data.get("end") else "",
        "oldest": f" ({data['distribution']})" if data.get("distribution") else "",
    }
    return _SENTENCES[rule].format(**{**extra, **data})
