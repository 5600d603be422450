"""Coverage as the JSON document of docs/coverage.md."""

from __future__ import annotations

from planner import __version__
from planner.coverage.results import (
    Coverage,
    GpuServed,
    Host,
    HostOffer,
    Install,
    Offer,
    Reason,
    Required,
    Target,
)
from planner.plan.document import Json
from planner.report.coverage_words import caution_text, gpu_text, platforms_of, reason_text

SCHEMA = "mlplan-coverage/1"


def coverage_document(coverage: Coverage) -> Json:
    """The whole answer as JSON values."""
    return {
        "schema": SCHEMA,
        "mlplan": __version__,
        "date": coverage.date,
        "facts": {"version": coverage.facts_version, "sha256": coverage.facts_sha256},
        "verdict": "pass" if coverage.is_served else "fail",
        "offers": [_offer(offer) for offer in coverage.offers],
        "hosts": [_host(host) for host in coverage.hosts],
        "installs": [_install(install) for install in coverage.installs],
        "targets": [_target(target) for target in coverage.targets],
        "gpus": [_gpu(served) for served in coverage.gpus],
        "asked": [
            {"host": _host(host), "offers": [_host_offer(row) for row in rows]}
            for host, rows in coverage.asked
        ],
        "required": [_required(row) for row in coverage.required],
        "ended": list(coverage.ended),
        "derivation": {
            "facts": {
                id_: {
                    "says": cited.says,
                    "standing": cited.standing.value,
                    "sources": list(cited.sources),
                    "read": cited.read,
                }
                for id_, cited in coverage.cited.items()
            }
        },
    }


def _offer(offer: Offer) -> Json:
    code = offer.code
    return {
        "id": offer.id,
        "job": offer.job,
        "project": offer.project or None,
        "arch": offer.arch,
        "accelerators": dict(offer.accelerators),
        "platform_tags": list(platforms_of(offer)),
        "wheels": [wheel.file for wheel in offer.wheels],
        "gpu": {
            "cuda": {"real": list(code.real), "virtual": list(code.virtual)},
            "hip": {"targets": list(code.hip)},
            "unread": list(code.unread),
        },
        "driver_floor": offer.driver,
        "jit_driver_floor": offer.jit_driver,
    }


def _host(host: Host) -> Json:
    return {
        "name": host.name,
        "distribution": host.system or None,
        "arch": host.arch,
        "libc": host.libc,
        "libc_version": host.libc_version,
        "symbol_versions": dict(host.symbols),
        "pip": host.pip,
        "own_pip": host.own_pip,
        "python": host.python,
        "own_python": host.own_python,
        "driver": host.driver,
        "gpus": [{"name": gpu.name, "target": gpu.target} for gpu in host.gpus],
        "unconfirmed": list(host.unconfirmed),
    }


def _install(install: Install) -> Json:
    return {
        "offer": install.offer,
        "host": install.host,
        "answer": install.answer.value,
        "choices": [
            {"python": choice.python, "wheel": choice.wheel, "tag": choice.tag}
            for choice in install.choices
        ],
        "reasons": [_reason(reason) for reason in install.reasons],
        "cautions": [
            {**_reason(caution), "says": caution_text(caution)} for caution in install.cautions
        ],
    }


def _reason(reason: Reason) -> Json:
    return {
        "why": reason.why.value,
        "says": reason_text(reason),
        "found": reason.found or None,
        "needed": reason.needed or None,
        "detail": reason.detail or None,
        "unknown": reason.is_unknown,
        "facts": list(reason.facts),
    }


def _target(target: Target) -> Json:
    return {
        "name": target.name,
        "kind": target.kind,
        "label": target.label,
        "products": list(target.products),
        "architectures": list(target.architectures),
        "unconfirmed": target.is_unconfirmed,
    }


def _gpu(served: GpuServed) -> Json:
    return {
        "offer": served.offer,
        "target": served.target,
        "kind": served.kind,
        "answer": served.answer.value,
        "by": served.by or None,
        "driver": served.driver,
        "says": gpu_text(served),
        "reasons": [_reason(reason) for reason in served.reasons],
        "facts": list(served.facts),
    }


def _host_offer(row: HostOffer) -> Json:
    return {
        "answer": row.answer.value,
        "install": _install(row.install),
        "gpus": [_gpu(served) for served in row.gpus],
    }


def _required(required: Required) -> Json:
    return {
        "text": required.text,
        "answer": required.answer.value,
        "hosts": [_host(host) for host in required.hosts],
        "offers": [_host_offer(row) for row in required.rows],
    }
