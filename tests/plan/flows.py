"""Flows of no network in particular, and flows with other traffic."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twin.model import Direction
from twin.plan.blueprint import Flow, RtpCall, Traffic

USUAL = {"workload": "work", "service": "service", "service_class": "class", "line_group": "line", "line": "line-1",
         "direction": Direction.DOWN, "source": "head", "sink": "line-1", "source_port": 1, "sink_port": 2, "dscp": 0}


def flow(name: str, traffic: Traffic, **changes: Any) -> Flow:
    """A flow towards a line, save for what is to be otherwise."""
    return Flow(**{"name": name, "traffic": traffic, **USUAL, **changes})


def sending(original: Flow, **changes: Any) -> Flow:
    """The same flow with other traffic: what is named is changed."""
    return replace(original, traffic=replace(original.traffic, **changes))


def speaking(original: Flow, **changes: Any) -> Flow:
    """The same flow of a call, spoken or heard otherwise."""
    assert isinstance(original.traffic, RtpCall)
    return sending(original, speech=replace(original.traffic.speech, **changes))
