"""TCP connections of flows: servers that hand each to its flow, ends that send or discard as fast as possible.

No payload is copied: what is sent are the pages of one file in memory, what arrives is discarded by the kernel itself.
A receiver wakes about every tenth of a second, whatever the rate (SO_RCVLOWAT).
"""

from __future__ import annotations

import errno
import os
import socket
import struct
from collections.abc import Callable

from traffic.engine.event_loop import READ, WRITE, EventLoop, Owner
from traffic.engine.flow_context import FlowContext
from traffic.engine.sockets import Peer, set_dscp
from traffic.engine.syscalls import MSG_TRUNC
from twin.core.units import NS_PER_S

BLOCK = 1024 * 1024
"""Bytes sent or discarded in one call at most."""
WAKE_INTERVAL = NS_PER_S // 10
"""Preferred time between two wake-ups of a receiver, ns."""
NO_MEMORY_PAUSE = NS_PER_S // 100
"""How long a sender waits where the kernel has no memory for it, ns."""
LEAST_WAKE, MOST_WAKE = 2048, 512 * 1024
"""Bytes for which a receiver wakes."""
SOFT_ERRORS = (errno.EHOSTUNREACH, errno.ENETUNREACH)
"""What TCP reports in the place of a time-out where the last that it heard was that nobody is there (tcp(7))."""
_RETRANSMISSIONS = 100
"""Offset of tcpi_total_retrans in struct tcp_info."""
_RTT, _SENT = 68, 200
"""Offsets of tcpi_rtt, and of tcpi_bytes_sent with tcpi_bytes_retrans after it."""
_GONE = struct.pack("=ii", 1, 0)
"""SO_LINGER with which closing discards what was not sent."""

_discarded = bytearray(BLOCK)


def memory_file() -> int:
    """A file in memory from which everything is sent, BLOCK bytes long."""
    descriptor = os.memfd_create("source")
    os.ftruncate(descriptor, BLOCK)
    return descriptor


def timed_out(fault: OSError) -> bool:
    """Whether a connection ended as nobody answered for too long; while a line is cut, nor does ARP."""
    return isinstance(fault, TimeoutError) or fault.errno in SOFT_ERRORS


def retransmissions(sock: socket.socket) -> int:
    """Segments that the socket has sent again."""
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _RETRANSMISSIONS + 4)
    return int(struct.unpack_from("=I", info, _RETRANSMISSIONS)[0])


def round_trip(sock: socket.socket) -> int:
    """The smoothed round trip that the socket has measured, µs."""
    return int(struct.unpack_from("=I", sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _RTT + 4), _RTT)[0])


def sent_bytes(sock: socket.socket) -> tuple[int, int]:
    """Payload bytes that the socket has sent, and how many of them again."""
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _SENT + 16)
    sent, retransmitted = struct.unpack_from("=QQ", info, _SENT)
    return int(sent), int(retransmitted)


def discard(sock: socket.socket, most: int = BLOCK) -> int | None:
    """Discard what has arrived; its bytes, 0 at the end of the connection, None when nothing is there."""
    try:
        return sock.recv_into(_discarded, min(most, BLOCK), MSG_TRUNC)
    except BlockingIOError:
        return None


def send_from_file(sock: socket.socket, file: int, most: int = BLOCK) -> int:
    """Send as many bytes of `file`, at most `most`, as the socket takes now."""
    try:
        return os.sendfile(sock.fileno(), file, 0, min(most, BLOCK))
    except BlockingIOError:
        return 0


def wake_at(sock: socket.socket, count: int) -> None:
    """Call the socket readable only once `count` bytes have arrived."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, count)


def abort(sock: socket.socket) -> None:
    """Close at once and discard what was not sent (RST)."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _GONE)
    sock.close()


