"""OpenFlow messages: read back by the framework's own parser, they say what the rules say."""

from __future__ import annotations

from typing import Any

import pytest

from controllers import openflow_messages, ryu_api
from controllers.decisions.consistent_update import SwitchUpdate, tree_updates
from tests.controllers.fake_switch import PARSER, FakeSwitch
from twin.core.units import Rate, Size
from twin.emulation.readback.openflow_rules import group_line
from twin.model import Transport
from twin.plan.blueprint import FastFailoverGroup, GroupAll, Match, Meter, Rule

GATEWAY = "02:00:00:00:00:01"
OFP = ryu_api.ofproto_v1_3


def read(rule: Rule) -> Any:
    """The message of a rule, written and read back."""
    switch = FakeSwitch(1)
    written, _ = openflow_messages.encode(switch, [openflow_messages.add_rule(switch, rule, GATEWAY)])
    switch.send(written)
    kind, number, raw = switch.messages()[0]
    assert kind == OFP.OFPT_FLOW_MOD
    return PARSER.OFPFlowMod.parser(switch, OFP.OFP_VERSION, kind, len(raw), number, bytearray(raw))


@pytest.mark.parametrize(("match", "fields"), [
    (Match(), {}),
    (Match(arp=True), {"eth_type": 0x0806, "vlan_vid": 0, "arp_op": 1}),
    (Match(in_port=3), {"in_port": 3, "eth_type": 0x0800, "vlan_vid": 0}),
    (Match(in_port=3, source="10.0.0.2/32"), {"in_port": 3, "eth_type": 0x0800, "vlan_vid": 0, "ipv4_src": "10.0.0.2"}),
    (Match(destination="10.0.4.0/24"), {"eth_type": 0x0800, "vlan_vid": 0, "ipv4_dst": ("10.0.4.0", "255.255.255.0")}),
    (Match(transport=Transport.UDP, destination_port=(0x4000, 0xC000)),
     {"eth_type": 0x0800, "vlan_vid": 0, "ip_proto": 17, "udp_dst": (0x4000, 0xC000)}),
    (Match(transport=Transport.TCP, source_port=(80, 0xFFFF)),
     {"eth_type": 0x0800, "vlan_vid": 0, "ip_proto": 6, "tcp_src": (80, 0xFFFF)}),
    (Match(dscp=46), {"eth_type": 0x0800, "vlan_vid": 0, "ip_dscp": 46}),
])
def test_a_match_says_what_the_rule_matches(match: Match, fields: dict[str, Any]) -> None:
    """Each field with the fields that OpenFlow wants before it; an empty match takes every packet."""
    message = read(Rule(2, 100, match))
    assert dict(message.match.items()) == fields
    assert (message.table_id, message.priority, message.command) == (2, 100, OFP.OFPFC_ADD)
    assert message.instructions == []


def test_a_mark_makes_even_an_empty_match_one_of_ip() -> None:
    """Without it the switch would refuse to write a DSCP."""
    assert dict(read(Rule(1, 0, Match(), mark=0, next_table=2)).match.items()) == {"eth_type": 0x0800, "vlan_vid": 0}


def test_the_meter_comes_first_then_the_actions_then_the_next_table() -> None:
    """The order of OpenFlow 1.3, 5.9; within the actions the order of the rule's fields."""
    message = read(Rule(2, 200, Match(in_port=4, dscp=46), meter=7, mark=34, queue=1, next_table=3))
    meter, apply, goto = message.instructions
    assert meter.meter_id == 7
    mark, queue = apply.actions
    assert (mark.key, mark.value, queue.queue_id) == ("ip_dscp", 34, 1)
    assert goto.table_id == 3


def test_output_comes_after_the_new_address() -> None:
    """A host gets its frames with its own address on them."""
    (apply,) = read(Rule(3, 200, Match(destination="10.0.0.2/32"), destination_mac=GATEWAY, output=4)).instructions
    address, output = apply.actions
    assert (address.key, address.value, output.port) == ("eth_dst", GATEWAY, 4)


def test_a_group_takes_the_first_bucket_that_lives() -> None:
    """The primary's port is watched, then the backup's, where the packet gets the number of its detour; it may leave
    by the port it came by, which output alone would not do."""
    message = openflow_messages.add_group(FakeSwitch(1), FastFailoverGroup(258, 3, 4))
    assert (message.type, message.group_id) == (OFP.OFPGT_FF, 258 << 16 | 4)
    first, second = message.buckets
    assert (first.watch_port, second.watch_port) == (3, 4)
    assert [(action.dst, action.value) for action in (first.actions[0], second.actions[1])] == [("in_port", 0)] * 2
    assert (second.actions[0].key, second.actions[0].value) == ("eth_dst", "02:01:00:00:01:02")
    assert (first.actions[-1].port, second.actions[-1].port) == (3, 4)


def test_a_group_without_a_backup_has_one_bucket() -> None:
    """As the read-back expects it, too."""
    lacking = FastFailoverGroup(258, 3, None)
    message = openflow_messages.add_group(FakeSwitch(1), lacking)
    assert [bucket.watch_port for bucket in message.buckets] == [3]
    assert group_line(lacking) == ("group_id=16908288,type=ff,bucket=watch_port:3,"
                                   "actions=load:0->OXM_OF_IN_PORT[],output:3")


