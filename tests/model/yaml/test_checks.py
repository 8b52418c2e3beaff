"""Network-wide checks on rings and parts that are drawn at random."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.core.errors import TopologyError
from twin.model import Name, Service, Transport
from twin.model.yaml import read
from twin.model.yaml.checks.services_and_workloads import _overlaps

REST = """
twin: 1
name: drawn
sites: {a: {}}
head-ends: {internet: {site: a, uplink: {to: s0, capacity: 1 Mbit/s}}}
classes: {data: {dscp: DF}}
services: {web: {class: data, head-end: internet}}
profiles: {dsl: {down: 1 Mbit/s, up: 1 Mbit/s, technology: ethernet}}
workloads: {download: {service: web, activity: download}}
lines: {homes: {at: s0, profile: dsl, runs: [download]}}
"""


def described(count: int, edges: Sequence[Sequence[int]], ring: Sequence[int]) -> str:
    switches = ", ".join(f"s{n}: {{site: a}}" for n in range(count))
    spans = ", ".join(f"e{n}: {{ends: [s{a}, s{b}], capacity: 1 Mbit/s}}" for n, (a, b) in enumerate(edges))
    rings = f"rings: {{main: {{spans: [{', '.join(f'e{n}' for n in ring)}]}}}}\n" if ring else ""
    return REST + f"switches: {{{switches}}}\nspans: {{{spans}}}\n{rings}"


def reasons(text: str) -> list[str]:
    try:
        read(text, "x.yaml")
    except TopologyError as error:
        return [f"{problem.path}: {problem.reason}" for problem in error.problems]
    return []


@given(st.integers(3, 9), st.integers(0, 8), st.booleans(), st.lists(st.booleans(), min_size=9, max_size=9))
def test_a_ring_closes_from_any_span_in_either_sense(count: int, turn: int, back: bool, flips: list[bool]) -> None:
    """Where a ring is begun, which way it is followed and how ends are written means nothing."""
    edges = [(n, (n + 1) % count)[:: -1 if flips[n] else 1] for n in range(count)]
    order = [(n + turn) % count for n in range(count)][:: -1 if back else 1]
    assert reasons(described(count, edges, order)) == []


@given(st.integers(4, 9), st.data())
def test_a_ring_without_one_span_is_open_at_its_ends(count: int, data: st.DataObject) -> None:
    """The message names the two ends that do not meet."""
    edges = [(n, (n + 1) % count) for n in range(count)]
    missing = data.draw(st.integers(0, count - 1))
    order = [(missing + 1 + n) % count for n in range(count - 1)]
    [reason] = reasons(described(count, edges, order))
    assert "is open" in reason
    assert set(re.findall(r'"s(\d)"', reason)) == {str(missing), str((missing + 1) % count)}


@given(st.integers(2, 8), st.data())
def test_every_part_that_stands_apart_is_reported_once(count: int, data: st.DataObject) -> None:
    """One problem for each part beside the largest: as many as a search by hand finds."""
    node = st.integers(0, count - 1)
    edges = data.draw(st.lists(st.tuples(node, node).filter(lambda pair: pair[0] != pair[1]), max_size=8))
    part = list(range(count))
    for a, b in edges:
        part = [part[a] if p == part[b] else p for p in part]
    reported = [reason for reason in reasons(described(count, edges, [])) if "cannot reach" in reason]
    assert len(reported) == len(set(part)) - 1


Ports = tuple[int, int] | None
PORTS = st.one_of(st.none(), st.tuples(st.integers(1, 20), st.integers(0, 5)).map(lambda pair: (pair[0], sum(pair))))


@given(st.lists(st.tuples(st.sampled_from(list(Transport)), PORTS), max_size=6))
def test_services_overlap_exactly_where_a_packet_could_be_of_two(drawn: list[tuple[Transport, Ports]]) -> None:
    """Some pair is reported if and only if a packet could be of two services; without those reported, none could."""
    sold = [Service(Name(f"s{n}"), Name("c"), Name("h"), *values) for n, values in enumerate(drawn)]
    pairs = _overlaps(sold)
    later = {other for _, other in pairs}
    assert bool(pairs) == _ambiguous(sold)
    assert not _ambiguous([service for service in sold if service.name not in later])


def _ambiguous(sold: list[Service]) -> bool:
    packets = [(transport, port) for service in sold for transport in (Transport.UDP, Transport.TCP)
               if service.transport in (transport, Transport.ANY)
               for port in range(30) if service.ports is None or service.ports[0] <= port <= service.ports[1]]
    return len(packets) != len(set(packets))


@pytest.mark.parametrize("at", ["20 s", "0 s"])
def test_a_cut_then_a_mend_is_in_order(at: str) -> None:
    """Faults at the same or a later instant are fine, in the order of the file."""
    cut, mend = "{at: 0 s, kind: cut, span: internet-uplink}", f"{{at: {at}, kind: mend, span: internet-uplink}}"
    faults = f"faults: [{cut}, {mend}]\n"
    assert reasons(described(1, [], []).replace("spans: {}\n", "") + faults) == []


def test_a_delay_that_no_cross_check_bears_is_refused() -> None:
    """The other tool gives up on an answer after a second: a run with such a line would be inconclusive."""
    for delay, refused in (("300 ms", False), ("301 ms", True), ("10 s", True)):
        text = described(1, [], []).replace("spans: {}\n", "")
        slow = reasons(text.replace("down: 1 Mbit/s", f"delay: {delay}, down: 1 Mbit/s"))
        assert [reason for reason in slow if "too much" in reason] == slow and bool(slow) == refused
