"""Whether a lab's controller used a span too soon: by when its reroute began, and by all that begins the wait anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin import api
from twin.core.units import NS_PER_S, Time
from twin.jobs.search.labs.lab_record import Rerouted
from twin.jobs.search.labs.timetable import timetable
from twin.jobs.search.labs.waits_to_restore import used_too_soon
from twin.jobs.search.schedule import Event, EventKind, Schedule
from twin.plan.blueprint import Blueprint

RING = Path(__file__).parents[1] / "ring.yaml"
SEEN = 2.015
"""When the ends of a span that is mended after two seconds see it."""
DUE = SEEN + 3
"""When it has waited."""
CUT, MEND = (1, EventKind.CUT, "a-b"), (2, EventKind.MEND, "a-b")


@pytest.fixture(scope="module")
def ring() -> Blueprint:
    """A ring of five switches with a chord, whose wait to restore is 3 s."""
    return api.plan(api.load(RING))


def at(second: float) -> Time:
    """The time of a second."""
    return Time(round(second * NS_PER_S))


def rerouted(span: str, up: bool, began: float, lasted: float = 0.01) -> Rerouted:
    """A reroute that began at a second."""
    return Rerouted(at(began), at(began + lasted), span, up, 2)


def too_soon(ring: Blueprint, written: tuple[tuple[float, EventKind, str], ...], *reroutes: Rerouted) -> list[str]:
    """The spans that are used too soon, by events at seconds."""
    schedule = Schedule(1, tuple(Event(at(second), kind, target) for second, kind, target in written))
    return [reroute.span for reroute in used_too_soon(ring, timetable(ring, schedule).acts, reroutes)]


def test_a_reroute_is_judged_by_when_it_began(ring: Blueprint) -> None:
    """One that was decided too soon is no better for taking long, nor is one worse that was decided in time."""
    assert too_soon(ring, (CUT, MEND), rerouted("a-b", True, DUE - 0.001, 1)) == ["a-b"]
    flap = (CUT, MEND, (DUE + 0.1, EventKind.CUT, "a-b"), (DUE + 0.2, EventKind.MEND, "a-b"))
    assert too_soon(ring, flap, rerouted("a-b", True, DUE, 0.5)) == []


@pytest.mark.parametrize("interrupted", [
    ((4, EventKind.RESTART, "b"),),
    ((4, EventKind.CUT, "a-b"), (4.1, EventKind.MEND, "a-b")),
    ((DUE - 0.1, EventKind.CUT, "a-b"),),
    ((3, EventKind.POWER_OFF, "a"), (3.5, EventKind.POWER_ON, "a")),
])
def test_whatever_fails_begins_the_wait_anew(ring: Blueprint, interrupted: tuple[tuple[float, EventKind, str], ...]
                                             ) -> None:
    """A restart of an end, a flap, a failure that lasts, a power cut."""
    assert too_soon(ring, (CUT, MEND, *interrupted), rerouted("a-b", True, DUE + 0.05)) == ["a-b"]
    assert too_soon(ring, (CUT, MEND), rerouted("a-b", True, DUE + 0.05)) == []


def test_a_controller_that_has_begun_waits_for_what_comes_up_after_it(ring: Blueprint) -> None:
    """Also where it began less than a wait ago."""
    begun = (CUT, (1.5, EventKind.CONTROLLER_RESTART, ""), MEND)
    assert too_soon(ring, begun, rerouted("a-b", True, 3)) == ["a-b"]


def test_a_span_without_which_somebody_is_isolated_need_not_wait(ring: Blueprint) -> None:
    """The uplink of a DSLAM, also where it has been cut again meanwhile; one of the ring while others are avoided, by
    what the controller has reported or by what was down when it began."""
    flap = ((1, EventKind.CUT, "d-dslam-uplink"), (1.05, EventKind.MEND, "d-dslam-uplink"),
            (1.07, EventKind.CUT, "d-dslam-uplink"))
    assert too_soon(ring, flap, rerouted("d-dslam-uplink", True, 1.095)) == []
    both = ((0.5, EventKind.CUT, "e-a"), CUT, MEND)
    used = rerouted("a-b", True, 2.1)
    avoided = rerouted("e-a", False, 0.6)
    assert too_soon(ring, both, used) == ["a-b"] and too_soon(ring, both, avoided, used) == []
    restored = ((0.5, EventKind.CUT, "e-a"), (0.6, EventKind.MEND, "e-a"), CUT, MEND)
    assert too_soon(ring, restored, avoided, rerouted("e-a", True, 0.7), used) == ["e-a", "a-b"]
    begun = ((0.5, EventKind.CUT, "e-a"), (0.8, EventKind.CONTROLLER_RESTART, ""), CUT, MEND)
    assert too_soon(ring, begun, used) == []
