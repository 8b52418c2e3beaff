"""Goodput by two programs: a download of ours and one by iperf3 over the reference line, compared with theory; pure.

They run after the probes, one after the other, alone on the line, each with a window that fills the path without
queueing (`steady_tcp`), so that the state of TCP is the same for both, whichever is first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from traffic.sample_files import Bytes
from traffic.tools.iperf3_download import DownloadOptions
from twin.core.units import NS_PER_S, Time
from twin.jobs.experiment.reference_line import ReferenceLine, download
from twin.jobs.experiment.steady_tcp import EACH, SECOND, NoSteadyTcp, SteadyTcp
from twin.judge.certificate.cross_checks import explained_goodput, goodputs
from twin.judge.verdict import CrossCheck
from twin.plan.blueprint import Flow, Host

TRANSFER_PORT = 8_994
"""Of our download; iperf3 has the next one. Both are below the probes' ports."""
SEGMENTS, FEWEST = 250, 20
"""Segments measured if the time suffices, and the fewest that are compared."""
SET_UP, WALL_SET_UP, TALK = 50_000_000, 150_000_000, 8
"""Longest duration of iperf3's set-up, in virtual time and on the wall clock: ns, and round trips in addition. It takes
none of virtual time itself, but an acknowledgement may be delayed, by 40 ms (RFC 1122, 4.2.3.2; Linux)."""
SPARE, WALL_SPARE = Time(20_000_000), Time(200_000_000)
"""For how long it goes on after the measurement, while counters are read and its last report is made."""
EDGES = 4
"""Segments by which a pair of counter readings may be off."""
LEAST, USUAL, MOST, SHARE = 0.45, 0.6, 2.0, 30
"""Seconds of measurement, and the part of the run that each download may take; iperf3 reports ten times a second."""
LEAST_OF_FAST, FAST = 0.25, 200_000
"""The least in virtual time, where two reports suffice: so many ns from segment to segment, 500 in a report."""
WARM_UP = 3
"""Round trips and windows before the measurement, after which TCP is in steady state."""


@dataclass(frozen=True, slots=True)
class DownloadPlan:
    """Two downloads, each alone on the reference line: ours as a flow, and one by iperf3 from another port.

    tcp: what theory says of them. begin, end: of the measurement of each, ns after its start. half_duplex: whether both
    directions share a medium somewhere on the path. set_up: longest duration of iperf3's control connection before its
    download begins; spare: how long it goes on, both ns.
    """

    line: Host
    head_end: Host
    tcp: SteadyTcp
    ours: Flow
    iperf3_port: int
    begin: Time
    end: Time
    half_duplex: bool
    set_up: Time
    spare: Time

    @property
    def iperf3(self) -> DownloadOptions:
        """The download by iperf3."""
        return DownloadOptions((self.set_up + self.end + self.spare) / NS_PER_S, self.iperf3_port,
                               2 * self.tcp.window * self.tcp.payload)


def download_plan(reference: ReferenceLine, service_class: str, seconds: float, *, half_duplex: bool, virtual: bool
                  ) -> DownloadPlan:
    """The downloads over the reference line for a run of `seconds`, in virtual time or on the wall clock. Raises
    NoSteadyTcp with the reason if there are none."""
    if reference.tcp is None:
        raise NoSteadyTcp(reference.no_tcp)
    tcp = reference.tcp
    spacing = tcp.spacing(EACH, most=True)
    least = LEAST_OF_FAST if virtual and spacing <= FAST else LEAST
    lasts = max(least, min(SEGMENTS * spacing / NS_PER_S, MOST, max(USUAL, seconds / SHARE)))
    if lasts * NS_PER_S < FEWEST * spacing:
        raise NoSteadyTcp("the path is too slow for a short transfer")
    begin = Time(round(WARM_UP * (tcp.round_trip + tcp.window * spacing)))
    end = Time(begin + round(lasts * NS_PER_S))
    ours = replace(download(reference, service_class, TRANSFER_PORT, tcp.window * tcp.payload), stop=end)
    return DownloadPlan(
        line=reference.line, head_end=reference.head_end, tcp=tcp, ours=ours, iperf3_port=TRANSFER_PORT + 1,
        begin=begin, end=end, half_duplex=half_duplex,
        set_up=Time((SET_UP if virtual else WALL_SET_UP) + round(TALK * tcp.round_trip)),
        spare=SPARE if virtual else WALL_SPARE)


@dataclass(frozen=True, slots=True)
class DownloadResults:
    """The progress of the two downloads, None if one failed, and how many acknowledgements the kernel counted for each
    segment."""

    ours: Bytes | None
    our_acknowledgements: float
    iperf3: Bytes | None
    iperf3_acknowledgements: float


FAILED = DownloadResults(None, 0.0, None, 0.0)
"""Neither program has measured anything."""


def cross_checks(plan: DownloadPlan, results: DownloadResults) -> Iterator[CrossCheck]:
    """Both goodputs compared with each other, or each with theory where acknowledgements decide."""
    line, window, packet = plan.line.name, (plan.begin, plan.end), plan.tcp.payload
    if plan.tcp.single:
        yield goodputs(f"goodput alone, {line}", results.ours, results.iperf3, window, packet)
        return
    both = (("ours", results.ours, results.our_acknowledgements),
            ("iperf3's", results.iperf3, results.iperf3_acknowledgements))
    yield from (explained_goodput(f"goodput alone, {whose}, {line}", progress, window, packet,
                                  _explained(plan, acknowledged)) for whose, progress, acknowledged in both)


def _explained(plan: DownloadPlan, acknowledged: float) -> Sequence[float]:
    """The least and the most goodput, bit/s, that theory allows.

    Where both directions share a medium it follows from the number of acknowledgements for a segment; the counters are
    read some packets off the measured moments, and a window of segments may be in flight. Where acknowledgements have a
    path of their own that is too narrow for all of them, some queue there and some are dropped, so that their number
    says little: between one for every second segment and one for each.
    """
    if not plan.half_duplex:
        return plan.tcp.goodputs()
    doubt = (EDGES + plan.tcp.window) * plan.tcp.spacing(SECOND) / (plan.end - plan.begin)
    return plan.tcp.goodputs(max(0.0, acknowledged - doubt), acknowledged + doubt)
