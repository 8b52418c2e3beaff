"""One side of a run, inside the lab: build, wait until ready, read back, calibrate, load, count, close.

Its `main` is what a lab runs (twin.jobs.experiment.lab_program). Its order, blueprint and instruments are files in the
lab's folder, and so are its results. On standard output are JSON lines: {"phase": name}, and the progress of the
traffic.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from twin.core.records import from_plain, to_plain
from twin.core.units import NS_PER_S, Time
from twin.emulation import VIRTUAL_SLACK, WALL_SLACK, Emulation
from twin.emulation.fault_injection import affected_spans
from twin.jobs.experiment import spec
from twin.jobs.experiment.controller_process import Ryu
from twin.jobs.experiment.instrument_plan import InstrumentPlan
from twin.jobs.experiment.instruments import Instruments
from twin.jobs.experiment.opened_lab import carried_out, opened_lab, say
from twin.jobs.experiment.spec import Closing, Order, Reroute
from twin.jobs.experiment.traffic_process import fall_in_step, load, start_time, try_out
from twin.plan.blueprint import Blueprint, FaultPlan
from twin.plan.queue_and_airtime_counters import NetworkCounters
from twin.plan.trials.measurements import TrialPlan

TimedAct = tuple[int, Callable[[], None]]
"""What is done at a moment, ns since 1970."""


@dataclass(slots=True)
class Course:
    """What happens beside the load: the faults of the blueprint. Another course is a class of its own."""

    out: Path

    def acts(self, _ryu: Ryu, emulation: Emulation, start: int) -> list[TimedAct]:
        """All that is done, in order. start: of the measurement, ns since 1970."""
        return [(start + fault.at, partial(emulation.inject, fault)) for fault in emulation.layout.blueprint.faults]

    def end(self, ryu: Ryu, _emulation: Emulation) -> tuple[FaultPlan, ...]:
        """The load has ended: the faults that happened beside those of the blueprint. Raises EmulationError where the
        controller has ended by itself."""
        ryu.must_live()
        return ()


def main(out: Path, course: type[Course] = Course) -> int:
    """Carry out the order in `out`; returns the exit status."""
    def job() -> None:
        order = from_plain(Order, _read(out / spec.ORDER_FILE))
        blueprint = from_plain(Blueprint, _read(out / spec.BLUEPRINT_FILE))
        plan = from_plain(InstrumentPlan, _read(out / spec.INSTRUMENTS_FILE))
        experiment(blueprint, plan, order, out, course(out))

    return carried_out(job, out / spec.LOGS)


def experiment(blueprint: Blueprint, plan: InstrumentPlan, order: Order, out: Path, course: Course) -> None:
    """All phases, in order."""
    for folder in (spec.SAMPLES, spec.CALIBRATION, spec.LOGS):
        (out / folder).mkdir(exist_ok=True)
    with opened_lab(blueprint, order.seed, out, VIRTUAL_SLACK if order.virtual else WALL_SLACK) as (ryu, emulation):
        fall_in_step()
        say({"phase": "read back"})
        _write(out / spec.READBACK_FILE, emulation.readback())
        fall_in_step()
        say({"phase": "calibrate"})
        instruments = Instruments(plan, blueprint.hosts, emulation, order.seed, out)
        instruments.calibrate()
        if order.trial is None:
            instruments.download()
        fall_in_step()
        if order.trial is not None:
            _try(blueprint, order.trial, order.seed, out, emulation)
            ryu.must_live()
            return
        say({"phase": "measure"})
        before, start = emulation.counters(), start_time()
        window: list[NetworkCounters] = []
        edges = [(moment, lambda: window.append(emulation.carried()))
                 for moment in (start, start + round(order.seconds * NS_PER_S))]
        with (load(blueprint, order.seconds, order.seed, start, out / spec.SAMPLES) as traffic,
              beside([*edges[:1], *course.acts(ryu, emulation, start), *edges[1:]])):
            lateness = traffic()
        faults = course.end(ryu, emulation)
        after = emulation.counters()
        say({"phase": "close"})
        _write(out / spec.LOADS_FILE, {"before": to_plain(window[0]), "after": to_plain(window[1]),
                                         "opened": to_plain(before.queues), "closed": to_plain(after.queues)})
        losses = emulation.unmodelled_losses(before, after, faults)
        closing = Closing(Time(time.monotonic_ns()), losses, lateness,
                          emulation.versions(), _reroutes(ryu, blueprint, start))
        _write(out / spec.CLOSING_FILE, to_plain(closing))
        instruments.irtt()


def _try(blueprint: Blueprint, trial: TrialPlan, seed: int, out: Path, emulation: Emulation) -> None:
    """Carry out a trial on the running network, instead of its load."""
    before = emulation.counters()
    lateness = try_out(blueprint, out, trial, seed)
    closing = Closing(Time(time.monotonic_ns()), emulation.unmodelled_losses(before, emulation.counters()), lateness,
                      emulation.versions())
    _write(out / spec.CLOSING_FILE, to_plain(closing))
    say({"seconds": 1, "of": 1})


@contextmanager
def beside(acts: Sequence[TimedAct]) -> Iterator[None]:
    """Carry out each act at its moment (ns since 1970, in order) in a thread beside the block. Raises what one raised.
    """
    raised: list[Exception] = []

    def carry_out() -> None:
        try:
            for moment, act in acts:
                time.sleep(max(0.0, (moment - time.time_ns()) / NS_PER_S))
                act()
        except Exception as fault:
            raised.append(fault)

    thread = threading.Thread(target=carry_out, daemon=True)
    thread.start()
    yield
    thread.join()
    if raised:
        raise raised[0]


def _reroutes(ryu: Ryu, blueprint: Blueprint, start: int) -> tuple[Reroute, ...]:
    reroutes = []
    for fault in blueprint.faults:
        if fault.kind.carrier is not None:
            cut, spans = not fault.kind.carrier, {span.name for span in affected_spans(blueprint, fault)}
            moved, rounds = ryu.moved(spans, cut, start + fault.at)
            reroutes.append(Reroute(fault.name, cut, fault.at, None if moved is None else Time(moved - start), rounds))
    return tuple(reroutes)


def _read(path: Path) -> Any:
    return json.loads(path.read_text())


def _write(path: Path, plain: Any) -> None:
    path.write_text(json.dumps(plain))
