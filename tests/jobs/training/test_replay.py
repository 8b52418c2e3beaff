"""A session is replayed step by step from its journal, and a new exercise is sound as it is written."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.jobs.training.test_acts import METER, PASSED, REPAIR, RIGHT
from twin import api
from twin.api.training.session import SessionFile
from twin.core.errors import UsageError
from twin.core.records import to_json
from twin.jobs.training.acts import Act, Diagnosed, Graded, Hinted, Started, WasReset
from twin.jobs.training.journal import FILE, ActJournal, JournalLine
from twin.jobs.training.replay import replay_steps

ROOT = METER.parents[1]
ACTS: tuple[Act, ...] = (Started("minimal-meter", 1, False, "d" * 64), Hinted(0, 5),
                         Diagnosed(RIGHT, "east date", True), REPAIR, WasReset(), Graded(PASSED, True, 95, ("abc",)))


def session(folder: Path, *, exam: bool = False) -> Path:
    """A session with these acts, whose twin was never up."""
    (folder / "session.json").write_text(to_json(SessionFile(str(METER), 1, exam, "secret")))
    for act in ACTS:
        ActJournal(folder).add(act)
    return folder


def test_steps_have_the_time_since_the_start() -> None:
    """In seconds, across midnight."""
    lines = [JournalLine("2026-11-30T23:59:58.500+00:00", ACTS[0], "a"),
             JournalLine("2026-12-01T00:01:00.000+00:00", ACTS[1], "b")]
    assert [(step.number, step.elapsed, step.chain) for step in replay_steps(lines)] == [(1, 0, "a"), (2, 61.5, "b")]


@pytest.mark.parametrize("language", api.Language)
def test_a_replay_tells_every_step(tmp_path: Path, language: api.Language) -> None:
    """A line each, with the evidence, the change as it is typed, and the gates."""
    text = api.replay_text(api.replay(session(tmp_path)), api.Wording(language))
    for words in ("homes-1, up, meter-too-low", "east date", "meter line=homes-1 class=voice 'rate=100 kbit/s'", "✓G5"):
        assert words in text
    assert text.count("\n") == len(ACTS) + 1


def test_an_examination_does_not_tell_the_gates(tmp_path: Path) -> None:
    """To its trainee; the instructor sees them."""
    folder = session(tmp_path, exam=True)
    assert "G5" not in api.replay_json(api.replay(folder))
    assert "G5" in api.replay_json(api.replay(folder, reasons=True))


def test_a_changed_journal_is_not_replayed(tmp_path: Path) -> None:
    """And what is no session is refused with the sessions that there are."""
    file = session(tmp_path) / FILE
    file.write_text(file.read_text().replace('"cost": 5', '"cost": 0'))
    with pytest.raises(UsageError, match="chain of hashes breaks"):
        api.replay(tmp_path)
    with pytest.raises(UsageError, match='there is no session "nothing"; known: '):
        api.replay("nothing")


def test_a_new_exercise_is_sound_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has every key of an exercise but none that is not there, and a comment on each; none is overwritten."""
    monkeypatch.chdir(ROOT)
    file = api.new_exercise("my-exercise", tmp_path)
    draws = [*api.all_draws(file)]
    assert {drawn.exercise.diagnosis.place for drawn in draws} == {"homes-1", "homes-2"}
    assert all(drawn.exercise.name == "my-exercise" for drawn in draws)
    text = file.read_text(encoding="utf-8")
    keys = set(type(draws[0].exercise).__dataclass_fields__)
    assert {key for key in keys if f"\n{key}:" not in text} == set()
    assert os.path.relpath(ROOT / "topologies", tmp_path) in text
    with pytest.raises(UsageError, match="is there already"):
        api.new_exercise("my-exercise", tmp_path)
    with pytest.raises(UsageError, match="cannot be called"):
        api.new_exercise("../x", tmp_path)


def test_replays_are_json(tmp_path: Path) -> None:
    """With the last hash, which says that nothing was left out."""
    steps = json.loads(api.replay_json(api.replay(session(tmp_path))))
    assert steps["chain"] == steps["steps"][-1]["chain"]
    kinds = ["started", "hinted", "diagnosed", "changed", "was-reset", "graded"]
    assert [step["act"]["kind"] for step in steps["steps"]] == kinds
