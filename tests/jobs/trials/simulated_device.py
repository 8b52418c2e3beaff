"""A simulated device under test: a rate, and a queue before it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.plan.flows import flow
from twin.core.units import NS_PER_S, Rate, Size, Time
from twin.model import AcceptanceCriteria, Method, Name, Trial
from twin.plan.blueprint import LinkDirection, UdpFlood
from twin.plan.blueprint.layers import ETHERNET_WIRE
from twin.plan.trials.measurements import (
    Measurement,
    PathMtuTest,
    PolicerLimit,
    RecoveryResult,
    RecoveryTest,
    Report,
    Result,
    RoundTripTest,
    ServicePath,
    Stream,
    StreamResult,
    StreamTest,
    TransferResult,
    TransferTest,
    TrialPlan,
)
from twin.plan.trials.trial_plan import METHODS

FAST = LinkDirection(Rate(100_000_000), ETHERNET_WIRE, Time(0))
"""How frames come, where they come faster than the medium takes them."""
MEDIUM = Rate(10_000_000)
FRAMES = tuple(map(Size, (64, 128, 256, 512, 768, 1024, 1280, 1518)))
STEP = Time(10 * NS_PER_S)
TRIP = 20_000_000


@dataclass(frozen=True)
class Device:
    """rate: bit/s of frames without FCS that it lets through. queue: bytes that wait, 0 where it polices. mtu: of IP.

    delay: one way, ns. available: ppm. tcp: of its rate, what TCP brings.
    """

    rate: float
    queue: int = 0
    mtu: int = 1500
    delay: float = 1e6
    available: float = 1e6
    tcp: float = 0.94

    def measure(self, step: Measurement) -> Result:
        """The result that a lab would measure."""
        match step:
            case StreamTest():
                return tuple(self._stream_result(stream, step.length) for stream in step.streams)
            case RecoveryTest():
                over = (step.frame - 4) * 8 * NS_PER_S / step.interval > self.rate
                return RecoveryResult(self.queue * 8 * NS_PER_S / self.rate if over else None)
            case PathMtuTest():
                return min(self.mtu, step.most)
            case RoundTripTest():
                return TRIP
            case TransferTest():
                goodput = min(step.window * 8 * NS_PER_S / (TRIP + 2_700_000), self.rate * self.tcp)
                return TransferResult(goodput, 1_000_000, 10_000, TRIP * 1.5)

    def _stream_result(self, stream: Stream, length: Time) -> StreamResult:
        sent = -(-length // stream.interval)
        bits = (stream.frame - 4) * 8
        room = int((self.rate * length / NS_PER_S + self.queue * 8) / bits)
        received = min(sent, room)
        rate = min(NS_PER_S / stream.interval, self.rate / bits)
        punctual = min(sent, round(self.rate * length / NS_PER_S / bits))
        return StreamResult(sent, received, punctual, arrival_rate=rate, mean_delay=self.delay, max_delay=self.delay,
                            delay_variation=1e3, tagged_delay=self.delay, available=self.available)


def carried_out(method: Method, device: Device, *services: AcceptanceCriteria, limit: PolicerLimit | None = None,
                colours: tuple[int, int] | None = None, fast: bool = True, shared_medium: bool = False,
                frames: tuple[Size, ...] = FRAMES, step: Time = STEP) -> Report:
    """A method on a device behind a medium of 10 Mbit/s Ethernet, and of 100 before that where frames come fast."""
    trial = Trial(Name("try"), method, Name("line"), services, step=step, frames=frames)
    tested = flow("try", UdpFlood(Size(1500), Time(0)))
    carriers = (*((FAST,) if fast else ()), LinkDirection(MEDIUM, ETHERNET_WIRE, Time(0)))
    queue_limits = (None, Size(device.queue))[-len(carriers):]
    paths = tuple(ServicePath(tested, carriers, queue_limits, limit, colours, shared_medium) for _ in services)
    procedure = METHODS[method](TrialPlan(trial, paths))
    try:
        part = next(procedure)
        while True:
            part = procedure.send(device.measure(part))
    except StopIteration as end:
        report: Report = end.value
        return report
