"""Packets of a capture in order of their time stamps, however tcpdump wrote them and however the file is read."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as some

from twin.api.live.pcap_order import HEADER, LATEST, NS_PER_S, RECORD, PcapOrder

HEAD = HEADER.pack(0xA1B23C4D, 2, 4, 0, 0, 65535, 1)
STEP = LATEST // 4


def record(at: int, number: int) -> bytes:
    """A packet that is told from all others."""
    return RECORD.pack(at // NS_PER_S, at % NS_PER_S, 4, 60) + number.to_bytes(4, "big")


def stamps(content: bytes) -> Iterator[int]:
    """The time of each packet of a file, ns."""
    for place in range(HEADER.size, len(content), RECORD.size + 4):
        seconds, nanoseconds, _, _ = RECORD.unpack_from(content, place)
        yield seconds * NS_PER_S + nanoseconds


@given(some.lists(some.integers(0, LATEST - STEP), max_size=30), some.lists(some.integers(0, 700), max_size=9))
def test_packets_come_in_order_and_none_is_lost(late: list[int], cuts: list[int]) -> None:
    """Each is stamped up to a tenth of a second before it is written; the file is read in any pieces."""
    written = [(number + 8) * STEP - by for number, by in enumerate(late)]
    file = HEAD + b"".join(record(at, number) for number, at in enumerate(written))
    ends = sorted({min(cut, len(file)) for cut in cuts} | {len(file)})
    order, read, begin = PcapOrder(), b"", 0
    for end in ends:
        read, begin = read + order.take(file[begin:end]), end
    assert [*stamps(read)] == sorted(written)[:len([*stamps(read)])]
    read += order.flush()
    assert read[:HEADER.size] == HEAD
    assert [*stamps(read)] == sorted(written)
    assert len(read) == len(file)


def test_what_waits_comes_when_nothing_else_does() -> None:
    """The last packets of a quiet span are not held back."""
    order = PcapOrder()
    assert order.take(HEAD + record(5 * STEP, 1)) == HEAD
    assert order.flush() == record(5 * STEP, 1)
    assert order.flush() == b""
