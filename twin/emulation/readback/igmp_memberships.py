"""Which lines have joined which IPTV channels, as the kernel of each line says; pure."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address
from pathlib import Path

from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.multicast_trees import Members

PROC_IGMP = Path("/proc/net/igmp")


def joined_groups(text: str, device: str) -> frozenset[str]:
    """The groups that a device has joined, by /proc/net/igmp: below each device, a line for each of its groups, whose
    address is printed as the processor holds it."""
    return frozenset(_groups(text, device))


def _groups(text: str, device: str) -> Iterator[str]:
    at = ""
    for line in text.splitlines()[1:]:
        words = line.split()
        if line[:1].isdigit():
            at = words[1]
        elif at == device and words:
            yield str(IPv4Address(int(words[0], 16).to_bytes(4, sys.byteorder)))


def members(blueprint: Blueprint, joined: Mapping[str, frozenset[str]]) -> Members:
    """The ports behind which each channel was joined. joined: the groups of each line, by its name."""
    lines = [(host.name, (host.switch, host.port)) for host in blueprint.hosts if host.line_group is not None]
    return {channel.name: frozenset(port for name, port in lines if channel.group in joined.get(name, ()))
            for channel in blueprint.iptv_channels}
