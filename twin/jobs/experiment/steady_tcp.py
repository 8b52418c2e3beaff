"""Goodput of TCP on an idle path with a window that fills the path and loses nothing; pure.

With a window of what the path holds and a few packets more, the narrowest span is never idle and no queue overflows: no
slow start, no loss, no recovery. What comes through then follows from the costs of a full packet and of as many
acknowledgements as are sent: one for every second segment, or one each (RFC 5681, 4.2, leaves it to the receiver).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from twin.core.units import NS_PER_S, Size
from twin.jobs.experiment.probe_slots import Media
from twin.model import Discipline
from twin.plan.blueprint import Band, Blueprint, Scheduler
from twin.plan.blueprint.layers import HEADER, TCP_OVERHEAD
from twin.plan.forwarding.paths import Hop

SECOND, EACH = 0.5, 1.0
"""Acknowledgements for each segment, at the least and at the most."""
SPARE, SPARE_ON_AIR = 4, 16
"""Packets beyond what the path holds: one waits for its acknowledgement's turn at the receiver, others before the
narrowest span, which is never idle then; on the air backoffs vary."""
SPACING = 40_000.0
"""ns from segment to segment below which even a short transfer takes as many packets as the rest of the run."""
LIMIT = 70
"""Packets of the largest window: of a buffer twice as large iperf3 gets no more by default (net.core.rmem_max)."""
WIDEST = 2.6
"""Windows that a receiver offers at the most whose buffer is said to be of two: the kernel doubles it, and a full
segment takes 1448 bytes of 2304."""


class NoSteadyTcp(ValueError):
    """TCP has no single goodput on this path that a short transfer shows, for the reason given."""


@dataclass(frozen=True, slots=True)
class SteadyTcp:
    """TCP on a path of its own. window: packets. payload: bytes of a full segment. round_trip: ns on the idle path.

    costs: of each medium, ns for a full packet and for an acknowledgement: the least and the most of each. idle: ns for
    which a medium that both directions share may wait for each segment: where acknowledgements queue behind the data
    they may leave in a bunch, and once in a window it waits for what they call for.
    """

    window: int
    payload: Size
    round_trip: float
    costs: tuple[tuple[float, float, float, float], ...]
    idle: float = 0.0

    def spacing(self, acknowledged: float, *, most: bool = False) -> float:
        """ns from segment to segment, with so many acknowledgements for each, at the least or at the most."""
        return max(data[most] + acknowledged * answer[most]
                   for data, answer in (((a, b), (c, d)) for a, b, c, d in self.costs))

    def goodputs(self, least: float = SECOND, most: float = EACH) -> tuple[float, float]:
        """The least and the most goodput, bit/s, with between `least` and `most` acknowledgements for a segment."""
        bits = self.payload * 8 * NS_PER_S
        return bits / (self.spacing(most, most=True) + self.idle), bits / self.spacing(least)

    @property
    def single(self) -> bool:
        """Whether all of that makes no difference."""
        least, most = self.goodputs()
        return most - least < 0.001 * most


def steady_tcp(blueprint: Blueprint, path: Sequence[Hop], service_class: str) -> SteadyTcp:
    """TCP on the way down `path` in a service class. Raises NoSteadyTcp, with the reason in the user's terms."""
    media, spans = Media(blueprint), {span.name: span for span in blueprint.spans}
    _must_be_plain(media, path, service_class)
    payload = Size(min(spans[hop.span].forward.layer.max_frame for hop in path) - HEADER - TCP_OVERHEAD)
    frame = payload + TCP_OVERHEAD + HEADER
    trip = sum(_crossing(media, hop, frame) for hop in path) + sum(
        _crossing(media, hop, TCP_OVERHEAD + HEADER) for hop in _back(path))
    tcp = SteadyTcp(0, payload, trip, tuple(_costs(media, path, frame)))
    if tcp.spacing(SECOND) < SPACING:
        raise NoSteadyTcp("the path is so fast that a transfer would take more packets than the run")
    held = trip / tcp.spacing(SECOND)
    window = int(held) + (SPARE if tcp.single else SPARE_ON_AIR)
    _must_fit(media, path, service_class, window, WIDEST * window - held + 2)
    shared = any(spans[hop.span].shared or spans[hop.span].cell for hop in path)
    return replace(tcp, window=window, idle=trip / window if shared and not tcp.single else 0.0)


