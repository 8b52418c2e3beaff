"""A flow table of the simulated switch finds the rules that a walk through all rules finds, in the same order."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from hypothesis import given
from hypothesis import strategies as st

from controllers.simulation.flow_table import FlowTable, RuleKey
from controllers.simulation.openflow_records import OFPMatch
from controllers.simulation.packet_match import IPV4, Packet, meets

ADDRESSES = ("10.0.0.1", "10.0.0.6", "10.0.0.9")
PREFIXES = ("", "0.0.0.0/0", "10.0.0.0/29", "10.0.0.8/29", "10.0.0.6", "10.0.0.6/32")
keys = st.builds(
    lambda priority, prefix, port, kind: (priority, OFPMatch(**{
        "eth_type": kind, **({"ipv4_dst": prefix} if prefix else {}), **({"in_port": port} if port else {})})),
    st.sampled_from((100, 200)), st.sampled_from(PREFIXES), st.sampled_from((0, 1, 2)), st.sampled_from((IPV4, 0x0806)))


def takes(key: RuleKey, packet: Packet) -> bool:
    """Whether a rule takes a packet, field by field."""
    fields = dict(key[1])
    prefix = fields.get("ipv4_dst", "0.0.0.0/0")
    return fields["eth_type"] == IPV4 and fields.get("in_port", packet.in_port) == packet.in_port \
        and IPv4Address(packet.destination) in IPv4Network(prefix)


@given(st.lists(st.tuples(st.booleans(), keys), max_size=12))
def test_the_first_rule_that_matches_is_found(steps: list[tuple[bool, RuleKey]]) -> None:
    """However rules came and went: by priority, then by when they were added; replacing a rule keeps its place."""
    table, plain = FlowTable(), dict[RuleKey, tuple[int, ...]]()
    for number, (adds, key) in enumerate(steps):
        if adds:
            table.add(key, (number,))
            plain[key] = (number,)
        else:
            table.remove(key)
            plain.pop(key, None)
    for packet in (Packet(port, "", address) for port in (1, 2) for address in ADDRESSES):
        matching = [instructions for conditions, instructions in table.candidates(packet.destination)
                 if all(meets(packet, condition) for condition in conditions)]
        assert matching == [plain[key] for key in sorted(plain, key=lambda key: -key[0]) if takes(key, packet)]


def test_tables_with_equal_rules_are_equal() -> None:
    """In whatever order they were added."""
    some, same, fewer = FlowTable(), FlowTable(), FlowTable()
    both = ((100, OFPMatch(in_port=1)), ("a",)), ((100, OFPMatch(in_port=2)), ("b",))
    for key, instructions in both:
        some.add(key, instructions)
    for key, instructions in reversed(both):
        same.add(key, instructions)
    fewer.add(*both[0])
    assert some == same != fewer
