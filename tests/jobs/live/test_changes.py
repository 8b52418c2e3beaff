"""What is done to the lines and the load of a live twin, from the library, without a lab."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.jobs.live.fake_twin import fake_twin
from tests.plan.test_line_changes import NETWORK
from twin import api
from twin.core.errors import UsageError
from twin.model import Name
from twin.plan.line_changes import LineChange


@pytest.fixture
def twin(tmp_path: Path) -> api.LiveTwin:
    """Four homes, of which all that is described runs."""
    twin = fake_twin(NETWORK, tmp_path)
    twin.start_load("all")
    return twin


def emulation(twin: api.LiveTwin) -> Any:
    """What takes note of the changes of the network."""
    return twin._lab.server._network.emulation  # type: ignore[attr-defined]


def test_a_line_gets_another_profile_where_it_stands(twin: api.LiveTwin) -> None:
    """No other line is touched, and all that ran runs again."""
    before = twin.status().flows
    assert twin.change_profile("homes-2", "dsl-2m") == 0
    assert emulation(twin).lines == [("homes-2",)]
    assert api.line_profiles(twin.network())["homes-2"] == "dsl-2m"
    assert (twin.status().flows, twin.status().lines) == (before, {"homes-2": LineChange(profile=Name("dsl-2m"))})
    assert twin.change_profile("homes-2", "dsl-2m") == 0 and len(emulation(twin).lines) == 1


def test_a_profile_with_other_rules_takes_a_new_network(twin: api.LiveTwin) -> None:
    """It has the lines and the flows of the one before."""
    twin.change_profile("homes-1", "dsl-2m")
    assert twin.change_profile("homes-2", "several") > 0
    assert emulation(twin).lines == []
    profiles = api.line_profiles(twin.network())
    assert [profiles[f"homes-{number}"] for number in (1, 2, 3)] == ["dsl-2m", "several", "dsl-512"]
    assert len(twin.status().flows) == 12


def test_a_workload_that_no_line_runs_is_started(twin: api.LiveTwin) -> None:
    """On a line or on a group, beside what runs; it is stopped and started again as any other."""
    assert "homes-3.upload" in twin.start_load("upload", on="homes-3")
    assert len(twin.status().flows) == 13
    assert len(twin.start_load("upload", on="homes")) == 16
    assert len(twin.stop_load("upload", on="homes-3")) == 15
    assert len(twin.stop_load("upload")) == 12
    assert len(twin.start_load("homes-3.upload")) == 13
    with pytest.raises(UsageError, match="no workload"):
        twin.start_load("film", on="homes")


def test_load_is_changed_on_one_line_alone(twin: api.LiveTwin) -> None:
    """The rest of what the names mean goes on."""
    assert len(twin.stop_load("call", on="homes-4")) == 10
    assert len(twin.start_load("call", on="homes-4")) == 12
    entries = len([*api.journal(twin)])
    assert len(twin.start_load("none")) == 12 and len([*api.journal(twin)]) == entries
    assert twin.status().lines == {}


def test_a_broken_line_is_not_changed(twin: api.LiveTwin) -> None:
    """It has no rates to change; its flows run on."""
    twin.cut("homes-1")
    with pytest.raises(UsageError, match="homes-1: broken; restore it first"):
        twin.change_profile("homes", "dsl-2m")
    assert len(twin.status().flows) == 12 and twin.status().lines == {}


def test_changes_of_lines_are_kept_with_the_twin(twin: api.LiveTwin, tmp_path: Path) -> None:
    """By another policy and in a saved twin, which is verified as it stands; a reset ends them."""
    twin.change_profile("homes-1", "dsl-2m")
    twin.start_load("upload", on="homes-2")
    twin.use_policy(api.policy_named(NETWORK, "none"))
    assert api.line_profiles(twin.network())["homes-1"] == "dsl-2m" and "homes-2.upload" in twin.status().flows
    file = tmp_path / "saved.json"
    file.write_text(api.saved_twin_json(twin.saved()))
    described = api.saved_twin(str(file)).described()
    assert described.policy == "none" and api.line_profiles(described)["homes-1"] == "dsl-2m"
    assert "homes-2.upload" in {flow.name for flow in api.plan(described).flows}
    twin.reset()
    assert (twin.status().lines, twin.network(), len(twin.status().flows)) == ({}, NETWORK, 12)
