"""Parallel map: the first item is computed in this process, every other in a child process that sends its result.

A child is a copy of this process (fork), so items need not be sent to it. If this process is killed, the child cannot
send its result, and ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def parallel_map(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """The result of `work` for each item, in order. Raises the exception of the first item that raised one."""
    context = get_context("fork")
    with ExitStack() as stack:
        pipes: list[Connection] = []
        for item in items[1:]:
            read_end, write_end = context.Pipe(duplex=False)
            child = context.Process(target=_send_result, args=(work, item, read_end, write_end))
            child.start()
            write_end.close()
            stack.callback(child.join)
            stack.callback(read_end.close)
            pipes.append(read_end)
        results = [work(item) for item in items[:1]]
        return results + [_received(read_end) for read_end in pipes]


def _send_result(work: Callable[[Item], Result], item: Item, read_end: Connection, write_end: Connection) -> None:
    """In the child: compute, and send the result. Its copy of the read end would keep the pipe open."""
    read_end.close()
    try:
        result: tuple[Result | None, Exception | None] = work(item), None
    except Exception as fault:
        result = None, fault
    with suppress(BrokenPipeError):
        write_end.send(result)


def _received(read_end: Connection) -> Any:
    result, fault = read_end.recv()
    if fault is not None:
        raise fault
    return result
