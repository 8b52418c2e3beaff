"""Hosts: the subscribers' ends of lines, and head-ends."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Host:
    """A network namespace with one interface: a CPE with its subscriber, or a head-end. call_channels: how many calls
    its line can hold."""

    name: str
    namespace: str
    address: str
    mac: str
    switch: str
    port: int
    span: str
    line_group: str | None = None
    call_channels: int = 1
    remarks: tuple[tuple[int, int], ...] = ()
    """Pairs of DSCPs: the first is rewritten to the second where packets leave for this host."""
