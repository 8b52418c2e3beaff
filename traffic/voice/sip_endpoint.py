"""Carries out on a socket what a SIP user agent decides: sends messages, runs its timers, hands it what arrives.

Empty datagrams only resolve the neighbour's address.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from traffic.engine.event_loop import READ, Loop, Owner
from traffic.voice.sip_actions import Act, Address, Connected, Send, Wake

LARGEST = 65_535
"""Bytes of the largest datagram."""
_LOST_ON_THE_WAY = frozenset({errno.ECONNREFUSED, errno.EAGAIN, errno.ENOBUFS})
"""Errors of sending that SIP's own timers mend."""


class Mind(Protocol):
    """Whoever decides what an agent of SIP says."""

    def received(self, now: int, source: Address, packet: bytes) -> list[Act]:
        """A datagram has come in."""
        ...

    def wake(self, at: int, call: str) -> list[Act]:
        """The timer of a call has run down."""
        ...


class Agent:
    """Carries out on one socket what a mind decides; `connected` is told when people begin to talk."""

    def __init__(self, loop: Loop, door: socket.socket, owner: Owner, mind: Mind,
                 connected: Callable[[Connected], None]) -> None:
        self._loop, self._door, self._owner, self._mind, self._connected = loop, door, owner, mind, connected
        loop.watch(door, READ, owner, self._read)

    def carry_out(self, acts: Sequence[Act]) -> None:
        """Send what is to be sent, wake when asked, tell who is connected."""
        for act in acts:
            match act:
                case Send():
                    self.send(act.packet, act.to)
                case Wake():
                    self._loop.at(act.at, self._owner, partial(self._wake, act))
                case Connected():
                    self._connected(act)

    def send(self, packet: bytes, to: Address) -> None:
        """Send a datagram."""
        try:
            self._door.sendto(packet, to)
        except OSError as fault:
            if fault.errno not in _LOST_ON_THE_WAY:
                raise

    def close(self) -> None:
        """Hear nothing more."""
        self._loop.drop(self._door)

    def _wake(self, wake: Wake) -> None:
        self.carry_out(self._mind.wake(wake.at, wake.call))

    def _read(self) -> None:
        while True:
            try:
                packet, source = self._door.recvfrom(LARGEST)
            except BlockingIOError:
                return
            except ConnectionRefusedError:
                continue
            self.carry_out(self._mind.received(self._loop.now, source, packet))
