"""One demand on a small territory, sized by theory and emulated: `python -m benchmarks.emulated_and_sized`.

Every line is emulated, and compared with `twin size`: mean throughput of transfers for as many of them, calls blocked,
channels on the uplink. Then a tenth of the lines are, the others as background traffic: how far what crosses the uplink
and what the emulated lines get differ from that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean

from benchmarks.support import lab
from benchmarks.support.figure import Figure, main, within
from benchmarks.support.small_territory import (
    BUSINESSES,
    CHANNELS,
    HOUSEHOLDS,
    PAGE,
    RATE,
    UPLINK,
    aggregated,
    territory,
)
from traffic.sample_files import LOST, Calls, Transactions
from twin.api import Sizing, SizingOptions, size_network
from twin.core.units import NS_PER_S, Rate
from twin.judge.figures.span_load import span_loads
from twin.model.traffic_profiles import STREAM_PACKET, TS_PAYLOAD, interval
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.blueprint.layers import ETHERNET_WIRE
from twin.predict.theory.goodput import wire_rate
from twin.territory.sizing.theory.multicast_occupancy import distribution, present, zipf

SECONDS, DRAWS, EACH = 900.0, 12, 20.0
"""Of a run; how often it is drawn what businesses watch, and s of each."""
ABOUT = 400.0
"""Pages of a household an hour, before it is known how many there were."""
THROUGHPUT, LOAD = 0.05, 0.1
SURE = 1.96
"""Standard errors of a confidence interval of 95 %."""
OK = 200
"""Status of a call that was set up (RFC 3261)."""
HOME, WATCHING = "home", "watch-"
"""How the names of lines with pages, and of workloads of viewers, begin."""


@dataclass(frozen=True, slots=True)
class Emulated:
    """What came of a run. times: s of each page; begun: their number; blocked: of so many calls. carried: bit/s
    of each class down the uplink."""

    times: tuple[float, ...]
    begun: int
    blocked: int
    calls: int
    carried: dict[str, float]

    @property
    def throughput(self) -> float:
        """Of all pages together, bit/s."""
        return PAGE * 8 / fmean(self.times)


def figures(seconds: float = SECONDS) -> list[Figure]:
    """Run the three, and compare."""
    whole = emulated(plan(territory(ABOUT, lab.SEED)), seconds)
    an_hour = whole.begun / seconds * 3600 / HOUSEHOLDS
    sized = size_network(territory(an_hour, lab.SEED), "all", SizingOptions(draws=2))
    part = emulated(plan(aggregated(an_hour)), seconds)
    return [within(f"mean throughput of {len(whole.times)} transfers", sized.flows[0].throughput[0] / 1e3,
                   whole.throughput / 1e3, THROUGHPUT, "kbit/s"),
            _blocking(sized, whole), _channels(), *_aggregates(whole, part)]


def emulated(blueprint: Blueprint, seconds: float, seed: int = lab.SEED) -> Emulated:
    """Run a blueprint; pages are those of lines of households, calls of all."""
    side = lab.run(blueprint, seconds, seed).side
    rows = [row for name, samples in side.samples.items() if name.startswith(HOME)
            and isinstance(samples, Transactions) for row in zip(samples.started, samples.ended, strict=True)]
    statuses = [status for samples in side.samples.values() if isinstance(samples, Calls)
                for status in samples.status if status]
    (load,) = (load for load in span_loads(blueprint, side.before, side.after, seconds)
               if load.span == UPLINK and load.forth)
    return Emulated(tuple((ended - started) / NS_PER_S for started, ended in rows if ended != LOST), len(rows),
                    sum(status != OK for status in statuses), len(statuses), load.by_class)


def _blocking(sized: Sizing, whole: Emulated) -> Figure:
    """Theory inside the interval of what was measured."""
    theory = next(week.blocked[0] for week in sized.links if week.link.name == UPLINK)
    part = whole.blocked / whole.calls
    error = SURE * sqrt(part * (1 - part) / whole.calls)
    return _inside(f"calls blocked, of {whole.calls}", 100 * theory, 100 * part, 100 * error, "%")


def _channels() -> Figure:
    """Theory inside the interval of what was measured in some draws of who watches what."""
    theory = distribution(present(zipf(CHANNELS, 1.0), [(BUSINESSES, 1.0)]))
    mean = sum(number * part for number, part in enumerate(theory))
    spread = sqrt(sum((number - mean) ** 2 * part for number, part in enumerate(theory)))
    watched = [_channels_on(seed) for seed in range(DRAWS)]
    return _inside(f"channels on the uplink, {DRAWS} draws of viewers", mean, fmean(watched),
                   SURE * spread / sqrt(DRAWS), "")


def _channels_on(seed: int) -> float:
    """By what the uplink carries of their class."""
    blueprint = plan(territory(ABOUT, seed))
    watching = {flow.workload for flow in blueprint.flows if flow.workload.startswith(WATCHING)}
    carried = emulated_load(lab.only(blueprint, sorted(watching)), seed)
    return carried / wire_rate(STREAM_PACKET, interval(Rate(RATE * 1000), TS_PAYLOAD), ETHERNET_WIRE)


def emulated_load(blueprint: Blueprint, seed: int) -> float:
    """bit/s of television down the uplink."""
    side = lab.run(blueprint, EACH, seed).side
    return next(load.by_class["video"] for load in span_loads(blueprint, side.before, side.after, EACH)
                if load.span == UPLINK and load.forth)


def _inside(what: str, theory: float, measured: float, error: float, unit: str) -> Figure:
    shown = f"{measured:.2f} ± {error:.2f} {unit}".rstrip()
    return Figure(what, f"{theory:.2f} {unit}".rstrip() + " inside the interval of 95 %", shown,
                  bool(abs(measured - theory) <= error))


def _aggregates(whole: Emulated, part: Emulated) -> Sequence[Figure]:
    """A tenth of the lines and background traffic, beside all lines."""
    return [within("background traffic for nine lines in ten: transfers on the uplink", whole.carried["data"] / 1e3,
                   part.carried["data"] / 1e3, LOAD, "kbit/s"),
            within(f"the same: throughput of the {len(part.times)} transfers of emulated lines",
                   whole.throughput / 1e3, part.throughput / 1e3, LOAD, "kbit/s"),
            Figure("the same: calls on the uplink", "-", _beside(whole, part, "voice")),
            Figure("the same: channels on the uplink", "-", _beside(whole, part, "video"))]


def _beside(whole: Emulated, part: Emulated, name: str) -> str:
    return f"{part.carried[name] / 1e3:.0f} beside {whole.carried[name] / 1e3:.0f} kbit/s"


if __name__ == "__main__":
    main(figures)
