"""OpenFlow messages as records: what a simulated switch is sent in place of bytes.

Classes and arguments have the names of the framework's parser, whose place this module takes; there are just those that
`controllers.openflow_messages` uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple


class OFPActionOutput(NamedTuple):
    """Output to a port."""

    port: int
    max_len: int = 0


class OFPActionSetQueue(NamedTuple):
    """The queue of the ports that follow."""

    queue_id: int


class OFPActionGroup(NamedTuple):
    """Process by a group."""

    group_id: int


class OFPActionSetField:
    """Write a field of the header."""

    def __init__(self, **field: Any) -> None:
        ((self.key, self.value),) = field.items()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OFPActionSetField) and (self.key, self.value) == (other.key, other.value)

    def __hash__(self) -> int:
        return hash((self.key, self.value))


class NXActionRegLoad(NamedTuple):
    """Nicira: write a value into a field or register."""

    ofs_nbits: int
    dst: str
    value: int


class NXActionRegMove(NamedTuple):
    """Nicira: copy one field to another."""

    src_field: str
    dst_field: str
    n_bits: int


class OFPInstructionMeter(NamedTuple):
    """First, a meter."""

    meter_id: int


class OFPInstructionActions(NamedTuple):
    """Then these actions, at once."""

    type: int
    actions: Sequence[Any]


class OFPInstructionGotoTable(NamedTuple):
    """Last, the next table."""

    table_id: int


class OFPMeterBandDrop(NamedTuple):
    """Drop what exceeds a rate."""

    rate: int
    burst_size: int


class OFPMatch(frozenset[tuple[str, Any]]):
    """Fields and what they must be. destination: the IPv4 address or prefix that packets must be for; "" for any."""

    destination: str

    def __new__(cls, **fields: Any) -> OFPMatch:
        """A match of fields by their names."""
        match = super().__new__(cls, fields.items())
        match.destination = fields.get("ipv4_dst", "")
        return match


class OFPBucket(NamedTuple):
    """One of the ways of a group."""

    watch_port: int
    watch_group: int
    actions: Sequence[Any]


class Message:
    """A message; the switch gives it its number when it is sent."""

    buf = b""

    def __init__(self, datapath: Any) -> None:
        self.datapath = datapath
        self.xid = 0

    def set_xid(self, xid: int) -> None:
        """The number by which an answer is known."""
        self.xid = xid

    def serialize(self) -> None:
        """A record stays what it is."""


class OFPFlowMod(Message):
    """Add or delete rules."""

    def __init__(self, datapath: Any, *, table_id: int, command: int, match: OFPMatch,
                 instructions: Sequence[Any], priority: int = 0, out_port: int = 0, out_group: int = 0) -> None:
        super().__init__(datapath)
        self.table_id, self.command, self.priority = table_id, command, priority
        self.match, self.instructions = match, tuple(instructions)


class OFPGroupMod(Message):
    """Add, modify or delete groups."""

    def __init__(self, datapath: Any, command: int, type_: int, group_id: int, buckets: Sequence[OFPBucket]) -> None:
        super().__init__(datapath)
        self.command, self.type, self.group_id, self.buckets = command, type_, group_id, tuple(buckets)


class OFPMeterMod(Message):
    """Add or delete meters."""

    def __init__(self, datapath: Any, command: int, flags: int, meter_id: int, bands: Sequence[OFPMeterBandDrop] = ()
                 ) -> None:
        super().__init__(datapath)
        self.command, self.flags, self.meter_id, self.bands = command, flags, meter_id, tuple(bands)


class OFPPacketOut(Message):
    """A frame of the controller."""

    def __init__(self, datapath: Any, buffer_id: int, in_port: int, actions: Sequence[Any], data: bytes) -> None:
        super().__init__(datapath)
        self.actions, self.data = tuple(actions), data


class OFPBarrierRequest(Message):
    """Answer when all before it is done."""

