"""Blocking by Erlang's fixed point: Erlang B where one place is tight, less than the sum where several are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.plan.demand.test_call_admission import TEXT
from tests.predict.theory.every_state import blocking_by_states
from twin.core.units import NS_PER_MS, Ratio
from twin.model import Impairments, Metric
from twin.model.yaml import read
from twin.plan import plan
from twin.plan.blueprint import Blueprint, SipSignalling, carrying
from twin.plan.demand.call_admission import admission
from twin.plan.demand.erlang import erlang_b
from twin.plan.forwarding.paths import flow_paths
from twin.predict import predict, predict_hop_delays
from twin.predict.load.call_blocking import blocking
from twin.predict.theory.loss_network import Resource


def test_one_tight_span_is_erlang_b() -> None:
    """2.5 E of G.711 on a radio hop with room for eleven, and thirty channels."""
    blocked = blocking(plan(read(TEXT, "calls.yaml")))
    assert blocked["village-1.dial"] == pytest.approx(erlang_b(2.5, 11), rel=1e-6)


def test_codecs_share_a_span_by_what_they_take() -> None:
    """5 E of G.711 and a line that dials with G.729 on one trunk: as if every state were counted."""
    blueprint = plan(read(TEXT, "calls.yaml"))
    budgets = admission(blueprint)
    resources = [Resource(float(channels), {name: 1.0}) for name, channels in budgets.call_channels.items()]
    resources += [Resource(budget, {name: uses[key] for name, uses in budgets.per_call.items() if key in uses})
                  for key, budget in budgets.budgets.items()]
    offered = {flow.name: call.dialling.offered for flow, call in carrying(SipSignalling, blueprint.flows)}
    assert len(offered) == 4
    assert blocking(blueprint) == pytest.approx(blocking_by_states(resources, offered), rel=1e-6)


def test_a_line_with_one_channel_blocks_its_own_calls() -> None:
    """B(1, a) = a / (1 + a), and what it turns away does not come to the span."""
    blocked = blocking(plan(read(TEXT, "calls.yaml")))
    assert blocked["homes-1.cheap"] > 0.1 / 1.1


def test_post_dial_delay_is_a_sum() -> None:
    """INVITE and 180 of 614 bytes of frame: serialization on three spans both ways, and 50 ms of processing."""
    blueprint = plan(read(TEXT, "calls.yaml"))
    delay = predict(blueprint, flow_paths(blueprint))["village-1.dial"][Metric.POST_DIAL_DELAY]
    wire, frame = (614 + 24) * 8, 614 * 8
    least = 50 * NS_PER_MS + 2 * (2 * wire * 100 + frame * 500)
    assert delay.low is not None and delay.low == pytest.approx(least, rel=1e-3)
    assert delay.value is not None and delay.low < delay.value < delay.low * 1.25


def test_those_who_dial_leave_speech_its_bound() -> None:
    """Speech of the eleven admitted calls, and messages of five to nine calls before it at the softswitch;
    where the line loses packets they are retransmitted, and the bound grows."""
    blueprint = plan(read(TEXT, "calls.yaml"))
    bound = _longest(blueprint)
    assert 5 * 4 * 638 + 10 * 238 < bound * 10e6 / 8e9 < 9 * 4 * 638 + 10 * 238
    rare = Impairments(loss=Ratio(10))
    lossy = tuple(replace(span, reverse=replace(span.reverse, impairments=rare)) for span in blueprint.spans)
    assert _longest(replace(blueprint, spans=lossy)) > 5 * bound


def _longest(blueprint: Blueprint) -> float:
    """How long a packet of speech waits at the most where it leaves the softswitch, ns."""
    bound = predict_hop_delays(blueprint, flow_paths(blueprint))["village-1.dial.down"][0].wait.bound
    assert bound is not None
    return bound
