"""What iperf3 is asked beside a download of ours, on which line, and all that second instruments said; pure.

Once the probes of the calibration have crossed the unloaded network, the line is theirs alone, one after the other,
each with a window that fills the path and no queue (`steady_tcp`), so that neither finds another state of TCP than the
other, whoever goes first. irtt's turn comes when all is over (`echoes`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from traffic.sample_files import Bytes, Samples
from traffic.tools.iperf3_download import Download
from traffic.tools.irtt import Echoes
from twin.core.units import NS_PER_S, Time
from twin.jobs.experiment import irtt_check
from twin.jobs.experiment.reference_line import Stand, download, stand
from twin.jobs.experiment.steady_tcp import EACH, SECOND, SteadyTcp
from twin.judge.certificate.cross_checks import explained_goodput, goodputs
from twin.judge.verdict import CrossCheck
from twin.plan.blueprint import Blueprint, Flow

TRANSFER_PORT = 8_994
"""Of our download, and the next one of iperf3's: below those of the probes."""
SEGMENTS, FEWEST = 250, 20
"""Segments that are measured, as far as the time suffices, and without which nothing is compared."""
SET_UP, TALK = 150_000_000, 8
"""ns, and round trips, that iperf3's set-up takes."""
EDGES = 4
"""Segments by which two counts may be off."""
LEAST, USUAL, MOST, SHARE = 0.45, 0.6, 2.0, 30
"""Seconds that are measured, and the part of the run that either may take; iperf3 counts ten times a second."""
WARM_UP = 3
"""Round trips and windows after which nothing of the beginning is left."""


@dataclass(frozen=True, slots=True)
class Transfers:
    """Two downloads, each alone on the line: ours as a flow, and one by iperf3 from another port. steady: what theory
    says of them. begin, end: from when to when each is measured, ns after its beginning. half_duplex: whether both
    directions share a medium."""

    stand: Stand
    steady: SteadyTcp
    ours: Flow
    port: int
    begin: Time
    end: Time
    half_duplex: bool

    @property
    def set_up(self) -> int:
        """How long iperf3's two ends talk to each other before its download begins, ns, at the most."""
        return SET_UP + round(TALK * self.steady.round_trip)

    @property
    def download(self) -> Download:
        """What iperf3 is asked."""
        return Download((self.set_up + self.end) / NS_PER_S, self.port, 2 * self.steady.window * self.steady.payload)


def transfers(blueprint: Blueprint, seconds: float) -> Transfers | str | None:
    """The downloads over the line that bears witness, beside a run of `seconds`; why there are none; None where there
    is no line."""
    place = stand(blueprint)
    if place is None:
        return None
    if isinstance(place.tcp, str):
        return place.tcp
    steady = place.tcp
    spacing = steady.spacing(EACH, most=True)
    lasts = max(LEAST, min(SEGMENTS * spacing / NS_PER_S, MOST, max(USUAL, seconds / SHARE)))
    if lasts * NS_PER_S < FEWEST * spacing:
        return "the path is too slow for a short transfer"
    begin = Time(round(WARM_UP * (steady.round_trip + steady.window * spacing)))
    end = Time(begin + round(lasts * NS_PER_S))
    clamp = steady.window * steady.payload
    ours = replace(download(blueprint, place.line, place.head_end, "ours", TRANSFER_PORT, clamp), stop=end)
    return Transfers(
        stand=place, steady=steady, ours=ours, port=TRANSFER_PORT + 1, begin=begin, end=end,
        half_duplex=irtt_check.half_duplex(blueprint, place))


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of the two downloads. answered: acknowledgements that came for each segment, as the kernel
    counted them."""

    ours: Bytes | None
    our_answered: float
    theirs: Bytes | None
    their_answered: float


def heard(blueprint: Blueprint, seconds: float, fetched: Fetched | None, samples: Mapping[str, Samples],
          answers: Echoes | None, start: int) -> tuple[CrossCheck, ...]:
    """What both instruments said of delay and goodput; where one said nothing, the figure does not hold.

    samples: of our probes beside irtt's (`answers`), since `start`.
    """
    asked, downloads = irtt_check.beside(blueprint, seconds), transfers(blueprint, seconds)
    delays = irtt_check.heard(blueprint, asked, samples, answers, start) if asked else ()
    rates = _goodputs(downloads, fetched or Fetched(None, 0, None, 0)) if isinstance(downloads, Transfers) else ()
    return (*delays, *rates)


def unchecked(blueprint: Blueprint, seconds: float) -> tuple[str, ...]:
    """Which figures stand without a second instrument, and why."""
    place, found = stand(blueprint), transfers(blueprint, seconds)
    if place is None:
        return ("no line reaches a head-end: no figure has a second instrument",)
    asked, line = irtt_check.beside(blueprint, seconds), place.line.name
    reasons: list[str] = []
    if asked is None:
        lost = 100 * (1 - place.returned)
        reasons.append(f"one-way delay stands without irtt: {lost:.3g} % of its packets would not come back on {line}")
    elif not asked.alike:
        reasons.append(f"mean delay beside load stands without irtt: a queue before {line} tells flows apart")
    if isinstance(found, str):
        reasons.append(f"goodput stands without iperf3 on {line}: {found}")
    return tuple(reasons)


def _goodputs(asked: Transfers, fetched: Fetched) -> Iterator[CrossCheck]:
    line, window = asked.stand.line.name, (asked.begin, asked.end)
    packet = asked.steady.payload
    if asked.steady.single:
        yield goodputs(f"goodput alone, {line}", fetched.ours, fetched.theirs, window, packet)
        return
    both = (("ours", fetched.ours, fetched.our_answered), ("iperf3's", fetched.theirs, fetched.their_answered))
    yield from (explained_goodput(f"goodput alone, {whose}, {line}", progress, window, packet,
                                  _explained(asked, answered)) for whose, progress, answered in both)


def _explained(asked: Transfers, answered: float) -> Sequence[float]:
    """The least and the most goodput, bit/s, that theory allows.

    Where both directions share a medium, what so many acknowledgements for a segment explain: the counters are read
    some packets sooner or later than the moments that are measured, and as many as the window lets may be under way.
    Where acknowledgements have a way of their own that is too narrow for all of them, some wait there and some are
    dropped, and how many are sent says little: all between one for every second segment and one each.
    """
    if not asked.half_duplex:
        return asked.steady.goodputs()
    doubt = (EDGES + asked.steady.window) * asked.steady.spacing(SECOND) / (asked.end - asked.begin)
    return asked.steady.goodputs(max(0.0, answered - doubt), answered + doubt)
