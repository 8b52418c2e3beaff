"""Malformed and forged SIP and RTP, byte by byte; pure. Each payload is padded to one size.

SIP: torture messages as in RFC 4475, and well-formed requests in the name of others. RTP: headers that claim more than
the packet holds (RFC 3550, A.1).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from random import Random

from traffic.voice import sip
from traffic.voice.sip import Message

VARIANTS = 16
"""Different payloads of a kind that are sent in rotation."""
_RTP = struct.Struct("!BBHII")


def sip_payloads(random: Random, address: str, softswitch: str, callers: Sequence[str], size: int) -> tuple[bytes, ...]:
    """Payloads of `size` bytes from `address` to the one of a softswitch, in the name of some of `callers`."""
    caller = random.choice(callers) if callers else "nobody"
    wellformed = sip.written(_request("INVITE", address, softswitch, caller), size)
    noise = random.randbytes(size)
    made = (
        noise,
        wellformed.replace(b"SIP/2.0\r\n", b"SIP/7.0\r\n", 1),
        wellformed.replace(b"\r\n", b"\n"),
        wellformed.replace(b"INVITE sip:", b"INVITE  sip:", 1),
        wellformed.replace(b"Content-Length: ", b"Content-Length: 99", 1),
        wellformed.replace(b"Content-Length: ", b"Content-Length: -", 1),
        wellformed.replace(b"CSeq: 1 INVITE", b"CSeq: 36893488147419103232 INVITE", 1),
        wellformed.replace(b"CSeq: 1 INVITE", b"CSeq: 1 BYE", 1),
        wellformed.replace(b"\r\nFrom: ", b"\r\nFrom: " + b";" * 90 + b"\x00", 1),
        wellformed.replace(b"\r\nTo: ", b"\r\nTo: <sip:a@b>\r\nTo: ", 1),
        wellformed.replace(b"Call-ID: ", b"Call-ID: \xff\xfe", 1),
        b"SIP/2.0 200 OK\r\n" + wellformed.partition(b"\r\n")[2],
        wellformed,
        sip.written(_request("BYE", address, softswitch, caller), size),
        sip.written(_request("CANCEL", address, softswitch, caller), size),
        wellformed[: random.randrange(20, 200)],
    )
    return tuple(payload[:size].ljust(size, b"\0") for payload in made)


def rtp_payloads(random: Random, size: int) -> tuple[bytes, ...]:
    """Payloads of `size` bytes: any version, missing sources and extensions, padding beyond the packet."""
    made = []
    for _ in range(VARIANTS):
        first = random.choice((0x00, 0x40, 0xC0, 0x8F, 0x90, 0xA0, 0xBF))
        head = _RTP.pack(first, random.getrandbits(8), random.getrandbits(16), random.getrandbits(32),
                         random.getrandbits(32))
        made.append((head[: random.randrange(1, 13)] + random.randbytes(size))[: size - 1] + b"\xff")
    return tuple(made)


def _request(method: str, address: str, softswitch: str, caller: str) -> Message:
    """A request in the name of another caller, about a call that he may have."""
    return Message(method, f"sip:called@{softswitch}", 0, "", (
        ("via", f"SIP/2.0/UDP {address}:5060;branch={sip.COOKIE}666"), ("max-forwards", "70"),
        ("from", f"<sip:{caller}@{address}>;tag=c1"), ("to", f"<sip:called@{softswitch}>"), ("call-id", f"1@{caller}"),
        ("cseq", f"1 {method}"), *((sip.SDP,) if method == "INVITE" else ())),
        sip.session(address, 10_000, 0) if method == "INVITE" else b"")
