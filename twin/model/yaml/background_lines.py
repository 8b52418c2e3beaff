"""Background traffic: the lines, with what they run, that stand in an emulation for all that are not emulated.

At each DSLAM, relay and switch one line calls, one watches, and a few transfer for each use, so that on average they
ask for as much as the lines in whose stead they stand. They are line groups, profiles and workloads as people write
them: whatever looks at a network sees them.

Calls are short, so that a run of a minute has as many as a busy hour. As many of the most popular channels are watched
as all viewers watch on average. A line that transfers is active for BUSY of the time and idle otherwise, at no less
than the rate of the lines it stands for; more than MOST_LINES of them are as fast as several together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import TypeVar

from twin.core.units import NS_PER_S, PPM, Rate, Size, Time
from twin.model.access.lines import LineGroup, Profile
from twin.model.access.technology import Technology
from twin.model.demand.demand import Background, Day, Stage, Use
from twin.model.demand.sold_lines import SoldLines, sold_lines
from twin.model.demand.use_kinds import CallUse, TelevisionUse, TransferUse
from twin.model.demand.week import DAY, DAYS
from twin.model.network import Network
from twin.model.workload import Settings, Workload
from twin.model.workload.activity import Direction
from twin.model.workload.requests import Mail, Pages
from twin.model.workload.telephony import Dial
from twin.model.workload.television import Watch
from twin.model.yaml_field_metadata import Name

BUSY = 0.25
"""Part of the time for which a line that transfers is active."""
MOST_LINES = 8
"""That transfer, for each use and direction at a node."""
HOLDING = Time(10_000_000_000)
PIECE = Size(65_536)
"""Bytes that a peer fetches at a time (assumed)."""
FAST = Rate(100_000_000)
PAYLOAD = 0.94
"""TCP payload beside what it takes of a line of Ethernet, in full packets."""
BASIS = "computed from demand"
BACKGROUND = "background"
"""How the names of its lines begin."""
A_CALL = 200_000
"""bit/s of a line for each call that it can hold: more than any codec takes."""
LEAST = 0.0001
"""Erlang."""
Named = TypeVar("Named", LineGroup, Profile, Workload)


@dataclass(frozen=True, slots=True)
class Made:
    """A line group with what belongs to it alone."""

    lines: LineGroup
    profile: Profile
    workloads: tuple[Workload, ...]


@dataclass(frozen=True, slots=True)
class _NodeDemand:
    """What the lines at a node ask for by one use that are not emulated. amount: in the unit of the use, on average.
    down, up: rates of one of these lines on average, bit/s."""

    node: Name
    use: Use
    amount: float
    down: float
    up: float


def with_background(network: Network) -> Network:
    """The network with the lines of its background traffic; the same where it asks for none."""
    background = network.demand.background
    if background is None:
        return network
    made = [each for number, demanded in enumerate(_demanded(network, background), 1)
            for each in _Lines(network, demanded, number).made()]
    return replace(network, lines=_sorted((*network.lines, *(each.lines for each in made))),
                   profiles=_sorted((*network.profiles, *(each.profile for each in made))),
                   workloads=_sorted((*network.workloads, *(work for each in made for work in each.workloads))))


def _sorted(entries: tuple[Named, ...]) -> tuple[Named, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.name))


def _demanded(network: Network, background: Background) -> Iterator[_NodeDemand]:
    """What each node's lines that are not emulated ask for, use by use."""
    (stage,) = (each for each in network.demand.stages if each.name == background.stage)
    weeks = {week.name: week.activity for week in network.demand.weeks}
    left = _not_emulated(network, stage)
    for node in dict.fromkeys(sold.node for sold in left):
        for use in network.demand.uses:
            activity = 1.0 if use.week is None else weeks[use.week][hour_of_the_week(background)]
            takers = {sold: number * stage.takes(use) / PPM for sold, number in left.items() if sold.node == node
                      and use.subscriber is sold.offer.subscriber and (not use.offers or sold.offer.name in use.offers)}
            whole = sum(takers.values())
            if whole * activity:
                down, up = (sum(number * rate for number, rate in zip(takers.values(), rates, strict=True)) / whole
                            for rates in zip(*((sold.profile.down, sold.profile.up) for sold in takers), strict=True))
                yield _NodeDemand(node, use, whole * activity * use.settings.mean, down, up)


