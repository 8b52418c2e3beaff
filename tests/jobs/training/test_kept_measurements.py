"""Measurements are made once, each failure ends the rest, and their progress is one share."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from twin.core.errors import EmulationError
from twin.jobs.experiment.on_host import OnProgress
from twin.jobs.training.measuring.kept_measurements import Measurement, key, make_missing


def noted(made: list[str], name: str, on_progress: OnProgress) -> str:
    """A measurement that says half-way what it does."""
    on_progress("measure", 0.5)
    made.append(name)
    on_progress("measure", 1.0)
    return name


def test_what_is_kept_or_wanted_twice_is_made_once(tmp_path: Path) -> None:
    """Two files of which one is there; the other is wanted three times."""
    made, shares = list[str](), list[float | None]()
    (tmp_path / "kept").write_text("before")
    wanted = [Measurement(tmp_path / name, partial(noted, made, name)) for name in ("kept", "new", "new", "new")]
    assert make_missing(wanted, lambda _phase, share: shares.append(share)) == 1
    assert made == ["new"] and shares == [0.5, 1.0]
    assert [each.file.read_text() for each in wanted] == ["before", "new", "new", "new"]
    assert make_missing(wanted, lambda _phase, _share: None) == 0


def test_a_failure_is_raised_and_nothing_is_kept_of_it(tmp_path: Path) -> None:
    """The next attempt makes it again."""
    def fails(_on_progress: OnProgress) -> str:
        raise EmulationError("the lab died")
    with pytest.raises(EmulationError, match="the lab died"):
        make_missing([Measurement(tmp_path / "file", fails)], lambda _phase, _share: None)
    assert not (tmp_path / "file").exists()


def test_a_key_follows_from_all_parts() -> None:
    """And from nothing else."""
    assert key("a", 1) == key("a", 1) != key("a", 2)
