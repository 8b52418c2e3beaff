"""Packets of a live twin as they pass: a pcap file with time stamps in nanoseconds that grows while it is read."""

from __future__ import annotations

import base64
import os
import re
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from twin.api.live.pcap_order import PcapOrder
from twin.core.errors import EmulationError, UsageError
from twin.jobs.live.channel import CAPTURE_NODE, CAPTURES
from twin.lab.session.running_lab import RunningLab

__all__ = ["Capture", "CaptureCounts"]

POLL_S = 0.1
"""How long reading waits for more."""
CHUNK = 2**20
_COUNT = re.compile(r"^(\d+) packets? (captured|dropped)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CaptureCounts:
    """Packets of a capture: written to its file, and lost by the kernel before."""

    captured: int
    dropped: int


class Capture:
    """A capture that goes on until it is stopped, or as many packets have come as were asked for."""

    def __init__(self, lab: RunningLab, place: str, expression: str, packets: int) -> None:
        self._lab = lab
        name = f"{os.getpid()}-{id(self):x}.pcap"
        self._path = lab.out / CAPTURES / name
        self._number = lab.start_command(CAPTURE_NODE, [place, name, str(packets), expression])
        self._offset = 0
        self._order = PcapOrder()
        self._stopping = False
        self._status: int | None = None
        self.report = ""
        """What tcpdump says of it: packets captured, and dropped by the kernel."""

    def __enter__(self) -> Capture:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None,
                 _trace: TracebackType | None) -> None:
        self.stop()
        while self._status is None:
            self._take_messages()
        self._path.unlink(missing_ok=True)

    @property
    def path(self) -> Path:
        """The file, which goes with the capture."""
        return self._path

    def stop(self) -> None:
        """Let it end; what was captured can still be read."""
        if not self._stopping and self._status is None:
            self._lab.end_input(self._number)
        self._stopping = True

    def counts(self) -> CaptureCounts:
        """What tcpdump counted; zeroes before the end."""
        numbers = {what: int(number) for number, what in _COUNT.findall(self.report)}
        return CaptureCounts(numbers.get("captured", 0), numbers.get("dropped", 0))

    def read(self) -> bytes | None:
        """What has come since the last call, after a tenth of a second at most, in order of time; None at the end.

        Raises UsageError where place or filter are none that tcpdump takes, EmulationError where the twin has ended.
        """
        self._take_messages()
        if self._status not in (None, 0):
            reason = self.report.strip().splitlines()[-1:] or ["tcpdump gives no reason"]
            raise UsageError(f"nothing can be captured: {reason[0]}")
        ended = self._status is not None
        chunk = self._more()
        ordered = self._order.take(chunk) if chunk else self._order.flush()
        return None if ended and not chunk and not ordered else ordered

    def _more(self) -> bytes:
        if not self._path.exists():
            return b""
        with self._path.open("rb") as file:
            file.seek(self._offset)
            chunk = file.read(CHUNK)
        self._offset += len(chunk)
        return chunk

    def _take_messages(self) -> None:
        timeout_s = POLL_S if self._status is None else 0.0
        while self._status is None and (message := self._lab.command_message(self._number, timeout_s)) is not None:
            if "error" in message:
                raise EmulationError(str(message["error"]))
            self.report += base64.b64decode(message.get("output", "")).decode(errors="replace")
            self._status = message.get("exit_status")
            timeout_s = 0.0
