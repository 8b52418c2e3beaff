"""When a playout buffer plays each packet of a call, and so which packets come too late for it.

A fixed buffer plays every packet that much after the fastest one of the call. An adaptive one estimates the mean of
the delay and of its deviation, and waits for the mean and four deviations (Ramjee, Kurose, Towsley and Schulzrinne
1994, algorithm 1); it changes between talkspurts, for which a second of speech stands here (ITU-T P.59), and never
plays a packet sooner than one packet's time after the mean.
"""

from __future__ import annotations

from traffic.sample_files import LOST, Packets
from twin.core.units import NS_PER_S, Time

TALKSPURT = NS_PER_S
"""Speech between two pauses, ns."""
MEMORY = 0.998002
"""How much of an estimate is kept at each packet."""
DEVIATIONS = 4


def fixed(packets: Packets, buffer: Time) -> tuple[int, ...]:
    """For each packet, the network delay up to which it is played, ns."""
    fastest = min(packets.delays, default=0)
    return (fastest + buffer,) * len(packets.sent)


def adaptive(packets: Packets, buffer: Time, interval: Time) -> tuple[int, ...]:
    """The same of a buffer that begins `buffer` after the first packet that came, and then follows the delay."""
    mean = float(next(iter(packets.delays), 0))
    deviation = buffer / DEVIATIONS
    spurt = max(1, TALKSPURT // interval)
    deadlines, deadline = [], 0
    for index, (sent, received) in enumerate(zip(packets.sent, packets.received, strict=True)):
        if index % spurt == 0:
            deadline = round(mean + max(DEVIATIONS * deviation, interval))
        deadlines.append(deadline)
        if received != LOST:
            delay = received - sent
            mean = MEMORY * mean + (1 - MEMORY) * delay
            deviation = MEMORY * deviation + (1 - MEMORY) * abs(mean - delay)
    return tuple(deadlines)
