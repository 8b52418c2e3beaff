"""An attachment to a running lab, with the other end of its stream in the test's hand."""

from __future__ import annotations

import base64
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from twin.core.errors import EmulationError
from twin.lab.session.json_stream import JsonStream
from twin.lab.session.running_lab import CUT_SHORT, RunningLab

ENDED = {"id": 1, "exit_status": 0}
FAILED = {"lab_ended": {"status": 4}}


@pytest.mark.parametrize(("messages", "last_words"), [
    ([{"line": "building"}, {"line": "no switch answers"}, FAILED], 'ended with status 4: no switch answers'),
    ([FAILED], 'ended with status 4'),
    ([{"line": "building"}, {"lab_ended": {"reason": "killed by a signal"}}], 'ended: killed by a signal')])
def test_the_end_of_a_lab_is_told_with_its_last_words(messages: list[Mapping[str, Any]], last_words: str) -> None:
    """What the command inside printed before it ended is the reason that a user needs."""
    ours, theirs = socket.socketpair()
    daemon = JsonStream.on_socket(theirs)
    for message in messages:
        daemon.send(dict(message))
    with RunningLab("x", JsonStream.on_socket(ours), Path(), os.getpid()) as lab, pytest.raises(EmulationError) as end:
        while True:
            lab.next(1.0)
    assert str(end.value) == f'the twin "x" {last_words}'
    daemon.close()


def output(text: bytes) -> Mapping[str, Any]:
    """What a command has written, as the lab says it."""
    return {"id": 1, "stream": 1, "output": base64.b64encode(text).decode()}


@pytest.mark.parametrize(("messages", "limits", "result"), [
    ([output(b"one "), output(b"two"), ENDED], {}, (0, b"one two", b"")),
    ([output(b"one "), output(b"two"), ENDED], {"most": 7}, (CUT_SHORT, b"one two", b"")),
    ([output(b"one "), output(b"two"), ENDED], {"most": 8, "seconds": 60.0}, (0, b"one two", b"")),
    ([], {"seconds": 0.0}, (CUT_SHORT, b"", b""))])
def test_a_command_is_listened_to_within_limits(messages: list[Mapping[str, Any]], limits: Mapping[str, Any],
                                                result: tuple[int, bytes, bytes]) -> None:
    """One that writes without end, or does nothing for ever, is left."""
    ours, theirs = socket.socketpair()
    daemon = JsonStream.on_socket(theirs)
    for message in messages:
        daemon.send(dict(message))
    with RunningLab("x", JsonStream.on_socket(ours), Path(), os.getpid()) as lab:
        assert lab.capture("here", ["yes"], **limits) == result
    daemon.close()