class TcpServers:
    """Listens where flows have their server's end, and hands each connection to the flow whose client connects."""

    def __init__(self, context: FlowContext) -> None:
        self._loop, self._sockets = context.loop, context.sockets
        self._listening: dict[Peer, socket.socket] = {}
        self._expected: dict[tuple[Peer, Peer], tuple[int, Owner, Callable[[socket.socket], None]]] = {}

    def listen(self, server: Peer) -> None:
        """Listen on a port of a host, if that is not done yet."""
        if server not in self._listening:
            sock = self._listening[server] = self._sockets.listener(server)
            self._loop.watch(sock, READ, _NoOwner(), lambda: self._accept(server, sock))

    def connect(self, host: str, server: Peer, dscp: int, owner: Owner,
             accepted: Callable[[socket.socket], None], window: int = 0) -> socket.socket:
        """Connect from a host to a server; `accepted` gets the server's end, `dscp` marks both ends.

        window: bytes that the calling end offers to receive at most, 0 for as many as are useful.
        """
        sock = self._sockets.connect(host, server, dscp, window)
        self._expected[server, sock.getsockname()] = (dscp, owner, accepted)
        return sock

    def _accept(self, server: Peer, listening: socket.socket) -> None:
        while True:
            try:
                sock, caller = listening.accept()
            except BlockingIOError:
                return
            sock.setblocking(False)
            dscp, owner, accepted = self._expected.pop((server, caller), (0, None, None))
            if owner is None or accepted is None:
                sock.close()
                continue
            try:
                set_dscp(sock, dscp)
                accepted(sock)
            except OSError as fault:
                owner.fail(fault)


class _NoOwner:
    """The owner of a listening socket: a connection that failed before it was accepted is noticed by its client."""

    def fail(self, fault: OSError) -> None:
        """Nothing to note."""


def clamp_window(sock: socket.socket, window: int) -> None:
    """Let a socket offer to receive at most `window` bytes.

    The kernel forgets it once, when it has seen how much memory a segment takes; a receiver says it again.
    """
    if sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_WINDOW_CLAMP) != window:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_WINDOW_CLAMP, window)


class DiscardingReceiver:
    """The receiving end of a connection; `note` gets each number of bytes as it comes.

    window: what it offers to receive at most, 0 for as much as is useful.
    """

    def __init__(self, loop: EventLoop, sock: socket.socket, owner: Owner, note: Callable[[int], None],
                 window: int = 0) -> None:
        self._loop, self._sock, self._note, self._window = loop, sock, note, window
        if window:
            clamp_window(sock, window)
        self._wake, self._since = LEAST_WAKE, loop.now
        wake_at(sock, self._wake)
        loop.watch(sock, READ, owner, self.take)

    def take(self) -> None:
        """Discard what has arrived. Raises ConnectionResetError when the other end is gone."""
        count = discard(self._sock)
        if count == 0:
            raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
        if count:
            self._note(count)
            self._adapt(count)
            if self._window:
                clamp_window(self._sock, self._window)

    def _adapt(self, count: int) -> None:
        passed = self._loop.now - self._since
        self._since = self._loop.now
        threshold = min(MOST_WAKE, max(LEAST_WAKE, count * WAKE_INTERVAL // max(passed, 1)))
        if not self._wake // 2 < threshold < self._wake * 2:
            self._wake = threshold
            wake_at(self._sock, threshold)


class BulkSender:
    """The sending end of a connection: always has more to send."""

    def __init__(self, loop: EventLoop, sock: socket.socket, owner: Owner, file: int) -> None:
        self._loop, self._sock, self._owner, self._file = loop, sock, owner, file
        self._watch()

    def _watch(self) -> None:
        if self._sock.fileno() >= 0:
            self._loop.watch(self._sock, WRITE, self._owner, self._fill)

    def _fill(self) -> None:
        """Fill the socket. One that says it is writable and takes nothing (no memory for TCP) is left for a while."""
        if not send_from_file(self._sock, self._file):
            self._loop.unwatch(self._sock)
            self._loop.call_at(self._loop.now + NO_MEMORY_PAUSE, self._owner, self._watch)
