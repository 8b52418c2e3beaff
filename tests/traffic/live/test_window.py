"""Windows of a live load as bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from traffic.live.window import FlowWindow, Window, decode, encode
from traffic.sample_files import Bytes, Calls, Packets, Samples, Transactions, Viewed

MOMENT = some.integers(-1, 2**62)


@some.composite
def columns(draw: some.DrawFn, count: int) -> list[tuple[int, ...]]:
    """Columns of equal length."""
    length = draw(some.integers(0, 5))
    return [tuple(draw(some.lists(MOMENT, min_size=length, max_size=length))) for _ in range(count)]


SAMPLES: some.SearchStrategy[Samples] = some.one_of(
    some.builds(lambda two, size: Packets(two[0], two[1], size), columns(2), some.integers(0, 1500)),
    some.builds(lambda three, size: Packets(three[0], three[1], size, three[2]), columns(3), some.integers(0, 1500)),
    some.builds(lambda four, size: Viewed(four[0], four[1], four[2], four[3], size), columns(4),
                some.integers(0, 1500)),
    some.builds(lambda two: Bytes(*two), columns(2)),
    some.builds(lambda three: Transactions(*three), columns(3)),
    some.builds(lambda five: Calls(*five), columns(5)),
)
FLOWS = some.builds(FlowWindow, MOMENT, some.none() | SAMPLES, some.lists(some.text(max_size=9), max_size=2).map(tuple))
WINDOWS = some.builds(Window, some.integers(1, 10**6), MOMENT, MOMENT, some.dictionaries(some.text(max_size=9), FLOWS,
                                                                                        max_size=4))


@given(WINDOWS)
def test_what_is_written_is_read_back(window: Window) -> None:
    """All samples of all flows, of every shape."""
    assert decode(encode(window)) == window


@pytest.mark.parametrize("text", [b"", b"{}", b"[]\n", b'{"number": 1}\n', b"\xff\n",
                                  b'{"number":1,"until":2,"lateness":3,"flows":{"x":{"origin":0,"shape":"bytes",'
                                  b'"count":[1,1]}}}\n' + bytes(8)])
def test_anything_else_is_refused(text: bytes) -> None:
    """With a ValueError that says what it is not, whatever was cut off."""
    with pytest.raises(ValueError):
        decode(text)
