"""A search in labs: packets show a fault of the controller, which is shrunk, stored and replayed; without it all holds.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.in_lab.places import NETWORKS, ROOT
from twin import api
from twin.core.units import NS_PER_S, Time
from twin.jobs.experiment.on_host import LabProgram
from twin.jobs.search.labs.lab_search import LabRuns, search_labs
from twin.jobs.search.runner import least_of
from twin.jobs.search.schedule import Event, EventKind, Schedule

FILE, RING = NETWORKS / "ring.yaml", ROOT / "tests" / "jobs" / "search" / "ring.yaml"
PLANTED = LabProgram("tests.in_lab.failures.planted_controller", ROOT)
DAY = Schedule(1, (
    Event(Time(1 * NS_PER_S), EventKind.RESTART, "west"),
    Event(Time(3 * NS_PER_S), EventKind.CUT, "north-east"),
    Event(Time(4 * NS_PER_S), EventKind.PAUSE, lasts=Time(NS_PER_S // 2)),
    Event(Time(5 * NS_PER_S), EventKind.MEND, "north-east"),
))
"""A restart, a cut that is mended, and a pause."""


@pytest.fixture(scope="module")
def network() -> api.Network:
    """A ring of three switches with a packet each millisecond in a strict class, both ways."""
    return api.load(FILE)


def test_todays_controller_survives_a_day_in_a_lab(network: api.Network) -> None:
    """Nothing is violated, a cut and its repair come as near to it as their figures say, and it is the same again."""
    outcome = LabRuns(network).run(DAY)
    assert outcome.violations == () and outcome.doubts == () and outcome.left_out == 0
    assert outcome.reroutes == 2
    assert outcome == LabRuns(network).run(DAY)


def test_every_kind_of_event_happens_in_a_lab() -> None:
    """Who has joined is reached, who was unplugged is not any more, and a controller that begins again programs all."""
    ring = api.load(RING)
    line, channel = "c-homes-1", "one"
    outcome = LabRuns(ring).run(Schedule(1, (
        Event(Time(1 * NS_PER_S), EventKind.JOIN, line, channel=channel),
        Event(Time(1 * NS_PER_S), EventKind.JOIN, "d-homes-1", channel=channel),
        Event(Time(1 * NS_PER_S), EventKind.JOIN, "d-homes-2", channel="two"),
        Event(Time(2 * NS_PER_S), EventKind.POWER_OFF, "d"),
        Event(Time(3 * NS_PER_S), EventKind.LEAVE, line, channel=channel),
        Event(Time(4 * NS_PER_S), EventKind.POWER_ON, "d"),
        Event(Time(5 * NS_PER_S), EventKind.UNPLUG, "d-homes-2"),
        Event(Time(6 * NS_PER_S), EventKind.CONTROLLER_RESTART),
        Event(Time(8 * NS_PER_S), EventKind.SLOW, "a", lasts=Time(NS_PER_S)))))
    assert outcome.violations == () and outcome.doubts == () and outcome.left_out == 1
    assert outcome.reroutes >= 4


def test_a_planted_fault_is_shown_by_packets_and_shrunk(network: api.Network) -> None:
    """To the events by which packets loop or are lost."""
    runs = LabRuns(network, PLANTED)
    outcome = runs.run(DAY)
    assert outcome.violations
    least = least_of(runs, outcome)
    assert [event.kind for event in least.schedule.events] == [EventKind.CUT]


def test_a_search_lists_margins_and_leaves_what_fails(network: api.Network, tmp_path: Path) -> None:
    """As a file that is replayed in a lab."""
    result = search_labs(network, range(2), jobs=2)
    assert result.labs and result.seeds == 2 and result.failing == 0
    text = api.search_text(result)
    assert "2 schedules in labs" in text and "packets are lost only until a failure is healed" in text
    api.store_search(tmp_path / "search", FILE, result)
    assert json.loads((tmp_path / "search" / "search.json").read_text())["labs"] is True
