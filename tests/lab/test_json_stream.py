"""Messages over a stream, and those that wait for a client of a running lab, without a lab."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.lab.session.client_queue import ClientQueue
from twin.lab.session.json_stream import WINDOW, JsonStream, Message, StreamClosed

JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3),
                    max_leaves=5)
MAX_WAITING = 10_000
REPORTS = 5_000
"""Far more than the socket between both ends holds, and than may wait."""


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


def read_all(queue: ClientQueue, client: JsonStream) -> list[Message]:
    """What the client gets when it reads at last."""
    messages: list[Message] = []
    while True:
        queue.flush()
        try:
            batch = client.messages()
        except StreamClosed:
            return messages
        if not batch and not queue.stream.unsent:
            return messages
        messages.extend(batch)


def ends() -> tuple[ClientQueue, JsonStream]:
    """A queue, and the client at its other end."""
    ours, theirs = socket.socketpair()
    return ClientQueue(JsonStream.on_socket(ours), MAX_WAITING), JsonStream.on_socket(theirs)


def test_a_client_that_does_not_read_misses_what_came_between_the_first_and_the_newest() -> None:
    """What it reads is in order, begins with what was on its way and ends with what is true now."""
    queue, client = ends()
    for number in range(REPORTS):
        queue.put({"report": number, "text": "x" * 200}, periodic=True)
    numbers = [message["report"] for message in read_all(queue, client)]
    assert not queue.overfull
    assert numbers == sorted(numbers)
    assert numbers[0] == 0
    assert numbers[-1] == REPORTS - 1
    assert len(numbers) < REPORTS
    queue.stream.close()
    client.close()


def test_a_client_that_reads_gets_everything() -> None:
    """However much it is in the end."""
    queue, client = ends()
    received: list[Message] = []
    for number in range(REPORTS):
        queue.put({"report": number, "text": "x" * 200}, periodic=True)
        received.extend(client.messages())
    received.extend(read_all(queue, client))
    assert [message["report"] for message in received] == [*range(REPORTS)]
    queue.stream.close()
    client.close()


def test_answers_and_changes_are_kept_in_their_place() -> None:
    """Only what is periodic is dropped."""
    queue, client = ends()
    for number in range(REPORTS):
        queue.put({"number": number, "text": "x" * 200}, periodic=number % 1000 != 0)
    received = [message["number"] for message in read_all(queue, client)]
    assert received == sorted(received)
    assert {*range(0, REPORTS, 1000)} <= {*received}
    queue.stream.close()
    client.close()


def test_a_client_that_only_asks_is_too_much() -> None:
    """Memory is bounded, whatever a client does."""
    queue, client = ends()
    for number in range(REPORTS):
        queue.put({"answer": number, "text": "x" * 200}, periodic=False)
    assert queue.overfull
    queue.stream.close()
    client.close()
