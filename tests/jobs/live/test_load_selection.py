"""Which flows are meant by names."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.core.errors import UsageError
from twin.jobs.live.load_selection import for_live_use, selected
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import BulkTransfer, SipSignalling

TOPOLOGIES = Path(__file__).parents[3] / "topologies"
MINIMAL = plan(load(TOPOLOGIES / "minimal.yaml"))


@pytest.mark.parametrize(("names", "meant"), [
    (["all"], 6), (["none"], 0), (["call"], 4), (["data"], 2), (["homes"], 6), (["homes-1"], 3),
    (["homes-1.download"], 1), (["call", "homes-1.download"], 5)])
def test_names_mean_flows(names: list[str], meant: int) -> None:
    """Of a workload, a class, a line group, a line; of one flow; and of several of them, each flow once."""
    flows = selected(MINIMAL.flows, names)
    assert len(flows) == meant and len({flow.name for flow in flows}) == meant


def test_a_name_that_means_nothing_is_refused_with_what_is_near() -> None:
    """All of them at once."""
    with pytest.raises(UsageError, match=r'"cal"; did you mean call.*"nowhere"; see: twin load list'):
        selected(MINIMAL.flows, ["cal", "nowhere", "call"])


def test_live_flows_run_on_our_own_generators() -> None:
    """iperf3 and sipp report at their end, which a live load does not have."""
    for name in ("castres-mazamet", "telephony"):
        flows = for_live_use(plan(load(TOPOLOGIES / f"{name}.yaml"))).flows
        assert not any(isinstance(flow.traffic, BulkTransfer) and flow.traffic.iperf3 for flow in flows)
        assert not any(isinstance(flow.traffic, SipSignalling) and flow.traffic.sipp for flow in flows)
