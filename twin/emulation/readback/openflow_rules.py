"""Compares what the switches have (rules, groups, meters) with the blueprint, by Open vSwitch and not the controller.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from twin.core.errors import EmulationError
from twin.emulation.readback import openflow_meters
from twin.model import Transport
from twin.plan.blueprint import Blueprint, FastFailoverGroup, GroupAll, Match, Rule, Switch
from twin.plan.forwarding.addressing import detour_mac
from twin.plan.forwarding.multicast_trees import Members, all_groups, tree_rules
from twin.plan.forwarding.openflow_rules import fast_failover_groups, forward_rules

_ARP_REPLY = ("move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],set_field:{mac}->eth_src,set_field:2->arp_op,"
         "move:NXM_NX_ARP_SHA[]->NXM_NX_ARP_THA[],set_field:{mac}->arp_sha,move:NXM_OF_ARP_TPA[]->NXM_NX_REG0[],"
         "move:NXM_OF_ARP_SPA[]->NXM_OF_ARP_TPA[],move:NXM_NX_REG0[]->NXM_OF_ARP_SPA[],in_port")
_CHANNEL = re.compile(r"nw_dst=2(2[4-9]|3\d)\.|type=all")
"""In a rule or group that forwards an IPTV channel."""
_ANY_PORT = "load:0->OXM_OF_IN_PORT[]"
Deviations = dict[str, tuple[str, ...]]
"""By switch, lines that only it ("-") and only the blueprint ("+") has."""


def group_line(group: FastFailoverGroup) -> str:
    """A group as ovs-ofctl(8) dumps it."""
    buckets = ((group.primary, ""), (group.backup, f"set_field:{detour_mac(group.detour)}->eth_dst,"))
    return f"group_id={group.number},type=ff," + ",".join(
        f"bucket=watch_port:{port},actions={marks}{_ANY_PORT},output:{port}" for port, marks in buckets
        if port is not None)


def copies_line(group: GroupAll) -> str:
    """A group that copies a channel, as ovs-ofctl(8) dumps it."""
    return ",".join((f"group_id={group.number},type=all", *(f"bucket=actions=output:{port}" for port in group.ports)))


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


def compare(blueprint: Blueprint, folder: Path, environment: Mapping[str, str]) -> dict[str, int]:
    """Compare the rules, groups and meters of every switch with the blueprint; returns how many rules each has.

    folder: where Open vSwitch's sockets are. Raises EmulationError, showing both, at the first switch that differs.
    """
    counts = {}
    for switch, rules in _planned(blueprint):
        texts = _unlike_planned(switch, rules, blueprint.gateway_mac, folder, environment)
        if texts:
            raise EmulationError(f"{switch.name} differs from the blueprint (-: actual, +: expected):\n"
                                 + "\n".join(texts)[:2000])
        counts[switch.name] = len(rules)
    return counts


def deviations(blueprint: Blueprint, folder: Path, environment: Mapping[str, str], members: Members | None,
               avoided: frozenset[str]) -> Deviations:
    """Each switch that differs from the blueprint, with the lines that only it ("-") and only the blueprint ("+") has.

    members: who watches which IPTV channel; None leaves out what forwards channels. avoided: the spans that forwarding
    avoids.
    """
    unlike = {switch.name: tuple(line for line in _unlike_planned(switch, rules, blueprint.gateway_mac, folder,
                                                                  environment)
                                 if members is not None or not of_channel(line))
              for switch, rules in _planned(blueprint, members or {}, avoided)}
    return {switch: lines for switch, lines in unlike.items() if lines}


def of_channel(line: str) -> bool:
    """Whether a line is a rule or group that forwards an IPTV channel."""
    return _CHANNEL.search(line) is not None


def _planned(blueprint: Blueprint, members: Members | None = None, avoided: frozenset[str] = frozenset()
             ) -> Iterator[tuple[Switch, tuple[Rule, ...]]]:
    """Each switch with all its rules."""
    forwarding, trees = forward_rules(blueprint, avoided), tree_rules(blueprint, members or {}, avoided)
    for switch in blueprint.switches:
        yield switch, (*switch.rules, *forwarding[switch.name], *trees.get(switch.name, ()))


def _unlike_planned(switch: Switch, rules: tuple[Rule, ...], gateway_mac: str, folder: Path,
                    environment: Mapping[str, str]) -> list[str]:
    """How the rules, groups and meters of a switch differ from what is planned."""
    socket_file = folder / f"{switch.bridge}.mgmt"
    texts = [*_rules(rules, gateway_mac, socket_file, environment)]
    groups = {*map(group_line, fast_failover_groups(rules)), *map(copies_line, all_groups(rules).values())}
    if groups:
        texts += _unlike(_groups(socket_file, environment), groups)
    if switch.meters:
        texts += _unlike({*openflow_meters.meters(socket_file)}, {*map(openflow_meters.meter_line, switch.meters)})
    return texts


def _rules(rules: tuple[Rule, ...], gateway_mac: str, socket_file: Path, environment: Mapping[str, str]
           ) -> Iterator[str]:
    """How the rules of a switch differ, as ovs-ofctl says."""
    wanted = socket_file.with_name("wanted-rules")
    wanted.write_text(rule_lines(rules, gateway_mac))
    result = _ofctl("diff-flows", socket_file, environment, str(wanted))
    if result.returncode:
        yield from (result.stdout or result.stderr).splitlines()


def _groups(socket_file: Path, environment: Mapping[str, str]) -> set[str]:
    answer = _ofctl("dump-groups", socket_file, environment)
    if answer.returncode:
        raise EmulationError(f"the groups of {socket_file.stem} could not be read: {answer.stderr[:500]}")
    return {line.strip() for line in answer.stdout.splitlines() if "group_id=" in line}


def _ofctl(verb: str, socket_file: Path, environment: Mapping[str, str], *words: str
           ) -> subprocess.CompletedProcess[str]:
    return subprocess.run(("ovs-ofctl", "-O", "OpenFlow13", verb, f"unix:{socket_file}", *words), env=environment,
                          text=True, capture_output=True, check=False)


def _unlike(actual: set[str], expected: set[str]) -> list[str]:
    return [*(f"-{line}" for line in sorted(actual - expected)), *(f"+{line}" for line in sorted(expected - actual))]
