"""After a loss TCP acknowledges each packet: a call in the same FIFO up the line may wait for twice as many."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from twin.model import Metric, Policy
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import flow_paths
from twin.predict import Prediction, predict


def call_up(blueprint: Blueprint) -> Mapping[Metric, Prediction]:
    """Of the call up the line."""
    return predict(blueprint, flow_paths(blueprint))["homes-1.call.up"]


def test_a_full_queue_of_acknowledgements_makes_calls_late(line: Callable[..., Blueprint]) -> None:
    """8 Mbit/s down ask for more acknowledgements than 448 kbit/s up carry beside a call if each packet has one: in
    labs a playout buffer of 40 ms discarded 14 and 29 % of the call. Theory said 3.9 % at the most."""
    beside = line("call", "download", down="8 Mbit/s", up="448 kbit/s", policy=Policy.NONE)
    discard = call_up(beside)[Metric.DISCARD]
    assert discard.high is None or discard.high > 290_000


def test_what_the_line_up_carries_makes_no_call_late(line: Callable[..., Blueprint]) -> None:
    """Where each packet can be acknowledged, calls wait little; behind a download of 1 Mbit/s, say."""
    beside = line("call", "download", down="1 Mbit/s", up="1 Mbit/s", policy=Policy.NONE)
    high = call_up(beside)[Metric.DISCARD].high
    assert high is None or high < 290_000
