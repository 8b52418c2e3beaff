"""Rules and meters as OpenFlow 1.3 messages; the only module that knows the protocol.

A rule matches IPv4 unless it says ARP, where only requests are meant, and never a packet with a VLAN tag: there are
none here, and filters behind the switch would not find mark and addresses. An empty match takes every
packet. `datapath` is the framework's: it carries the protocol's constants and classes, and numbers the messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from controllers.decisions.consistent_update import SwitchUpdate
from twin.model import Transport
from twin.plan.blueprint import FastFailoverGroup, GroupAll, Match, Meter, Rule
from twin.plan.forwarding.addressing import detour_mac
from twin.plan.forwarding.multicast_trees import all_groups
from twin.plan.forwarding.openflow_rules import fast_failover_groups

IPV4, ARP, IGMP = 0x0800, 0x0806, 2
ARP_REQUEST, ARP_REPLY = 1, 2
UNTAGGED = 0
"""OFPVID_NONE."""
IN_PORT_BITS = 32 - 1
"""Of a Nicira `load` into the whole field in_port: offset 0, 32 bits."""
PROTOCOL_NUMBERS = {Transport.TCP: 6, Transport.UDP: 17}


def program(datapath: Any, rules: Iterable[Rule], meters: Iterable[Meter], gateway_mac: str) -> Iterator[Any]:
    """The messages after which a switch has these rules, groups and meters and no others."""
    yield from clear(datapath)
    for meter in meters:
        yield add_meter(datapath, meter)
    written = tuple(rules)
    for group in fast_failover_groups(written):
        yield add_group(datapath, group)
    for copies in all_groups(written).values():
        yield add_group(datapath, copies)
    for rule in written:
        yield add_rule(datapath, rule, gateway_mac)


def clear(datapath: Any) -> Iterator[Any]:
    """The messages after which a switch has no rules, groups and meters: it drops every packet."""
    yield clear_rules(datapath)
    yield clear_groups(datapath)
    yield clear_meters(datapath)


def update(datapath: Any, change: SwitchUpdate, gateway_mac: str) -> Iterator[Any]:
    """The messages of an update; groups are added before the rules that use them, and deleted after them."""
    for group in change.added_groups:
        yield add_group(datapath, group)
    for group in change.modified_groups:
        yield _replicate(datapath, group, datapath.ofproto.OFPGC_MODIFY)
    for rule in change.deleted_rules:
        yield delete_rule(datapath, rule)
    for rule in change.added_rules:
        yield add_rule(datapath, rule, gateway_mac)
    for group in change.deleted_groups:
        yield delete_group(datapath, group)


def add_rule(datapath: Any, rule: Rule, gateway_mac: str) -> Any:
    """Write a rule, over one with the same table, priority and match if there is one."""
    ofproto = datapath.ofproto
    return datapath.ofproto_parser.OFPFlowMod(
        datapath, table_id=rule.table, command=ofproto.OFPFC_ADD, priority=rule.priority,
        match=match_of(datapath, rule), instructions=list(_instructions(datapath, rule, gateway_mac)),
    )


def delete_rule(datapath: Any, rule: Rule) -> Any:
    """Delete exactly this rule."""
    ofproto = datapath.ofproto
    return datapath.ofproto_parser.OFPFlowMod(
        datapath, table_id=rule.table, command=ofproto.OFPFC_DELETE_STRICT, priority=rule.priority,
        out_port=ofproto.OFPP_ANY, out_group=ofproto.OFPG_ANY, match=match_of(datapath, rule), instructions=[],
    )


def clear_rules(datapath: Any) -> Any:
    """Delete the rules of all tables."""
    ofproto, parser = datapath.ofproto, datapath.ofproto_parser
    return parser.OFPFlowMod(
        datapath, table_id=ofproto.OFPTT_ALL, command=ofproto.OFPFC_DELETE, out_port=ofproto.OFPP_ANY,
        out_group=ofproto.OFPG_ANY, match=parser.OFPMatch(), instructions=[],
    )


def add_group(datapath: Any, group: FastFailoverGroup | GroupAll) -> Any:
    """A fast-failover group: the first bucket whose port has its carrier takes the packet (OpenFlow 1.3, 5.6.1); or
    one that sends a copy out of each port."""
    ofproto, parser = datapath.ofproto, datapath.ofproto_parser
    if isinstance(group, GroupAll):
        return _replicate(datapath, group, ofproto.OFPGC_ADD)
    mark_detour = parser.OFPActionSetField(eth_dst=detour_mac(group.detour))
    buckets = [
        parser.OFPBucket(watch_port=port, watch_group=ofproto.OFPG_ANY,
                         actions=[*marks, _any_port(parser), parser.OFPActionOutput(port)])
        for port, marks in ((group.primary, ()), (group.backup, (mark_detour,))) if port is not None
    ]
    return parser.OFPGroupMod(datapath, ofproto.OFPGC_ADD, ofproto.OFPGT_FF, group.number, buckets)


def _replicate(datapath: Any, copies: GroupAll, command: int) -> Any:
    """Add or modify a group of type all, with a bucket for each port."""
    ofproto, parser = datapath.ofproto, datapath.ofproto_parser
    buckets = [parser.OFPBucket(watch_port=ofproto.OFPP_ANY, watch_group=ofproto.OFPG_ANY,
                                actions=[parser.OFPActionOutput(port)]) for port in copies.ports]
    return parser.OFPGroupMod(datapath, command, ofproto.OFPGT_ALL, copies.number, buckets)


def delete_group(datapath: Any, group: FastFailoverGroup | GroupAll) -> Any:
    """Delete a group that no rule uses any more."""
    ofproto = datapath.ofproto
    kind = ofproto.OFPGT_ALL if isinstance(group, GroupAll) else ofproto.OFPGT_FF
    return datapath.ofproto_parser.OFPGroupMod(datapath, ofproto.OFPGC_DELETE, kind, group.number, [])


def clear_groups(datapath: Any) -> Any:
    """Delete all groups, and the rules that use them."""
    ofproto = datapath.ofproto
    return datapath.ofproto_parser.OFPGroupMod(datapath, ofproto.OFPGC_DELETE, ofproto.OFPGT_FF, ofproto.OFPG_ALL, [])


def packet_out(datapath: Any, ports: Iterable[int], frame: bytes, queue: int | None) -> Any:
    """A packet-out of the controller: a frame to ports, by a queue."""
    ofproto, parser = datapath.ofproto, datapath.ofproto_parser
    actions = [] if queue is None else [parser.OFPActionSetQueue(queue)]
    return parser.OFPPacketOut(datapath, ofproto.OFP_NO_BUFFER, ofproto.OFPP_CONTROLLER,
                               [*actions, *(parser.OFPActionOutput(port) for port in ports)], frame)


def clear_meters(datapath: Any) -> Any:
    """Delete all meters."""
    ofproto = datapath.ofproto
    return datapath.ofproto_parser.OFPMeterMod(datapath, ofproto.OFPMC_DELETE, 0, ofproto.OFPM_ALL, [])


def add_meter(datapath: Any, meter: Meter) -> Any:
    """A meter that drops; rates are whole kbit/s and bursts whole kbit in OpenFlow 1.3, rounded up here, or packets.

    Without OFPMF_BURST a switch would choose a burst of its own.
    """
    ofproto, parser = datapath.ofproto, datapath.ofproto_parser
    rate, burst = (meter.rate, meter.burst) if meter.packets else (-(-meter.rate // 1000), -(-meter.burst * 8 // 1000))
    band = parser.OFPMeterBandDrop(rate=rate, burst_size=burst)
    flags = (ofproto.OFPMF_PKTPS if meter.packets else ofproto.OFPMF_KBPS) | ofproto.OFPMF_BURST
    return parser.OFPMeterMod(datapath, ofproto.OFPMC_ADD, flags, meter.number, [band])


def encode(datapath: Any, messages: Iterable[Any]) -> tuple[bytes, int]:
    """The messages with a barrier behind them as one piece of bytes, and the barrier's number."""
    written = bytearray()
    barrier = datapath.ofproto_parser.OFPBarrierRequest(datapath)
    for message in chain(messages, (barrier,)):
        datapath.set_xid(message)
        message.serialize()
        written += message.buf
    return bytes(written), barrier.xid


