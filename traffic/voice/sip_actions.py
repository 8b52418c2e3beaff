"""What an agent of SIP wants done: its decisions as values, and the timers of RFC 3261; pure."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import NS_PER_MS

T1, T2 = 500 * NS_PER_MS, 4_000 * NS_PER_MS
"""The estimate of a round trip, after which a message is sent again, and the longest pause before the next (ns)."""
TRANSACTION_TIMEOUT = 64 * T1
"""For how long an answer is waited for."""

Address = tuple[str, int]
"""IP address and port."""


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Send a datagram now."""

    packet: bytes
    to: Address


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Call again at `at`, ns since 1970, about one call."""

    at: int
    call: str


@dataclass(frozen=True, slots=True)
class Connected:
    """Caller and softswitch both know that the call is answered: people talk."""

    caller: str
    call: str


SipAction = SendMessage | StartTimer | Connected
