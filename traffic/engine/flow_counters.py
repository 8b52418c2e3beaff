"""Counters and errors of each flow, beside its samples."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class FlowCounters:
    """Counts of one flow while it runs. A flow with an error leaves no samples: an error is never a number.

    sent, received: packets, or for TCP the payload bytes received. duplicates: further copies of a packet. reordered:
    packets that came after one with a higher sequence number (RFC 4737). foreign: packets that the flow had not sent.
    refusals: sends that reported an ICMP refusal. retransmissions: TCP segments or datagrams sent again.
    requests: pages, mails, DNS queries or round trips begun. sent_bytes, retransmitted_bytes: of TCP payload.
    rtt_samples, rtt_sum: how often the round trip of a sending end was read, and the sum, µs.
    """

    sent: int = 0
    received: int = 0
    duplicates: int = 0
    reordered: int = 0
    foreign: int = 0
    refusals: int = 0
    retransmissions: int = 0
    requests: int = 0
    sent_bytes: int = 0
    retransmitted_bytes: int = 0
    rtt_samples: int = 0
    rtt_sum: int = 0
    errors: list[str] = field(default_factory=list)
    by_attack: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Of a forged flow: packets sent and received of each attack."""

    def fail(self, fault: OSError) -> None:
        """Record an error, each once."""
        reason = fault.strerror or str(fault)
        if reason not in self.errors:
            self.errors.append(reason)
