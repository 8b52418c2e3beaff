"""A roster is read as strictly as a network: every problem at once, with its line; and what a class's secret gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.core.errors import TopologyError
from twin.jobs.classroom.keys import grading_secret, seat_seed, token
from twin.jobs.classroom.roster import read_roster

METER = Path(__file__).parents[3] / "exercises" / "minimal-meter.yaml"
GOOD = f"""roster: 1
name: monday
exercise: {METER}
instructors: [claire]
seats:
  - {{trainees: [anna]}}
  - {{trainees: [ben, chloe]}}
"""
SECRET = "00" * 32


def refused(tmp_path: Path, text: str) -> list[str]:
    """What is said of a roster."""
    file = tmp_path / "roster.yaml"
    file.write_text(text)
    with pytest.raises(TopologyError) as fault:
        read_roster(file)
    return [f"{problem.place.line}: {problem.path} {problem.reason}" for problem in fault.value.problems]


def test_a_roster_has_seats_for_trainees_and_pairs(tmp_path: Path) -> None:
    """Called by those who sit there."""
    (tmp_path / "roster.yaml").write_text(GOOD)
    read = read_roster(tmp_path / "roster.yaml")
    assert [seat.name for seat in read.roster.seats] == ["anna", "ben-chloe"]
    assert read.roster.twin_name(read.roster.seats[1]) == "class-monday-ben-chloe"
    assert (read.exercise, read.roster.exam) == (METER, False)


def test_the_roster_of_the_manual_is_one(tmp_path: Path) -> None:
    """As docs/training.md shows it, beside the exercises."""
    manual = (METER.parents[1] / "docs" / "training.md").read_text(encoding="utf-8")
    text = "roster: 1" + manual.split("```\nroster: 1")[1].split("```")[0]
    (tmp_path / "exercises").symlink_to(METER.parent)
    (tmp_path / "classes").mkdir()
    (tmp_path / "classes" / "monday.yaml").write_text(text)
    assert [seat.name for seat in read_roster(tmp_path / "classes" / "monday.yaml").roster.seats] == [
        "anna", "ben-chloe"]


def test_all_that_is_wrong_is_said_at_once_with_its_line(tmp_path: Path) -> None:
    """Two trainees of one name, an instructor among them, too many at a seat, names that make too long a twin's."""
    text = GOOD.replace("[ben, chloe]", "[ben, anna]") + ("  - {trainees: [claire]}\n  - {trainees: [d, e, f]}\n"
                                                          f"  - {{trainees: [{'x' * 30}, {'y' * 30}]}}\n")
    assert refused(tmp_path, text) == [
        '6: seats[0] "anna" is 2 people of this class', '7: seats[1] "anna" is 2 people of this class',
        '8: seats[2] "claire" is 2 people of this class', "9: seats[3] has 3 trainees",
        f'10: seats[4] its twin would be called "class-monday-{"x" * 30}-{"y" * 30}", which is too long']


def test_two_seats_of_one_name_are_refused(tmp_path: Path) -> None:
    """A seat is called by who sits there: a pair may be called as a third trainee is."""
    assert refused(tmp_path, GOOD + "  - {trainees: [ben-chloe]}\n") == [
        '7: seats[1] is called "ben-chloe", and so is another seat',
        '8: seats[2] is called "ben-chloe", and so is another seat']


def test_a_wrong_exercise_is_said_with_the_roster(tmp_path: Path) -> None:
    """Where there is none, and what is wrong in it, with the place there."""
    assert "there is no file" in refused(tmp_path, GOOD.replace("minimal-meter", "nothing"))[0]
    exercise = tmp_path / "wrong.yaml"
    exercise.write_text(METER.read_text().replace("../topologies", str(METER.parents[1] / "topologies"))
                        .replace("level: 1", "level: 9").replace("64 kbit/s", "64"))
    text = GOOD.replace(str(METER), str(exercise)).replace("[claire]", "[]")
    assert [problem.partition(": ")[2].split()[0] for problem in refused(tmp_path, text)] == [
        "instructors", "level", "troubles[0].rate"]


@pytest.mark.parametrize("text", ["", "[]", "roster: 2", GOOD.replace("trainees", "pupils"), GOOD + "beer: yes\n"])
def test_what_is_no_roster_is_refused(tmp_path: Path, text: str) -> None:
    """With a place and a remedy."""
    assert refused(tmp_path, text)


def test_a_secret_gives_each_seat_its_own() -> None:
    """The same each time (RFC 2104, HMAC-SHA-256 of a secret of zeros), another for each seat, exercise and use."""
    assert seat_seed(SECRET, "anna", "minimal-meter") == seat_seed(SECRET, "anna", "minimal-meter")
    seeds = {seat_seed(SECRET, seat, exercise) for seat in ("anna", "ben") for exercise in ("a", "b")}
    assert len(seeds) == 4 and all(0 <= seed < 2**31 for seed in seeds)
    assert len(token(SECRET, "anna")) == 43 and token(SECRET, "anna") != token("11" * 32, "anna")
    assert len({token(SECRET, "ab"), token(SECRET, "a\0b"), grading_secret(SECRET, "a", "b")}) == 3
