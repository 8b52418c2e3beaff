"""Compute values side by side, one core each: the first here, every other in a child that ends with its answer.

A child is a copy of this process (fork), so that what it works on need not be sent to it. It has nothing to wait for:
should this process be killed, it finds nobody to answer and ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

Given = TypeVar("Given")
Found = TypeVar("Found")


def parallel_map(work: Callable[[Given], Found], given: Sequence[Given]) -> list[Found]:
    """What `work` makes of each, in order; raises what it raised of the first for which it raised."""
    context = get_context("fork")
    with ExitStack() as stack:
        answers: list[Connection] = []
        for one in given[1:]:
            answer, asked = context.Pipe(duplex=False)
            child = context.Process(target=_answer, args=(work, one, answer, asked))
            child.start()
            asked.close()
            stack.callback(child.join)
            stack.callback(answer.close)
            answers.append(answer)
        found = [work(one) for one in given[:1]]
        return found + [_heard(answer) for answer in answers]


def _answer(work: Callable[[Given], Found], given: Given, answer: Connection, asked: Connection) -> None:
    """In the child: compute, and answer. Its copy of the end that is read from would keep the pipe open."""
    answer.close()
    try:
        found: tuple[Found | None, Exception | None] = work(given), None
    except Exception as fault:
        found = None, fault
    with suppress(BrokenPipeError):
        asked.send(found)


def _heard(answer: Connection) -> Any:
    found, fault = answer.recv()
    if fault is not None:
        raise fault
    return found
