"""What iperf3 is asked beside a download of ours, over which line and when, and all that second witnesses said; pure.

Once the probes of the calibration have crossed the unloaded network, the line is ours alone: first a download of ours
has it, then iperf3's. irtt's turn comes when all is over (`echoes`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from traffic.sample_files import Samples
from traffic.tools.irtt import Echoes
from twin.core.units import NS_PER_S, Time
from twin.jobs.experiment import irtt_check
from twin.jobs.experiment.reference_line import Stand, stand, transfer
from twin.judge.certificate.cross_checks import goodputs
from twin.judge.verdict import Witnessed
from twin.plan.blueprint import Blueprint, BulkTransfer, Flow

TRANSFER_PORT = 8_995
"""Of the two downloads from here on: below those of the probes."""
PAUSE = Time(NS_PER_S // 2)
"""What lies before each download."""
PACKET = 1500
"""Bytes of which one more or less is neither instrument's fault."""
WARM_UP = Time(3 * NS_PER_S // 2)
"""What is left out at its beginning: slow start, and the losses that it ends with."""
WINDOW = Time(5 * NS_PER_S // 2)
"""For how long it is measured then."""


def seconds(blueprint: Blueprint, probes: float) -> float:
    """How long probes that last `probes` s and what comes after them take."""
    return max((flow.stop for flow in transfers(blueprint, probes)), default=0) / NS_PER_S or probes


def transfers(blueprint: Blueprint, probes: float) -> tuple[Flow, ...]:
    """The downloads over the line that bears witness: ours, then iperf3's; none where its way loses packets."""
    place = stand(blueprint)
    if place is None or not place.lossless:
        return ()
    return tuple(_transfers(blueprint, place, Time(round(probes * NS_PER_S))))


def _transfers(blueprint: Blueprint, place: Stand, begin: Time) -> Iterator[Flow]:
    for number, name in enumerate(("ours", "iperf3")):
        start = Time(begin + PAUSE + number * (WARM_UP + WINDOW + PAUSE))
        yield replace(transfer(blueprint, place, name, TRANSFER_PORT + number, start),
                      traffic=BulkTransfer(iperf3=name == "iperf3"), stop=Time(start + WARM_UP + WINDOW))


def heard(blueprint: Blueprint, probes: float, alone: Mapping[str, Samples], samples: Mapping[str, Samples],
          answers: Echoes | None, start: int) -> tuple[Witnessed, ...]:
    """What both instruments said of delay and goodput; where one said nothing, the figure does not hold.

    alone: samples of the calibration; samples: of our probes beside irtt's (`answers`), since `start`.
    """
    place = stand(blueprint)
    if place is None:
        return ()
    return (*irtt_check.heard(blueprint, samples, alone, answers, start),
            *_goodputs(transfers(blueprint, probes), alone, place.air))


def _goodputs(flows: Sequence[Flow], samples: Mapping[str, Samples], air: bool) -> Iterator[Witnessed]:
    if flows:
        ours, theirs = flows
        yield goodputs(f"goodput alone, {ours.line}", samples.get(ours.name), samples.get(theirs.name),
                       [(flow.start + WARM_UP, flow.stop) for flow in flows], PACKET, air)
