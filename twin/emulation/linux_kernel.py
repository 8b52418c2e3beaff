"""The running Linux kernel: namespaces, rtnetlink, BPF, and tools run in a namespace (namespaces(7), netlink(7))."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import struct
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from socket import AF_INET, AF_NETLINK, AF_UNIX, NETLINK_ROUTE, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM
from socket import socket as Socket
from typing import Any

from twin.core.errors import EmulationError
from twin.core.rtnetlink import ERROR, Refusal, Request, answers, chunks, packed
from twin.emulation.bpf import bpf_loader
from twin.emulation.readback.netlink_dumps import DONE, messages

NETNS_FOLDER = Path("/run/netns")
"""Where `ip netns` keeps names."""
CLONE_NEWNET, MS_BIND, MNT_DETACH = 0x40000000, 4096, 2
SOL_NETLINK, CAP_ACK, EXT_ACK = 270, 10, 11
RECEIVE_SIZE = 2**18
"""Bytes of room for one datagram of a dump."""
SIOCETHTOOL, SET_TX_CHECKSUM = 0x8946, 0x17
NO_MAP = -1
"""Instead of the descriptor of a map, for programs that need none."""
NO_IPV6 = Path("/proc/sys/net/ipv6/conf/default/disable_ipv6")

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, doing: str) -> None:
    if result:
        number = ctypes.get_errno()
        raise EmulationError(f"{doing}: {os.strerror(number)}")


class LinuxKernel:
    """The kernel that this process runs on; `environment` goes to every tool.

    Only the calling thread enters namespaces.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._own_fd = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        self._namespace_fds: dict[str, int] = {}
        self._programs: list[int] = []

    def close(self) -> None:
        """Close all file descriptors."""
        for number in (self._own_fd, *self._namespace_fds.values(), *self._programs):
            os.close(number)
        self._namespace_fds.clear()

    def create_namespace(self, namespace: str) -> None:
        """As `ip netns add`, without IPv6; raises EmulationError when the name is taken."""
        NETNS_FOLDER.mkdir(parents=True, exist_ok=True)
        path = NETNS_FOLDER / namespace
        try:
            os.close(os.open(path, os.O_RDONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o444))
        except FileExistsError:
            raise EmulationError(f"a namespace {namespace} is there already; remove it: ip netns del {namespace}"
                                 ) from None
        try:
            _check(_libc.unshare(CLONE_NEWNET), f"making namespace {namespace}")
            _check(_libc.mount(b"/proc/thread-self/ns/net", bytes(path), b"none", ctypes.c_ulong(MS_BIND), None),
                   f"naming namespace {namespace}")
            with contextlib.suppress(FileNotFoundError):
                NO_IPV6.write_bytes(b"1")
            self._namespace_fds[namespace] = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        finally:
            self._enter_namespace(self._own_fd)

    def remove(self, namespace: str) -> None:
        """As `ip netns del`; nothing happens when it is gone."""
        number = self._namespace_fds.pop(namespace, None)
        if number is not None:
            os.close(number)
        path = NETNS_FOLDER / namespace
        if path.exists():
            _libc.umount2(bytes(path), MNT_DETACH)
            path.unlink()

    def namespace_fd(self, namespace: str) -> int:
        """An open file descriptor; raises EmulationError for a namespace that was not made here."""
        if namespace not in self._namespace_fds:
            raise EmulationError(f"there is no namespace {namespace}")
        return self._namespace_fds[namespace]

    def send(self, namespace: str, requests: Iterable[Request], no_offload: Sequence[str] = ()) -> None:
        """Carry out the requests in order, then turn off the offloads of the interfaces `no_offload`."""
        with self._in_namespace(namespace):
            connection = Socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)
            inet_socket = Socket(AF_INET, SOCK_DGRAM) if no_offload else None
        with connection:
            connection.setsockopt(SOL_NETLINK, CAP_ACK, 1)
            connection.setsockopt(SOL_NETLINK, EXT_ACK, 1)
            for batch in chunks(requests):
                _send_batch(connection, batch, namespace)
        if inet_socket is not None:
            with inet_socket:
                for device in no_offload:
                    _no_offloads(inet_socket, device)

    def load_programs(self, load_programs: Sequence[Callable[[int], bytes]], rows: Mapping[bytes, bytes]) -> list[int]:
        """By bpf(2); they go with this kernel's descriptors, or with the last interface that uses them."""
        maps = [bpf_loader.create_map(rows)] if rows else []
        loaded = [bpf_loader.load_program(program(*maps or [NO_MAP])) for program in load_programs]
        self._programs += [*maps, *loaded]
        return loaded

    def dump(self, namespace: str, *questions: Request) -> list[bytes]:
        """The datagrams that answer the requests, one after the other, each up to its NLMSG_DONE."""
        with self._in_namespace(namespace):
            connection = Socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)
        datagrams: list[bytes] = []
        with connection:
            for question in questions:
                connection.send(packed([question]))
                datagrams.append(connection.recv(RECEIVE_SIZE))
                while all(kind not in (ERROR, DONE) for kind, _ in messages([datagrams[-1]])):
                    datagrams.append(connection.recv(RECEIVE_SIZE))
        return datagrams

    def read_file(self, namespace: str, file: Path) -> str:
        """The content of a file, as a process in that namespace reads it."""
        with self._in_namespace(namespace):
            return file.read_text()

    def run(self, *argv: str, stdin: str = "", namespace: str = "") -> str:
        """Run a tool and return its standard output; any output on its standard error counts as failure."""
        with self._in_namespace(namespace):
            ended = subprocess.run(argv, input=stdin, text=True, capture_output=True, env=self._environment,
                                   check=False)
        if ended.returncode or ended.stderr.strip():
            raise EmulationError(f"`{' '.join(argv)[:300]}` failed (exit {ended.returncode}): "
                                 f"{ended.stderr.strip()[:600]}")
        return ended.stdout

    def command(self, daemon: str, *words: str) -> str:
        """One command over the daemon's control socket, without the process that ovs-appctl(8) would be."""
        folder = Path(self._environment["OVS_RUNDIR"])
        process = (folder / f"{daemon}.pid").read_text().strip()
        answer = _ask(folder / f"{daemon}.{process}.ctl", words[0], words[1:])
        if answer.get("error") is not None:
            raise EmulationError(f"{daemon} refused `{' '.join(words)}`: {str(answer['error'])[:600]}")
        return str(answer["result"])

    def transact(self, socket: Path, database: str, operations: Sequence[Mapping[str, Any]]) -> None:
        """One transaction over the server's socket (RFC 7047, section 4.1.3)."""
        answer = _ask(socket, "transact", [database, *operations])
        faults = [result for result in answer.get("result") or [answer] if result and result.get("error")]
        if faults:
            raise EmulationError(f"the database of Open vSwitch refused: {json.dumps(faults[0])[:600]}")

    def uptime(self) -> float:
        """Seconds since the kernel started (clock_gettime(2), CLOCK_MONOTONIC)."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)

    def _enter_namespace(self, number: int) -> None:
        _check(_libc.setns(number, CLONE_NEWNET), "entering a namespace")

    @contextlib.contextmanager
    def _in_namespace(self, namespace: str) -> Iterator[None]:
        if not namespace:
            yield
            return
        self._enter_namespace(self.namespace_fd(namespace))
        try:
            yield
        finally:
            self._enter_namespace(self._own_fd)


def _ask(socket: Path, method: str, parameters: Sequence[Any]) -> dict[str, Any]:
    """The response of a daemon of Open vSwitch to a request by JSON-RPC 1.0 (RFC 7047, section 4)."""
    with Socket(AF_UNIX, SOCK_STREAM) as connection:
        connection.connect(str(socket))
        connection.sendall(json.dumps({"method": method, "params": parameters, "id": 0}).encode())
        return _read_json(connection)


def _read_json(connection: Socket) -> dict[str, Any]:
    """Read until a JSON document is complete."""
    text = b""
    while chunk := connection.recv(1 << 20):
        text += chunk
        with contextlib.suppress(ValueError):
            return dict(json.loads(text))
    raise EmulationError(f"Open vSwitch hung up after {text[-200:]!r}")


def _send_batch(connection: Socket, batch: Sequence[Request], namespace: str) -> None:
    connection.send(packed(batch))
    failed: Refusal | None = None
    last = len(batch) - 1
    while True:
        for answer in answers(connection.recv(65536)):
            if answer.errno and failed is None:
                failed = answer
            if answer.sequence == last:
                if failed is not None:
                    raise _refused(batch[failed.sequence], failed, namespace)
                return


def _refused(request: Request, answer: Refusal, namespace: str) -> EmulationError:
    reason = os.strerror(answer.errno) + (f" ({answer.reason})" if answer.reason else "")
    return EmulationError(f"the kernel refused `{request.summary}`{f' in {namespace}' if namespace else ''}: {reason}")


def _no_offloads(inet_socket: Socket, device: str) -> None:
    """Without checksum offload there is no scatter-gather, and so no segmentation offload (ethtool(8))."""
    value = ctypes.create_string_buffer(struct.pack("=II", SET_TX_CHECKSUM, 0))
    fcntl.ioctl(inet_socket, SIOCETHTOOL, struct.pack("=16sQ16x", device.encode(), ctypes.addressof(value)))
