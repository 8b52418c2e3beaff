"""Filters as text: their keys, and the band or interface they lead to; the same for blueprint and kernel; pure."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping

from twin.core.rtnetlink import NEW_FILTER, Request
from twin.emulation.qdisc.subscriber_filter import PROGRAM
from twin.emulation.readback import netlink_dumps
from twin.emulation.readback.netlink_dumps import DumpedFilter

KEYS = frozenset((1, *range(8, 14), *range(18, 22), *range(35, 39), 73, 74, *range(87, 91)))
"""The attributes of flower that `flower_filters` sets: class, addresses, ports, DSCP."""
NAME = 7
"""The name of a program that was loaded before its filter."""
ACTIONS = {"matchall": 2, "fw": 4}


def filters_in(requests: Iterable[Request]) -> Iterator[DumpedFilter]:
    """The filters among requests."""
    for request in requests:
        dumped = netlink_dumps.parse_filter(request.body) if request.kind == NEW_FILTER else None
        if dumped is not None:
            yield dumped


def filter_text(dumped: DumpedFilter, names: Mapping[int, str]) -> str:
    """A filter as text. names: of the interfaces of its namespace, by index."""
    options = netlink_dumps.attributes(dumped.options)
    if dumped.kind == "flower":
        keys = " ".join(f"{key}={options[key].hex()}" for key in sorted(KEYS & options.keys()))
        return f"flower {dumped.preference} {keys}"
    if dumped.kind == "bpf" and NAME in options:
        return f"bpf {options[NAME].decode().rstrip(chr(0))}"
    if dumped.kind == "bpf":
        return f"bpf {options[PROGRAM].hex()}"
    handle = f" mark {dumped.handle}" if dumped.kind == "fw" else ""
    return f"{dumped.kind}{handle}{_action_text(options.get(ACTIONS.get(dumped.kind, 0), b''), names)}"


def _action_text(body: bytes, names: Mapping[int, str]) -> str:
    text = ""
    for _, action in sorted(netlink_dumps.each_attribute(body)):
        parts = netlink_dumps.attributes(action)
        options = netlink_dumps.attributes(parts[2])
        match parts[1].rstrip(b"\0"):
            case b"mirred":
                index = struct.unpack_from("=24xI", options[2])[0]
                text += f" to {names.get(index, index)}"
            case b"skbedit":
                text += f" marked {struct.unpack('=I', options[5])[0]}"
            case other:
                text += f" {other.decode()}"
    return text
