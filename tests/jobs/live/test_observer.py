"""What an observer makes of events."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from tests.report.terminal.test_live_view import BLUEPRINT, NETWORK, ORIGIN
from traffic.live.window import FlowWindow, Window, encode, window_file
from traffic.sample_files import Packets
from twin.core.units import NS_PER_MS, NS_PER_S, Time
from twin.jobs.live.channel import CountersChanged, CountersRead, TwinState, WindowReady
from twin.jobs.live.host_steal import StealReader
from twin.jobs.live.observer import Observer
from twin.judge.live.fidelity import STALE, Trust
from twin.judge.verdict import Outcome
from twin.plan.queue_and_airtime_counters import NetworkCounters

STATE = TwinState("minimal", "strict", (), (), ())
UNTIL = Time(ORIGIN + 10 * NS_PER_S)


@pytest.fixture
def observer(tmp_path: Path) -> Observer:
    """One of ten seconds, of which a window with a call is there."""
    sent = tuple(range(0, 10 * NS_PER_S, 20 * NS_PER_MS))
    call = Packets(sent, tuple(at + 30 * NS_PER_MS for at in sent), 200)
    window_file(tmp_path, 1).write_bytes(encode(Window(1, UNTIL, 1000, {"homes-1.call.up": FlowWindow(ORIGIN, call)})))
    return Observer(NETWORK, BLUEPRINT, tmp_path, STATE,
                    lambda: CountersRead(0, Time(UNTIL + 3 * NS_PER_S), NetworkCounters((), ())), seconds=10,
                    steal=StealReader(lambda: ""))


def test_flows_are_looked_at_as_often_as_there_is_time(observer: Observer, tmp_path: Path) -> None:
    """A view that takes a tenth of a second is made every second time; at once where trust changes."""
    ticks = count(step=0.1)
    observer = Observer(NETWORK, BLUEPRINT, tmp_path, STATE,
                        lambda: CountersRead(0, Time(UNTIL + 3 * NS_PER_S), NetworkCounters((), ())), seconds=10,
                        steal=StealReader(lambda: ""), clock=lambda: next(ticks))
    seen, made = observer.view(), []
    for second in range(4):
        ready = WindowReady(1, Time(UNTIL + second * NS_PER_S), Time(1000))
        observer.take(ready)
        before, seen = seen, observer.after(ready, seen)
        made.append(seen.flows is not before.flows)
    assert made == [True, False, True, False]
    lost = WindowReady(1, Time(UNTIL + 5 * NS_PER_S), Time(1000), {"host homes-1": 1})
    observer.take(lost)
    assert observer.after(lost, seen).fidelity.trust is Trust.UNTRUSTED
    assert observer.after(lost, seen).verdicts != ()


def test_losses_of_a_window_make_its_targets_unknown(observer: Observer) -> None:
    """What was met is no more judged."""
    observer.take(WindowReady(1, UNTIL, Time(1000)))
    assert observer.view().fidelity.trust is Trust.TRUSTED
    assert Outcome.MET in {verdict.verdict for verdict in observer.view().verdicts}
    observer.take(WindowReady(1, UNTIL, Time(1000), {"host homes-1": 1}))
    assert observer.view().fidelity.trust is Trust.UNTRUSTED
    assert {verdict.verdict for verdict in observer.view().verdicts} == {Outcome.INCONCLUSIVE}


def test_when_nothing_comes_any_more_nothing_is_judged(observer: Observer) -> None:
    """Counters go on, the load does not."""
    observer.take(WindowReady(1, UNTIL, Time(1000)))
    seen = observer.view()
    assert observer.renewed(seen).verdicts == seen.verdicts != ()
    observer.take(CountersChanged(1, Time(UNTIL + STALE + 1), (), ()))
    assert (observer.renewed(seen).fidelity.trust, observer.renewed(seen).verdicts) == (Trust.UNKNOWN, ())
