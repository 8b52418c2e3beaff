"""RFC 6349: what TCP brings through by window, against round trip and bottleneck, and what it costs to fill the way.

First the path MTU, then the least round trip of an idle way and the rate of its bottleneck; their product says how
large a window has to be. Then a transfer for each of four windows up to that, and one for a window twice as large.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from twin.core.units import NS_PER_S, Size, Time
from twin.model import Metric
from twin.plan.blueprint import LinkDirection
from twin.plan.blueprint.layers import HEADER, TCP_OVERHEAD
from twin.plan.trials import expected_results
from twin.plan.trials.measurements import (
    FCS,
    Column,
    Measurement,
    PathMtuTest,
    Procedure,
    Report,
    Result,
    RoundTripTest,
    Row,
    Stream,
    StreamTest,
    TransferResult,
    TransferTest,
    TrialPlan,
    most_frames,
)
from twin.plan.trials.repetition_statistics import columns

LEAST_MTU, MOST_MTU = Size(576), Size(1500)
WINDOW_PERCENT = (25, 50, 75, 100, 200)
"""Windows tested, % of the product of bottleneck and round trip (RFC 6349, 4.1)."""
ECHOES, ECHO_PACKET = 20, 64
"""How many round trips are taken, and of IP packets of how many bytes."""
BOTTLENECK_PACKETS = 100
"""Full packets sent back to back, which leave the bottleneck at its rate."""
LEAST_SEGMENTS = 4
"""Full packets of the smallest window."""
PASS_SHARE = 0.95
"""The part of what window and way allow that TCP has to reach."""
STANDARD_TRANSFER = 30 * NS_PER_S
"""How long a transfer is to last at least (RFC 6349, 2), ns."""
COLUMNS = (Column("bytes", "bytes", ""), *columns("rate", "IP rate", "kbit/s", spread=False),
           Column("allowed", "allowed", "kbit/s"), Column.of(Metric.GOODPUT),
           Column("time_ratio", "time ratio", ""), Column("efficiency", "efficiency", "ppm"),
           Column("round_trip", "round trip", "ms"), Column("buffer_delay", "buffer delay", "ppm"))


def rfc6349(plan: TrialPlan) -> Procedure:
    """Carry it out."""
    mtu = yield PathMtuTest(0, LEAST_MTU, MOST_MTU)
    assert isinstance(mtu, int)
    round_trip = yield RoundTripTest(0, ECHOES)
    assert isinstance(round_trip, int)
    carriers = plan.paths[0].carriers
    bottleneck = yield from _bottleneck(plan, mtu)
    bdp = bandwidth_delay_product(bottleneck, round_trip)
    rows = [Row("path MTU", "largest packet", {"bytes": mtu}),
            Row("round trip", "idle", {"round_trip": round_trip / 1e6}),
            Row("bottleneck", "full packets", {"rate": bottleneck / 1000,
                                               "rate_theory": ideal_rate(carriers, mtu, 0) / 1000}),
            Row("window", "bottleneck × round trip", {"bytes": round(bdp)})]
    most, full = bottleneck * (mtu - TCP_OVERHEAD) / mtu, round_trip + full_packet_extra_delay(carriers, mtu)
    for part in WINDOW_PERCENT:
        segments = max(LEAST_SEGMENTS, 2 * round(bdp * part / 200 / (mtu - TCP_OVERHEAD)))
        window = Size(segments * (mtu - TCP_OVERHEAD))
        result = yield TransferTest(f"window {part} %", 0, window, plan.trial.step)
        assert isinstance(result, TransferResult)
        row = _row(part, window, (min(most, window_limited_rate(window, full)), most), round_trip, result)
        rows.append(replace(row, passed=None, reason="") if plan.paths[0].shared_medium else row)
    return Report(plan.trial.name, plan.trial.method.value, "RFC 6349", COLUMNS, tuple(rows), _notes(plan.trial.step))


def _bottleneck(plan: TrialPlan, mtu: int) -> Generator[Measurement, Result, float]:
    """IP bit/s of full packets that come as fast as the first medium takes them, at the pace of their arrival."""
    frame = Size(mtu + HEADER + FCS)
    interval = Time(round(NS_PER_S / expected_results.fastest(plan.paths[0], frame)))
    result = yield StreamTest("bottleneck", (Stream(0, frame, interval),), Time(BOTTLENECK_PACKETS * interval))
    assert isinstance(result, tuple)
    return result[0].arrival_rate * mtu * 8


def bandwidth_delay_product(bottleneck: float, round_trip: float) -> float:
    """Bytes on their way where a bottleneck (bit/s) is kept busy for a round trip (ns): the least window for that."""
    return bottleneck * round_trip / 8 / NS_PER_S


def window_limited_rate(window: float, round_trip: float) -> float:
    """bit/s that a window of so many bytes brings with a round trip of so many ns (RFC 6349, 3.3.1)."""
    return window * 8 * NS_PER_S / round_trip


def ideal_rate(carriers: tuple[LinkDirection, ...], mtu: int, overhead: int = TCP_OVERHEAD) -> float:
    """bit/s of payload that the narrowest medium carries in packets of `mtu` bytes."""
    return most_frames(carriers, mtu + HEADER + FCS) * (mtu - overhead) * 8


def full_packet_extra_delay(carriers: tuple[LinkDirection, ...], mtu: int) -> float:
    """By how many ns the second of two full packets is later than one of those whose round trip was taken."""
    second = max(path.layer.cost(mtu + HEADER) * 8 * NS_PER_S / path.rate for path in carriers)
    sizes = mtu + HEADER, ECHO_PACKET + HEADER
    return second + sum((path.layer.cost(sizes[0]) - path.layer.cost(sizes[1])) * 8 * NS_PER_S / path.rate
                        for path in carriers)


def time_ratio(actual: float, allowed: float) -> float:
    """Transfer time ratio: the actual time over the ideal one (RFC 6349, 4.1.1)."""
    return actual / allowed


def efficiency(sent: int, retransmitted: int) -> float:
    """The part of the bytes sent that were not sent again (RFC 6349, 4.2)."""
    return (sent - retransmitted) / sent


def buffer_delay(during: float, idle: float) -> float:
    """By which part the mean round trip during a transfer exceeds the idle one (RFC 6349, 4.3)."""
    return (during - idle) / idle


def _row(part: int, window: int, rates: tuple[float, float], round_trip: int, result: TransferResult) -> Row:
    """rates: what window and way allow, and the way alone, bit/s."""
    allowed, most = rates
    passed = result.goodput >= allowed * PASS_SHARE
    return Row("TCP", f"window {part} %", {
        "bytes": window, "allowed": allowed / 1000, "goodput": result.goodput / 1000,
        "time_ratio": time_ratio(most, result.goodput) if result.goodput else 0.0,
        "efficiency": 1e6 * efficiency(result.sent, result.retransmitted) if result.sent else 0.0,
        "round_trip": result.round_trip / 1e6, "buffer_delay": 1e6 * buffer_delay(result.round_trip, round_trip),
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
        f"A window passes where goodput reaches {PASS_SHARE:.0%} of what is allowed; on the air, where "
        "acknowledgements take their part of the medium, nothing is judged.")
