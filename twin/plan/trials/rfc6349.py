"""RFC 6349: what TCP brings through by window, against round trip and bottleneck, and what it costs to fill the way.

First the path MTU, then the least round trip of an idle way and the rate of its bottleneck; their product says how
large a window has to be. Then a transfer for each of four windows up to that, and one for a window twice as large.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from twin.core.units import NS_PER_S, Size, Time
from twin.model import Metric
from twin.plan.blueprint import Carrier
from twin.plan.blueprint.layers import HEADER, TCP_OVERHEAD
from twin.plan.trials import expected_results
from twin.plan.trials.measurements import (
    FCS,
    Burst,
    Column,
    Course,
    Echo,
    Load,
    Pull,
    Pulled,
    Reach,
    Report,
    Row,
    Step,
    Told,
    TrialPlan,
    most_frames,
)
from twin.plan.trials.repeated_measurements import columns

LEAST_MTU, MOST_MTU = Size(576), Size(1500)
PARTS = (25, 50, 75, 100, 200)
"""Windows tested, % of the product of bottleneck and round trip (RFC 6349, 4.1)."""
ECHOES, ECHO_PACKET = 20, 64
"""How many round trips are taken, and of IP packets of how many bytes."""
CROWD = 100
"""Full packets sent at once, which leave the bottleneck at its rate."""
LEAST_SEGMENTS = 4
"""Full packets of the smallest window."""
ENOUGH = 0.95
"""The part of what window and way allow that TCP has to reach."""
STANDARD_TRANSFER = 30 * NS_PER_S
"""How long a transfer is to last at least (RFC 6349, 2), ns."""
COLUMNS = (Column("bytes", "bytes", ""), *columns("rate", "IP rate", "kbit/s", spread=False),
           Column("allowed", "allowed", "kbit/s"), Column.of(Metric.GOODPUT),
           Column("time_ratio", "time ratio", ""), Column("efficiency", "efficiency", "ppm"),
           Column("round_trip", "round trip", "ms"), Column("buffer_delay", "buffer delay", "ppm"))


def rfc6349(plan: TrialPlan) -> Course:
    """Carry it out."""
    mtu = yield Reach(0, LEAST_MTU, MOST_MTU)
    assert isinstance(mtu, int)
    trip = yield Echo(0, ECHOES)
    assert isinstance(trip, int)
    carriers = plan.ways[0].carriers
    bottleneck = yield from _bottleneck(plan, mtu)
    whole = product(bottleneck, trip)
    rows = [Row("path MTU", "largest packet", {"bytes": mtu}),
            Row("round trip", "idle", {"round_trip": trip / 1e6}),
            Row("bottleneck", "full packets", {"rate": bottleneck / 1000,
                                               "rate_theory": ideal(carriers, mtu, 0) / 1000}),
            Row("window", "bottleneck × round trip", {"bytes": round(whole)})]
    most, full = bottleneck * (mtu - TCP_OVERHEAD) / mtu, trip + longer(carriers, mtu)
    for part in PARTS:
        segments = max(LEAST_SEGMENTS, 2 * round(whole * part / 200 / (mtu - TCP_OVERHEAD)))
        window = Size(segments * (mtu - TCP_OVERHEAD))
        told = yield Pull(f"window {part} %", 0, window, plan.trial.step)
        assert isinstance(told, Pulled)
        row = _row(part, window, (min(most, windowed(window, full)), most), trip, told)
        rows.append(replace(row, passed=None, reason="") if plan.ways[0].both else row)
    return Report(plan.trial.name, plan.trial.method.value, "RFC 6349", COLUMNS, tuple(rows), _notes(plan.trial.step))


def _bottleneck(plan: TrialPlan, mtu: int) -> Generator[Step, Told, float]:
    """IP bit/s of full packets that come as fast as the first medium takes them, at the pace of their arrival."""
    frame = Size(mtu + HEADER + FCS)
    interval = Time(round(NS_PER_S / expected_results.fastest(plan.ways[0], frame)))
    told = yield Burst("bottleneck", (Load(0, frame, interval),), Time(CROWD * interval))
    assert isinstance(told, tuple)
    return told[0].arrival * mtu * 8


def product(bottleneck: float, trip: float) -> float:
    """Bytes on their way where a bottleneck (bit/s) is kept busy for a round trip (ns): the least window for that."""
    return bottleneck * trip / 8 / NS_PER_S


def windowed(window: float, trip: float) -> float:
    """bit/s that a window of so many bytes brings with a round trip of so many ns (RFC 6349, 3.3.1)."""
    return window * 8 * NS_PER_S / trip


def ideal(carriers: tuple[Carrier, ...], mtu: int, overhead: int = TCP_OVERHEAD) -> float:
    """bit/s of payload that the narrowest medium carries in packets of `mtu` bytes."""
    return most_frames(carriers, mtu + HEADER + FCS) * (mtu - overhead) * 8


def longer(carriers: tuple[Carrier, ...], mtu: int) -> float:
    """By how many ns the second of two full packets is later than one of those whose round trip was taken."""
    second = max(way.layer.cost(mtu + HEADER) * 8 * NS_PER_S / way.rate for way in carriers)
    sizes = mtu + HEADER, ECHO_PACKET + HEADER
    return second + sum((way.layer.cost(sizes[0]) - way.layer.cost(sizes[1])) * 8 * NS_PER_S / way.rate
                        for way in carriers)


def time_ratio(actual: float, allowed: float) -> float:
    """Transfer time ratio: the actual time over the ideal one (RFC 6349, 4.1.1)."""
    return actual / allowed


def efficiency(sent: int, again: int) -> float:
    """The part of the bytes sent that were not sent again (RFC 6349, 4.2)."""
    return (sent - again) / sent


def buffer_delay(during: float, idle: float) -> float:
    """By which part the mean round trip during a transfer exceeds the idle one (RFC 6349, 4.3)."""
    return (during - idle) / idle


def _row(part: int, window: int, rates: tuple[float, float], trip: int, seen: Pulled) -> Row:
    """rates: what window and way allow, and the way alone, bit/s."""
    allowed, most = rates
    passed = seen.goodput >= allowed * ENOUGH
    return Row("TCP", f"window {part} %", {
        "bytes": window, "allowed": allowed / 1000, "goodput": seen.goodput / 1000,
        "time_ratio": time_ratio(most, seen.goodput) if seen.goodput else 0.0,
        "efficiency": 1e6 * efficiency(seen.sent, seen.again) if seen.sent else 0.0,
        "round_trip": seen.round_trip / 1e6, "buffer_delay": 1e6 * buffer_delay(seen.round_trip, trip),
    }, passed, "" if passed else "TCP does not bring through what window and way allow")


def _notes(step: Time) -> tuple[str, ...]:
    shorter = f"Transfers last {step / NS_PER_S:g} s where RFC 6349 asks for 30 s."
    return (
        *((shorter,) if step < STANDARD_TRANSFER else ()),
        "Path MTU, round trip and bottleneck are taken with UDP.",
        "Windows are pairs of packets, at least two. Allowed: the window once a round trip of two full packets, since "
        "every second one is acknowledged (RFC 5681), and no more than the bottleneck carries of them.",
        "Time ratio: the time that the bytes took over the time in which the bottleneck carries them.",
        "Efficiency: bytes that were not sent again, of those sent. Buffer delay: by how much the mean round trip of "
        "the transfer exceeds the idle one.",
        f"A window passes where goodput reaches {ENOUGH:.0%} of what is allowed; on the air, where acknowledgements "
        "take their part of the medium, nothing is judged.")
