"""Hosts: the subscribers' ends of lines, and head-ends."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Host:
    """A network namespace with one interface: a CPE with its subscriber, or a head-end. channels: of its line."""

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
    """Marks, each with the one that it becomes where packets leave for this host."""
