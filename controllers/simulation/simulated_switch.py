"""A simulated OpenFlow 1.3 switch: tables, groups and meters as messages make them, and what becomes of a packet.

It refuses what Open vSwitch refuses: a group or meter that is there already or is not there, a rule that uses one that
is not. Deleting a group deletes the rules that use it (OpenFlow 1.3, 6.5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple, cast

from controllers import ryu_api
from controllers.simulation import openflow_records as records
from controllers.simulation.flow_table import FlowTable, RuleKey
from controllers.simulation.forwarding_memo import ForwardingMemo
from controllers.simulation.packet_match import Packet, meets

OFP = ryu_api.ofproto_v1_3
MOST_TABLES = 8
"""Tables that a packet passes at most, so that a wrong goto ends."""


class Refusal(Exception):
    """A message that the switch refuses: type and code of the error (OpenFlow 1.3, 7.4.4)."""

    def __init__(self, type_: int, code: int) -> None:
        super().__init__(type_, code)
        self.type, self.code = type_, code


class Sent(NamedTuple):
    """A packet that leaves: by which port and queue, with which header."""

    port: int
    queue: int | None
    packet: Packet


class SimulatedSwitch:
    """What the application takes for the framework's datapath, and what the network takes for a switch.

    ports: by number, whether the carrier of each is seen. send_up: takes the switch's answers: barriers' replies and
    refusals. deliver: takes the messages that the application has sent, in order.
    """

    ofproto: ModuleType = OFP
    ofproto_parser: ModuleType = records

    def __init__(self, datapath: int, carriers: Mapping[int, bool],
                 deliver: Callable[[list[records.Message]], None]) -> None:
        self.id = datapath
        self.carriers = dict(carriers)
        self._deliver = deliver
        self._xid = 0
        self._written: list[records.Message] = []
        self.memo = ForwardingMemo()
        self.clear()

    def clear(self) -> None:
        """As the switch is when its power comes on."""
        self.tables: dict[int, FlowTable] = {}
        self.groups: dict[int, tuple[int, tuple[records.OFPBucket, ...]]] = {}
        self.meters: dict[int, tuple[int, tuple[records.OFPMeterBandDrop, ...]]] = {}
        self.memo.forget()

    @property
    def ports(self) -> dict[int, Any]:
        """The ports as the framework describes them."""
        return {number: SimpleNamespace(port_no=number, state=0 if up else OFP.OFPPS_LINK_DOWN, config=0)
                for number, up in self.carriers.items()}

    def set_carrier(self, port: int, up: bool) -> None:
        """The carrier of a port comes or goes: groups of fast failover may choose another bucket."""
        self.carriers[port] = up
        self._forget_users({number for number, (kind, buckets) in self.groups.items()
                            if kind == OFP.OFPGT_FF and any(bucket.watch_port == port for bucket in buckets)})

    def set_xid(self, message: records.Message) -> int:
        """Number a message; it leaves with the next `send`."""
        self._xid += 1
        message.set_xid(self._xid)
        self._written.append(message)
        return self._xid

    def send(self, _written: bytes) -> None:
        """What was numbered since the last call is on its way."""
        written, self._written = self._written, []
        self._deliver(written)

    def carry_out(self, message: records.Message) -> None:
        """Do what a message says. Raises Refusal."""
        match message:
            case records.OFPFlowMod():
                self._flow_mod(message)
                self._forget(message.match)
            case records.OFPGroupMod():
                self._group_mod(message)
            case records.OFPMeterMod():
                self._meter_mod(message)

    def _forget(self, match: records.OFPMatch) -> None:
        """What was looked up of the packets that a rule may match."""
        if match.destination:
            self.memo.forget_prefix(match.destination)
        else:
            self.memo.forget()

    def _flow_mod(self, message: records.OFPFlowMod) -> None:
        key = message.priority, message.match
        match message.command:
            case OFP.OFPFC_ADD:
                self._check_references(message.instructions)
                self.tables.setdefault(message.table_id, FlowTable()).add(key, message.instructions)
            case OFP.OFPFC_DELETE_STRICT if message.table_id in self.tables:
                self.tables[message.table_id].remove(key)
            case OFP.OFPFC_DELETE_STRICT:
                pass
            case OFP.OFPFC_DELETE if message.table_id == OFP.OFPTT_ALL and not message.match:
                self.tables.clear()
            case command:
                raise NotImplementedError(f"flow mod {command} of table {message.table_id}")

    def _check_references(self, instructions: Iterable[Any]) -> None:
        for item in _flat(instructions):
            if isinstance(item, records.OFPActionGroup) and item.group_id not in self.groups:
                raise Refusal(OFP.OFPET_BAD_ACTION, OFP.OFPBAC_BAD_OUT_GROUP)
            if isinstance(item, records.OFPInstructionMeter) and item.meter_id not in self.meters:
                raise Refusal(OFP.OFPET_METER_MOD_FAILED, OFP.OFPMMFC_UNKNOWN_METER)

    def _group_mod(self, message: records.OFPGroupMod) -> None:
        there = message.group_id in self.groups
        match message.command:
            case OFP.OFPGC_ADD if there:
                raise Refusal(OFP.OFPET_GROUP_MOD_FAILED, OFP.OFPGMFC_GROUP_EXISTS)
            case OFP.OFPGC_MODIFY if not there:
                raise Refusal(OFP.OFPET_GROUP_MOD_FAILED, OFP.OFPGMFC_UNKNOWN_GROUP)
            case OFP.OFPGC_ADD | OFP.OFPGC_MODIFY:
                self.groups[message.group_id] = message.type, message.buckets
                self._forget_users({message.group_id} if there else set())
            case OFP.OFPGC_DELETE:
                gone = set(self.groups) if message.group_id == OFP.OFPG_ALL else {message.group_id}
                self._delete_groups(gone)

    def _delete_groups(self, gone: set[int]) -> None:
        self.groups = {number: group for number, group in self.groups.items() if number not in gone}
        for table, key in self._users(gone):
            table.remove(key)
            self._forget(key[1])

    def _users(self, groups: set[int]) -> list[tuple[FlowTable, RuleKey]]:
        """The rules that use some groups."""
        return [(table, key) for table in self.tables.values() for key, instructions in table.rules.items()
                if _groups(instructions) & groups] if groups else []

    def _forget_users(self, groups: set[int]) -> None:
        for _, (_, match) in self._users(groups):
            self._forget(match)

    def _meter_mod(self, message: records.OFPMeterMod) -> None:
        match message.command:
            case OFP.OFPMC_ADD if message.meter_id in self.meters:
                raise Refusal(OFP.OFPET_METER_MOD_FAILED, OFP.OFPMMFC_METER_EXISTS)
            case OFP.OFPMC_ADD:
                self.meters[message.meter_id] = message.flags, message.bands
            case OFP.OFPMC_DELETE if message.meter_id == OFP.OFPM_ALL:
                self.meters.clear()
            case command:
                raise NotImplementedError(f"meter mod {command}")

    def forward(self, packet: Packet, table: int = 0) -> tuple[Sent, ...]:
        """What leaves the switch for a packet that comes to a table; meters let everything pass."""
        return tuple(self._process(packet, table))

    def _process(self, packet: Packet, table: int) -> Iterator[Sent]:
        queue: int | None = None
        for _ in range(MOST_TABLES):
            following = None
            for instruction in self._lookup(table, packet):
                if isinstance(instruction, records.OFPInstructionGotoTable):
                    following = instruction.table_id
                elif isinstance(instruction, records.OFPInstructionActions):
                    packet, queue, sent = self._apply(instruction.actions, packet, queue)
                    yield from sent
            if following is None:
                return
            table = following

    def _lookup(self, table: int, packet: Packet) -> tuple[Any, ...]:
        """The instructions of the first rule that matches."""
        known = self.memo.of(packet.destination)
        if table not in known:
            known[table] = self.tables[table].candidates(packet.destination) if table in self.tables else []
        for conditions, instructions in known[table]:
            if not conditions or all(meets(packet, condition) for condition in conditions):
                return cast(tuple[Any, ...], instructions)
        return ()

    def _apply(self, actions: Iterable[Any], packet: Packet, queue: int | None
               ) -> tuple[Packet, int | None, list[Sent]]:
        sent: list[Sent] = []
        for action in actions:
            match action:
                case records.OFPActionSetQueue(number):
                    queue = number
                case records.OFPActionSetField():
                    packet = packet.with_field(action.key, action.value)
                case records.NXActionRegLoad(dst="in_port", value=value):
                    packet = packet.with_field("in_port", value)
                case records.OFPActionGroup(number):
                    sent += self._by_group(number, packet, queue)
                case records.OFPActionOutput(OFP.OFPP_IN_PORT, _):
                    sent.append(Sent(packet.in_port, queue, packet))
                case records.OFPActionOutput(port, _) if port != packet.in_port:
                    sent.append(Sent(port, queue, packet))
        return packet, queue, sent

    def _by_group(self, number: int, packet: Packet, queue: int | None) -> Iterator[Sent]:
        kind, buckets = self.groups[number]
        live = [bucket for bucket in buckets if kind != OFP.OFPGT_FF or self.carriers.get(bucket.watch_port, False)]
        for bucket in live[:1] if kind == OFP.OFPGT_FF else live:
            yield from self._apply(bucket.actions, packet, queue)[2]


def _groups(instructions: Iterable[Any]) -> set[int]:
    """The groups that instructions use."""
    return {item.group_id for item in _flat(instructions) if isinstance(item, records.OFPActionGroup)}


def _flat(instructions: Iterable[Any]) -> Iterator[Any]:
    """The instructions and their actions."""
    for instruction in instructions:
        yield instruction
        if isinstance(instruction, records.OFPInstructionActions):
            yield from instruction.actions
