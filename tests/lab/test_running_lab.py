"""An attachment to a running lab, with the other end of its stream in the test's hand."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from twin.core.errors import EmulationError
from twin.lab.session.json_stream import JsonStream
from twin.lab.session.running_lab import RunningLab

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
