"""Background traffic: the lines that stand for all that are not emulated ask for as much as those would."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.core.errors import TopologyError
from twin.core.units import NS_PER_S, Ratio
from twin.model import Dial, Mail, Network, Pages, Settings, Watch
from twin.model.yaml import read
from twin.model.yaml.background_lines import BACKGROUND, PAYLOAD, with_background

TEXT = (Path(__file__).parents[1] / "in_lab" / "theory" / "background.yaml").read_text(encoding="utf-8")
ASKED = "  background: {stage: launch, hour: 21}\n"
LINES = 99
"""That are not emulated, of a hundred."""


def described(**changed: str) -> Network:
    """The town, with something else in its description."""
    text = TEXT
    for right, other in changed.items():
        assert right in text
        text = text.replace(right, other)
    return read(text, "background.yaml")


def running(network: Network, kind: type[Settings]) -> list[tuple[int, float, Settings]]:
    """The lines of background traffic that run something: how many, payload rate, and what."""
    rates = {profile.name: profile.down * PAYLOAD for profile in network.profiles}
    works = {work.name: work.settings for work in network.workloads}
    return [(group.emulated, rates[group.profile], works[run]) for group in network.lines
            if group.name.startswith(BACKGROUND) for run in group.runs if isinstance(works[run], kind)]


def asked_for(lines: int, rate: float, sent: Settings) -> float:
    """bit/s of payload of lines that transfer, each in turn with a pause."""
    assert isinstance(sent, Pages | Mail)
    bits = 8 * (sent.page if isinstance(sent, Pages) else sent.mail)
    return lines * bits / (sent.pause / NS_PER_S + bits / rate)


def test_they_ask_for_what_the_others_would() -> None:
    """Erlang of calls, and bit/s of payload down and up, in the busiest hour."""
    network = described()
    ((_, _, dial),) = running(network, Dial)
    assert isinstance(dial, Dial) and dial.erlangs == pytest.approx(LINES * 0.05)
    web, swarm = LINES * 0.5 * 240 * 50e3 * 8 / 3600, LINES * 0.25 * 40e3
    assert sum(asked_for(*each) for each in running(network, Pages)) == pytest.approx(web + swarm, rel=1e-6)
    assert sum(asked_for(*each) for each in running(network, Mail)) == pytest.approx(swarm, rel=1e-6)


def test_the_channels_on_average_are_watched() -> None:
    """Thirty watch: all three channels, each once; where hardly two watch, the first by name, the most popular."""
    channels = [watch.channels for _, _, watch in running(described(), Watch) if isinstance(watch, Watch)]
    assert channels == [("one",), ("three",), ("two",)]
    few = [watch.channels for _, _, watch in running(described(**{"take-up: 50 %": "take-up: 3 %"}), Watch)
           if isinstance(watch, Watch)]
    assert few == [("one",)]


def test_other_hours_and_stages_ask_for_less_and_more() -> None:
    """A sixth at noon of a Sunday, as its profile says; twice as many lines when everybody has one."""
    ((_, _, noon),) = running(described(**{"hour: 21": "hour: 3, day: sunday"}), Dial)
    ((_, _, all_),) = running(described(**{"stage: launch": "stage: everybody"}), Dial)
    assert isinstance(noon, Dial) and noon.erlangs == pytest.approx(LINES * 0.05 / 6, rel=1e-4)
    assert isinstance(all_, Dial) and all_.erlangs == pytest.approx(199 * 0.05)


def test_without_it_nothing_is_added() -> None:
    """And where every line is emulated nobody is left to stand for."""
    plain = described(**{ASKED: ""})
    assert not [group for group in plain.lines if group.name.startswith(BACKGROUND)]
    assert with_background(plain) == plain
    every = described(**{"emulated: 1": "emulated: 100"})
    assert not [group for group in every.lines if group.name.startswith(BACKGROUND)]


@given(st.integers(1_000, 1_000_000), st.integers(1, 99))
def test_lines_are_few_and_pause(take_up: int, emulated: int) -> None:
    """However many they stand for: eight for a use at most, no slower than those, busy for a quarter of the time."""
    base = described(**{ASKED: ""})
    asks = described().demand.background
    network = with_background(replace(
        base, lines=tuple(replace(group, emulated=emulated) for group in base.lines),
        demand=replace(base.demand, background=asks, uses=tuple(
            replace(use, take_up=Ratio(take_up)) for use in base.demand.uses))))
    for lines, rate, sent in (*running(network, Pages), *running(network, Mail)):
        assert 1 <= lines <= 8 and asked_for(lines, rate, sent) / lines <= 0.2501 * rate
        assert rate >= PAYLOAD * (2_048_000 if isinstance(sent, Pages) else 512_000) - 1


@pytest.mark.parametrize(("right", "other", "path"), [
    ("activity: dial, erlangs: 0.05, holding: 10 s", "activity: call", "demand.uses.calls.service"),
    ("channels: 3, rate", "channels: 20, rate", "demand.uses.television.channels"),
    ("service: web, week: evening, active: 25 %", "service: sip, week: evening, active: 25 %",
     "demand.uses.swarm.service"),
    ("hour: 21", "hour: 24", "demand.background.hour"),
    ("stage: launch, hour", "stage: lunch, hour", "demand.background.stage"),
])
def test_what_cannot_be_emulated_is_refused(right: str, other: str, path: str) -> None:
    """With place and remedy."""
    changed = {right: other} | ({"signalling: sip, ": ""} if "activity: call" in other else {})
    with pytest.raises(TopologyError) as raised:
        described(**changed)
    (problem,) = raised.value.problems
    assert problem.path == path and problem.place.line > 0 and problem.remedy
