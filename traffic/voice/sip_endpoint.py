"""A SIP endpoint: sends the messages and runs the timers that a user agent decides on, and passes it what arrives.

Empty datagrams only resolve the neighbour's address.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from traffic.engine.event_loop import READ, EventLoop, Owner
from traffic.voice.sip_actions import Address, Connected, SendMessage, SipAction, StartTimer

LARGEST_DATAGRAM = 65_535
"""Bytes of the largest datagram."""
_LOST_ON_THE_WAY = frozenset({errno.ECONNREFUSED, errno.EAGAIN, errno.ENOBUFS})
"""Errors of sending that SIP's own retransmissions repair."""


class UserAgent(Protocol):
    """Decides what an endpoint sends."""

    def received(self, now: int, source: Address, packet: bytes) -> list[SipAction]:
        """A datagram has come in."""
        ...

    def timer_expired(self, at: int, call: str) -> list[SipAction]:
        """The timer of a call has expired."""
        ...


class SipEndpoint:
    """Carries out on one socket what a user agent decides; `connected` is called when a call is connected."""

    def __init__(self, loop: EventLoop, sock: socket.socket, owner: Owner, user_agent: UserAgent,
                 connected: Callable[[Connected], None]) -> None:
        self._loop, self._sock, self._owner = loop, sock, owner
        self._user_agent, self._connected = user_agent, connected
        loop.watch(sock, READ, owner, self._read)

    def carry_out(self, actions: Sequence[SipAction]) -> None:
        """Send messages, start timers, report connected calls."""
        for action in actions:
            match action:
                case SendMessage():
                    self.send(action.packet, action.to)
                case StartTimer():
                    self._loop.call_at(action.at, self._owner, partial(self._timer_expired, action))
                case Connected():
                    self._connected(action)

    def send(self, packet: bytes, to: Address) -> None:
        """Send a datagram."""
        try:
            self._sock.sendto(packet, to)
        except OSError as fault:
            if fault.errno not in _LOST_ON_THE_WAY:
                raise

    def close(self) -> None:
        """Stop receiving."""
        self._loop.unwatch(self._sock)

    def _timer_expired(self, timer_expired: StartTimer) -> None:
        self.carry_out(self._user_agent.timer_expired(timer_expired.at, timer_expired.call))

    def _read(self) -> None:
        while True:
            try:
                packet, source = self._sock.recvfrom(LARGEST_DATAGRAM)
            except BlockingIOError:
                return
            except ConnectionRefusedError:
                continue
            self.carry_out(self._user_agent.received(self._loop.now, source, packet))
