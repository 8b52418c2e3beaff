"""ITU-T Y.1564: each service in steps up to its committed rate, with its excess, and overdriven; then all together.

A step up to the committed rate passes when the rate arrives and loss, delay and delay variation are as agreed. Beyond
it, the committed rate must still arrive, and no more than both rates together.
"""

from __future__ import annotations

from collections.abc import Iterator

from twin.model import Agreed
from twin.trials.values import Burst, Carried, Column, Course, Load, Report, Row, TrialPlan, interval
from twin.units import NS_PER_S, PPM, Rate, Time

STEPS = (25, 50, 75, 100)
"""Parts of the committed rate, %."""
OVERDRIVE = 125
"""How much of the excess rate is added to the committed rate where policing is tested, %."""
MARGIN, BURST = 0.01, 5_000
"""By which part more than both rates may arrive, and how many bytes besides, which a policer lets pass at once."""
GRAIN = 0.001
"""By which part less than a rate may arrive: a step holds a whole number of frames."""
COLUMNS = (Column("offered", "offered", "kbit/s"), Column("arrived", "arrived", "kbit/s"),
           Column("loss", "loss", "ppm"), Column("mean_delay", "mean delay", "ms"),
           Column("delay_variation", "PDV p99.9", "ms"),
           Column("available", "available", "ppm"))


def y1564(plan: TrialPlan) -> Course:
    """Carry it out."""
    rows: list[Row] = []
    for number, tested in enumerate(plan.trial.services):
        for step, rate, committed in steps(tested):
            told = yield Burst(f"{tested.service}, {step}", (_load(number, tested, rate),), plan.trial.step)
            assert isinstance(told, tuple)
            rows.append(_row(tested, f"{tested.service}, configuration", step, rate, told[0],
                             plan.trial.step, committed=committed))
    loads = tuple(_load(number, tested, _cir(tested)) for number, tested in enumerate(plan.trial.services))
    told = yield Burst("all services together", loads, plan.trial.duration)
    assert isinstance(told, tuple)
    rows += [_row(tested, f"{tested.service}, performance", "together", _cir(tested), one,
                  plan.trial.duration, committed=True)
             for tested, one in zip(plan.trial.services, told, strict=True)]
    return Report(plan.trial.name, plan.trial.method.value, "ITU-T Y.1564", COLUMNS, tuple(rows), (
        "Rates are of Ethernet frames without FCS, as policing counts them.",
        f"Beyond the committed rate, both rates together may arrive with {100 * MARGIN:g} % and {BURST} bytes more.",
        "Available: not lost by more than half for ten seconds or more (Y.1563)."))


def steps(tested: Agreed) -> Iterator[tuple[str, Rate, bool]]:
    """Name and rate of each step for one service, and whether the rate is one that was committed to."""
    cir = _cir(tested)
    for part in STEPS:
        yield f"{part} % of CIR", Rate(cir * part // 100), True
    if tested.eir:
        yield "CIR + EIR", Rate(cir + tested.eir), False
    beyond = tested.eir * OVERDRIVE // 100 if tested.eir else cir * (OVERDRIVE - 100) // 100
    yield f"CIR + {OVERDRIVE} % of EIR" if tested.eir else f"{OVERDRIVE} % of CIR", Rate(cir + beyond), False


def _cir(tested: Agreed) -> Rate:
    assert tested.cir is not None
    return tested.cir


def _load(number: int, tested: Agreed, rate: Rate) -> Load:
    return Load(number, tested.frame, interval(rate, tested.frame))


def _row(
    tested: Agreed, test: str, step: str, rate: Rate, seen: Carried, length: Time, *, committed: bool
) -> Row:
    loss = PPM * (seen.sent - seen.received) / seen.sent
    arrived = rate * seen.received / seen.sent
    values = {"offered": rate / 1000, "arrived": arrived / 1000, "loss": loss}
    if seen.mean_delay is not None and seen.delay_variation is not None:
        values |= {"mean_delay": seen.mean_delay / 1e6, "delay_variation": seen.delay_variation / 1e6}
    if test.endswith("performance"):
        values["available"] = seen.available
    broken = list(_committed(tested, rate, loss, arrived, seen) if committed else _beyond(tested, arrived, length))
    return Row(test, step, values, not broken, ", ".join(broken))


def _committed(tested: Agreed, rate: Rate, loss: float, arrived: float, seen: Carried) -> Iterator[str]:
    if loss > tested.loss:
        yield "loses more than agreed"
    if arrived < rate * (1 - tested.loss / PPM - GRAIN):
        yield "the rate does not arrive"
    if tested.mean_delay is not None and not (seen.mean_delay or 0) <= tested.mean_delay:
        yield "takes longer than agreed"
    if tested.delay_variation is not None and not (seen.delay_variation or 0) <= tested.delay_variation:
        yield "delay varies more than agreed"


def _beyond(tested: Agreed, arrived: float, length: Time) -> Iterator[str]:
    if arrived < _cir(tested) * (1 - tested.loss / PPM - GRAIN):
        yield "the committed rate does not arrive"
    if arrived > (_cir(tested) + tested.eir) * (1 + MARGIN) + BURST * 8 * NS_PER_S / length:
        yield "more arrives than was agreed: nothing polices it"
