"""Background traffic in a lab: the uplink of a town of which one line is emulated carries what the sizing of the same
demand says, and next to nothing without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.api import RunOptions, SizingOptions, load, size_network, verify
from twin.core.units import NS_PER_S
from twin.judge.run_record import Run
from twin.judge.verdict import SpanLoad
from twin.model import Metric
from twin.model.demand.week import DAY
from twin.model.yaml.background_lines import hour_of_the_week
from twin.territory.sizing.results import LinkWeek

TOWN = Path(__file__).with_name("background.yaml")
UPLINK = "access-uplink"
WIRE = 1538 / 1448
"""What a full packet takes of the wire, beside its payload."""
SECONDS = 60.0


def run_of(description: Path, out: Path, seconds: float = SECONDS) -> Run:
    """A run with QoS, whose emulation can be trusted."""
    run = verify(description, out, RunOptions(seconds, 1, baseline=False))
    assert run.qos.certificate.valid
    return run


def uplink(run: Run) -> tuple[SpanLoad, SpanLoad]:
    """What the uplink carries, down and up."""
    up, down = sorted((load for load in run.qos.loads if load.span == UPLINK), key=lambda load: load.forth)
    return down, up


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[SpanLoad, SpanLoad]:
    """Of a minute with background traffic."""
    return uplink(run_of(TOWN, tmp_path_factory.mktemp("town") / "run"))


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Of the same town without it."""
    folder = tmp_path_factory.mktemp("idle")
    plain = folder / "plain.yaml"
    plain.write_text(TOWN.read_text(encoding="utf-8").replace("  background: {stage: launch, hour: 21}\n", ""))
    return run_of(plain, folder / "run", 20.0)


@pytest.fixture(scope="module")
def sized() -> tuple[LinkWeek, LinkWeek]:
    """What theory says, down and up."""
    links = size_network(load(TOWN), "launch", SizingOptions(draws=500)).links
    loads = {week.link.towards: week for week in links if week.link.name == UPLINK}
    return loads["access"], loads["exchange"]


@pytest.fixture(scope="module")
def hour() -> int:
    """The hour of the week that is emulated."""
    background = load(TOWN).demand.background
    assert background is not None
    return hour_of_the_week(background) % DAY


def test_the_uplink_carries_the_transfers_of_all_lines(measured: tuple[SpanLoad, SpanLoad],
                                                       sized: tuple[LinkWeek, LinkWeek], hour: int) -> None:
    """Both ways, within a fifth: of some three hundred files in a minute, and acknowledgements of each packet."""
    for load_, week in zip(measured, sized, strict=True):
        assert load_.by_class["data"] == pytest.approx(week.transfers[hour] * WIRE, rel=0.2)


def test_the_uplink_carries_the_channels_that_are_watched(measured: tuple[SpanLoad, SpanLoad],
                                                          sized: tuple[LinkWeek, LinkWeek], hour: int) -> None:
    """All three of them, each once."""
    assert measured[0].by_class["video"] == pytest.approx(sized[0].television[hour] * WIRE, rel=0.02)
    assert measured[1].by_class["video"] == 0


def test_the_uplink_carries_calls(measured: tuple[SpanLoad, SpanLoad], sized: tuple[LinkWeek, LinkWeek], hour: int
                                  ) -> None:
    """Five erlang that begin with none, and are five by chance: between two and seven on average in a minute."""
    expected = sized[0].calls[hour] * WIRE
    assert 0.4 * expected < measured[0].by_class["voice"] < 1.4 * expected


def test_without_background_traffic_it_is_all_but_idle(measured: tuple[SpanLoad, SpanLoad], idle: Run) -> None:
    """One line's pages alone: no channel, and less than a tenth of the transfers."""
    down, _ = uplink(idle)
    assert 0 < down.by_class["data"] < measured[0].by_class["data"] / 10 and not down.by_class["video"]


def test_a_page_alone_takes_what_sizing_says(idle: Run) -> None:
    """Handshake, request and its bytes on an idle network, within 2 %: 50 kB."""
    (pages,) = (figures for figures in idle.qos.figures if figures.flow == "home-1.page")
    (week,) = size_network(idle.network, "launch", SizingOptions(draws=2)).flows
    taken = pages.values[Metric.PAGE_TIME]
    assert pages.received > 3 and taken == pytest.approx(50_000 * 8 / week.alone * NS_PER_S, rel=0.02)
