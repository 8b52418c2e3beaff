"""What dialled calls load a queue with: speech of the admitted calls, and signalling messages.

Calls arrive at random, so that nothing bounds how many arrive in a moment; but there is a number of them that is
exceeded at fewer than one call in a billion (`network_calculus.RandomGroup`). How messages bunch on their way to the
softswitch is left out: calls are far apart in comparison.
"""

from __future__ import annotations

from collections.abc import Iterable

from twin.core.units import NS_PER_S
from twin.plan.blueprint import Blueprint, Dialling, SpanPlan
from twin.plan.demand.call_admission import admission

REQUESTS, ANSWERS = 3, 4
"""Messages of a dialled call: INVITE, ACK and BYE; 100, 180 and twice 200 (RFC 3261)."""
MOST_REQUESTS, MOST_ANSWERS = 7 + 11 + 11, 7 + 1 + 11 + 11
"""The same where messages are lost: INVITE is sent 7 times within 64 T1 (timer A), final answers and BYE 11 times
(timers G, E), each answered again."""


def call_limits(blueprint: Blueprint) -> dict[str, int]:
    """How many simultaneous calls each line that dials can have: its channels, or fewer where a span admits fewer; by
    the name of its signalling."""
    budgets = admission(blueprint)
    return {caller: min((channels, *(budgets.calls(key, caller) for key in budgets.per_call.get(caller, ()))))
            for caller, channels in budgets.call_channels.items()}


def call_rate(dialling: Dialling) -> float:
    """Calls per second."""
    return dialling.offered * NS_PER_S / dialling.occupied


def retransmits(path: Iterable[SpanPlan]) -> bool:
    """Whether messages may be lost, and are retransmitted. In queues of their own they do not wait for half a second.
    """
    return any(span.cell is not None or span.forward.lossy or span.reverse.lossy for span in path)
