"""Who is cut off, by the packets and bytes that no longer come."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from traffic.sample_files import LOST, Bytes, Packets, Transactions
from twin.core.units import NS_PER_S
from twin.judge.restoration.isolation_check import IsolationCheck, check_isolation, delivered
from twin.model.yaml import load
from twin.plan import plan

BEFORE, DURING = (0, 10), (20, 40)


def test_a_flow_is_silent_where_nothing_that_was_sent_arrived() -> None:
    """What it lost besides says nothing, and neither does a flow that was silent before."""
    flow = next(flow for flow in plan(load(Path(__file__).parents[3] / "topologies" / "minimal.yaml")).flows
                if flow.name.endswith("call.up"))
    flows = [replace(flow, name=name) for name in "abcd"]
    sent = tuple(range(50))
    gone = Packets(sent, tuple(LOST if 15 <= at < 45 else at for at in sent), 200)
    hurt = Packets(sent, tuple(LOST if at % 2 else at for at in sent), 200)
    late = Packets(sent, tuple(at if at > 45 else LOST for at in sent), 200)
    pages = Transactions((1, 2), (2, 3), (10, 10))
    arrived = delivered(flows, {"a": gone, "b": hurt, "c": late, "d": pages}, BEFORE, DURING)
    assert arrived == {"a": False, "b": True}


def test_a_transfer_tells_by_its_bytes_after_a_second() -> None:
    """TCP waits after losses: a shorter silence says nothing."""
    flow = next(flow for flow in plan(load(Path(__file__).parents[3] / "topologies" / "minimal.yaml")).flows
                if flow.name.endswith("download"))
    second = NS_PER_S
    stopped = {flow.name: Bytes((5, 8, second, 2 * second, 3 * second), (100, 200, 300, 400, 500))}
    assert delivered([flow], stopped, BEFORE, (4 * second, 5 * second)) == {flow.name: False}
    assert delivered([flow], stopped, BEFORE, (2 * second, 5 * second)) == {flow.name: False}, "held back"
    assert delivered([flow], stopped, BEFORE, (second, 4 * second)) == {flow.name: True}
    assert delivered([flow], stopped, BEFORE, DURING) == {}


def test_silence_is_held_against_the_plan_both_ways() -> None:
    """Who was heard without a way, and who was silent with one; where nothing heals, ways are of no use."""
    arrived = {"a": True, "b": False, "c": False, "d": True}
    assert check_isolation(arrived, {"a", "b"}, reroutes=True) == IsolationCheck(4, 2, ("a", "c"))
    assert check_isolation(arrived, {"a", "b"}, reroutes=False) == IsolationCheck(4, 2, ("a",))
    assert check_isolation(arrived, {"b", "c"}, reroutes=True) == IsolationCheck(4, 2)