def test_a_guarded_rule_names_its_group_and_a_detour_is_matched_by_its_number() -> None:
    """The group chooses the port."""
    (apply,) = read(Rule(3, 100, Match(destination="10.0.4.0/24"),
                         fast_failover=FastFailoverGroup(1, 3, 4))).instructions
    assert [action.group_id for action in apply.actions] == [1 << 16 | 4]
    assert dict(read(Rule(3, 150, Match(detour=1), output=4)).match.items()) == {
        "eth_type": 0x0800, "vlan_vid": 0, "eth_dst": "02:01:00:00:00:01"}


def test_an_arp_request_is_turned_round() -> None:
    """Sender and target change places, the gateway's address is the answer, and it leaves where it came in."""
    (apply,) = read(Rule(0, 100, Match(arp=True), arp_reply=True)).instructions
    packet = {"eth_src": "host", "eth_dst": "all", "arp_op": 1, "arp_sha": "host", "arp_tha": "", "arp_spa": "me",
              "arp_tpa": "you"}
    for action in apply.actions[:-1]:
        if isinstance(action, PARSER.OFPActionSetField):
            packet[action.key] = action.value
        else:
            packet[action.dst_field] = packet[action.src_field]
    del packet["reg0"]
    assert packet == {"eth_src": GATEWAY, "eth_dst": "host", "arp_op": 2, "arp_sha": GATEWAY, "arp_tha": "host",
                      "arp_spa": "you", "arp_tpa": "me"}
    assert apply.actions[-1].port == OFP.OFPP_IN_PORT


def test_a_meter_keeps_its_burst_and_rounds_up() -> None:
    """120 001 bit/s and 4 001 bytes are 121 kbit/s and 33 kbit; the flag without which the burst is lost is set."""
    message = openflow_messages.add_meter(FakeSwitch(1), Meter(9, Rate(120_001), Size(4_001)))
    assert message.flags == OFP.OFPMF_KBPS | OFP.OFPMF_BURST
    assert (message.meter_id, message.bands[0].rate, message.bands[0].burst_size) == (9, 121, 33)


def test_a_change_deletes_exactly_before_it_writes() -> None:
    """Strict deletion touches no other rule; the barrier closes the piece."""
    switch = FakeSwitch(1)
    gone, new = (Rule(3, 100, Match(destination=prefix), output=1) for prefix in ("10.0.4.0/24", "10.0.8.0/24"))
    messages = openflow_messages.update(switch, SwitchUpdate((gone,), (new,)), GATEWAY)
    written, barrier = openflow_messages.encode(switch, messages)
    switch.send(written)
    sent = switch.messages()
    commands = [raw[25] for kind, _, raw in sent if kind == OFP.OFPT_FLOW_MOD]
    assert commands == [OFP.OFPFC_DELETE_STRICT, OFP.OFPFC_ADD]
    assert sent[-1][:2] == (OFP.OFPT_BARRIER_REQUEST, barrier)
    assert len({number for _, number, _ in sent}) == 3


def test_a_program_starts_from_an_empty_switch() -> None:
    """All rules, groups and meters are deleted first; meters and groups stand before the rules that name them."""
    switch = FakeSwitch(1)
    rule, meter = Rule(2, 200, Match(in_port=1), meter=1), Meter(1, Rate(64_000), Size(2_000))
    kinds = [type(message).__name__ for message in openflow_messages.program(switch, [rule], [meter], GATEWAY)]
    assert kinds == ["OFPFlowMod", "OFPGroupMod", "OFPMeterMod", "OFPMeterMod", "OFPFlowMod"]


def test_a_group_copies_a_packet_out_of_each_port() -> None:
    """One bucket a port; it is there before the rule that uses it, and goes after that."""
    old, new = (Rule(3, 300, Match(destination="239.192.0.1/32"), group_all=GroupAll(7, ports))
                for ports in ((2,), (2, 5)))
    grown = list(openflow_messages.update(FakeSwitch(1), tree_updates({"s": (old,)}, {"s": (new,)})["s"], GATEWAY))
    assert [type(message).__name__ for message in grown] == ["OFPGroupMod", "OFPFlowMod"]
    assert (grown[0].command, grown[0].type, grown[0].group_id) == (OFP.OFPGC_MODIFY, OFP.OFPGT_ALL, 7)
    assert [[action.port for action in bucket.actions] for bucket in grown[0].buckets] == [[2], [5]]
    (apply,) = grown[1].instructions
    assert apply.actions[0].group_id == 7
    pruned = list(openflow_messages.update(FakeSwitch(1), tree_updates({"s": (new,)}, {})["s"], GATEWAY))
    assert [(type(message).__name__, message.command) for message in pruned] == [
        ("OFPFlowMod", OFP.OFPFC_DELETE_STRICT), ("OFPGroupMod", OFP.OFPGC_DELETE)]


def test_igmp_goes_to_the_controller_whole_and_by_packets() -> None:
    """The rule matches the protocol, and the line's meter counts messages."""
    message = read(Rule(0, 200, Match(in_port=4, igmp=True), meter=9, to_controller=True))
    assert message.match["ip_proto"] == 2
    limit, apply = message.instructions
    assert (limit.meter_id, apply.actions[0].port, apply.actions[0].max_len) == (
        9, OFP.OFPP_CONTROLLER, OFP.OFPCML_NO_BUFFER)
    meter = openflow_messages.add_meter(FakeSwitch(1), Meter(9, Rate(10), Size(12), packets=True))
    assert meter.flags == OFP.OFPMF_PKTPS | OFP.OFPMF_BURST
    assert (meter.bands[0].rate, meter.bands[0].burst_size) == (10, 12)
