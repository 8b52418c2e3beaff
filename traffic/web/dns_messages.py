"""DNS queries and responses, byte by byte (RFC 1035, 4.1); pure."""

from __future__ import annotations

import struct

_HEADER = struct.Struct("!6H")
_QUERY, _ANSWER = 0x0100, 0x8180
"""Flags: a query with recursion desired; its response with recursion available."""
_ADDRESS, _INTERNET = 1, 1
"""Type A, class IN."""
_TTL = 3600
_RECORD = struct.pack("!HHHIH4s", 0xC00C, _ADDRESS, _INTERNET, _TTL, 4, bytes((203, 0, 113, 1)))
"""The resource record of a response: the name of the query, and an address that no host has (RFC 5737)."""
LABELS = (b"example", b"net")


def query(number: int) -> bytes:
    """The query for the address of "w<number>.example.net", four digits; a retransmission is the same."""
    labels = (b"w%04d" % (number % 10_000), *LABELS)
    name = b"".join(bytes((len(label),)) + label for label in labels) + b"\0"
    return _HEADER.pack(number & 0xFFFF, _QUERY, 1, 0, 0, 0) + name + struct.pack("!HH", _ADDRESS, _INTERNET)


def response(query: bytes) -> bytes:
    """The response to a query."""
    identity = struct.unpack_from("!H", query)[0]
    return _HEADER.pack(identity, _ANSWER, 1, 1, 0, 0) + query[_HEADER.size:] + _RECORD
