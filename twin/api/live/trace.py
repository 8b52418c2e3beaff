"""Where packets of a live twin pass: counts of those that a filter chooses, on all spans at once."""

from __future__ import annotations

import base64
import json
from types import TracebackType
from typing import Any

from twin.core.errors import UsageError
from twin.jobs.live.channel import TRACE_NODE
from twin.lab.session.running_lab import RunningLab

__all__ = ["Trace"]

ENDED = "it was ended, as it is when the network is built anew; begin again"
"""Why nothing comes any more, where the tool says nothing itself."""


class Trace:
    """Where packets pass: counts of them by span, a few times a second, until it is closed."""

    def __init__(self, lab: RunningLab, expression: str) -> None:
        self._lab = lab
        self._number = lab.start_command(TRACE_NODE, [expression])
        self._text, self._errors = b"", b""

    def __enter__(self) -> Trace:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None,
                 _trace: TracebackType | None) -> None:
        self._lab.end_input(self._number)

    def fileno(self) -> int:
        """What can be read when there are counts."""
        return self._lab.fileno()

    def read(self, timeout_s: float) -> dict[str, tuple[int, int]] | None:
        """Packets since the last reading by span, from its first end and from its second; None when none came in time.

        Raises UsageError where the filter is none, EmulationError where the twin has ended.
        """
        while b"\n" not in self._text:
            message = self._lab.command_message(self._number, timeout_s)
            if message is None:
                return None
            self._take(message)
        line, _, self._text = self._text.partition(b"\n")
        return {span: (forth, back) for span, (forth, back) in json.loads(line).items()}

    def _take(self, message: Any) -> None:
        chunk = base64.b64decode(message.get("output", ""))
        self._lab.take(self._number, len(chunk))
        if message.get("stream") == 1:
            self._text += chunk
        else:
            self._errors += chunk
        if "exit_status" in message or "error" in message:
            reason = last_line(self._errors) or message.get("error", ENDED)
            raise UsageError(f"nothing can be traced: {reason}")


def last_line(text: bytes) -> str:
    """What a tool says at its end, "" for nothing."""
    return "".join(text.decode(errors="replace").strip().splitlines()[-1:])
