"""The repair of an exercise as it is typed into a shell, from the start to the points; on a live twin."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.in_lab.places import ROOT
from twin.jobs.training.change_words import commands
from twin.jobs.training.exercise_file import draw_exercise

SEED = 1
NAME = f"typed-{os.getpid()}"


def test_what_the_instructors_page_gives_as_the_repair_is_one(tmp_path: Path) -> None:
    """The trouble is seen by the evidence, diagnosed and repaired by the commands of that page; all five gates pass,
    the evidence shows nothing any more, and a wrong repair before a reset did not pass."""
    file = exercise_of_its_own(tmp_path)
    exercise = draw_exercise(file, SEED).exercise
    evidence, right = exercise.evidence[0], exercise.diagnosis
    seen = f"twin exec --twin train-{NAME} {evidence.at} -- {shlex.join(evidence.run)}"
    page = typed(tmp_path, f"twin train instructor {file} --lang en")
    sheet = typed(tmp_path, f"twin train start {file} --seed {SEED} --lang en")
    try:
        assert exercise.story.en in sheet
        assert re.search(evidence.shows, typed(tmp_path, seen))
        typed(tmp_path, f"twin train diagnose {right.place} {right.direction} {right.cause} "
                        f"--because {shlex.quote(evidence.command)} --exercise {NAME}")
        for wrong in commands(exercise.wrong[0].do):
            typed(tmp_path, f"{wrong} --exercise {NAME}")
        checked = json.loads(typed(tmp_path, f"twin train check --json --exercise {NAME}", fails=True))
        assert [gate for gate, reasons in checked["gates"].items() if reasons] == [*exercise.wrong[0].fails]
        typed(tmp_path, f"twin train reset --exercise {NAME}")
        assert re.search(evidence.shows, typed(tmp_path, seen))
        for repair in commands(exercise.solutions[0].do):
            assert repair in page
            typed(tmp_path, f"{repair} --exercise {NAME}")
        assert not re.search(evidence.shows, typed(tmp_path, seen))
        graded = json.loads(typed(tmp_path, f"twin train hand-in --json --exercise {NAME}"))
        assert graded["passed"] and graded["gates"] == {f"G{number}": [] for number in range(1, 6)}
        assert graded["points"] == 100
    finally:
        typed(tmp_path, f"twin train stop --exercise {NAME}")


def exercise_of_its_own(folder: Path) -> Path:
    """The first exercise with a trouble, under a name that no other session on this machine has, and one seed."""
    text = (ROOT / "exercises" / "minimal-meter.yaml").read_text(encoding="utf-8")
    for before, after in (("name: minimal-meter", f"name: {NAME}"), ("../topologies", f"{ROOT / 'topologies'}")):
        assert text.count(before) == 1
        text = text.replace(before, after)
    file = folder / f"{NAME}.yaml"
    file.write_text(f"{text}seeds: 1\n", encoding="utf-8")
    return file


def typed(folder: Path, line: str, *, fails: bool = False) -> str:
    """What a line that is typed into a shell writes to its standard output."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(("sh", "-c", line), cwd=folder, env={**os.environ, "PATH": path}, text=True,
                          capture_output=True, check=False)
    assert done.returncode == int(fails), f"{line}: {done.stdout}{done.stderr}"
    return done.stdout
