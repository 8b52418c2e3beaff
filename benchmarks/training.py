"""Does the training room start fast, and grade only what deserves it? `python -m benchmarks.training`.

Luck is bounded without labs: the gates of cause, load and diagnosis follow from the configuration alone, and a sequence
of random actions that fails at one of them fails. What passes these three would be measured.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.support.figure import Figure, at_most, main
from twin.core.errors import UsageError
from twin.core.units import NS_PER_S, Gain, Rate, Ratio, Time
from twin.emulation.readback.configuration import configuration, differences
from twin.jobs.training.acts import Diagnosed
from twin.jobs.training.exercise import Cause, Diagnosis, Gate, Way
from twin.jobs.training.exercise_checks import names_of
from twin.jobs.training.exercise_file import DrawnExercise, all_draws, draw_exercise, read_exercise
from twin.jobs.training.gates import HandedIn, diagnosis, load
from twin.jobs.training.grading import Grade, grade
from twin.jobs.training.points import points
from twin.model import Direction, Name
from twin.plan.blueprint import Blueprint
from twin.plan.configuration_changes import ConfigurationChange, changed, kind_of
from twin.plan.configuration_changes.span_settings import Duplex

EXERCISES = Path(__file__).resolve().parents[1] / "exercises"
TERRITORY, SMALL = EXERCISES / "village-swarm.yaml", EXERCISES / "minimal-meter.yaml"
TWIN = "import sys; from twin.cli import main; sys.exit(main())"
SEQUENCES = 300
START, CHECK = 10.0, 60.0
"""Seconds."""
MOST = 4
"""Actions of a sequence."""
TRIES = 1000
RATES = tuple(map(Rate, (64_000, 100_000, 200_000, 1_000_000, 5_500_000, 10_000_000, 11_000_000, 100_000_000)))


def figures() -> list[Figure]:
    """All rows."""
    return [*starts(), *checks(), *repeats(), *luck(), *needed()]


def starts() -> Iterator[Figure]:
    """From the command to the terminal, on Castres-Mazamet."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        _twin(folder, "start", str(TERRITORY), "--seed", "1")
        took = time.monotonic() - began
        _twin(folder, "stop", "--exercise", TERRITORY.stem)
    yield at_most("start of an exercise on Castres-Mazamet", START, took, "s")


def checks() -> Iterator[Figure]:
    """All gates, three held-out seeds of 30 s: of a wrong repair, which is measured beside the sound network in six
    labs, and then of the right one, of which all is known."""
    drawn = _checked(draw_exercise(TERRITORY, 1))
    wrong = changed(drawn.network, drawn.faulty, [step.change for step in drawn.exercise.wrong[0].do])
    with tempfile.TemporaryDirectory() as cache:
        began = time.monotonic()
        refused = _graded(drawn, wrong, "check", Path(cache))
        took = time.monotonic() - began
        graded = _graded(drawn, drawn.sound, "check", Path(cache))
    yield at_most("check of a wrong repair, Castres-Mazamet, 3 seeds of 30 s", CHECK, took, "s",
                  f"fails at {', '.join(gate.gate for gate in refused.gates if not gate.passed)}")
    yield at_most("gates that the sound state fails", 0, sum(not gate.passed for gate in graded.gates), "")


def _checked(drawn: DrawnExercise) -> DrawnExercise:
    return replace(drawn, exercise=replace(drawn.exercise, seeds=3, seconds=Time(30 * NS_PER_S)))


def luck() -> Iterator[Figure]:
    """Random legal actions with a random diagnosis, in every exercise."""
    drawn = [next(all_draws(file)) for file in sorted(EXERCISES.glob("*.yaml"))]
    passing = [lucky for exercise in drawn for lucky in _lucky(exercise)]
    passed = sum(repaired and named for repaired, named in passing)
    yield at_most(f"of {len(passing)} random hand-ins ({SEQUENCES} an exercise), passed", 0, passed, "",
                  f"{sum(repaired for repaired, _ in passing)} repaired, {sum(named for _, named in passing)} named it")


def _lucky(drawn: DrawnExercise) -> Iterator[tuple[bool, bool]]:
    """Whether random actions pass the gates of cause and load, and whether a random diagnosis is right."""
    planned = configuration(drawn.sound)
    for number in range(SEQUENCES):
        random = Random(number)
        state = random_state(drawn, random)
        repaired = not differences(planned, configuration(state)) and not [*load(drawn.sound, HandedIn(state))]
        yield repaired, not [*diagnosis(drawn.exercise.diagnosis, random_diagnosis(drawn, random))]


