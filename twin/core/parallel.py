"""Work in child processes: one beside the caller, or a parallel map, whose first item is computed in this process.

A child is a copy of this process (fork), so that neither what it works on nor its code is read again. If this process
is killed, the child cannot send its result, and ends.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def parallel_map(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """The result of `work` for each item, in order. Raises the exception of the first item that raised one."""
    with ExitStack() as stack:
        pending = [stack.enter_context(child(partial(work, item))) for item in items[1:]]
        results = [work(item) for item in items[:1]]
        return results + [result() for result in pending]


@contextmanager
def child(work: Callable[[], Result]) -> Iterator[Callable[[], Result]]:
    """Carry out `work` in a child beside the block.

    The block gets a function that waits for the result. It raises what was raised in the child, and EOFError if the
    child was killed.
    """
    context = get_context("fork")
    read_end, write_end = context.Pipe(duplex=False)
    process = context.Process(target=_send_result, args=(work, read_end, write_end))
    process.start()
    write_end.close()
    try:
        yield partial(_received, read_end)
    finally:
        read_end.close()
        process.join()


def _send_result(work: Callable[[], Result], read_end: Connection, write_end: Connection) -> None:
    """In the child: compute, and send the result. Its copy of the read end would keep the pipe open.

    What is there already stays out of garbage collection, which would copy every page of it.
    """
    read_end.close()
    gc.freeze()
    try:
        result: tuple[Result | None, Exception | None] = work(), None
    except Exception as fault:
        result = None, fault
    with suppress(BrokenPipeError):
        write_end.send(result)


def _received(read_end: Connection) -> Any:
    result, fault = read_end.recv()
    if fault is not None:
        raise fault
    return result
