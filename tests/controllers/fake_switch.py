"""Switches without a network: they keep the bytes they are sent; their answers are the framework's events."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from controllers import ryu_api
from controllers.app import MAIN, QosController
from controllers.timer_events import EventUpdateRound
from tests.plan.blueprints import blueprint_of
from twin.core.units import Rate, Size, Time
from twin.model import Policy, Protection, Transport
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.openflow_rules import Recognition, Treatment, switch_rules

PARSER = importlib.import_module(f"{ryu_api.ofproto_v1_3.__name__}_parser")


@dataclass
class FakeSwitch:
    """What the application knows of a switch: the framework's datapath, without its socket."""

    id: int
    ofproto: Any = ryu_api.ofproto_v1_3
    ofproto_parser: Any = PARSER
    xid: int = 0
    sent: bytearray = field(default_factory=bytearray)
    ports: dict[int, Any] = field(default_factory=dict)

    def set_xid(self, message: Any) -> int:
        """Number a message."""
        self.xid += 1
        message.set_xid(self.xid)
        return self.xid

    def send(self, written: bytes) -> None:
        """Keep what is sent."""
        self.sent += written

    def messages(self) -> list[tuple[int, int, bytes]]:
        """What was sent since the last call: type, number and bytes of each message (OpenFlow 1.3, 7.1)."""
        parsed, at = [], 0
        while at < len(self.sent):
            kind, length = self.sent[at + 1], int.from_bytes(self.sent[at + 2:at + 4], "big")
            parsed.append((kind, int.from_bytes(self.sent[at + 4:at + 8], "big"), bytes(self.sent[at:at + length])))
            at += length
        self.sent.clear()
        return parsed


def connect(application: QosController, switch: FakeSwitch) -> None:
    """The switch has finished its handshake."""
    application.state_change_handler(SimpleNamespace(datapath=switch, state=MAIN))


def confirm(application: QosController, switch: FakeSwitch, number: int) -> None:
    """The switch answers the barrier of this number."""
    application.barrier_reply_handler(SimpleNamespace(msg=SimpleNamespace(datapath=switch, xid=number)))


def complete_reroutes(application: QosController, switches: Sequence[FakeSwitch]) -> None:
    """Each round is due and is confirmed, one after the other, until no reroute is under way."""
    while application.rerouting.progress is not None:
        if not any(switch.sent for switch in switches):
            application.update_round_handler(EventUpdateRound(application.rerouting.progress))
        for switch, sent in [(switch, switch.messages()) for switch in switches if switch.sent]:
            confirm(application, switch, sent[-1][1])


def connect_all(application: QosController, switches: Iterable[FakeSwitch]) -> None:
    """All switches connect and are cleared: their rules are on the way to them."""
    for switch in switches:
        connect(application, switch)
    for switch, sent in [(switch, switch.messages()) for switch in switches]:
        confirm(application, switch, sent[-1][1])


def triangle() -> Blueprint:
    """Three switches in a ring; a softswitch at the first, a line at each of the others."""
    bare = blueprint_of(3, [(0, 1, 1000), (1, 2, 1000), (2, 0, 1500)], hosts=[0, 1, 2])
    softswitch, *others = bare.hosts
    lines = [replace(host, line_group="homes") for host in others]
    classes = (Treatment(46, Rate(120_000), Size(4000)), Treatment(34), Treatment(0))
    services = (Recognition(softswitch.address, Transport.UDP, (16384, 32767), 0),)
    hosts = (softswitch, *lines)
    switches = []
    for switch in bare.switches:
        here = [host for host in hosts if host.switch == switch.name]
        rules, meters = switch_rules(Policy.QOS, switch.ports, here, classes, services)
        switches.append(replace(switch, rules=rules, meters=meters))
    return replace(bare, hosts=hosts, switches=tuple(switches), classes=("voice", "video", "best"),
                   protection=Protection(round=Time(0), wait_to_restore=Time(0)))


