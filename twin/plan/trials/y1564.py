"""ITU-T Y.1564: each service in steps up to its committed rate, with its excess, and overdriven; then all together.

A step up to the committed rate passes when the rate arrives and loss, delay and delay variation are as agreed. Beyond
it, the committed rate must still arrive, and no more than both rates together. Where colours are trusted, the
committed rate is sent green and what is beyond it yellow, and green must be as agreed beside any yellow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from twin.core.units import NS_PER_S, PPM, Rate, Time
from twin.model import AcceptanceCriteria, Metric
from twin.plan.trials.measurements import (
    Column,
    Procedure,
    Report,
    Row,
    ServicePath,
    Stream,
    StreamResult,
    StreamTest,
    TrialPlan,
    interval,
)

STEPS = (25, 50, 75, 100)
"""Parts of the committed rate, %."""
OVERDRIVE = 125
"""How much of the excess rate is added to the committed rate where policing is tested, %."""
SMALL_EXCESS = 20
"""An excess rate below that part of the committed one, %, adds too little to tell: then the latter is overdriven."""
POLICING_MARGIN, POLICING_BURST = 0.01, 5_000
"""By which part more than both rates may arrive, and how many bytes besides, which a policer lets pass at once."""
RATE_TOLERANCE = 0.001
"""By which part less than a rate may arrive: a step holds a whole number of frames."""
COLUMNS = (Column("offered", "offered", "kbit/s"), Column("arrived", "arrived", "kbit/s"),
           Column("green", "of green", "kbit/s"),
           *map(Column.of, (Metric.LOSS, Metric.MEAN_DELAY, Metric.MAX_DELAY, Metric.DELAY_VARIATION)),
           Column("available", "available", "ppm"))


@dataclass(frozen=True, slots=True)
class RateStep:
    """A rate of one service: as much as is `committed`, and `excess` beyond that."""

    name: str
    committed: Rate
    excess: Rate = Rate(0)

    @property
    def rate(self) -> Rate:
        """Both."""
        return Rate(self.committed + self.excess)


def y1564(plan: TrialPlan) -> Procedure:
    """Carry it out."""
    rows: list[Row] = []
    for number, (tested, path) in enumerate(zip(plan.trial.services, plan.paths, strict=True)):
        for step in steps(tested):
            streams = _streams(number, tested, step, path)
            result = yield StreamTest(f"{tested.service}, {step.name}", streams, plan.trial.step)
            assert isinstance(result, tuple)
            rows.append(_row(tested, path, step, result, plan.trial.step))
    together = [RateStep("together", _cir(tested)) for tested in plan.trial.services]
    streams = tuple(Stream(number, tested.frame, interval(step.rate, tested.frame), _marks(path)[0])
                  for number, (tested, step, path) in enumerate(zip(plan.trial.services, together, plan.paths,
                                                                   strict=True)))
    result = yield StreamTest("all services together", streams, plan.trial.duration)
    assert isinstance(result, tuple)
    rows += [_row(tested, path, step, (stream,), plan.trial.duration, performance=True)
             for tested, path, step, stream in zip(plan.trial.services, plan.paths, together, result, strict=True)]
    return Report(plan.trial.name, plan.trial.method.value, "ITU-T Y.1564", COLUMNS, tuple(rows), _notes(plan))


def steps(tested: AcceptanceCriteria) -> Iterator[RateStep]:
    """The steps of one service."""
    cir, eir = _cir(tested), tested.eir
    for part in STEPS:
        yield RateStep(f"{part} % of CIR", Rate(cir * part // 100))
    if eir:
        yield RateStep("CIR + EIR", cir, eir)
    if eir * 100 >= cir * SMALL_EXCESS:
        yield RateStep(f"CIR + {OVERDRIVE} % of EIR", cir, Rate(eir * OVERDRIVE // 100))
    else:
        name = f"{OVERDRIVE} % of CIR" + (" + EIR" if eir else "")
        yield RateStep(name, cir, Rate(cir * (OVERDRIVE - 100) // 100 + eir))


def _cir(tested: AcceptanceCriteria) -> Rate:
    assert tested.cir is not None
    return tested.cir


def _marks(path: ServicePath) -> tuple[int, int]:
    return path.colours or (0, 0)


def _streams(number: int, tested: AcceptanceCriteria, step: RateStep, path: ServicePath) -> tuple[Stream, ...]:
    """One stream, or one of each colour where colours are trusted."""
    green, yellow = _marks(path)
    if path.colours is None or not step.excess:
        return (Stream(number, tested.frame, interval(step.rate, tested.frame), green),)
    return (Stream(number, tested.frame, interval(step.committed, tested.frame), green),
            Stream(number, tested.frame, interval(step.excess, tested.frame), yellow))


def _row(tested: AcceptanceCriteria, path: ServicePath, step: RateStep, results: tuple[StreamResult, ...], length: Time,
         *, performance: bool = False) -> Row:
    """results: of one stream, or of a green and a yellow one."""
    first, sent = results[0], sum(stream.sent for stream in results)
    loss = PPM * (sent - sum(stream.received for stream in results)) / sent
    parts = (step.rate,) if len(results) == 1 else (step.committed, step.excess)
    arrived = [rate * stream.punctual / stream.sent for rate, stream in zip(parts, results, strict=True)]
    values = {"offered": step.rate / 1000, "arrived": sum(arrived) / 1000, "loss": loss}
    if len(results) > 1:
        values["green"] = arrived[0] / 1000
    if first.mean_delay is not None and first.max_delay is not None and first.delay_variation is not None:
        values |= {"mean_delay": first.mean_delay / 1e6, "max_delay": first.max_delay / 1e6,
                   "delay_variation": first.delay_variation / 1e6}
    failures: list[str] = []
    if len(results) > 1 or not step.excess:
        failures += _check_committed(tested, step.committed, first, arrived[0])
    if step.excess:
        failures += _check_excess(tested, most_agreed(tested, path), sum(arrived), length)
    if performance:
        values["available"] = first.available
        failures += ["not available for as long as agreed"] if first.available < tested.available else []
    test = f"{tested.service}, {'performance' if performance else 'configuration'}"
    return Row(test, step.name, values, not failures, ", ".join(failures))


def _check_committed(tested: AcceptanceCriteria, rate: Rate, stream: StreamResult, arrived: float) -> Iterator[str]:
    if PPM * (stream.sent - stream.received) / stream.sent > tested.loss:
        yield "loses more than agreed"
    if arrived < rate * (1 - tested.loss / PPM - RATE_TOLERANCE):
        yield "the rate does not arrive"
    if tested.mean_delay is not None and not (stream.mean_delay or 0) <= tested.mean_delay:
        yield "takes longer than agreed"
    if tested.delay_variation is not None and not (stream.delay_variation or 0) <= tested.delay_variation:
        yield "delay varies more than agreed"


def most_agreed(tested: AcceptanceCriteria, path: ServicePath) -> float:
    """The most that may arrive, bit/s: both rates, as the policer on the path counts frames, where there is one."""
    agreed = _cir(tested) + tested.eir
    if path.limit is None:
        return agreed
    return max(agreed, min(agreed, path.limit.rate) * tested.frame / path.limit.size(tested.frame))


def _check_excess(tested: AcceptanceCriteria, most: float, arrived: float, length: Time) -> Iterator[str]:
    if arrived < _cir(tested) * (1 - tested.loss / PPM - RATE_TOLERANCE):
        yield "the committed rate does not arrive"
    if arrived > most * (1 + POLICING_MARGIN) + POLICING_BURST * 8 * NS_PER_S / length:
        yield "more arrives than was agreed: nothing polices it"


def _notes(plan: TrialPlan) -> tuple[str, ...]:
    coloured = ("Colours are believed: the committed rate is sent green, what is beyond it yellow; delays are those of "
                "green.",) if any(path.colours for path in plan.paths) else ()
    return (
        "Rates are information rates: of Ethernet frames with FCS (Y.1564). What arrives is counted in the step's own "
        "time, from the first frame on.",
        *_uncounted(plan),
        f"Beyond the committed rate, both rates together may arrive with {100 * POLICING_MARGIN:g} % "
        f"and {POLICING_BURST} bytes more.",
        *coloured, "Available: not lost by more than half for ten seconds or more (Y.1563).")


def _uncounted(plan: TrialPlan) -> Iterator[str]:
    """What policers let pass beyond the information rate, as they count less of each frame."""
    for tested, path in zip(plan.trial.services, plan.paths, strict=True):
        agreed = _cir(tested) + tested.eir
        if path.limit is not None and (most := most_agreed(tested, path)) > agreed:
            yield (f"The policer of {tested.service} leaves {path.limit.uncounted} bytes of each frame out of its "
                   f"count: {100 * (most / agreed - 1):.1f} % more may arrive.")
