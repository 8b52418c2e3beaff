"""Rules: what a packet meets in the four tables, table misses, port ranges, and their number."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from hypothesis import given
from hypothesis import strategies as st

from tests.plan.blueprints import blueprint_of
from twin.core.units import Rate, Size
from twin.model import Policy, Transport
from twin.plan.blueprint import FastFailoverGroup, Host, Match, Port, Rule
from twin.plan.forwarding.openflow_rules import (
    ADMISSION,
    BOUNDARY,
    FORWARD,
    QUEUE,
    Recognition,
    Treatment,
    forward_rules,
    port_masks,
    switch_rules,
)
from twin.plan.forwarding.paths import routes

VOICE, VIDEO, BEST = 0, 1, 2
CLASSES = (Treatment(46, Rate(120_000), Size(4000)), Treatment(34), Treatment(0))
SOFTSWITCH, WEB, LINE, AWAY = "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.9.0.2"
SERVICES = (
    Recognition(SOFTSWITCH, Transport.UDP, (16384, 32767), VOICE),
    Recognition(WEB, Transport.ANY, None, BEST),
    Recognition(WEB, Transport.TCP, (8000, 8010), VIDEO),
    Recognition(AWAY, Transport.UDP, (5004, 5005), VIDEO),
)
HOSTS = (
    Host("softswitch", "n1", SOFTSWITCH, mac="02:00:00:00:00:02", switch="s", port=2, span="u1"),
    Host("web", "n2", WEB, mac="02:00:00:00:00:03", switch="s", port=3, span="u2"),
    Host("line", "n3", LINE, mac="02:00:00:00:00:04", switch="s", port=4, span="l1", line_group="homes"),
)
PORTS = (
    Port(1, "p1", "span", "t", True),
    Port(2, "p2", "u1", "softswitch", False),
    Port(3, "p3", "u2", "web", False),
    Port(4, "p4", "l1", "line", False),
)
RULES, METERS = switch_rules(Policy.QOS, PORTS, HOSTS, CLASSES, SERVICES)

Packet = dict[str, object]


def packet(port: int, source: str, destination: str, transport: Transport = Transport.UDP, source_port: int = 1,
           destination_port: int = 1, dscp: int = 0, arp: bool = False) -> Packet:
    """A packet as the tables see it."""
    return dict(locals())


def matches(match: Match, seen: Packet) -> bool:
    """Whether an OpenFlow switch would say that the packet matches."""
    def masked(wanted: tuple[int, int] | None, field: str) -> bool:
        return wanted is None or int(str(seen[field])) & wanted[1] == wanted[0]

    def within(prefix: str | None, field: str) -> bool:
        return prefix is None or IPv4Address(str(seen[field])) in IPv4Network(prefix)

    return (
        (match == Match() or match.arp == seen["arp"])
        and match.in_port in (None, seen["port"]) and match.dscp in (None, seen["dscp"])
        and within(match.source, "source") and within(match.destination, "destination")
        and match.transport in (Transport.ANY, seen["transport"])
        and masked(match.source_port, "source_port") and masked(match.destination_port, "destination_port")
    )


def journey(seen: Packet, rules: tuple[Rule, ...] = RULES) -> list[Rule]:
    """The rules that a packet meets, up to FORWARD; at one priority exactly one may match."""
    table: int | None = ADMISSION
    met = []
    while table is not None and table != FORWARD:
        matching = [rule for rule in rules if rule.table == table and matches(rule.match, seen)]
        best = [rule for rule in matching if rule.priority == max(r.priority for r in matching)]
        assert len({(rule.mark, rule.queue, rule.meter, rule.next_table) for rule in best}) == 1
        met.append(best[0])
        seen = seen | ({} if best[0].mark is None else {"dscp": best[0].mark})
        table = best[0].next_table
    return met


def outcome(seen: Packet) -> tuple[int | None, int | None, int | None]:
    """Mark, meter and queue at the end."""
    met = journey(seen)
    return next((r.mark for r in met if r.mark is not None), None), met[-1].meter, met[-1].queue


def test_a_line_that_calls_gets_voice_its_meter_and_its_queue() -> None:
    """To the softswitch's ports: EF is written, metered with the line's meter, queue 0."""
    assert outcome(packet(4, LINE, SOFTSWITCH, destination_port=20000)) == (46, 1, VOICE)
    assert METERS[0].number == 1 and (METERS[0].rate, METERS[0].burst) == (120_000, 4000)


def test_a_forged_mark_is_not_believed() -> None:
    """EF from a line on anything but a service's ports is written over with the default mark."""
    assert outcome(packet(4, LINE, WEB, dscp=46)) == (0, None, BEST)
    assert outcome(packet(4, LINE, SOFTSWITCH, destination_port=80, dscp=46)) == (0, None, BEST)


def test_a_head_end_is_recognised_by_its_own_ports_and_not_metered() -> None:
    """From the softswitch: EF by source port; voice of a head-end is not policed per line."""
    assert outcome(packet(2, SOFTSWITCH, AWAY, source_port=16384)) == (46, None, VOICE)
    assert outcome(packet(2, SOFTSWITCH, AWAY, source_port=16383, dscp=46)) == (0, None, BEST)


def test_a_line_cannot_pose_as_a_head_end() -> None:
    """Another's source address is dropped at once, be it of a head-end of the same switch."""
    for address in (SOFTSWITCH, "192.0.2.1"):
        (met,) = journey(packet(4, address, WEB, source_port=20000))
        assert met.next_table is None and met.output is None and met.priority == 0


