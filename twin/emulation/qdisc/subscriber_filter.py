"""The filter that gives each subscriber a queue of its own: a classic BPF program, run by cls_bpf.

fq_codel takes the number that the filter returns as that of a queue. Instructions are those of classic BPF
(linux/filter.h, bpf_common.h); a packet begins with its Ethernet header.
"""

from __future__ import annotations

import struct
from ipaddress import IPv4Address, IPv4Network

from twin.core.rtnetlink import OPTIONS, Request, attribute, nested
from twin.emulation.qdisc.tc_requests import ALL, QdiscLocation, filter_request
from twin.plan.blueprint import SubscriberQueues

LENGTH, PROGRAM = 4, 5
"""Attributes of cls_bpf: how many instructions, and the instructions."""
SENDER, RECEIVER = 26, 30
"""Offsets of the addresses of an IPv4 packet in an Ethernet frame."""
_LOAD, _KEEP, _KEPT, _AND, _MODULO, _ADD = 0x20, 0x07, 0x87, 0x54, 0x94, 0x04
_EQUAL, _JUMP, _RETURN = 0x15, 0x05, 0x16
_STEP = struct.Struct("=HBBI")

Step = tuple[int, int, int, int]
"""Code, jumps if true and if false, and operand."""


def classifier(location: QdiscLocation, sharing: SubscriberQueues) -> Request:
    """The filter at the queues of `location`."""
    steps = program(sharing)
    body = b"".join(_STEP.pack(*step) for step in steps)
    options = nested(OPTIONS, attribute(LENGTH, struct.pack("=H", len(steps))), attribute(PROGRAM, body))
    return filter_request(location.index, location.handle, 0, (1, ALL), "bpf", options,
                          f"filter add dev {location.device} parent {location.handle >> 16:x}: "
                          f"bpf of {len(steps)} steps")


def program(sharing: SubscriberQueues) -> list[Step]:
    """Returns the subscriber's address modulo the number of queues, plus one: queues are numbered from 1.

    First the receiver: one that is away, or in no home, leaves the packet to its sender.
    """
    tests: list[Step] = []
    for address in sharing.excluded:
        tests += [(_EQUAL, 0, 1, int(IPv4Address(address))), (_JUMP, 0, 0, _SENDER_IS)]
    for home in map(IPv4Network, sharing.prefixes):
        tests += [(_KEPT, 0, 0, 0), (_AND, 0, 0, int(home.netmask)), (_EQUAL, 0, 1, int(home.network_address)),
                  (_JUMP, 0, 0, _RECEIVER_IS)]
    steps = [(_LOAD, 0, 0, RECEIVER), (_KEEP, 0, 0, 0), *tests, (_JUMP, 0, 0, _SENDER_IS)]
    places = {_SENDER_IS: len(steps), _RECEIVER_IS: len(steps) + 2}
    jumped = [(code, yes, no, places[to] - at - 1 if code == _JUMP else to)
              for at, (code, yes, no, to) in enumerate(steps)]
    return [*jumped, (_LOAD, 0, 0, SENDER), (_KEEP, 0, 0, 0), (_KEPT, 0, 0, 0), (_MODULO, 0, 0, sharing.queues),
            (_ADD, 0, 0, 1), (_RETURN, 0, 0, 0)]


_SENDER_IS, _RECEIVER_IS = 1, 2
"""Where jumps lead, until the program's length is known."""
