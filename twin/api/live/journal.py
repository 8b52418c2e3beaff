"""The journal of a live twin as text and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from twin.api.live.live_twin import LiveTwin
from twin.core.errors import EmulationError
from twin.core.records import tag
from twin.core.units import NS_PER_S, show_time
from twin.jobs.live.channel import (
    CameUp,
    ChangeLines,
    ChangeLoad,
    Command,
    Event,
    FaultChanged,
    InjectFault,
    LinesChanged,
    LoadChanged,
    Rebuild,
    Rebuilt,
)
from twin.jobs.live.journal import JournalEntry, JournalFile
from twin.jobs.live.journal import line as journal_json
from twin.model import FaultKind
from twin.plan.failures.degradation import description, faults_text
from twin.plan.line_changes import LineChange

__all__ = ["JournalEntry", "journal", "journal_json", "journal_text"]

SHOWN = 6
"""How many names stand in a line."""


def journal(twin: LiveTwin, *, follow: bool = False) -> Iterator[JournalEntry]:
    """What was asked of a twin and what happened since it came up, oldest first; with `follow` without end.

    Raises EmulationError when the twin has ended, after its last entry.
    """
    file = JournalFile(twin.folder)
    yield from file.new()
    while follow:
        try:
            twin.next_event()
        except EmulationError:
            yield from file.new()
            raise
        yield from file.new()


def journal_text(entry: JournalEntry) -> str:
    """An entry on one line, with the local time."""
    time = datetime.fromtimestamp(entry.at / NS_PER_S).isoformat(" ", "milliseconds")
    if entry.event is not None:
        return f"{time}  event    {_event(entry.event)}"
    word, reason = ("refused", f": {entry.refused.splitlines()[0]}") if entry.refused else ("command", "")
    return f"{time}  {word:<8} {_command(entry.command)}{reason}"


def _command(command: Command | None) -> str:
    match command:
        case InjectFault(fault):
            return f"{fault.kind.value} {description(fault) if fault.kind is FaultKind.DEGRADE else fault.name}"
        case ChangeLoad(start, stop):
            return "; ".join(f"{word} {_names(names)}" for word, names in (("stop", stop), ("start", start)) if names)
        case ChangeLines(_, lines):
            return f"let lines be {_lines(lines)}"
        case Rebuild(_, keep_faults):
            return "rebuild" if keep_faults else "rebuild without faults"
        case other:
            return tag(type(other)).replace("-", " ")


def _event(event: Event) -> str:
    match event:
        case CameUp(_, policy):
            return f"up, policy {policy}"
        case FaultChanged(_, faults):
            return f"now {faults_text(faults)}"
        case LoadChanged(running, failed):
            reasons = "".join(f"; {name or 'load'}: {', '.join(why)}" for name, why in failed.items())
            return f"flows running now: {len(running)}{reasons}"
        case LinesChanged(_, lines):
            return f"lines, read back: {_lines(lines)}"
        case Rebuilt(_, policy, gap):
            return f"rebuilt, policy {policy}; there was no network for {show_time(gap)}"
        case other:
            return tag(type(other)).replace("-", " ")


def _lines(lines: Mapping[str, LineChange]) -> str:
    """Lines that are sold or used otherwise than described."""
    words = {line: " ".join([*filter(None, [change.profile]), *(f"+{name}" for name in change.workloads)])
             for line, change in lines.items()}
    return _names(tuple(f"{line} ({word})" for line, word in words.items())) or "as described"


def _names(names: tuple[str, ...]) -> str:
    more = len(names) - SHOWN
    return " ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")
