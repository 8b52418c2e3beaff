"""What dialled calls can bring before a queue: speech of as many as find room, and the messages of those that come.

Calls come at random, so that nothing bounds how many come in a moment; but there is a number of them that is exceeded
at fewer than one call in a billion. Beside twice their mean rate it is some seventeen, however many lines dial. (How
messages crowd on their way to the softswitch, before they are answered, is left out: calls are far apart beside that.)
"""

from __future__ import annotations

from collections.abc import Iterable

from twin.core.units import NS_PER_S
from twin.plan.blueprint import Blueprint, Dialling, SpanPlan
from twin.plan.demand.call_admission import admission
from twin.predict.theory.network_calculus import poisson_burst

REQUESTS, ANSWERS = 3, 4
"""Messages of a dialled call: INVITE, ACK and BYE; 100, 180 and twice 200 (RFC 3261)."""
MOST_REQUESTS, MOST_ANSWERS = 7 + 11 + 11, 7 + 1 + 11 + 11
"""The same where messages are lost: INVITE is sent 7 times within 64 T1 (timer A), final answers and BYE 11 times
(timers G, E), each answered again."""
FASTER = 2.0
"""How many times the mean rate of calls counts as their rate."""
CHANCE = 1e-9
"""Of a call to come when more have come than reckoned with."""
BURST = poisson_burst(FASTER, CHANCE)
"""Calls beyond that rate."""


def held(blueprint: Blueprint) -> dict[str, int]:
    """How many calls each line that dials holds at the most: its channels, or fewer where a span has no room for so
    many; by the name of its signalling."""
    deciding = admission(blueprint)
    return {caller: min((channels, *(deciding.calls(key, caller) for key in deciding.per_call.get(caller, ()))))
            for caller, channels in deciding.call_channels.items()}


def pace(dialling: Dialling) -> float:
    """Calls per second."""
    return dialling.offered * NS_PER_S / dialling.occupied


def repeats(way: Iterable[SpanPlan]) -> bool:
    """Whether messages may be lost, and are sent again. In queues of their own they do not wait for half a second."""
    return any(span.cell is not None or span.forward.lossy or span.reverse.lossy for span in way)