def random_state(drawn: DrawnExercise, random: Random) -> Blueprint:
    """The exercise after one to four random actions; those that its network refuses are drawn anew."""
    state, left = drawn.faulty, random.randint(1, MOST) if drawn.exercise.may else 0
    choices = _choices(drawn)
    for _ in range(TRIES):
        if not left:
            break
        try:
            state = changed(drawn.network, state, [_change(drawn, choices, random)])
            left -= 1
        except UsageError:
            continue
    return state


def random_diagnosis(drawn: DrawnExercise, random: Random) -> Diagnosis:
    """Any place, direction and cause."""
    place = Name(random.choice(sorted(names_of(drawn.sound).places)))
    return Diagnosis(place, random.choice([*Way]), random.choice([*Cause]))


def _change(drawn: DrawnExercise, choices: Mapping[str, Sequence[Any]], random: Random) -> ConfigurationChange:
    record = kind_of(random.choice(drawn.exercise.may))
    values = {field.name: random.choice(choices[field.name]) for field in fields(record)}
    change: ConfigurationChange = record(**values)
    return change


def _choices(drawn: DrawnExercise) -> dict[str, Sequence[Any]]:
    """What each key of a change may be."""
    network, sound = drawn.network, drawn.sound
    classes = [known.name for known in network.classes]
    return {
        "line": [Name(host.name) for host in sound.hosts if host.line_group], "to": [host.name for host in sound.hosts],
        "span": [span.name for span in sound.spans], "switch": [switch.name for switch in sound.switches],
        "service_class": classes, "classes": [(a, b) for a in classes for b in classes if a != b],
        "service": [known.name for known in network.services], "direction": [*Direction],
        "dscp": [known.dscp for known in network.classes], "rate": RATES, "loss": [None, Ratio(0), Ratio(5_000)],
        "profile": [known.name for known in network.profiles], "workload": [known.name for known in network.workloads],
        "bursts": [0.0, 60.0, 300.0], "length": [Time(300_000)], "interleaving": [0, 16, 64],
        "duplex": [*Duplex], "cell": [known.name for known in network.radio_cells] or [Name("none")],
        "misalignment": [Gain(0), Gain(600), Gain(1200)],
    }


def repeats() -> Iterator[Figure]:
    """A wrong repair graded twice, each time measured anew: on this machine as it is, and with every core busy."""
    drawn = draw_exercise(SMALL, 1)
    drawn = replace(drawn, exercise=replace(drawn.exercise, seeds=1))
    wrong = changed(drawn.network, drawn.faulty, [step.change for step in drawn.exercise.wrong[0].do])
    first = _graded_anew(drawn, wrong)
    with _busy():
        second = _graded_anew(drawn, wrong)
    shown = [f"{points(drawn.exercise.diagnosis, [Diagnosed(drawn.exercise.diagnosis)], grade.gates)} points, "
             + " ".join(effects.digest[:12] for effects in (*grade.measured.handed_in, *grade.measured.handed_in_tried))
             for grade in (first, second)]
    yield at_most("of 2 gradings of one hand-in, idle and busy, other digests, gates or points", 0,
                  int(first != second), "", shown[0] if first == second else "; ".join(shown))


@contextmanager
def _busy() -> Iterator[None]:
    """Every core has something else to do, for the time of a block."""
    others = [subprocess.Popen((sys.executable, "-c", "while True: pass")) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def needed() -> Iterator[Figure]:
    """The gates without which some wrong repair, proved to fail there alone, would pass; a diagnosis is always needed.

    What fails at the effect or is not robust differs from the plan, and so fails at the cause, too.
    """
    alone = {repair.fails[0] for file in EXERCISES.glob("*.yaml") for repair in read_exercise(file).wrong
             if len(repair.fails) == 1}
    yield Figure("gates that alone stop a wrong repair", "-", ", ".join(sorted({*alone, Gate.DIAGNOSIS})))


def _graded_anew(drawn: DrawnExercise, state: Blueprint) -> Grade:
    """Grade a state, with nothing measured before."""
    with tempfile.TemporaryDirectory() as cache:
        return _graded(drawn, state, "twice", Path(cache))


def _graded(drawn: DrawnExercise, state: Blueprint, secret: str, cache: Path) -> Grade:
    return grade(drawn, HandedIn(state, drawn.exercise.diagnosis), secret, cache, lambda *_: None)


def _twin(folder: str, *words: str) -> None:
    subprocess.run((sys.executable, "-c", TWIN, "train", *words), cwd=folder, check=True,
                   stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main(figures)
