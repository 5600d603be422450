"""The whole simulation: offers on hosts, GPU code on targets, and what was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.coverage.gpu import gpu_served, kind_of
from planner.coverage.install import installs_on
from planner.coverage.names import target_label
from planner.coverage.results import (
    Coverage,
    Gpu,
    GpuServed,
    Host,
    HostOffer,
    Install,
    Offer,
    Required,
    Target,
)
from planner.model.hosts import HostSystem
from planner.model.wheel_facts import Citation, WheelFacts


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What a caller wants to know beside the built-in profiles.

    ``required`` are hosts by the text that named them, one for each architecture that it may mean.
    """

    hosts: tuple[Host, ...] = ()
    required: Mapping[str, tuple[Host, ...]] | None = None
    with_profiles: bool = True
    with_ended: bool = False


def simulate(offers: tuple[Offer, ...], facts: WheelFacts, date: str, asked: Asked) -> Coverage:
    """Every offer on every built-in profile of its architecture, and on the hosts asked for."""
    archs = {offer.arch for offer in offers if offer.arch}
    systems = [s for s in facts.hosts.systems.values() if archs & set(s.architectures)]
    ended = [] if asked.with_ended else [s for s in systems if s.end and s.end < date]
    shown = [s for s in systems if s not in ended] if asked.with_profiles else []
    hosts = tuple(
        system_host(system, arch)
        for system in shown
        for arch in system.architectures
        if arch in archs and system.libc_version
    )
    installs = tuple(_installs(hosts, offers, facts))
    targets = targets_of(offers, facts) if asked.with_profiles else ()
    gpus = tuple(
        gpu_served(offer, target.name, facts.gpus)
        for offer in offers
        for target in targets
        if _concerns(offer, target)
    )
    told = tuple((host, _host_offers(host, offers, facts)) for host in asked.hosts)
    required = tuple(
        _required(text, named, offers, facts) for text, named in (asked.required or {}).items()
    )
    rows = [row for _, found in told for row in found]
    rows += [row for each in required for row in each.rows]
    return Coverage(
        date=date,
        offers=offers,
        hosts=hosts,
        installs=installs,
        targets=targets,
        gpus=gpus,
        asked=told,
        required=required,
        cited=_cited(
            [*installs, *(row.install for row in rows)],
            [*gpus, *(served for row in rows for served in row.gpus)],
            facts,
        ),
        gpu_families=tuple(facts.gpus.kinds),
        ended=tuple(system.id for system in ended) if asked.with_profiles else (),
        facts_version=facts.version,
        facts_sha256=facts.sha256,
    )


def system_host(system: HostSystem, arch: str) -> Host:
    """A distribution on an architecture as a host without GPU; its pip and Python are not bound."""
    return Host(
        name=f"{system.id} {arch}",
        system=system.id,
        arch=arch,
        libc=system.libc,
        libc_version=system.libc_version,
        symbols=system.symbols,
        markers=system.markers,
        own_pip=system.pip,
        own_python=system.python,
        unconfirmed=system.unconfirmed,
        facts=(system.fact,),
    )


def targets_of(offers: Iterable[Offer], facts: WheelFacts) -> tuple[Target, ...]:
    """The GPU targets that matter to some offers: of every product with their kinds of code."""
    kinds = dict.fromkeys(kind for offer in offers for kind in gpu_kinds(offer))
    old = {row.old for row in facts.gpus.renamed}
    names = [name for kind in kinds for name in facts.gpus.targets(kind) if name not in old]
    return tuple(_target(name, facts) for name in names)


def gpu_kinds(offer: Offer) -> tuple[str, ...]:
    """The kinds of GPU code that an offer holds."""
    cuda = offer.code.real or offer.code.virtual or (offer.code.unread and not offer.code.hip)
    return (*(("cuda",) if cuda else ()), *(("hip",) if offer.code.hip else ()))


def _target(name: str, facts: WheelFacts) -> Target:
    groups = facts.gpus.groups_of(name)
    return Target(
        name=name,
        kind=kind_of(name),
        label=target_label(name),
        short=facts.gpus.short(name) or next((g.names[0] for g in groups if g.names), ""),
        products=tuple(product for group in groups for product in group.names),
        architectures=tuple(sorted(facts.gpus.architectures_of(name))),
        is_unconfirmed=facts.gpus.is_unconfirmed(name),
    )


def _concerns(offer: Offer, target: Target) -> bool:
    """Whether an offer has this kind of code, for machines that such a GPU is in."""
    fits = not target.architectures or offer.arch is None or offer.arch in target.architectures
    return target.kind in gpu_kinds(offer) and fits


def _installs(
    hosts: Iterable[Host], offers: Iterable[Offer], facts: WheelFacts
) -> Iterable[Install]:
    for host in hosts:
        yield from installs_on(host, (o for o in offers if o.arch in (host.arch, None)), facts)


def _host_offers(host: Host, offers: tuple[Offer, ...], facts: WheelFacts) -> tuple[HostOffer, ...]:
    installs = installs_on(host, offers, facts)
    return tuple(
        HostOffer(
            install=install,
            gpus=tuple(_gpu_of(host, offer, gpu, facts) for gpu in host.gpus),
        )
        for offer, install in zip(offers, installs, strict=True)
    )


def _gpu_of(host: Host, offer: Offer, gpu: Gpu, facts: WheelFacts) -> GpuServed:
    return gpu_served(offer, gpu.target, facts.gpus, host.driver)


def _required(
    text: str, hosts: tuple[Host, ...], offers: tuple[Offer, ...], facts: WheelFacts
) -> Required:
    rows: list[HostOffer] = []
    for host in hosts:
        own = tuple(offer for offer in offers if offer.arch in (host.arch, None))
        rows += _host_offers(host, own or offers, facts)
    return Required(text=text, hosts=hosts, rows=tuple(rows))


def _cited(
    installs: Iterable[Install], gpus: Iterable[GpuServed], facts: WheelFacts
) -> dict[str, Citation]:
    """The facts behind all answers, in order of first use."""
    ids: dict[str, None] = {}
    for install in installs:
        for reason in (*install.reasons, *install.cautions):
            ids.update(dict.fromkeys(reason.facts))
    for served in gpus:
        ids.update(dict.fromkeys(served.facts))
        for reason in served.reasons:
            ids.update(dict.fromkeys(reason.facts))
    return {id_: facts.cited[id_] for id_ in ids if id_ in facts.cited}
