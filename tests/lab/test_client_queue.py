"""What waits for a client of a running lab that does not read, without a lab."""

import socket

from twin.lab.session.client_queue import ClientQueue
from twin.lab.session.json_stream import JsonStream, Message, StreamClosed

MAX_WAITING = 10_000
REPORTS = 5_000
"""Far more than the socket between both ends holds, and than may wait."""


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


def test_a_client_that_does_not_read_loses_reports_between_the_first_and_the_newest() -> None:
    """What it reads is in order, begins with what was on its way and ends with what is true now."""
    queue, client = ends()
    for number in range(REPORTS):
        queue.put({"report": number, "text": "x" * 200}, report=True)
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
        queue.put({"report": number, "text": "x" * 200}, report=True)
        received.extend(client.messages())
    received.extend(read_all(queue, client))
    assert [message["report"] for message in received] == [*range(REPORTS)]
    queue.stream.close()
    client.close()


def test_answers_are_kept_in_their_place_among_reports() -> None:
    """Only what goes to all is dropped."""
    queue, client = ends()
    for number in range(REPORTS):
        queue.put({"number": number, "text": "x" * 200}, report=number % 1000 != 0)
    received = [message["number"] for message in read_all(queue, client)]
    assert received == sorted(received)
    assert {*range(0, REPORTS, 1000)} <= {*received}
    queue.stream.close()
    client.close()


def test_a_client_that_only_asks_is_too_much() -> None:
    """Memory is bounded, whatever a client does."""
    queue, client = ends()
    for number in range(REPORTS):
        queue.put({"answer": number, "text": "x" * 200}, report=False)
    assert queue.overfull
    queue.stream.close()
    client.close()