def hour_of_the_week(background: Background) -> int:
    """From Monday midnight on; of weekdays, Monday's."""
    return DAY * {Day.WEEKDAY: 0, Day.SATURDAY: DAYS[0], Day.SUNDAY: DAYS[0] + 1}[background.day] + background.hour


def _not_emulated(network: Network, stage: Stage) -> dict[SoldLines, float]:
    """How many lines of each offer at a node are not emulated, on average: those that are count for all offers of their
    profile there in proportion."""
    sold = {each: each.number(stage) for each in sold_lines(network)}
    emulated: dict[tuple[Name, Name], int] = {}
    for group in network.lines:
        emulated[group.at, group.profile] = emulated.get((group.at, group.profile), 0) + group.emulated
    existing: dict[tuple[Name, Name], float] = {}
    for each, number in sold.items():
        existing[_kind(each)] = existing.get(_kind(each), 0.0) + number
    return {each: number * max(0.0, 1 - emulated.get(_kind(each), 0) / existing[_kind(each)])
            for each, number in sold.items() if number}


def _kind(sold: SoldLines) -> tuple[Name, Name]:
    return sold.node, sold.profile.name


class _Lines:
    """Makes the lines that stand for one use at a node."""

    def __init__(self, network: Network, demanded: _NodeDemand, number: int) -> None:
        self._network, self._demanded, self._use = network, demanded, demanded.use
        self._stem = f"{BACKGROUND}-{number}"

    def made(self) -> Iterator[Made]:
        """The line groups, each with its profile and its workloads."""
        match self._use.settings:
            case CallUse() as calls:
                yield self._calling(calls)
            case TelevisionUse() as television:
                yield from self._watching(television)
            case TransferUse(direction=direction, size=size):
                yield self._transferring(direction, size)
            case _:
                yield self._transferring(Direction.DOWN, PIECE)
                yield self._transferring(Direction.UP, PIECE)

    def _calling(self, use: CallUse) -> Made:
        offered = self._demanded.amount
        channels = ceil(offered + 6 * offered ** 0.5 + 10)
        dial = Dial(signalling=signalling(self._network, self._use.service), erlangs=max(LEAST, offered),
                    holding=HOLDING, codec=use.codec)
        return self._made("", 1, max(FAST, channels * A_CALL), (dial,), channels)

    def _watching(self, use: TelevisionUse) -> Iterator[Made]:
        weights = [number ** -use.exponent for number in range(1, use.channels + 1)]
        watched = round(sum(1 - (1 - weight / sum(weights)) ** self._demanded.amount for weight in weights))
        names = [channel.name for channel in self._network.iptv_channels if channel.service == self._use.service]
        if watched:
            yield self._made("", 1, FAST, tuple(Watch(channels=(name,)) for name in names[:watched]))

    def _transferring(self, direction: Direction, size: Size) -> Made:
        amount, down = self._demanded.amount, direction is Direction.DOWN
        alone = self._demanded.down if down else self._demanded.up
        lines = min(MOST_LINES, ceil(amount / (BUSY * alone * PAYLOAD)))
        peak = max(alone * PAYLOAD, amount / (BUSY * lines))
        pause = Time(round(size * 8 * NS_PER_S * (lines / amount - 1 / peak)))
        sent = Pages(page=size, pause=pause) if down else Mail(mail=size, direction=direction, pause=pause)
        return self._made(f"-{direction.value}", lines, peak / PAYLOAD, (sent,))

    def _made(self, suffix: str, lines: int, rate: float, settings: Sequence[Settings], channels: int = 1) -> Made:
        """A line group with a profile and workloads of its own."""
        name, both = Name(f"{self._stem}{suffix}"), Rate(round(rate))
        works = tuple(Workload(Name(f"{name}-{number}"), self._use.service, each, basis=BASIS)
                      for number, each in enumerate(settings, 1))
        profile = Profile(name, both, both, Technology.ETHERNET, call_channels=channels, basis=BASIS)
        return Made(LineGroup(name, self._demanded.node, name, lines, lines, tuple(work.name for work in works),
                              basis=f"{BASIS}: use {self._use.name}"), profile, works)


def signalling(network: Network, service: Name) -> Name:
    """The service by which calls of a service are dialled: as some workload does."""
    return next(work.settings.signalling for work in network.workloads
                if work.service == service and isinstance(work.settings, Dial))
