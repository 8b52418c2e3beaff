"""Room for dialled calls, span by span, and what may be promised of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from twin.core.errors import TopologyError
from twin.core.units import Ratio
from twin.model import CallControl, ControlPlane, Metric, Network, Policy
from twin.model.yaml import read
from twin.plan import plan
from twin.plan.demand.call_admission import admission
from twin.plan.demand.grade_of_service import grades_of_service

TEXT = """
twin: 1
name: calls
sites:
  here: {title: Here}
switches:
  core: {site: here}
dslams:
  access: {site: here, uplink: {to: core, capacity: 1 Mbit/s}}
relays:
  mast: {site: here, uplink: {to: core, capacity: 2 Mbit/s, medium: radio}}
head-ends:
  softswitch: {site: here, uplink: {to: core, capacity: 10 Mbit/s}}
classes:
  voice: {dscp: EF, strict: true, police: 100 kbit/s}
  signalling: {dscp: CS5, weight: 2, guarantee: 40 kbit/s}
  data: {dscp: DF}
services:
  telephony: {class: voice, head-end: softswitch, transport: udp, ports: [16384, 32767]}
  sip: {class: signalling, head-end: softswitch, transport: udp, ports: [5060, 5060]}
profiles:
  trunk: {technology: ethernet, down: 10 Mbit/s, up: 10 Mbit/s, channels: 30}
  dsl: {down: 512 kbit/s, up: 128 kbit/s}
workloads:
  dial: {service: telephony, signalling: sip, activity: dial, erlangs: 2.5, holding: 10 s}
  cheap: {service: telephony, signalling: sip, activity: dial, erlangs: 0.1, codec: G.729}
  call: {service: telephony, activity: call}
lines:
  offices: {at: access, profile: trunk, subscribers: 2, emulated: 2, runs: [dial]}
  homes: {at: access, profile: dsl, runs: [cheap]}
  talkers: {at: access, profile: trunk, runs: [call]}
  village: {at: mast, profile: trunk, runs: [dial]}
targets:
  - {workload: dial, lines: [offices], blocking: 5 %}
