"""A live twin as a value: written, read back, and as a description to verify."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.core.errors import UsageError
from twin.core.units import Rate, Ratio, Time
from twin.jobs.live.saved_twin import FORMAT, SavedTwin, read, write
from twin.model import FaultKind, Impairments
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import FaultPlan

NETWORK = load(Path(__file__).parents[3] / "topologies" / "minimal.yaml")
NOISY = Impairments(loss=Ratio(100), delay=Time(10_000_000), jitter=Time(1_000_000), duplicate=Ratio(500))
CUT = FaultPlan(Time(0), FaultKind.CUT, "north-east")
SLOW_LINE = FaultPlan(Time(0), FaultKind.DEGRADE, "homes-1", node=None, impairments=NOISY, rate=Rate(256_000),
                      up=Rate(64_000))
DARK_NODE = FaultPlan(Time(0), FaultKind.CUT, None, "east-dslam")
SAVED = SavedTwin(FORMAT, NETWORK, "none", (CUT, SLOW_LINE, DARK_NODE), ("homes-1.call.up",))


def test_what_is_saved_is_read_back() -> None:
    """All of it: network, policy, faults, flows."""
    assert read(write(SAVED), "x.json") == SAVED


def test_as_a_description_it_plans_what_stands() -> None:
    """Under its policy, with the same faults at the start of the measurement: of spans, of lines, of nodes."""
    blueprint = plan(SAVED.described())
    assert blueprint.policy.name == "none"
    assert [(fault.at, fault.kind, fault.name) for fault in blueprint.faults] == [
        (0, FaultKind.CUT, "north-east"), (0, FaultKind.DEGRADE, "homes-1"), (0, FaultKind.CUT, "east-dslam")]
    (slow,) = [fault for fault in blueprint.faults if fault.name == "homes-1"]
    assert (slow.rate, slow.up) == (256_000, 64_000)


@pytest.mark.parametrize("text", ["", "[]", "{}", f'{{"format": {FORMAT}}}', f'{{"format": {FORMAT}, "network": 3}}',
                                  "null", write(SAVED).replace('"cut"', '"cat"')])
def test_anything_else_is_refused_with_the_remedy(text: str) -> None:
    """The file is named, and the verb that writes one."""
    with pytest.raises(UsageError, match=r"x.json: not a saved twin.*twin save"):
        read(text, "x.json")


def test_another_format_is_named() -> None:
    """Of a later version."""
    with pytest.raises(UsageError, match=f"format {FORMAT + 1}, and this version reads {FORMAT}"):
        read(write(SAVED).replace(f'"format": {FORMAT}', f'"format": {FORMAT + 1}'), "x.json")
