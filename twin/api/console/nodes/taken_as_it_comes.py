"""What comes from a live twin, taken as it comes: whoever waits for it may be slow, the twin's channel is not."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Generic, TypeVar

from twin.core.errors import TwinError

Item = TypeVar("Item")


class TakenAsItComes(Generic[Item]):
    """Items that `read` gives, without waiting, whenever a descriptor can be read. Used in the event loop.

    most: how many are kept, the newest; None for all. `read` may raise TwinError, after which nothing more comes.
    """

    def __init__(self, number: int, read: Callable[[], Iterable[Item]], most: int | None = None) -> None:
        self._number, self._read = number, read
        self._items: deque[Item] = deque(maxlen=most)
        self._fault: TwinError | None = None
        self._came = asyncio.Event()
        asyncio.get_running_loop().add_reader(number, self.take)
        self.take()

    def take(self) -> None:
        """Take what is there."""
        try:
            self._items.extend(self._read())
        except TwinError as fault:
            self._fault = fault
            self.close()
        self._came.set()

    async def items(self) -> AsyncIterator[Item]:
        """Everything that comes. Raises TwinError as `read`, after what came before."""
        while True:
            while self._items:
                yield self._items.popleft()
            if self._fault is not None:
                raise self._fault
            self._came.clear()
            await self._came.wait()

    def close(self) -> None:
        """Take nothing more."""
        asyncio.get_running_loop().remove_reader(self._number)
