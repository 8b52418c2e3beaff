"""Predicting costs what the network has: counted calls, since time on a shared machine says nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.paths import flow_paths
from twin.predict import predict

Make = Callable[..., Blueprint]


def calls(blueprint: Blueprint) -> int:
    """How many Python functions a prediction calls."""
    count = 0

    def note(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event == "call"

    paths = flow_paths(blueprint)
    sys.setprofile(note)
    try:
        predict(blueprint, paths)
    finally:
        sys.setprofile(None)
    return count


def test_four_times_the_lines_cost_four_times_the_work(line: Make) -> None:
    """No part of the prediction goes over all pairs of flows, although all of them share spans."""
    runs = "call", "download", "surf", "flood"
    few, many = (calls(line(*runs, lines=lines)) for lines in (10, 40))
    assert many < 4.5 * few


def test_a_line_costs_what_it_did(line: Make) -> None:
    """So many calls a flow: 1,000 lines stay within a few seconds."""
    blueprint = line("call", "download", "surf", "flood", lines=20)
    assert calls(blueprint) < 1_350 * len(blueprint.flows)
