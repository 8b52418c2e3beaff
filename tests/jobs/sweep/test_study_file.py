"""Studies are read with every problem at once, each with line, column and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.jobs.sweep.studies import RATES, study_file
from twin.core.errors import TopologyError
from twin.jobs.sweep.study_file import read_study


def refused(folder: Path, *changes: tuple[str, str]) -> list[str]:
    """The problems of the study with these changes, without the folder."""
    text = RATES
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    with pytest.raises(TopologyError) as fault:
        read_study(study_file(folder, text))
    return [str(problem).replace(f"{folder}/", "") for problem in fault.value.problems]


def test_a_sound_study_is_read(tmp_path: Path) -> None:
    """With its description."""
    whole = read_study(study_file(tmp_path))
    assert whole.network.name == "minimal" and [p.name for p in whole.study.parameters] == ["down", "homes"]


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    """Wrong values at their own place in the study, a wrong path, an unknown policy, a range without steps."""
    problems = refused(tmp_path, ("2 Mbit/s]", "2 Mbps]"), ("lines.homes.emulated", "lines.homs.emulated"),
                       ("strict, none]", "strict, noone]"))
    assert [problem.split()[0] for problem in problems] == ["rates.yaml:5:69", "rates.yaml:6:16", "rates.yaml:7:20"]
    assert '"Mbps" is not a unit of rate' in problems[0] and 'did you mean "homes"?' in problems[1]
    assert '"noone" is not in' in problems[-1] and 'did you mean "none"?' in problems[-1]


@pytest.mark.parametrize(("old", "new", "message"), [
    ("steps: 2", "steps: 1", "steps: 1 is too little"),
    (", steps: 2", "", "has a range without steps"),
    ("from: 1, to: 4", "from: 4, to: 1", "lower end is not below its upper"),
    ("from: 1, to: 4", "from: 1 Mbit/s, to: 4 kbit/s", "have different units"),
    ("from: 1, to: 4, steps: 2", "steps: 2", "needs either values or a range"),
    ("lines.homes.emulated", "lines.homes.at.emulated", "which has no keys"),
    ("lines.homes.emulated", "lines..emulated", "is no path of keys"),
    ("  homes:", "  seed:", "is the name of what every study may vary"),
    ("[{kind: theory}]", "[]", "is empty"),
    ("[{kind: theory}]", "[{kind: theory}, {kind: theory}]", "has a kind twice"),
    ("design: cross", "design: latin-hypercube", "points: is missing"),
    ("network: minimal.yaml", "network: minimum.yaml", "cannot be read: No such file"),
    ("policies:", "cuts: [none, north-est]\npolicies:", 'did you mean "north-east"?'),
])
def test_what_is_wrong_is_said(tmp_path: Path, old: str, new: str, message: str) -> None:
    """One problem each, at a place of the study."""
    problems = refused(tmp_path, (old, new))
    assert any(message in problem for problem in problems), problems
    assert all(problem.startswith("rates.yaml:") for problem in problems)


def test_listed_points_say_every_parameter(tmp_path: Path) -> None:
    """What a point lacks and what is no parameter are problems; so is a value where the design has it."""
    problems = refused(
        tmp_path, ("design: cross", "design: list\npoints: [{down: 1 Mbit/s, hmes: 2}, {down: 1 Gbit, homes: 1}, 7]"),
        (", values: [512 kbit/s, 1 Mbit/s, 2 Mbit/s]", ""), (", from: 1, to: 4, steps: 2", ""))
    assert len(problems) == 4
    assert "points[0].homes: is missing" in problems[1] or "points[0].homes: is missing" in problems[0]
