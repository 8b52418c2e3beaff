"""What a trainee did is kept so that it cannot be changed, and what follows from it is computed, never stored."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from twin.core.errors import UsageError
from twin.core.units import Rate
from twin.jobs.training.acts import (
    Act,
    Changed,
    Diagnosed,
    Graded,
    Hinted,
    Tried,
    WasReset,
    commands_tried,
    configured,
    cost,
    last_diagnosis,
    may_diagnose,
)
from twin.jobs.training.exercise import Cause, Diagnosis, Gate, Way
from twin.jobs.training.exercise_file import draw_exercise
from twin.jobs.training.gates import GateResult
from twin.jobs.training.journal import FILE, ActJournal
from twin.jobs.training.observing.hypothesis_table import (
    HypothesisTable,
    TableRow,
    digest_of,
    read_table,
    write_table,
)
from twin.jobs.training.points import points
from twin.model import Name
from twin.plan.configuration_changes import RemoveMeter, SetMeter

METER = Path(__file__).parents[3] / "exercises" / "minimal-meter.yaml"
RIGHT = Diagnosis(Name("homes-1"), Way.UP, Cause.METER_TOO_LOW)
WRONG = Diagnosis(Name("homes-2"), Way.UP, Cause.SPAN_LOSSY)
REPAIR = Changed(SetMeter(Name("homes-1"), Name("voice"), Rate(100_000)))
PASSED = tuple(GateResult(gate, True) for gate in Gate)


def test_the_journal_gives_back_what_was_done(tmp_path: Path) -> None:
    """Every kind of act, in order; the file is for its owner alone."""
    acts: list[Act] = [Hinted(0, 5), Diagnosed(RIGHT, "north date", True), REPAIR, WasReset(),
                       Graded(PASSED, True, 90, ("abc",))]
    for act in acts:
        ActJournal(tmp_path).add(act)
    assert ActJournal(tmp_path).acts() == tuple(acts)
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_a_journal_that_was_changed_by_hand_is_refused(tmp_path: Path) -> None:
    """Where its chain breaks."""
    for act in (Hinted(0, 5), REPAIR):
        ActJournal(tmp_path).add(act)
    file = tmp_path / FILE
    file.write_text(file.read_text().replace('"cost": 5', '"cost": 0'))
    with pytest.raises(UsageError, match=r"acts.jsonl:1: .* chain"):
        ActJournal(tmp_path).acts()


@pytest.mark.parametrize("lost", [1, 10, 60])
def test_a_loss_of_power_costs_the_last_line_alone(tmp_path: Path, lost: int) -> None:
    """What was whole is kept, and the journal goes on."""
    for act in (Hinted(0, 5), REPAIR):
        ActJournal(tmp_path).add(act)
    os.truncate(tmp_path / FILE, (tmp_path / FILE).stat().st_size - lost)
    assert ActJournal(tmp_path).acts() == (Hinted(0, 5),)
    ActJournal(tmp_path).add(WasReset())
    assert ActJournal(tmp_path).acts() == (Hinted(0, 5), WasReset())


def test_the_configured_state_is_that_of_the_changes_since_the_last_reset() -> None:
    """A repair restores the plan, a reset the troubles."""
    drawn = draw_exercise(METER, 1)
    assert configured(drawn, [REPAIR]) == drawn.sound
    assert configured(drawn, [Changed(RemoveMeter(Name("homes-1"), Name("voice"))), WasReset()]) == drawn.faulty
    assert configured(drawn, [WasReset(), REPAIR]) == drawn.sound


def test_a_diagnosis_is_sealed_by_the_first_change() -> None:
    """A reset does not open it again; of several, the last one counts, and the others cost."""
    assert may_diagnose([Hinted(0, 5), Diagnosed(WRONG)])
    assert not may_diagnose([REPAIR, WasReset()])
    acts = [Diagnosed(WRONG), Diagnosed(RIGHT)]
    assert last_diagnosis(acts) == Diagnosed(RIGHT)
    assert cost([*acts, Hinted(0, 10)]) == 15


def test_points() -> None:
    """All for everything; the parts that a wrong diagnosis, no evidence or a failed gate costs."""
    best = [Diagnosed(RIGHT, "a command", True)]
    assert points(RIGHT, best, PASSED) == 100
    assert [points(RIGHT, best, PASSED, share) for share in (0.0, 0.5, 1.0)] == [90, 95, 100]
    assert points(RIGHT, [Diagnosed(RIGHT)], PASSED) == 80
    assert points(RIGHT, [Diagnosed(WRONG)], PASSED) == 40
    assert points(RIGHT, [*best, Hinted(0, 5)], PASSED) == 95
    assert points(RIGHT, best, [GateResult(gate, gate is not Gate.EFFECT) for gate in Gate]) == 70
    assert points(RIGHT, [], [GateResult(gate, False) for gate in Gate]) == 0


def test_commands_count_until_the_first_repair() -> None:
    """Those that were run as such, and the command that was shown for a diagnosis."""
    acts: list[Act] = [Tried("north date"), Diagnosed(RIGHT, "east-dslam ovs-ofctl", True), REPAIR, Tried("west date")]
    assert commands_tried(acts) == ("north date", "east-dslam ovs-ofctl")


def test_a_test_rules_out_what_its_row_says() -> None:
    """Where the trouble is; several tests together what any of them does, however they are spaced."""
    rows = (TableRow("homes-1", "north date", (0, 1)), TableRow("homes-1", "north ps", (1, 2)), TableRow(
        "homes-2", "north date", (3,)))
    table = HypothesisTable("digest", 4, rows)
    assert table.ruled_out("homes-1", []) == 0
    assert table.ruled_out("homes-1", ["north  date", "north ps", "north echo"]) == 0.75


@pytest.mark.parametrize(("before", "after", "follows"), [
    ("25", "26", False), ("broken", "torn", False), ("fails: [G1]", "fails: [G1, G2]", False),
    ("may: [meter, no-meter, profile]", "may: [meter, no-meter, profile, span]", False),
    ("class: voice, rate: 64 kbit/s}\nmay", "class: voice, rate: 65 kbit/s}\nmay", True),
    ("loss: 5 %", "loss: 6 %", True), ("-c, \"200\"", "-c, \"201\"", True), ("rate=64", "rate=65", True),
    ("cause: queues-swapped", "cause: span-slow", True), ("  - {line: homes-2}\n", "", True),
    ("place: $line", "place: east-dslam", True), ("minimal.yaml", "copper.yaml", True)])
def test_a_table_is_used_while_what_it_follows_from_stands(tmp_path: Path, before: str, after: str,
                                                           follows: bool) -> None:
    """Texts and repairs may change; troubles, tests, hypotheses, draws and the network may not."""
    text = METER.read_text(encoding="utf-8").replace("15\nstory", "25\nstory")
    file = tmp_path / "some.yaml"
    file.write_text(text, encoding="utf-8")
    assert read_table(file) is None
    table = HypothesisTable(digest_of(file), 3, ())
    write_table(file, table)
    assert read_table(file) == table
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    assert (read_table(file) is None) is follows