"""


@pytest.fixture
def network() -> Network:
    """Lines that dial behind a DSLAM and behind a radio hop, beside one that talks all the time."""
    return read(TEXT, Path("calls.yaml").name)


def test_a_span_can_carry_what_is_not_guaranteed_to_others(network: Network) -> None:
    """1 Mbit/s less 40 kbit/s of guarantee less one standing call of 95.2: nine calls of G.711, 39.2 the cheap one."""
    deciding = admission(plan(network))
    assert deciding.budgets["access-uplink", True] == 1_000_000 - 40_000 - 95_200
    assert deciding.per_call["offices-1.dial"]["access-uplink", True] == 95_200
    assert deciding.per_call["homes-1.cheap"]["access-uplink", True] == 39_200
    assert deciding.calls(("access-uplink", True), "offices-1.dial") == 9
    assert deciding.calls(("access-uplink", False), "homes-1.cheap") == 22
    assert deciding.call_channels == {"offices-1.dial": 30, "offices-2.dial": 30, "homes-1.cheap": 1,
                                      "village-1.dial": 30}


def test_a_radio_hop_carries_both_directions_of_a_call(network: Network) -> None:
    """One budget for both: twice 85.6 kbit/s of frames a call."""
    deciding = admission(plan(network))
    assert deciding.per_call["village-1.dial"]["mast-uplink", None] == 2 * 85_600
    assert deciding.calls(("mast-uplink", None), "village-1.dial") == 11


def test_a_dsl_line_is_counted_in_cells(network: Network) -> None:
    """G.729 by PPPoA: 42.4 kbit/s of ATM cells (two cells a packet)."""
    assert admission(plan(network)).per_call["homes-1.cheap"]["homes-1", False] == 42_400


def test_the_baseline_admits_everybody(network: Network) -> None:
    """As does a softswitch whose admission is off; the channels of a line stay."""
    loose = replace(network, control=ControlPlane(call_control=CallControl(admission=False)))
    for blueprint in (plan(network, Policy.NONE), plan(loose)):
        assert not blueprint.call_budgets and admission(blueprint).call_channels["homes-1.cheap"] == 1


def test_capacity_of_spans_is_in_erlang(network: Network) -> None:
    """Nine calls at 1 % are 3.783 E; 5.1 E are offered there, and Erlang B says how many are blocked."""
    grades = {(grade.span, grade.forward, grade.codec.value): grade for grade in grades_of_service(plan(network))}
    uplink = grades["access-uplink", True, "G.711"]
    assert (uplink.calls, uplink.offered) == (9, 5.1)
    assert uplink.capacity == pytest.approx(3.783, abs=1e-3) and uplink.blocking == pytest.approx(0.0401, abs=1e-3)


def test_blocking_that_cannot_be_kept_is_refused(network: Network) -> None:
    """With the numbers: what comes, what fits, what Erlang B says, and the capacity that suffices."""
    strict = replace(network, targets=(replace(network.targets[0], bounds={Metric.BLOCKING: Ratio(10_000)}),))
    with pytest.raises(TopologyError) as refused:
        plan(strict)
    message = str(refused.value)
    assert "spans.access-uplink: is offered 5.1 erlang and can carry 9 calls" in message
    assert "provide capacity for 11 calls, or offer at most 3.783 erlang" in message


def test_a_line_holds_the_calls_it_is_sold_with(network: Network) -> None:
    """Two channels of G.711 are 212 kbit/s of cells, and 128 go up."""
    text = TEXT.replace("up: 128 kbit/s}", "up: 128 kbit/s, channels: 2}").replace(", codec: G.729", "")
    with pytest.raises(TopologyError) as refused:
        plan(read(text, "calls.yaml"))
    assert "profiles.dsl.channels" in str(refused.value) and "212 kbit/s" in str(refused.value)


def test_a_class_lets_a_call_of_each_channel_through(network: Network) -> None:
    """Police that cuts a call of the codec in two is refused; more channels are allowed so many times as much."""
    with pytest.raises(TopologyError) as refused:
        plan(read(TEXT.replace("police: 100", "police: 80"), "calls.yaml"))
    assert "classes.voice.police" in str(refused.value) and "85.6 kbit/s of frames" in str(refused.value)
    meters = {meter.rate for switch in plan(network).switches for meter in switch.meters}
    assert meters == {100_000, 3_000_000}


AIR = TEXT.replace("capacity: 2 Mbit/s, medium: radio", "medium: radio, air: {cell: hill}") + """
radio-cells: {hill: {standard: 802.11b, channel: 1}}
"""


def test_a_radio_cell_carries_as_many_calls_as_its_airtime_allows() -> None:
    """In us, a frame of a call takes 50 of DIFS, 310 of backoff, 364 and 258 of acknowledgement: 982, 100 times a
    second; a guarantee of 40 kbit/s takes 6 ms of full frames at 6.29 Mbit/s. Ten calls fit what is left."""
    blueprint = plan(read(AIR, "calls.yaml"))
    deciding = admission(blueprint)
    key, use = ("cell hill", None), deciding.per_call["village-1.dial"]
    assert use[key] == pytest.approx(100 * 982e3) and key in deciding.budgets
    assert deciding.budgets[key] == pytest.approx(1e9 * (1 - 40e3 / 6.285e6), rel=1e-4)
    assert deciding.calls(key, "village-1.dial") == 10 and not any(name == "mast-uplink" for name, _ in use)


def test_blocking_that_the_air_does_not_allow_names_its_cell() -> None:
    """Not of a hop: all hops of the cell share its airtime."""
    text = AIR.replace("erlangs: 2.5", "erlangs: 9").replace("lines: [offices]", "lines: [village]")
    with pytest.raises(TopologyError, match=r"radio-cells\.hill: is offered 9 erlang and can carry 10 calls"):
        plan(read(text, "calls.yaml"))
