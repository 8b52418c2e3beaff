"""A class on its own: twins come and go, a power loss costs nothing, results stand in its journals."""

from __future__ import annotations

import csv
import io
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.training.classes import ROSTER, FakeTwins, opened, settled
from tests.jobs.training.test_acts import PASSED, REPAIR, RIGHT
from twin.api.classroom.class_folder import find_class
from twin.api.classroom.results import class_results, results_csv, results_digest, results_html
from twin.api.classroom.tiles import tiles
from twin.core.errors import UsageError
from twin.jobs.classroom.events import Ended, Paused, Resumed
from twin.jobs.training.acts import Act, Diagnosed, Graded, Hinted
from twin.jobs.training.journal import FILE, ActJournal

WORKED: tuple[Act, ...] = (Hinted(0, 5), Diagnosed(RIGHT, "east date", True), REPAIR,
                           Graded(PASSED, True, 95, ("abc",)))


def test_a_twin_that_ends_is_brought_up_again_and_hand_in_makes_place(tmp_path: Path) -> None:
    """Two at once: the third seat waits, until the first has handed in."""
    held, twins = opened(tmp_path), FakeTwins()
    assert settled(held, twins) == {"anna": "working", "ben-chloe": "working", "dina": "waiting"}
    twins.up.discard("class-monday-anna")
    assert settled(held, twins)["anna"] == "working" and "class-monday-anna" in twins.up
    for act in WORKED:
        ActJournal(held.session("anna").folder).add(act)
    assert settled(held, twins) == {"anna": "handed-in", "ben-chloe": "working", "dina": "working"}
    assert twins.up == {"class-monday-ben-chloe", "class-monday-dina"}
    held.journal.add(Ended())
    settled(held, twins)
    assert twins.up == set()


def test_a_twin_that_cannot_be_brought_up_is_said_to_the_instructor(tmp_path: Path) -> None:
    """The others go on; resumed, it is tried again."""
    held, twins = opened(tmp_path), FakeTwins(broken={"anna"})
    assert settled(held, twins) == {"anna": "failed", "ben-chloe": "working", "dina": "working"}
    assert next(tile.reason for tile in tiles(held)) == "the lab has ended"
    twins.broken.clear()
    held.journal.add(Paused("dina"))
    held.journal.add(Resumed("anna"))
    assert settled(held, twins) == {"anna": "working", "ben-chloe": "working", "dina": "paused"}


def test_a_class_that_was_killed_is_resumed(tmp_path: Path) -> None:
    """With the same tokens, seeds, sessions and hints; twins that are gone come again, one that is up stays."""
    held, twins = opened(tmp_path), FakeTwins()
    settled(held, twins)
    ActJournal(held.session("anna").folder).add(Hinted(0, 5))
    twins.up.remove("class-monday-anna")
    again = opened(tmp_path)
    assert again.tokens == held.tokens and again.session("anna").drawn.seed == held.session("anna").drawn.seed
    assert settled(again, twins) == {"anna": "working", "ben-chloe": "working", "dina": "waiting"}
    assert next(tile.hints for tile in tiles(again)) == 1


def test_a_class_that_was_ended_begins_anew(tmp_path: Path) -> None:
    """With other secrets; the one before is kept beside it. One that goes on keeps its exercise."""
    first = opened(tmp_path)
    with pytest.raises(UsageError, match="end it first"):
        opened(tmp_path, ROSTER.replace("minimal-meter", "minimal-loop"))
    first.journal.add(Ended())
    with pytest.raises(UsageError, match="name a class with --class; known: monday"):
        find_class("", tmp_path)
    assert opened(tmp_path).tokens["anna"] != first.tokens["anna"]
    assert (tmp_path / "class-monday.1" / "events.jsonl").exists()
    assert find_class("", tmp_path).file.name == "monday"


def test_each_seat_has_a_seed_of_its_own(tmp_path: Path) -> None:
    """And a secret of its own for grading; both are in files for their owner alone."""
    held = opened(tmp_path)
    files = [held.session(seat).folder / "session.json" for seat in held.file.trainees]
    assert len({file.read_text() for file in files}) == 3
    private = [*files, held.folder / "class.json", held.folder / "events.jsonl"]
    assert [path.name for path in private if path.stat().st_mode & 0o077] == []
    assert held.folder.stat().st_mode & 0o077 == 0


def test_results_are_in_the_journals(tmp_path: Path) -> None:
    """As rows with the digests of measurements; a journal that was changed is named; the page has the digest."""
    held = opened(tmp_path)
    for act in WORKED:
        ActJournal(held.session("anna").folder).add(act)
    broken = held.session("dina").folder / FILE
    broken.write_text(broken.read_text().replace("minimal-meter", "minimal-loop"))
    results = class_results(held)
    rows = {row["seat"]: row for row in csv.DictReader(io.StringIO(results_csv(results)))}
    assert {name: (row["handed_in"], row["passed"], row["points"]) for name, row in rows.items()} == {
        "anna": ("yes", "yes", "95"), "ben-chloe": ("no", "no", ""), "dina": ("no", "no", "")}
    assert (rows["anna"]["diagnosis"], rows["anna"]["hints"], rows["anna"]["digests"]) == (
        "homes-1 up meter-too-low", "1", "abc")
    assert "chain of hashes breaks" in rows["dina"]["fault"]
    assert results_digest(results) == sha256(results_csv(results).encode()).hexdigest()
    assert results_digest(results) in results_html(results)
