"""Up to which take-up targets hold, as responses: more is better, and the take-up of the stage is the target. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from twin.core.units import PPM
from twin.judge.sweep.results import Response
from twin.model import Network, Stage, Subscriber
from twin.territory.sizing.results import BreakEven


def percent(part: float) -> float:
    """A part of one in %, to six digits."""
    return float(f"{100 * part:.6g}")


def everybody(stage: Stage, subscriber: Subscriber) -> float:
    """The take-up of a kind of subscribers while one of both kinds has a line everywhere, both in the proportion of the
    stage."""
    return stage.of(subscriber) / max(stage.households, stage.businesses, 1)


def of_use(network: Network, stage: Stage, broken: BreakEven) -> tuple[str, Response]:
    """Of the target of one use: take-up of those who have that use."""
    subscriber = next(use.subscriber for use in network.demand.uses if use.name == broken.use)
    return f"{broken.use}.holds-to", _response(stage, subscriber, broken)


def until_first(stage: Stage, broken: Iterable[BreakEven]) -> Response:
    """Of the target that breaks first: take-up of households, of businesses where the stage has no households."""
    subscriber = Subscriber.HOUSEHOLD if stage.households else Subscriber.BUSINESS
    responses = [_response(stage, subscriber, each) for each in broken]
    return min(responses, key=lambda response: response.value or 0.0,
               default=_up_to(stage, subscriber, everybody(stage, subscriber)))


def _response(stage: Stage, subscriber: Subscriber, broken: BreakEven) -> Response:
    take_up = broken.households if subscriber is Subscriber.HOUSEHOLD else broken.businesses
    return _up_to(stage, subscriber, everybody(stage, subscriber) if take_up is None else take_up, broken.use)


def _up_to(stage: Stage, subscriber: Subscriber, take_up: float, use: str = "") -> Response:
    return Response(percent(take_up), "%", lower=False, target=percent(stage.of(subscriber) / PPM), flow=use)
