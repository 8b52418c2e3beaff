"""Phases: constant-rate flows start at moments of their own, drawn from the seed."""

from __future__ import annotations

from pathlib import Path

from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import ConstantRate, Elastic, carrying
from twin.plan.demand.flow_phases import phased

MINIMAL = Path(__file__).parents[3] / "topologies" / "minimal.yaml"


def test_phases_lie_within_the_first_interval_and_differ() -> None:
    """Every constant-rate flow starts within its interval, no two together; TCP starts at once."""
    flows = phased(plan(load(MINIMAL)), seed=1).flows
    constant = list(carrying(ConstantRate, flows))
    assert all(0 <= flow.start < sent.interval for flow, sent in constant)
    assert len({flow.start for flow, _ in constant}) == len(constant) > 1
    assert {flow.start for flow, _ in carrying(Elastic, flows)} == {0}


def test_the_seed_and_nothing_else_decides() -> None:
    """The same seed gives the same phases, another seed others."""
    blueprint = plan(load(MINIMAL))
    assert phased(blueprint, 1) == phased(blueprint, 1) != phased(blueprint, 2)
