"""Messages over a stream, without a lab."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.lab.session.json_stream import WINDOW, JsonStream, Message, StreamClosed

JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3),
                    max_leaves=5)


def pair() -> tuple[JsonStream, JsonStream]:
    """Two ends."""
    first, other = socket.socketpair()
    return JsonStream.on_socket(first), JsonStream.on_socket(other)


@given(st.lists(st.dictionaries(st.text(), JSON, max_size=3), max_size=5))
def test_what_is_sent_arrives_as_it_was_in_order(messages: list[dict[str, object]]) -> None:
    """Whatever JSON can say, newlines in texts included."""
    first, other = pair()
    for message in messages:
        first.send(message)
    assert [other.wait(1) for _ in messages] == messages
    first.close()
    other.close()


def test_sending_never_blocks_and_the_rest_follows() -> None:
    """A reader that is away costs memory, not time."""
    first, other = pair()
    for number in range(2000):
        first.send({"n": number, "text": "x" * 1000})
    assert first.unsent
    received: list[Message] = []
    while len(received) < 2000:
        first.flush()
        received.extend(other.messages())
    assert [message["n"] for message in received] == list(range(2000))
    first.close()
    other.close()


def test_what_is_not_a_message_is_passed_over() -> None:
    """The other end is not believed."""
    end, raw = socket.socketpair()
    stream = JsonStream.on_socket(end)
    raw.sendall(b'nonsense\n[1]\n\xff\n{"good": 1}\n')
    assert stream.wait(1) == {"good": 1}
    raw.close()
    with pytest.raises(StreamClosed):
        stream.wait(1)
    stream.close()


def test_an_endless_line_closes_the_channel() -> None:
    """Memory is bounded whatever comes."""
    end, raw = socket.socketpair()
    stream = JsonStream.on_socket(end)
    raw.setblocking(False)
    with pytest.raises(StreamClosed):
        while True:
            try:
                raw.send(b"x" * 65536)
            except BlockingIOError:
                stream.messages()
    raw.close()
    stream.close()


def test_into_a_lab_goes_no_more_than_the_other_end_has_room_for() -> None:
    """A serial line that is full once is lost: the writer waits to hear what was read."""
    outside, inside = socket.socketpair()
    writer = JsonStream.on_socket(outside, windowed=True)
    reader = JsonStream(inside.fileno(), inside.close, acknowledging=True)
    writer.send({"text": "x" * 10 * WINDOW})
    assert len(inside.recv(10 * WINDOW, socket.MSG_PEEK)) == WINDOW
    assert not writer.wants_write
    received: list[Message] = []
    while not received:
        received = list(reader.messages())
        assert writer.messages() == []
    assert received == [{"text": "x" * 10 * WINDOW}]
    writer.close()
    reader.close()
