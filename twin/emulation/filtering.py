"""Filters in words: where packets are redirected, which band or queue they are led to; for plan and kernel; pure."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping

from twin.emulation import dumps
from twin.emulation.dumps import Filter
from twin.emulation.subscribers import PROGRAM
from twin.netlink import NEW_FILTER, Request

KEYS = frozenset((1, *range(8, 14), *range(18, 22), *range(35, 39), 73, 74, *range(87, 91)))
"""The attributes of flower that can be asked for (see classify): class, addresses, ports, mark."""
NAME = 7
"""The name of a program that was loaded before its filter."""
ACTIONS = {"matchall": 2, "fw": 4}


def asked(requests: Iterable[Request]) -> Iterator[Filter]:
    """The filters among requests."""
    for request in requests:
        one = dumps.filter_of(request.body) if request.kind == NEW_FILTER else None
        if one is not None:
            yield one


def said(one: Filter, names: Mapping[int, str]) -> str:
    """A filter in words. names: of the interfaces of its namespace, by index."""
    options = dumps.attributes(one.options)
    if one.kind == "flower":
        keys = " ".join(f"{key}={options[key].hex()}" for key in sorted(KEYS & options.keys()))
        return f"flower {one.preference} {keys}"
    if one.kind == "bpf" and NAME in options:
        return f"bpf {options[NAME].decode().rstrip(chr(0))}"
    if one.kind == "bpf":
        return f"bpf {options[PROGRAM].hex()}"
    handle = f" mark {one.handle}" if one.kind == "fw" else ""
    return f"{one.kind}{handle}{_acts(options.get(ACTIONS.get(one.kind, 0), b''), names)}"


def _acts(body: bytes, names: Mapping[int, str]) -> str:
    words = ""
    for _, action in sorted(dumps.each(body)):
        parts = dumps.attributes(action)
        options = dumps.attributes(parts[2])
        match parts[1].rstrip(b"\0"):
            case b"mirred":
                index = struct.unpack_from("=24xI", options[2])[0]
                words += f" to {names.get(index, index)}"
            case b"skbedit":
                words += f" marked {struct.unpack('=I', options[5])[0]}"
            case other:
                words += f" {other.decode()}"
    return words
