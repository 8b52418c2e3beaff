"""The log files of a live twin, and their lines as they come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from twin.api.live.live_twin import LiveTwin
from twin.core.errors import EmulationError, UsageError
from twin.jobs.experiment import spec
from twin.lab.session.attach import daemon_log

LOOK_S = 0.5
"""How long a line waits at most."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of a log."""

    log: str
    line: str


def log_files(twin: LiveTwin, name: str = "") -> dict[str, Path]:
    """The log files of a twin by name: controller, load, switches, and the daemon that holds its lab; or the one of
    that name. Raises UsageError where there is none such."""
    files = {path.stem: path for path in sorted((twin.folder / spec.LOGS).glob("*.log"))}
    files["session-daemon"] = daemon_log(twin.name)
    if name and name not in files:
        raise UsageError(f'there is no log "{name}"; known: {", ".join(files)}')
    return {name: files[name]} if name else files


def log_lines(twin: LiveTwin, name: str = "", last: int = 0, *, follow: bool = False) -> Iterator[LogLine]:
    """The lines of all logs, or of the one of that name: the `last` of each (0: all), one log after the other; with
    `follow` also those that come, without end, in the order in which they are found.

    Raises UsageError where there is no such log, EmulationError when the twin has ended, after its last line.
    """
    tails = {log: _Tail(path) for log, path in log_files(twin, name).items()}
    for log, tail in tails.items():
        yield from (LogLine(log, line) for line in tail.new()[-last:])
    ended: EmulationError | None = None
    while follow and not ended:
        try:
            twin.next_event(LOOK_S)
        except EmulationError as fault:
            ended = fault
        for log, path in log_files(twin, name).items():
            yield from (LogLine(log, line) for line in tails.setdefault(log, _Tail(path)).new())
    if ended:
        raise ended


@dataclass
class _Tail:
    """Reads the lines that were added to a file since the last time; half a line waits for its end."""

    path: Path
    place: int = field(default=0)

    def new(self) -> list[str]:
        """The whole lines since; of a file that was begun again, from its start."""
        if not self.path.exists():
            return []
        if self.path.stat().st_size < self.place:
            self.place = 0
        with self.path.open("rb") as file:
            file.seek(self.place)
            whole, newline, _ = file.read().rpartition(b"\n")
        self.place += len(whole) + len(newline)
        return whole.decode("utf-8", "replace").split("\n") if newline else []