def _must_be_plain(media: Media, path: Sequence[Hop], service_class: str) -> None:
    """Nothing but the rates of spans may decide what TCP gets."""
    if not media.lossless(path) or not media.lossless(_back(path)):
        raise NoSteadyTcp("packets are lost on the path")
    if not media.steady(path):
        raise NoSteadyTcp("jitter, reordering or copies disturb packets on the path")
    if any(_held_back(media.scheduler(hop), service_class) for hop in path):
        raise NoSteadyTcp(f"class {service_class} has a ceiling there")
    if any(band.discipline is not Discipline.FIFO for _, band in _bands(media, path, service_class)):
        raise NoSteadyTcp("a managed queue drops packets before it lets one connection fill the path")


def _must_fit(media: Media, path: Sequence[Hop], service_class: str, window: int, waiting: float) -> None:
    """Every queue holds so many full packets, and the window is no larger than what programs are given."""
    if window > LIMIT:
        raise NoSteadyTcp(f"the path holds {window} packets, more than a short transfer fills")
    if any(band.limit < waiting * scheduler.layer.max_frame_cost for scheduler,
           band in _bands(media, path, service_class)):
        raise NoSteadyTcp("a queue on the path is shorter than TCP's window")


def _back(path: Sequence[Hop]) -> tuple[Hop, ...]:
    return tuple(Hop(hop.span, not hop.forward) for hop in reversed(path))


def _held_back(order: Scheduler | None, service_class: str) -> bool:
    return order is not None and any(band.ceiling for band in order.bands if band.service_class == service_class)


def _costs(media: Media, path: Sequence[Hop], frame: int) -> Iterator[tuple[float, float, float, float]]:
    """Of each medium, what a full packet and an acknowledgement take of it, on all hops that use it."""
    costs: dict[tuple[str, bool], list[float]] = {}
    for hops, size, place in ((path, frame, 0), (_back(path), TCP_OVERHEAD + HEADER, 2)):
        for hop in hops:
            row = costs.setdefault(media.medium(hop), [0.0] * 4)
            for k, cost in enumerate(_cost(media, hop, size, acknowledgement=place == 2)):
                row[place + k] += cost
    yield from ((a, b, c, d) for a, b, c, d in costs.values())


def _cost(media: Media, hop: Hop, frame: int, *, acknowledgement: bool) -> tuple[float, float]:
    """The least and the most ns that a frame takes of a medium.

    In a radio cell the backoff of an acknowledgement may pass while another station counts down too, and two stations
    that end their backoffs in the same slot collide: with a first window of W slots, one time in W/2 at most.
    """
    cell, way = media.cell(hop), media.way(hop)
    if cell is None or way is None:
        taken = media.spacing(hop, frame)
        return taken, taken
    whole = cell.frame_exchange(way, frame)
    least = cell.exchange_without_backoff(way, frame) if acknowledgement else whole
    return least, whole * (1 + 2 / (cell.cw_min + 1)) ** (len(cell.stations) - 1)


def _crossing(media: Media, hop: Hop, frame: int) -> float:
    link, cell, way = media.direction(hop), media.cell(hop), media.way(hop)
    own = cell.frame_exchange(way, frame) if cell and way else link.serialization(frame)
    return own + link.least_delay


def _bands(media: Media, path: Sequence[Hop], service_class: str) -> Iterator[tuple[Scheduler, Band]]:
    for hop in path:
        order = media.scheduler(hop)
        if order is not None:
            yield from ((order, band) for band in order.bands if band.service_class in ("", service_class))
