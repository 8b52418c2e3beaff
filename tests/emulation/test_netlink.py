"""Rtnetlink messages: framing, batches that fit a send, and the kernel's answers."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from twin.core.rtnetlink import ACK, CHUNK, REQUEST, Request, answers, attribute, chunks, nested, packed, text
from twin.emulation.readback import netlink_dumps

requests = st.lists(st.builds(Request, st.integers(16, 60), st.just(0), st.binary(max_size=300), st.text(max_size=5)),
                    min_size=1, max_size=400)


@given(st.lists(st.tuples(st.integers(1, 100), st.binary(max_size=40))))
def test_attributes_come_back_as_they_went(pairs: list[tuple[int, bytes]]) -> None:
    """What is encoded attribute by attribute is decoded to the same, padding aside."""
    assert list(netlink_dumps.each_attribute(b"".join(attribute(kind, value) for kind, value in pairs))) == pairs


def test_nested_attributes_and_strings_have_the_layout_of_the_kernel() -> None:
    """A nested attribute carries its flag, a string its zero byte, everything four-byte steps (netlink(7))."""
    assert nested(2, text(1, "htb")) == struct.pack("=HHHH4s", 12, 0x8002, 8, 1, b"htb\0")


@given(requests)
def test_batches_keep_every_request_in_order_and_fit_a_send(drawn: list[Request]) -> None:
    """No request is lost or moved, and only one that is larger than a lot by itself makes a larger one."""
    batches = list(chunks(drawn))
    assert [request for batch in batches for request in batch] == drawn
    assert all(len(packed(batch)) <= CHUNK + 16 for batch in batches)


@given(requests)
def test_only_the_last_request_of_a_batch_asks_for_an_answer(drawn: list[Request]) -> None:
    """Positions are sequence numbers; the kernel answers the last, and whichever fails."""
    datagram, offset, sent_flags = packed(drawn), 0, []
    while offset < len(datagram):
        length, _, flags, sequence, _ = struct.unpack_from("=IHHII", datagram, offset)
        sent_flags.append((sequence, flags))
        offset += length
    last = len(drawn) - 1
    assert sent_flags == [(n, REQUEST | (ACK if n == last else 0)) for n in range(len(drawn))]


def test_a_refusal_says_which_request_and_why() -> None:
    """The kernel's own words follow the header of the request that failed (NLMSGERR_ATTR_MSG)."""
    reason = attribute(1, b"Exclusivity flag on, cannot modify\0")
    body = struct.pack("=i", -17) + struct.pack("=IHHII", 40, 36, 0, 3, 0) + reason
    header = struct.pack("=IHHII", 16 + len(body), 2, 0x300, 3, 0)
    done = struct.pack("=IHHIIi", 36, 2, 0x100, 9, 0, 0) + struct.pack("=IHHII", 40, 36, 0, 9, 0)
    first, second = answers(header + body + done)
    assert (first.sequence, first.errno, first.reason) == (3, 17, "Exclusivity flag on, cannot modify")
    assert (second.sequence, second.errno, second.reason) == (9, 0, "")
