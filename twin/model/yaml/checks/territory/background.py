"""Checks of background traffic: what is used can be emulated on the services and channels that are described."""

from __future__ import annotations

from collections.abc import Iterator

from twin.model import CallUse, Dial, Service, TelevisionUse, Transport, Use
from twin.model.yaml.parsed_network import ParsedNetwork
from twin.model.yaml.problems import Path, quoted

Found = Iterator[tuple[Path, str, str]]


def background(draft: ParsedNetwork) -> Found:
    """Every use, where there is background traffic."""
    if draft.network.demand.background is None:
        return
    services = {service.name: service for service in draft.network.services}
    for use in draft.network.demand.uses:
        if use.service in services:
            yield from _emulated(draft, use, services[use.service])


def _emulated(draft: ParsedNetwork, use: Use, service: Service) -> Found:
    path: Path = ("demand", "uses", use.name)
    match use.settings:
        case CallUse():
            if "workloads" not in draft.doubtful and not _dialled(draft, service):
                yield ((*path, "service"), f"nothing says how calls of {quoted(service.name)} are dialled, which "
                       "background traffic needs", "write a workload of that service with activity: dial and its "
                       "signalling, or leave background out")
        case TelevisionUse(channels=channels):
            described = sum(channel.service == service.name for channel in draft.network.iptv_channels)
            if "channels" not in draft.doubtful and described < channels:
                yield ((*path, "channels"), f"{channels} channels are watched, but {described} of "
                       f"{quoted(service.name)} are described, which background traffic sends",
                       "describe as many in section channels, or leave background out")
        case _:
            if service.transport is Transport.UDP:
                yield ((*path, "service"), f"{quoted(service.name)} is udp, but background traffic transfers by tcp",
                       "name another service, or leave background out")


def _dialled(draft: ParsedNetwork, service: Service) -> bool:
    return any(work.service == service.name and isinstance(work.settings, Dial) for work in draft.network.workloads)
