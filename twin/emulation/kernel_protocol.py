"""The interface of the emulation to a kernel, as a protocol; and a fake kernel for tests, which records its calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from twin.core.rtnetlink import Request


class Kernel(Protocol):
    """What the emulation needs of a kernel and of the tools around it. Namespace "" is the lab's own."""

    def create_namespace(self, namespace: str) -> None:
        """Make a named namespace, without IPv6."""
        ...

    def remove(self, namespace: str) -> None:
        """Remove a named namespace; its interfaces go with it."""
        ...

    def namespace_fd(self, namespace: str) -> int:
        """The file descriptor of a named namespace, open until it is removed."""
        ...

    def send(self, namespace: str, requests: Iterable[Request], no_offload: Sequence[str] = ()) -> None:
        """Carry out the requests in order, then turn off the offloads of the interfaces `no_offload`.

        Raises EmulationError with the first that was refused, in words, and the reason.
        """
        ...

    def load_programs(self, load_programs: Sequence[Callable[[int], bytes]], rows: Mapping[bytes, bytes]) -> list[int]:
        """Load BPF programs that share a map with `rows`, made for its descriptor; returns their descriptors.

        Without rows there is no map.
        """
        ...

    def dump(self, namespace: str, *questions: Request) -> list[bytes]:
        """The datagrams that answer dump requests in a namespace."""
        ...

    def read_file(self, namespace: str, file: Path) -> str:
        """The content of a file, as a process in that namespace reads it."""
        ...

    def run(self, *argv: str, stdin: str = "", namespace: str = "") -> str:
        """Run a tool to its end and return its standard output; raises EmulationError when it fails or complains."""
        ...

    def command(self, daemon: str, *words: str) -> str:
        """What a daemon of Open vSwitch answers to a command, as ovs-appctl(8) shows it; EmulationError if refused."""
        ...

    def transact(self, socket: Path, database: str, operations: Sequence[Mapping[str, Any]]) -> None:
        """Carry out one transaction of a database server (RFC 7047); raises EmulationError when it is refused."""
        ...

    def uptime(self) -> float:
        """Seconds since the kernel started."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let the lab's clock go on."""
        ...


@dataclass
class FakeKernel:
    """A kernel that records calls as text, and answers tools from `outputs` by the start of the command."""

    outputs: Mapping[str, str] = field(default_factory=dict)
    dumps: Mapping[tuple[str, str], list[bytes]] = field(default_factory=dict)
    """The answers to dump requests, by namespace and the request's text."""
    recorded: list[str] = field(default_factory=list)
    paused: float = 0.0

    def create_namespace(self, namespace: str) -> None:
        """Record it."""
        self.recorded.append(f"netns add {namespace}")

    def remove(self, namespace: str) -> None:
        """Record it."""
        self.recorded.append(f"netns del {namespace}")

    def namespace_fd(self, namespace: str) -> int:
        """Any number will do."""
        return 1000 + sum(map(ord, namespace))

    def send(self, namespace: str, requests: Iterable[Request], no_offload: Sequence[str] = ()) -> None:
        """Record each request after its namespace."""
        where = f"{namespace}: " if namespace else ""
        self.recorded += [where + request.summary for request in requests]
        self.recorded += [f"{where}offloads off {device}" for device in no_offload]

    def load_programs(self, load_programs: Sequence[Callable[[int], bytes]], rows: Mapping[bytes, bytes]) -> list[int]:
        """Record them; any numbers will do."""
        self.recorded += [f"bpf program of {len(item(3)) // 8} steps, {len(rows)} rows" for item in load_programs]
        return list(range(4, 4 + len(load_programs)))

    def dump(self, namespace: str, *questions: Request) -> list[bytes]:
        """The prepared answers to each request, or nothing."""
        return [item for question in questions for item in self.dumps.get((namespace, question.summary), [])]

    def read_file(self, namespace: str, file: Path) -> str:
        """The prepared content of the file, or nothing."""
        return self.outputs.get(f"{namespace}: {file}", "")

    def run(self, *argv: str, stdin: str = "", namespace: str = "") -> str:
        """Record the command and return its prepared output, or nothing."""
        command = " ".join(argv)
        self.recorded.append(f"{namespace}: {command}" if namespace else command)
        return next((output for start, output in self.outputs.items() if command.startswith(start)), "")

    def command(self, daemon: str, *words: str) -> str:
        """Record it as the command line of ovs-appctl(8), and return its prepared answer, or nothing."""
        return self.run("ovs-appctl", "-t", daemon, *words)

    def transact(self, socket: Path, database: str, operations: Sequence[Mapping[str, Any]]) -> None:
        """Record each operation."""
        self.recorded += [f"{database}: {json.dumps(operation)}" for operation in operations]

    def uptime(self) -> float:
        """The time it has slept."""
        return self.paused

    def sleep(self, seconds: float) -> None:
        """Record it; takes no time."""
        self.paused += seconds
