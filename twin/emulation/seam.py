"""The seam between what is asked of the kernel and who asks: a protocol, and a fake that records for tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from twin.netlink import Request


class Kernel(Protocol):
    """What the emulation needs of a kernel and of the tools around it. Namespace "" is the lab's own."""

    def make(self, namespace: str) -> None:
        """Make a named namespace, without IPv6."""
        ...

    def remove(self, namespace: str) -> None:
        """Remove a named namespace; its interfaces go with it."""
        ...

    def descriptor(self, namespace: str) -> int:
        """A file descriptor of a named namespace, open until it is removed."""
        ...

    def send(self, namespace: str, requests: Iterable[Request], bare: Sequence[str] = ()) -> None:
        """Carry out the requests in order, then turn off the offloads of the interfaces `bare`.

        Raises EmulationError with the first that was refused, in words, and the reason.
        """
        ...

    def programs(self, programs: Sequence[Callable[[int], bytes]], rows: Mapping[bytes, bytes]) -> list[int]:
        """Load BPF programs, made for the descriptor of a table with `rows` that they share; their descriptors."""
        ...

    def dump(self, namespace: str, *questions: Request) -> list[bytes]:
        """The datagrams that answer questions for everything of a kind in a namespace."""
        ...

    def contents(self, namespace: str, file: Path) -> str:
        """What a file says to a process in that namespace."""
        ...

    def run(self, *argv: str, stdin: str = "", namespace: str = "") -> str:
        """Run a tool to its end and return its standard output; raises EmulationError when it fails or complains."""
        ...

    def transact(self, socket: Path, database: str, operations: Sequence[Mapping[str, Any]]) -> None:
        """Carry out one transaction of a database server (RFC 7047); raises EmulationError when it is refused."""
        ...

    def uptime(self) -> float:
        """Seconds since the kernel started."""
        ...

    def pause(self, seconds: float) -> None:
        """Let the lab's clock go on."""
        ...


@dataclass
class RecordingKernel:
    """A kernel that notes what it is asked, in words, and answers tools from `outputs` by the start of the command."""

    outputs: Mapping[str, str] = field(default_factory=dict)
    dumped: Mapping[tuple[str, str], list[bytes]] = field(default_factory=dict)
    """What to answer to a question in a namespace, by namespace and the question's words."""
    asked: list[str] = field(default_factory=list)
    paused: float = 0.0

    def make(self, namespace: str) -> None:
        """Note it."""
        self.asked.append(f"netns add {namespace}")

    def remove(self, namespace: str) -> None:
        """Note it."""
        self.asked.append(f"netns del {namespace}")

    def descriptor(self, namespace: str) -> int:
        """Any number will do."""
        return 1000 + sum(map(ord, namespace))

    def send(self, namespace: str, requests: Iterable[Request], bare: Sequence[str] = ()) -> None:
        """Note each request after its namespace."""
        where = f"{namespace}: " if namespace else ""
        self.asked += [where + request.says for request in requests]
        self.asked += [f"{where}offloads off {device}" for device in bare]

    def programs(self, programs: Sequence[Callable[[int], bytes]], rows: Mapping[bytes, bytes]) -> list[int]:
        """Note them; any numbers will do."""
        self.asked += [f"bpf program of {len(one(3)) // 8} steps, {len(rows)} rows" for one in programs]
        return list(range(4, 4 + len(programs)))

    def dump(self, namespace: str, *questions: Request) -> list[bytes]:
        """Answer what was prepared for each question, or nothing."""
        return [one for question in questions for one in self.dumped.get((namespace, question.says), [])]

    def contents(self, namespace: str, file: Path) -> str:
        """Answer what was prepared for the file, or nothing."""
        return self.outputs.get(f"{namespace}: {file}", "")

    def run(self, *argv: str, stdin: str = "", namespace: str = "") -> str:
        """Note the command and answer what was prepared for it, or nothing."""
        command = " ".join(argv)
        self.asked.append(f"{namespace}: {command}" if namespace else command)
        return next((output for start, output in self.outputs.items() if command.startswith(start)), "")

    def transact(self, socket: Path, database: str, operations: Sequence[Mapping[str, Any]]) -> None:
        """Note each operation."""
        self.asked += [f"{database}: {json.dumps(operation)}" for operation in operations]

    def uptime(self) -> float:
        """As long as it has paused."""
        return self.paused

    def pause(self, seconds: float) -> None:
        """Note it; takes no time."""
        self.paused += seconds
