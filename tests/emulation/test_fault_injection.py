"""Cuts and mends: light goes at once, the equipment notices and acts after its time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulation.small_networks import WIRE, ring
from twin.core.errors import EmulationError
from twin.core.units import Rate, Ratio, Time
from twin.emulation import fault_injection, netlink_requests
from twin.emulation.interface_layout import Layout
from twin.emulation.kernel_protocol import FakeKernel
from twin.emulation.qdisc.tc_requests import size_table
from twin.emulation.readback import netlink_dumps
from twin.emulation.span_degradation import Change
from twin.model import FaultKind, Impairments
from twin.plan.blueprint import FaultPlan
from twin.plan.failures.degradation import degraded_by_all


def happens(kind: FaultKind, span: str | None = None, node: str | None = None, loss: int = 0, rate: int = 0
            ) -> FakeKernel:
    """A kernel that was asked to let this happen to the ring."""
    kernel = FakeKernel()
    fault = FaultPlan(Time(0), kind, span, node, Impairments(loss=Ratio(loss)) if loss else None, Rate(rate))
    now = degraded_by_all(ring(), fault_injection.degraded_after({}, ring(), fault).values())
    fault_injection.inject(kernel, Layout(ring()), Change(ring(), now), 7, Time(0), Path("/ovs"), "tcp:1", fault)
    return kernel


def test_a_cut_loses_everything_before_the_ends_notice() -> None:
    """Both media lose all packets, detection and the switch's time pass, then both ends lose their carrier."""
    kernel = happens(FaultKind.CUT, "r1")
    assert ["loss 1000000ppm" in line for line in kernel.recorded] == [True, True, False, False]
    assert kernel.recorded[2:] == ["_plant: link set r1x down", "_plant: link set r1y down"]
    assert kernel.paused == pytest.approx(0.015)


def test_a_mend_undoes_a_cut() -> None:
    """The span's own rate and loss, and the carriers, come back in the same order."""
    kernel = happens(FaultKind.MEND, "r1")
    assert ["class change " in line for line in kernel.recorded] == [True] * 2 + [False] * 4
    assert ["loss 0ppm" in line for line in kernel.recorded] == [False] * 2 + [True] * 2 + [False] * 2
    assert kernel.recorded[4:] == ["_plant: link set r1x up", "_plant: link set r1y up"]


def test_a_degraded_span_keeps_its_carriers() -> None:
    """It loses what it is told, both ways, and nobody notices."""
    kernel = happens(FaultKind.DEGRADE, "r1", loss=10_000)
    assert ["loss 10000ppm" in line for line in kernel.recorded if "netem" in line] == [True, True]
    assert not any("link set" in line for line in kernel.recorded) and kernel.paused == 0


def test_delays_come_and_go_with_their_degradation() -> None:
    """Both ways, behind the media; after the mend they are nothing, and copies are no longer made."""
    late = FaultPlan(Time(0), FaultKind.DEGRADE, "r1", impairments=Impairments(
        delay=Time(5_000_000), jitter=Time(1_000_000), duplicate=Ratio(1_000)))
    mend, kernel = FaultPlan(Time(0), FaultKind.MEND, "r1"), FakeKernel()
    low = degraded_by_all(ring(), [late])
    for fault, change in ((late, Change(ring(), low)), (mend, Change(low, ring()))):
        fault_injection.inject(kernel, Layout(ring()), change, 7, Time(0), Path("/ovs"), "tcp:1", fault)
    delays = [line.partition("parent 1:1 ")[2] for line in kernel.recorded if "parent 1:1 " in line]
    assert ["delay 5000000ns 1000000ns" in line for line in delays] == [True, True, False, False]
    assert ["delay 0ns 0ns" in line for line in delays] == [False, False, True, True]
    assert [line.split()[:2] for line in kernel.recorded if " pref 1" in line] == [["filter", "add"]] * 2 + [
        ["filter", "del"]] * 2


def test_shapers_and_media_follow_a_lower_rate() -> None:
    """Both ways, without anything being taken away; on a shared hop there is one shaper for both."""
    recorded = happens(FaultKind.DEGRADE, "r1", rate=10**7).recorded
    assert ["class change " in line for line in recorded] == [True, True, False, False]
    assert ["netem" in line for line in recorded] == [False, False, True, True]
    assert all("rate 10000000bit" in line for line in recorded)
    hop = happens(FaultKind.DEGRADE, "w3", rate=10**6).recorded
    assert sum("class change dev w3s " in line for line in hop) == 1 and len(hop) == 3


def test_a_dead_switch_loses_all_its_spans_its_controller_and_its_rules() -> None:
    """Its neighbours' ports lose their carrier; the hosts on it keep theirs, and what they send is lost."""
    recorded = happens(FaultKind.CUT, node="s1").recorded
    assert [line for line in recorded if "loss 1000000ppm" in line] == recorded[:6]
    assert [line for line in recorded if "ovs-ofctl" in line] == [
        f"ovs-ofctl -O OpenFlow13 {word} b1" for word in ("del-flows", "del-groups", "del-meters")]
    assert '"controller": ["set", []]' in recorded[6]
    assert {line.split()[3] for line in recorded if line.endswith("down")} == {"l1x", "r1x", "r1y", "w3x", "w3y"}


def test_a_switch_that_is_mended_looks_for_its_controller() -> None:
    """Without any rule: the controller writes them."""
    recorded = happens(FaultKind.MEND, node="s1").recorded
    assert any('"table": "Controller"' in line and '"tcp:1"' in line for line in recorded)
    assert not any("ovs-ofctl" in line for line in recorded)


def test_a_changed_medium_counts_as_before() -> None:
    """The kernel forgets the size table of a qdisc that is changed without one."""
    layout = Layout(ring())
    span = layout.spans["r1"]
    changed = netlink_requests.medium(layout, span, span.b, span.forward, 7, change=True)
    assert netlink_dumps.attributes(changed.body[20:])[8] == netlink_dumps.attributes(size_table(WIRE))[8]


@pytest.mark.parametrize(("span", "node", "words"), [
    ("nowhere", None, "no span nowhere"), (None, "nowhere", "no switch nowhere"), (None, "h1", "no switch h1")])
def test_what_is_not_there_cannot_be_cut(span: str | None, node: str | None, words: str) -> None:
    """The message names it; a host is no switch."""
    with pytest.raises(EmulationError, match=words):
        happens(FaultKind.CUT, span, node)