def match_of(datapath: Any, rule: Rule) -> Any:
    """The match of a rule."""
    return datapath.ofproto_parser.OFPMatch(**dict(_fields(rule.match, rule.mark is not None)))


def _fields(match: Match, needs_ip: bool) -> Iterator[tuple[str, Any]]:
    if match == Match() and not needs_ip:
        return
    yield "eth_type", ARP if match.arp else IPV4
    yield "vlan_vid", UNTAGGED
    if match.arp:
        yield "arp_op", ARP_REQUEST
    if match.detour is not None:
        yield "eth_dst", detour_mac(match.detour)
    if match.in_port is not None:
        yield "in_port", match.in_port
    if match.source is not None:
        yield "ipv4_src", match.source.removesuffix("/32")
    if match.destination is not None:
        yield "ipv4_dst", match.destination.removesuffix("/32")
    if match.dscp is not None:
        yield "ip_dscp", match.dscp
    if match.igmp:
        yield "ip_proto", IGMP
    if match.transport is not Transport.ANY:
        yield "ip_proto", PROTOCOL_NUMBERS[match.transport]
    if match.source_port is not None:
        yield f"{match.transport}_src", match.source_port
    if match.destination_port is not None:
        yield f"{match.transport}_dst", match.destination_port


def _instructions(datapath: Any, rule: Rule, gateway_mac: str) -> Iterator[Any]:
    ofproto, parser = datapath.ofproto, datapath.ofproto_parser
    if rule.meter is not None:
        yield parser.OFPInstructionMeter(rule.meter)
    actions = list(_actions(datapath, rule, gateway_mac))
    if actions:
        yield parser.OFPInstructionActions(ofproto.OFPIT_APPLY_ACTIONS, actions)
    if rule.next_table is not None:
        yield parser.OFPInstructionGotoTable(rule.next_table)


