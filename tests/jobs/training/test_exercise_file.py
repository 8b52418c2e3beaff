"""An exercise is read as strictly as a network: all problems at once, each with its place; a seed draws its values."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from twin.api import Language, instructor_page
from twin.core.errors import TopologyError, UsageError
from twin.core.units import Rate
from twin.jobs.training.change_words import commands, typed
from twin.jobs.training.exercise_file import all_draws, course, draw_exercise, read_draws, read_exercise
from twin.jobs.training.gates import HandedIn, cause
from twin.jobs.training.observing.hypothesis_table import read_table
from twin.model import Name
from twin.plan.configuration_changes import SetAirRate, changed

FOLDER = Path(__file__).parents[3] / "exercises"
METER = FOLDER / "minimal-meter.yaml"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_exercise_can_be_drawn(file: Path) -> None:
    """With each of its rows; it is called as its file."""
    assert {drawn.exercise.name for drawn in all_draws(file)} == {file.stem}


def test_a_seed_draws_one_row() -> None:
    """The same each time, and another row by another seed."""
    assert {draw_exercise(METER, 1).exercise.diagnosis.place for _ in range(3)} == {"homes-1"}
    assert {draw_exercise(METER, seed).exercise.diagnosis.place for seed in range(9)} == {"homes-1", "homes-2"}


def changed_copy(tmp_path: Path, before: str, after: str) -> Path:
    """The exercise with other words."""
    text = METER.read_text(encoding="utf-8").replace("../topologies", str(FOLDER.parent / "topologies"))
    assert before in text
    file = tmp_path / METER.name
    file.write_text(text.replace(before, after), encoding="utf-8")
    return file


@pytest.mark.parametrize(("before", "after", "says"), [
    ("rate: 64 kbit/s", "rate: 64", "has no unit"),
    ("cause: meter-too-low", "cause: bad-luck", "bad-luck"),
    ("line: $line, class: voice, rate: 64", "line: $lien, class: voice, rate: 64", '"$lien" is not drawn'),
    ("kind: meter, line: $line, class: voice, rate: 64", "kind: meter, line: homes-9, class: voice, rate: 64",
     'no line "homes-9"'),
    ("  - {line: homes-2}", "  - {house: homes-2}", "draw: is not a list of rows"),
    ("level: 1", "level: 7", "level"),
    ("diagnosis: {place: $line", "diagnosis: {place: homes-9", 'no place "homes-9"'),
    ("cause: queues-swapped, do: [{kind: queues, switch: east-dslam", "cause: queues-swapped, do: [{kind: queues, "
     "switch: west-dslam", 'relay "west-dslam"'),
    ("evidence:\n  - {at: east-dslam", "evidence:\n  - {at: west-dslam", 'no node "west-dslam"'),
    ("at: $line, run: [ping", "at: homes-9, run: [ping", 'no node "homes-9"'),
    ("workload: call, line: $line", "workload: television, line: $line", 'no flow of "television"'),
    ("kind: power-cycle, switch: east-dslam", "kind: power-cycle, switch: west-dslam", 'no switch "west-dslam"'),
    ("kind: cut, span: north-east", "kind: cut, span: north-west", 'no span "north-west"'),
    ("may: [meter, no-meter, profile]", "may: [meter, profile]", "no trainee may make: no-meter"),
    ("loss}\nevidence", "loss, cut: north-west}\nevidence", '"north-west" is not cut'),
    ("rate: 200 kbit/s}]", "rate: 200 kbit/s}]\n    stops: [downlod]", 'nothing of the load is called "downlod"'),
    ("rate: 200 kbit/s}]", "rate: 200 kbit/s}]\n    by-hand: [{kind: no-meter, line: homes-9, class: voice}]",
     'no line "homes-9"'),
])
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, before: str, after: str, says: str) -> None:
    """File, line and column, reason and remedy."""
    with pytest.raises(TopologyError) as refused:
        draw_exercise(changed_copy(tmp_path, before, after), 1)
    problem = refused.value.problems[0]
    assert says in str(problem)
    assert problem.place.line > 0
    assert problem.remedy


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    """A wrong unit and an unknown cause in one message."""
    file = changed_copy(tmp_path, "rate: 64 kbit/s", "rate: 64")
    file.write_text(file.read_text().replace("cause: meter-too-low", "cause: bad-luck"))
    with pytest.raises(TopologyError) as refused:
        draw_exercise(file, 1)
    assert len(refused.value.problems) == 2


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_exercise_is_written_in_both_languages(file: Path) -> None:
    """With three commands that matter, the same in both; hints, notes and reasons too. What it needs comes before."""
    exercise = read_exercise(file)
    french, english = ([line.split("  ")[0] for line in text.splitlines()]
                       for text in (exercise.look.fr, exercise.look.en))
    assert french == english
    assert len(french) == 3
    assert all(text.fr and text.en for text in (exercise.title, exercise.story, exercise.debriefing, *exercise.guide,
                                                *(hint.text for hint in exercise.hints),
                                                *(repair.why for repair in exercise.wrong)))
    levels = {known.stem: read_exercise(known).level for known in FOLDER.glob("*.yaml")}
    assert all(levels[name] <= exercise.level for name in exercise.needs)


def test_the_course_has_one_beginning_and_an_order() -> None:
    """From the exercise that needs nothing every other can be reached; none needs itself."""
    ordered = [*course(read_exercise(file) for file in FOLDER.glob("*.yaml"))]
    assert len(ordered) >= 12
    assert [exercise.name for exercise in ordered if not exercise.needs] == [ordered[0].name]
    names = [exercise.name for exercise in ordered]
    assert all(names.index(before) < place for place, exercise in enumerate(ordered) for before in exercise.needs)


def test_what_needs_one_another_comes_last() -> None:
    """And nothing is lost."""
    loops = [replace(read_exercise(METER), name=Name(name), needs=(Name(need),)) for name, need in ("ab", "ba", "cc")]
    assert [exercise.name for exercise in course([*loops, replace(read_exercise(METER), needs=())])] == [
        "minimal-meter", "a", "b", "c"]


@pytest.mark.parametrize("language", list(Language))
def test_the_instructors_page_has_all_that_is_hidden(language: Language) -> None:
    """Of every draw the trouble and its repair, of every wrong repair the gates that stop it."""
    page = instructor_page([drawn.exercise for drawn in all_draws(METER)], language)
    assert all(f"line={line}" in page for line in ("homes-1", "homes-2"))
    assert "rate=64 kbit/s" in page and "rate=100 kbit/s" in page
    assert page.count("G1") == 2
    assert all(page.count(f"`twin train change no-meter line={line} class=voice`") == 1
               for line in ("homes-1", "homes-2"))
    assert page.count("`twin train change meter line=homes-1 class=voice 'rate=100 kbit/s'`") == 1
    assert page.count("queues-swapped") == 2 and page.count("twin train test east-dslam -- ovs-ofctl") == 2


def test_every_exercise_has_its_table_of_hypotheses() -> None:
    """Of three at least. It is of the exercise as it is written now, for every draw, evidence included; each hypothesis
    can be ruled out by some test."""
    for file in FOLDER.glob("*.yaml"):
        table = read_table(file)
        assert table is not None, f"compute it again: twin train table {file}"
        for drawn in all_draws(file):
            tests = [row.command for row in (*drawn.exercise.evidence, *drawn.exercise.tests)]
            assert table.hypotheses >= 3
            assert table.ruled_out(drawn.exercise.diagnosis.place, tests) == 1.0


@pytest.mark.parametrize("language", list(Language))
def test_the_instructors_page_says_what_is_stopped_and_what_is_changed_by_hand(language: Language) -> None:
    """In words of its language."""
    page = instructor_page([*read_draws(FOLDER / "black-channel.yaml")], language)
    words = {Language.ENGLISH: "by hand", Language.FRENCH: "à la main"}[language]
    assert f"- {words} `multicast switch=mazamet span=pont-de-larn-relay-uplink`" in page
    assert "`twin load stop download`" in instructor_page([*read_draws(FOLDER / "minimal-queues.yaml")], language)


@pytest.mark.parametrize(("rate", "carried"), [(1_000_000, True), (5_500_000, False), (11_000_000, False)])
def test_a_rate_set_by_hand_repairs_no_antenna(rate: int, carried: bool) -> None:
    """Antennas that point past each other are not the plan, at whichever rate; what their signal does not carry is
    refused."""
    for drawn in all_draws(FOLDER / "weak-signal.yaml"):
        by_hand = SetAirRate(drawn.exercise.diagnosis.place, Rate(rate))
        assert by_hand.kind in drawn.exercise.may
        with nullcontext() if carried else pytest.raises(UsageError, match="the signal of"):
            assert [*cause(drawn.sound, HandedIn(changed(drawn.network, drawn.faulty, [by_hand])))]


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_commands_of_repairs_make_their_changes(file: Path) -> None:
    """Every change of every exercise, read back from its command by the rules of a shell."""
    exercise = read_exercise(file)
    steps = [*exercise.troubles, *(step for solution in exercise.solutions for step in solution.do),
             *(step for repair in exercise.wrong for step in repair.do)]
    assert [typed(command) for command in commands(steps)] == [step.change for step in steps]
