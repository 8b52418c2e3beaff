"""The journal of a live twin: written by its server, read by whoever asks."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.live.fake_twin import fake_twin
from twin import api
from twin.core.errors import EmulationError, UsageError
from twin.core.units import Time
from twin.jobs.live.channel import (
    CameUp,
    ChangeLoad,
    CountersChanged,
    FaultChanged,
    InjectFault,
    LoadChanged,
    ReadState,
    WindowReady,
)
from twin.jobs.live.journal import FILE, JournalEntry, JournalFile, line

NETWORK = api.load(Path(__file__).parents[3] / "topologies" / "minimal.yaml")


def test_commands_stand_before_what_came_of_them(tmp_path: Path) -> None:
    """Each once, in order, questions left out; one that was refused with its reason."""
    twin = fake_twin(NETWORK, tmp_path)
    twin.cut("north-east")
    twin.status()
    with pytest.raises(UsageError, match="broken already"):
        twin.cut("north-east")
    twin.start_load("homes-1.download")
    entries = tuple(api.journal(twin))
    assert [type(entry.command or entry.event) for entry in entries] == [
        CameUp, InjectFault, FaultChanged, InjectFault, ChangeLoad, LoadChanged]
    assert [bool(entry.refused) for entry in entries] == [False, False, False, True, False, False]


def test_it_reads_as_text(tmp_path: Path) -> None:
    """One line an entry, with what it is about."""
    twin = fake_twin(NETWORK, tmp_path)
    twin.degrade("east-west", rate="10 Mbit/s")
    with pytest.raises(UsageError):
        twin.restore("north-east")
    twin.start_load("call", "homes-1.download")
    lines = [api.journal_text(entry)[25:] for entry in api.journal(twin)]
    assert lines == [
        "event    up, policy strict", "command  degrade east-west at 10 Mbit/s",
        "event    now degraded: east-west at 10 Mbit/s",
        'refused  mend north-east: the span "north-east" is not broken',
        "command  start homes-1.call.down homes-1.call.up homes-1.download homes-2.call.down homes-2.call.up",
        "event    flows running now: 5"]


def test_whoever_follows_sees_the_end(tmp_path: Path) -> None:
    """What is there, what comes, and that the twin has ended."""
    twin = fake_twin(NETWORK, tmp_path)
    entries = api.journal(twin, follow=True)
    assert len([*islice(entries, 1)]) == 1
    twin.cut("north-east")
    twin.restore("north-east")
    assert len([*islice(entries, 4)]) == 4
    with pytest.raises(EmulationError, match="is gone"):
        next(entries)


def test_what_comes_every_second_is_not_written(tmp_path: Path) -> None:
    """Readings, windows and questions: the journal of a week stays small."""
    file = JournalFile(tmp_path)
    file.add(JournalEntry(Time(1), ReadState()))
    file.add(JournalEntry(Time(2), event=CountersChanged(1, Time(2), (), ())))
    file.add(JournalEntry(Time(3), event=WindowReady(1, Time(0), Time(0))))
    assert not (tmp_path / FILE).exists() and file.new() == ()


def test_half_a_line_waits_for_its_end(tmp_path: Path) -> None:
    """A reader may come while the writer writes."""
    entry = JournalEntry(Time(5), event=FaultChanged(("north-east",)))
    text = line(entry) + "\n"
    reader = JournalFile(tmp_path)
    (tmp_path / FILE).write_text(text + text[:9])
    assert reader.new() == (entry,)
    (tmp_path / FILE).write_text(text + text)
    assert reader.new() == (entry,) and reader.new() == ()


def test_logs_are_found_by_name(tmp_path: Path) -> None:
    """Those of its programs, and of the daemon that holds its lab."""
    twin = fake_twin(NETWORK, tmp_path)
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "controller.log").write_text("hello\n")
    assert [*api.log_files(twin)] == ["controller", "session-daemon"]
    assert api.log_files(twin, "controller")["controller"].read_text() == "hello\n"
    with pytest.raises(UsageError, match='no log "controler"; known: controller, session-daemon'):
        api.log_files(twin, "controler")


def test_logs_are_followed_to_the_end_of_the_twin(tmp_path: Path) -> None:
    """The last lines of each, then whole lines as they come, also of logs that are begun meanwhile; why it ended."""
    twin, logs = fake_twin(NETWORK, tmp_path), tmp_path / "logs"
    logs.mkdir()
    (logs / "controller.log").write_text("one\ntwo\nthree\nha")
    twin.cut("north-east")
    twin.restore("north-east")
    lines = api.log_lines(twin, last=2, follow=True)
    assert [*islice(lines, 2)] == [api.LogLine("controller", "two"), api.LogLine("controller", "three")]
    (logs / "controller.log").write_text("one\ntwo\nthree\nhalf\n")
    (logs / "load.log").write_text("begun\n")
    assert [*islice(lines, 2)] == [api.LogLine("controller", "half"), api.LogLine("load", "begun")]
    (logs / "load.log").write_text("anew\n")
    assert next(lines) == api.LogLine("load", "anew")
    with pytest.raises(EmulationError, match="is gone"):
        next(lines)


def test_a_window_says_what_was_lost_outside_the_model(tmp_path: Path) -> None:
    """Since the window before; faults are told to the counter before they happen."""
    twin = fake_twin(NETWORK, tmp_path)
    lab: Any = twin._lab
    lab.server._network.losses.lost = {"upcalls": 2}
    lab.server._network.load.waiting.append(WindowReady(1, Time(5), Time(7)))
    lab.server.report_load()
    assert WindowReady(1, Time(5), Time(7), {"upcalls": 2}) in [twin.next_event() for _ in range(2)]
    twin.cut("homes-1")
    assert [fault.name for fault in lab.server._network.losses.noted] == ["homes-1"]
