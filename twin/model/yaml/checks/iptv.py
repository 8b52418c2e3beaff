"""Checks of IPTV channels: each has a source and a group of its own, and viewers name channels of their service."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address

from twin.core.units import show_time
from twin.model import IptvChannel, Name, Service, Transport, Watch, Workload
from twin.model.yaml.parsed_network import ParsedNetwork
from twin.model.yaml.problems import Path, quoted

FIRST_GROUP, LAST_GROUP = IPv4Address("224.0.1.0"), IPv4Address("239.255.255.255")
"""224.0.0.x never leaves a link (RFC 5771), and no query asks for it."""

Found = Iterator[tuple[Path, str, str]]


def channels(draft: ParsedNetwork) -> Found:
    """Somebody sends each channel, to a multicast group that no other channel uses."""
    services = {service.name: service for service in draft.network.services}
    taken: dict[IPv4Address, str] = {}
    watched = Counter(name for _, watch in _watchers(draft) for name in dict.fromkeys(watch.channels))
    for channel in draft.network.iptv_channels:
        yield from _source(channel, services, watched[channel.name])
        if channel.group:
            yield from _group(channel, taken)


def _source(channel: IptvChannel, services: Mapping[Name, Service], watched: int) -> Found:
    path: Path = ("channels", channel.name)
    if channel.service is None:
        group = f"group {channel.group}" if channel.group else "its group"
        fit = sorted(name for name, service in services.items() if service.transport is Transport.UDP)
        waiting = f", and {watched} workload{'s watch' if watched > 1 else ' watches'} it" if watched else ""
        yield (path, f"{group} has no source: no service sends it{waiting}",
               f"write for example service: {fit[0]}" if fit else "write a service over udp, and name it here")
    elif channel.service in services and services[channel.service].transport is not Transport.UDP:
        yield ((*path, "service"), f"a channel is sent over udp, but service {quoted(channel.service)} is "
               f"{services[channel.service].transport.value}", "name another service, or change its transport")


def _group(channel: IptvChannel, taken: dict[IPv4Address, str]) -> Found:
    path: Path = ("channels", channel.name, "group")
    try:
        group = IPv4Address(channel.group)
    except ValueError:
        yield path, f"{quoted(channel.group)} is not an IPv4 address", "write for example 239.192.0.1, or leave it out"
        return
    if not FIRST_GROUP <= group <= LAST_GROUP:
        yield (path, f"{group} is no multicast group that can be joined", f"write one from {FIRST_GROUP} to "
               f"{LAST_GROUP}, or leave it out")
    if group in taken:
        yield path, f"channel {quoted(taken[group])} is sent to the same group", "give each channel a group of its own"
    taken.setdefault(group, channel.name)


def queries(draft: ParsedNetwork) -> Found:
    """What is asked is answered before it is asked again (RFC 2236, 8.3)."""
    multicast = draft.network.control.multicast
    if "multicast" not in draft.doubtful and multicast.query_response >= multicast.query_interval:
        yield (("multicast", "query-response"),
               f"responses may take {show_time(multicast.query_response)}, but queries are sent every "
               f"{show_time(multicast.query_interval)}",
               f"write less than {show_time(multicast.query_interval)}, or a longer query-interval")


def watching(draft: ParsedNetwork) -> Found:
    """Who watches names channels of the workload's own service; a change needs two of them."""
    known = {channel.name: channel for channel in draft.network.iptv_channels}
    for work, watch in _watchers(draft):
        yield from _watching(work, watch, known)


def _watchers(draft: ParsedNetwork) -> Iterator[tuple[Workload, Watch]]:
    return ((work, work.settings) for work in draft.network.workloads if isinstance(work.settings, Watch))


def _watching(work: Workload, watch: Watch, known: Mapping[Name, IptvChannel]) -> Found:
    path: Path = ("workloads", work.name)
    if not watch.channels:
        yield ((*path, "channels"), 'is missing; activity "watch" needs it',
               f"write for example channels: [{min(known, default='one')}]")
    for index, name in enumerate(watch.channels):
        sender = known[name].service if name in known else None
        if sender is not None and sender != work.service:
            yield ((*path, "channels", index), f"channel {quoted(name)} belongs to service {quoted(sender)}, not to "
                   f"{quoted(work.service)}", "name channels of one service")
    if watch.zap is not None and len(watch.channels) == 1:
        yield (*path, "zap"), "there is no other channel to change to", "name another one, or leave zap out"
