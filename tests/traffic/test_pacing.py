"""What is asked of the kernel for pacing, and how its answers are read."""

import errno
import struct

from hypothesis import given
from hypothesis import strategies as some

from traffic.pacing import answers, attribute, device, queue, redirect


@given(some.integers(0, 2**15), some.binary(max_size=64))
def test_attributes_are_padded_to_four_bytes(kind: int, payload: bytes) -> None:
    """The length counts the payload, the bytes are a multiple of four."""
    made = attribute(kind, payload)
    assert struct.unpack_from("=HH", made) == (4 + len(payload), kind)
    assert len(made) % 4 == 0 and made[4:4 + len(payload)] == payload


def test_answers_are_matched_to_requests() -> None:
    """Two answers in one datagram: request 0 was done, request 1 refused."""
    def one(number: int, fault: int) -> bytes:
        return struct.pack("=IHHIIi16x", 36, 2, 0, number, 0, -fault)
    assert list(answers(one(0, 0) + one(1, errno.EPERM))) == [(0, 0), (1, errno.EPERM)]


def test_requests_say_what_they_ask() -> None:
    """The words in errors are those of ip and tc."""
    assert device().says == "link add pace0 up type ifb"
    assert queue(3).says.startswith("qdisc replace dev pace0 root fq")
    assert "fw action mirred egress redirect dev pace0" in redirect(2, 3).says
