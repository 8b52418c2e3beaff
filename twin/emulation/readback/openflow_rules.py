"""Compares the rules in the switches with the blueprint's, by Open vSwitch itself and not by the controller."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from twin.core.errors import EmulationError
from twin.model import Transport
from twin.plan.blueprint import Blueprint, FastFailoverGroup, Match, Meter, Rule, Switch
from twin.plan.forwarding.addressing import detour_mac
from twin.plan.forwarding.openflow_rules import fast_failover_groups, forward_rules

_ARP_REPLY = ("move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],set_field:{mac}->eth_src,set_field:2->arp_op,"
         "move:NXM_NX_ARP_SHA[]->NXM_NX_ARP_THA[],set_field:{mac}->arp_sha,move:NXM_OF_ARP_TPA[]->NXM_NX_REG0[],"
         "move:NXM_OF_ARP_SPA[]->NXM_OF_ARP_TPA[],move:NXM_NX_REG0[]->NXM_OF_ARP_SPA[],in_port")
_ANY_PORT = "load:0->OXM_OF_IN_PORT[]"


def group_line(group: FastFailoverGroup) -> str:
    """A group as ovs-ofctl(8) dumps it."""
    buckets = ((group.primary, ""), (group.backup, f"set_field:{detour_mac(group.detour)}->eth_dst,"))
    return f"group_id={group.number},type=ff," + ",".join(
        f"bucket=watch_port:{port},actions={marks}{_ANY_PORT},output:{port}" for port, marks in buckets)


def meter_line(meter: Meter) -> str:
    """A meter as ovs-ofctl(8) dumps it: whole kbit/s and kbit, rounded up, or packets."""
    rate, burst, unit = (meter.rate, meter.burst, "pktps") if meter.packets else \
        (-(-meter.rate // 1000), -(-meter.burst * 8 // 1000), "kbps")
    return f"meter={meter.number} {unit} burst bands= type=drop rate={rate} burst_size={burst}"


def rule_lines(rules: tuple[Rule, ...], gateway_mac: str) -> str:
    """The rules in the language of ovs-ofctl(8), a line each."""
    return "".join(f"{','.join(_match(rule))} actions={','.join(_actions(rule, gateway_mac)) or 'drop'}\n"
                   for rule in rules)


def _match(rule: Rule) -> Iterator[str]:
    match: Match = rule.match
    yield f"table={rule.table},priority={rule.priority}"
    if match.arp:
        yield "arp,arp_op=1"
    elif match.igmp:
        yield "ip,nw_proto=2"
    elif match.transport is not Transport.ANY:
        yield match.transport.value
    elif match != Match() or rule.mark is not None:
        yield "ip"
    if match != Match() or rule.mark is not None:
        yield "vlan_tci=0x0000/0x1fff"
    if match.in_port is not None:
        yield f"in_port={match.in_port}"
    for word, address in (("nw_src", match.source), ("nw_dst", match.destination)):
        if address is not None:
            yield f"{word}={address}"
    for word, port in (("tp_src", match.source_port), ("tp_dst", match.destination_port)):
        if port is not None:
            yield f"{word}={port[0]:#x}/{port[1]:#x}"
    if match.dscp is not None:
        yield f"ip_dscp={match.dscp}"
    if match.detour is not None:
        yield f"dl_dst={detour_mac(match.detour)}"


def _actions(rule: Rule, gateway_mac: str) -> Iterator[str]:
    if rule.meter is not None:
        yield f"meter:{rule.meter}"
    if rule.mark is not None:
        yield f"set_field:{rule.mark}->ip_dscp"
    if rule.queue is not None:
        yield f"set_queue:{rule.queue}"
    if rule.arp_reply:
        yield _ARP_REPLY.format(mac=gateway_mac)
    if rule.destination_mac is not None:
        yield f"set_field:{rule.destination_mac}->eth_dst"
    if rule.hairpin:
        yield _ANY_PORT
    if rule.output is not None:
        yield f"output:{rule.output}"
    if rule.fast_failover is not None:
        yield f"group:{rule.fast_failover.number}"
    if rule.group_all is not None:
        yield f"group:{rule.group_all.number}"
    if rule.to_controller:
        yield "controller:65535"
    if rule.next_table is not None:
        yield f"goto_table:{rule.next_table}"


def _compare_groups(switch: Switch, groups: list[str], folder: Path, environment: Mapping[str, str]) -> None:
    answer = subprocess.run(("ovs-ofctl", "-O", "OpenFlow13", "dump-groups", f"unix:{folder}/{switch.bridge}.mgmt"),
                          env=environment, text=True, capture_output=True, check=False)
    present = sorted(line.strip() for line in answer.stdout.splitlines() if "group_id=" in line)
    if answer.returncode or present != groups:
        raise EmulationError(f"the groups of {switch.name} differ from the blueprint:\n"
                             f"actual:   {'; '.join(present)}\nexpected: {'; '.join(groups)}\n{answer.stderr[:500]}")


def compare(blueprint: Blueprint, folder: Path, environment: Mapping[str, str]) -> dict[str, int]:
    """Compare the rules and groups of every switch with the blueprint; returns how many rules each has.

    folder: where Open vSwitch's sockets are. Raises EmulationError with ovs-ofctl's list of differences.
    """
    forwarding = forward_rules(blueprint)
    counts = {}
    for switch in blueprint.switches:
        rules = (*switch.rules, *forwarding[switch.name])
        groups = sorted(map(group_line, fast_failover_groups(rules)))
        if groups:
            _compare_groups(switch, groups, folder, environment)
        wanted = folder / "wanted-rules"
        wanted.write_text(rule_lines(rules, blueprint.gateway_mac))
        result = subprocess.run(
            ("ovs-ofctl", "-O", "OpenFlow13", "diff-flows", f"unix:{folder}/{switch.bridge}.mgmt", str(wanted)),
            env=environment, text=True, capture_output=True, check=False)
        if result.returncode:
            raise EmulationError(f"the rules of {switch.name} differ from the blueprint (-: actual, +: expected):\n"
                                 f"{(result.stdout + result.stderr)[:2000]}")
        counts[switch.name] = len(rules)
    return counts
