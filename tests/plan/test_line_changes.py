"""Lines that are sold or used otherwise than their group."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from twin.core.errors import TopologyError, UsageError
from twin.model import Name
from twin.model.yaml import load, read
from twin.plan import plan
from twin.plan.emulated_lines import emulated_lines, line_profiles
from twin.plan.line_changes import (
    LineChange,
    also_running,
    changed_flows,
    changed_spans,
    lines_meant,
    sold_as,
    with_line_changes,
)

TOPOLOGIES = Path(__file__).parents[2] / "topologies"
TEXT = (TOPOLOGIES / "minimal.yaml").read_text(encoding="utf-8")
PROFILES = """profiles:
  dsl-2m: {down: 2048 kbit/s, up: 512 kbit/s, delay: 5 ms, length: 2 km}
  narrow: {down: 64 kbit/s, up: 64 kbit/s, delay: 5 ms, length: 2 km}
  several: {down: 2048 kbit/s, up: 512 kbit/s, delay: 5 ms, length: 2 km, channels: 3}
  fibre: {down: 10 Mbit/s, up: 10 Mbit/s, technology: ethernet}
"""
NETWORK = read(TEXT.replace("profiles:", PROFILES, 1).replace(
    "workloads:\n", "workloads:\n  upload: {service: web, activity: upload}\n", 1).replace("emulated: 2", "emulated: 4")
    .replace("goodput: 300 kbit/s}", "goodput: 300 kbit/s, lines: [homes]}"), "lines.yaml")
BEFORE = plan(NETWORK)
FAST, BUSY = LineChange(profile=Name("dsl-2m")), LineChange(workloads=(Name("upload"),))
CHANGES = some.dictionaries(some.sampled_from(["homes-1", "homes-2", "homes-3", "homes-4"]),
                            some.sampled_from([LineChange(), FAST, BUSY, replace(FAST, workloads=BUSY.workloads)]))


@given(CHANGES)
def test_only_the_lines_that_are_meant_change(changes: dict[str, LineChange]) -> None:
    """Names, addresses and ports of all lines stay; no flow of another line is planned otherwise."""
    after = plan(with_line_changes(NETWORK, changes))
    changed = {line for line, change in changes.items() if change != LineChange()}
    spans = changed_spans(BEFORE, after)
    assert spans is not None and {span.name for span in spans} == {
        line for line in changed if changes[line].profile}
    assert {name.partition(".")[0] for name in changed_flows(BEFORE, after)} <= {span.name for span in spans}
    assert [host.address for host in after.hosts] == [host.address for host in BEFORE.hosts]
    ports = [(flow.sink, flow.sink_port) for flow in after.flows if flow.sink_port and not flow.source_port]
    assert len({*ports}) == len(ports)
    added = {flow.name for flow in after.flows} - {flow.name for flow in BEFORE.flows}
    assert added == {f"{line}.upload" for line in changed if changes[line].workloads}


@given(CHANGES)
def test_every_line_is_still_there_once(changes: dict[str, LineChange]) -> None:
    """However a group is parted; there are as many subscribers, and targets of the group are those of its lines."""
    after = with_line_changes(NETWORK, changes)
    assert [name for name, _ in emulated_lines(after)] == [name for name, _ in emulated_lines(NETWORK)]
    assert sum(group.subscribers for group in after.lines) == sum(group.subscribers for group in NETWORK.lines)
    assert {*after.targets[1].lines} == {group.name for group in after.lines}
    wanted = {line: changes.get(line, LineChange()).profile or "dsl-512" for line, _ in emulated_lines(NETWORK)}
    assert line_profiles(after) == wanted


def test_a_group_that_changes_alike_stays_one() -> None:
    """In the report as in the load list."""
    after = with_line_changes(NETWORK, dict.fromkeys(lines_meant(NETWORK, "homes"), FAST))
    assert [(group.name, group.profile) for group in after.lines] == [("homes", "dsl-2m")]


def test_what_more_follows_from_is_no_change_of_lines_alone() -> None:
    """A profile with more calls changes the policers of the switch."""
    several = {"homes-1": LineChange(profile=Name("several"))}
    assert changed_spans(BEFORE, plan(with_line_changes(NETWORK, several))) is None


def test_a_line_that_cannot_carry_what_it_runs_is_refused() -> None:
    """With the numbers, as in a description."""
    with pytest.raises(TopologyError, match=r"lines\.homes-2\.runs: its services ask for .*profile narrow"):
        plan(with_line_changes(NETWORK, {"homes-2": LineChange(profile=Name("narrow"))}))


def test_names_that_mean_nothing_are_refused_with_those_that_do() -> None:
    """Lines, profiles, workloads; another technology is another line."""
    with pytest.raises(UsageError, match='no line or line group "home"; did you mean homes'):
        lines_meant(NETWORK, "home")
    with pytest.raises(UsageError, match='no profile "gold"; known: dsl-2m, dsl-512, fibre, narrow, several'):
        sold_as(NETWORK, {}, "homes-1", "gold")
    with pytest.raises(UsageError, match='is dsl, and profile "fibre" is ethernet'):
        sold_as(NETWORK, {}, "homes-1", "fibre")
    with pytest.raises(UsageError, match='no workload "film"; known: call, download, upload'):
        also_running(NETWORK, {}, "homes-1", "film")
    with pytest.raises(UsageError, match='no line "homes-9"'):
        with_line_changes(NETWORK, {"homes-9": FAST})


def test_changes_of_one_line_add_up_and_end() -> None:
    """A profile and workloads together; its own profile is no change."""
    changes = {"homes-1": sold_as(NETWORK, {}, "homes-1", "dsl-2m")}
    changes["homes-1"] = also_running(NETWORK, changes, "homes-1", "upload")
    assert changes["homes-1"] == LineChange(Name("dsl-2m"), (Name("upload"),))
    assert also_running(NETWORK, changes, "homes-1", "upload") == changes["homes-1"]
    assert also_running(NETWORK, {}, "homes-1", "call") == LineChange()
    assert sold_as(NETWORK, changes, "homes-1", "dsl-512") == BUSY


@pytest.mark.parametrize("name", ["minimal", "castres-mazamet", "telephony", "video"])
def test_without_changes_a_description_is_as_it_was(name: str) -> None:
    """To the last field."""
    network = load(TOPOLOGIES / f"{name}.yaml")
    assert with_line_changes(network, {}) == network
