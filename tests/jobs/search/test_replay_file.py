"""A schedule as a file: read as it was written, and as a description that `twin verify` takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin import api
from twin.core.units import NS_PER_S, Time
from twin.jobs.search.draw import draw
from twin.jobs.search.labs.lab_search import lab_blueprint
from twin.jobs.search.labs.timetable import timetable, until_healed
from twin.jobs.search.replay_file import description, read_schedule, schedule_json
from twin.jobs.search.schedule import HEALED_BY, Event, EventKind, Schedule
from twin.plan.blueprint import Blueprint

RING = Path(__file__).with_name("ring.yaml")


@pytest.fixture(scope="module")
def ring() -> Blueprint:
    """A ring of five switches with a chord."""
    return api.plan(api.load(RING))


def events(*written: tuple[float, EventKind, str]) -> tuple[Event, ...]:
    """Events at seconds."""
    return tuple(Event(Time(round(at * NS_PER_S)), kind, target) for at, kind, target in written)


def test_a_schedule_is_read_as_it_was_written(ring: Blueprint) -> None:
    """With its times to the nanosecond; anything else is refused."""
    schedule = draw(ring, 3)
    assert read_schedule(schedule_json(ring.name, schedule), "x") == schedule
    for text in ("", "[]", '{"search": 2}', '{"search": 1, "schedule": {"seed": 1, "events": [{"at": "soon"}]}}'):
        with pytest.raises(api.UsageError, match="holds no schedule"):
            read_schedule(text, "x")


def test_a_failure_is_left_as_a_description_to_verify(ring: Blueprint) -> None:
    """It has the schedule's faults in place of its own, and is read as it was meant."""
    faults = events((1, EventKind.CUT, "a-b"), (2.5, EventKind.MEND, "a-b"), (3, EventKind.POWER_OFF, "c"),
                    (4, EventKind.POWER_ON, "c"))
    schedule = Schedule(5, (*faults, Event(Time(1), EventKind.PAUSE, lasts=Time(5))))
    text = RING.read_text(encoding="utf-8") + "faults:\n- {at: 1 s, kind: cut, span: e-a}\n# end\n"
    written = description(text, schedule, ("why",))
    network = api.read(written, "failure.yaml")
    assert [(fault.at, str(fault.kind), fault.span or fault.node) for fault in network.faults] == [
        (fault.at, "cut" if fault.kind in (EventKind.CUT, EventKind.POWER_OFF) else "mend", fault.target)
        for fault in faults]
    assert "Left out, since they are no faults of spans or nodes: 1" in written and "# why" in written


@pytest.mark.parametrize("seed", [7, 99, 137, 197])
def test_every_schedule_is_a_description_to_verify(ring: Blueprint, seed: int) -> None:
    """Also where a span is cut that is cut, or mended that is whole, which no description may ask for; the faults are
    those that change something, to the nanosecond, whatever lies about the section that they take the place of."""
    schedule = draw(ring, seed)
    text = RING.read_text(encoding="utf-8").replace("protection:", "faults: [\n  {at: 1 s, kind: cut, span: e-a}\n]\n"
                                                    "protection:")
    network = api.read(description(text, schedule, ()), "failure.yaml")
    cut: set[str] = set()
    changing: list[Time] = []
    for event in schedule.events:
        before = set(cut)
        if event.kind in HEALED_BY:
            cut.add(event.target)
        elif event.kind in HEALED_BY.values():
            cut.discard(event.target)
        changing += [event.at] if cut != before else []
    assert [fault.at for fault in network.faults] == changing
    assert network.control.protection == api.load(RING).control.protection


def test_what_a_lab_does_beside_the_schedule_is_verified_too(ring: Blueprint) -> None:
    """All is mended once it has rested, and the wait to restore is that of the lab."""
    schedule = Schedule(5, events((1, EventKind.CUT, "a-b"), (2, EventKind.POWER_OFF, "c"), (3, EventKind.CUT, "c-d"),
                                  (4, EventKind.MEND, "a-b")))
    lab = lab_blueprint(api.load(RING))
    network = api.read(description(RING.read_text(encoding="utf-8"), until_healed(lab, schedule), (), lab.protection),
                       "failure.yaml")
    healed = timetable(lab, schedule).healed
    assert [(fault.at, fault.span or fault.node) for fault in network.faults[4:]] == [(healed, "c"), (healed, "c-d")]
    assert network.control.protection == lab.protection != ring.protection


def test_a_schedule_of_another_network_is_refused(ring: Blueprint) -> None:
    """By the names that this one does not have."""
    with pytest.raises(api.UsageError, match="nowhere"):
        api.replay_schedule(ring, Schedule(1, events((1, EventKind.CUT, "nowhere"))))