def test_the_narrower_service_wins() -> None:
    """TCP 8000 of a head-end whose every port is another service is that of the narrow one."""
    assert outcome(packet(4, LINE, WEB, Transport.TCP, destination_port=8005))[0] == 34
    assert outcome(packet(4, LINE, WEB, Transport.TCP, destination_port=8011))[0] == 0
    assert outcome(packet(4, LINE, WEB, Transport.UDP, destination_port=8005))[0] == 0


def test_marks_between_switches_are_believed_and_not_metered() -> None:
    """From another switch: no mark is written, the queue follows the mark, unknown marks go to the default."""
    assert outcome(packet(1, AWAY, LINE, dscp=46)) == (None, None, VOICE)
    assert outcome(packet(1, AWAY, LINE, dscp=34)) == (None, None, VIDEO)
    assert outcome(packet(1, AWAY, LINE, dscp=7)) == (None, None, BEST)


def test_arp_is_answered_on_host_ports_only() -> None:
    """A host's request is answered; one between switches is dropped, so nothing can echo."""
    (met,) = journey(packet(4, LINE, SOFTSWITCH, arp=True))
    assert met.arp_reply
    (met,) = journey(packet(1, LINE, SOFTSWITCH, arp=True))
    assert not met.arp_reply and met.next_table is None


def test_without_qos_admission_leads_to_forwarding() -> None:
    """The baseline neither marks nor meters nor queues, but still admits only a host's own address."""
    rules, meters = switch_rules(Policy.NONE, PORTS, HOSTS, CLASSES, SERVICES)
    assert meters == () and {rule.table for rule in rules} == {ADMISSION}
    (met,) = journey(packet(4, LINE, SOFTSWITCH), rules)
    assert met.next_table == FORWARD
    (met,) = journey(packet(4, SOFTSWITCH, WEB), rules)
    assert met.next_table is None


def test_every_table_ends_with_a_rule_for_what_nothing_matched() -> None:
    """The least priority of each table matches everything, and in ADMISSION and FORWARD drops."""
    for table in (ADMISSION, BOUNDARY, QUEUE):
        (last,) = [rule for rule in RULES if rule.table == table and rule.priority == 0]
        assert last.match == Match()
        assert (last.next_table is None) == (table == ADMISSION)


def test_a_line_costs_three_rules_and_a_meter() -> None:
    """5 000 lines of one switch: one admission rule, one policing rule, one meter a line, and one to forward."""
    few, many = (_size(lines) for lines in (10, 5010))
    assert many[0] - few[0] == 2 * 5000 and many[1] - few[1] == 5000


def _size(lines: int) -> tuple[int, int]:
    hosts = [
        Host(f"l{n}", "n", f"10.1.{n // 250}.{n % 250}", mac="m", switch="s", port=n, span=f"x{n}",
             line_group="homes") for n in range(1, lines + 1)
    ]
    rules, meters = switch_rules(Policy.QOS, (), hosts, CLASSES, SERVICES)
    assert len({meter.number for meter in meters}) == lines
    return len(rules), len(meters)


@given(st.integers(0, 65535), st.integers(0, 65535))
def test_port_masks_cover_exactly_the_range(a: int, b: int) -> None:
    """The pieces are disjoint, in order, aligned, at most 30, and make up the range."""
    first, last = min(a, b), max(a, b)
    pieces = list(port_masks(first, last))
    assert len(pieces) <= 30
    expected = first
    for value, mask in pieces:
        size = 0x10000 - mask
        assert value == expected and value & ~mask == 0 and size & (size - 1) == 0
        expected += size
    assert expected == last + 1


def test_port_masks_are_few() -> None:
    """An aligned range is one piece, one port too, and all ports match by an empty mask."""
    assert list(port_masks(16384, 32767)) == [(0x4000, 0xC000)]
    assert list(port_masks(80, 80)) == [(80, 0xFFFF)]
    assert list(port_masks(0, 65535)) == [(0, 0)]


def test_forwarding_rewrites_for_hosts_and_follows_routes_for_prefixes() -> None:
    """A switch knows its hosts by address and the switches that have hosts by prefix; the rest is dropped."""
    blueprint = blueprint_of(3, [(0, 1, 1000), (1, 2, 1000), (2, 0, 1500)], hosts=[0, 1])
    host = blueprint.hosts[0]
    rules = forward_rules(blueprint)[host.switch]
    out, round_about = routes(blueprint)[host.switch]["s0001"], 2
    plain = [rule for rule in rules if rule.match.detour is None]
    assert [(r.match.destination, r.destination_mac, r.output, r.fast_failover) for r in plain] == [
        (f"{host.address}/32", host.mac, host.port, None),
        (blueprint.switches[1].prefixes[0], None, None, FastFailoverGroup(1, out, round_about)),
        (None, None, None, None),
    ]
    assert {rule.table for rule in rules} == {FORWARD}


def test_a_failed_span_turns_forwarding_round() -> None:
    """Around the ring the other way; with both ways cut, the prefix is dropped."""
    blueprint = blueprint_of(3, [(0, 1, 1000), (1, 2, 1000), (2, 0, 1500)], hosts=[0, 1])
    before, after, none = (
        {rule.match.destination: _first(rule) for rule in forward_rules(blueprint, frozenset(failed))["s0000"]}
        for failed in ((), ("span-0",), ("span-0", "span-2"))
    )
    (prefix,) = blueprint.switches[1].prefixes
    assert before[prefix] != after[prefix]
    assert prefix not in none


def _first(rule: Rule) -> int | None:
    return rule.fast_failover.primary if rule.fast_failover else rule.output
