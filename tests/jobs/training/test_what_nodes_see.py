"""What the nodes of an exercise's twin see of its blueprint tells nothing of what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.jobs.live.running_network import names_alone
from twin.jobs.training.exercise_file import all_draws

EXERCISES = sorted((Path(__file__).parents[3] / "exercises").glob("*.yaml"))


@pytest.mark.parametrize("file", EXERCISES, ids=lambda file: file.stem)
def test_a_faulty_network_looks_like_the_sound_one(file: Path) -> None:
    """By names and wiring alone, whatever was drawn."""
    for drawn in all_draws(file):
        assert names_alone(drawn.faulty) == names_alone(drawn.sound)
        assert names_alone(drawn.sound).hosts == drawn.sound.hosts
