"""How far a long computation is: what takes long says so, and whoever waits for it may listen. It changes no result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import TypeVar

Item = TypeVar("Item")
Listener = Callable[[str, float | None], None]
"""Takes what is done, and the share of it that is done, 0 to 1, if known."""
SHARES = 100
"""How often the share of one thing is told at the most."""

_listener: ContextVar[Listener | None] = ContextVar("progress", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell the listener how far computations are, while a block runs."""
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)


def untold() -> AbstractContextManager[None]:
    """While a block runs, nobody is told how far computations in it are: it is a small part of what is told of."""
    return listening(lambda *_: None)


def begun(what: str) -> None:
    """Tell that something has begun of which no share is known."""
    listener = _listener.get()
    if listener is not None:
        listener(what, None)


def counted(what: str, items: Sequence[Item]) -> Iterator[Item]:
    """The items, one after the other; before each it is told which share of them is done."""
    listener, step = _listener.get(), max(1, len(items) // SHARES)
    for number, item in enumerate(items):
        if listener is not None and number % step == 0:
            listener(what, number / len(items))
        yield item
