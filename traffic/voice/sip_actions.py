"""The actions that a SIP user agent decides on, as values, and the timers of RFC 3261; pure."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import NS_PER_MS

T1, T2 = 500 * NS_PER_MS, 4_000 * NS_PER_MS
"""The estimate of a round trip, after which a message is sent again, and the longest pause before the next (ns)."""
TRANSACTION_TIMEOUT = 64 * T1
"""For how long a response is waited for (timers B, F, H)."""

Address = tuple[str, int]
"""IP address and port."""


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Send a datagram now."""

    packet: bytes
    to: Address


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Start the timer of a call: it expires at `at`, ns since 1970."""

    at: int
    call: str


@dataclass(frozen=True, slots=True)
class Connected:
    """The call is answered and acknowledged: speech begins."""

    caller: str
    call: str


SipAction = SendMessage | StartTimer | Connected