def _actions(datapath: Any, rule: Rule, gateway_mac: str) -> Iterator[Any]:
    parser = datapath.ofproto_parser
    if rule.mark is not None:
        yield parser.OFPActionSetField(ip_dscp=rule.mark)
    if rule.queue is not None:
        yield parser.OFPActionSetQueue(rule.queue)
    if rule.arp_reply:
        yield from _arp_answer(datapath, gateway_mac)
    if rule.destination_mac is not None:
        yield parser.OFPActionSetField(eth_dst=rule.destination_mac)
    if rule.hairpin:
        yield _any_port(parser)
    if rule.output is not None:
        yield parser.OFPActionOutput(rule.output)
    if rule.fast_failover is not None:
        yield parser.OFPActionGroup(rule.fast_failover.number)
    if rule.group_all is not None:
        yield parser.OFPActionGroup(rule.group_all.number)
    if rule.to_controller:
        yield parser.OFPActionOutput(datapath.ofproto.OFPP_CONTROLLER, datapath.ofproto.OFPCML_NO_BUFFER)


def _any_port(parser: Any) -> Any:
    """Clear in_port: a switch does not send a packet back to it otherwise (OpenFlow 1.3, 5.13)."""
    return parser.NXActionRegLoad(ofs_nbits=IN_PORT_BITS, dst="in_port", value=0)


def _arp_answer(datapath: Any, gateway_mac: str) -> Iterator[Any]:
    """Turn a request into its reply (RFC 826): every address resolves to the gateway's."""
    ofproto, parser = datapath.ofproto, datapath.ofproto_parser

    def move(source: str, to: str, bits: int) -> Any:
        return parser.NXActionRegMove(src_field=source, dst_field=to, n_bits=bits)

    yield move("eth_src", "eth_dst", 48)
    yield parser.OFPActionSetField(eth_src=gateway_mac)
    yield parser.OFPActionSetField(arp_op=ARP_REPLY)
    yield move("arp_sha", "arp_tha", 48)
    yield parser.OFPActionSetField(arp_sha=gateway_mac)
    yield move("arp_tpa", "reg0", 32)
    yield move("arp_spa", "arp_tpa", 32)
    yield move("reg0", "arp_spa", 32)
    yield parser.OFPActionOutput(ofproto.OFPP_IN_PORT)
