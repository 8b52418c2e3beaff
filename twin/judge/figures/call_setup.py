"""What is measured on dialled calls: how long it took to ring, how many found no room, how many were answered. Pure.

A call that rings or that has a final status is decided; one that was dialled just before the end is not, and is left
out. One without an answer for longer than SILENCE counts as not answered.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import starmap

from traffic.sample_files import LOST, Calls
from twin.core.units import NS_PER_S

BLOCKED_STATUS = (486, 503)
"""SIP's answers where the line or the network is full: Busy Here, Service Unavailable (RFC 3261)."""
ANSWERED = 200
SILENCE = 4 * NS_PER_S
"""T2 of RFC 3261: the longest pause between two attempts to be heard, ns."""


def post_dial_delays(calls: Calls) -> list[tuple[int, int]]:
    """When each call that rang was dialled, and ns from then to ringing (RFC 6076, 4.3.1)."""
    return [(dialled, rung - dialled) for dialled, rung in zip(calls.dialled, calls.rung, strict=True) if rung != LOST]


def blocked(calls: Calls) -> tuple[bool, ...]:
    """Of each call that is decided, in order of dialling, whether it found no room."""
    return tuple(calls.status[call] in BLOCKED_STATUS for call in decided(calls))


def decided(calls: Calls) -> tuple[int, ...]:
    """The places of the calls of which it is decided whether they are blocked."""
    return tuple(call for call, (rung, status) in enumerate(zip(calls.rung, calls.status, strict=True))
                 if status or rung != LOST)


def unanswered(calls: Calls, end: int) -> tuple[bool, ...]:
    """Of each call that has ended or failed, whether it was not answered (the complement of RFC 6076, 4.6)."""
    return tuple(calls.status[call] != ANSWERED for call in over(calls, end))


def over(calls: Calls, end: int) -> tuple[int, ...]:
    """The places of the calls of which it is decided whether they are answered."""
    rows = enumerate(zip(calls.dialled, calls.rung, calls.status, strict=True))
    return tuple(call for call, (dialled, rung, status) in rows
                 if status or (rung == LOST and end - dialled > SILENCE))


def ongoing(calls: Calls) -> tuple[int, ...]:
    """How many calls held a channel when each was dialled."""
    begun = sorted(at for at in calls.rung if at != LOST)
    ended = sorted(ended for rung, ended in zip(calls.rung, calls.ended, strict=True) if LOST not in (rung, ended))
    return tuple(bisect_left(begun, at) - bisect_left(ended, at) for at in calls.dialled)


def carried(calls: Calls, end: int) -> float:
    """Calls that held a channel on average, from ringing to hanging up, erlang."""
    def held(rung: int, ended: int) -> int:
        return 0 if rung == LOST else (end if ended == LOST else ended) - rung

    return sum(starmap(held, zip(calls.rung, calls.ended, strict=True))) / end
