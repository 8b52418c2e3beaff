"""`twin search` in labs and what it leaves, by the command line: found, replayed where it was found, and verified."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.in_lab.places import NETWORKS
from twin import api
from twin.cli import main
from twin.core.units import NS_PER_S, Time
from twin.jobs.search.outcome import Outcome, Violation
from twin.jobs.search.runner import Failure, SearchResult
from twin.jobs.search.schedule import Event, EventKind, Schedule

RING = NETWORKS / "ring.yaml"
TARGETS = "targets of strict classes are kept once all is healed"


def test_a_failure_is_found_replayed_and_verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Targets that light itself misses, whichever workload the seed leaves out: no event is needed for that."""
    file, out = tmp_path / "ring.yaml", tmp_path / "search"
    missed = ", ".join(f"{{workload: {name}, mean-delay: 1 us}}" for name in ("down", "up"))
    file.write_text(f"{RING.read_text()}\ntargets: [{missed}]\n")
    assert main(["search", str(file), "--labs", "1", "--out", str(out)]) == 1
    assert "of which none is needed" in capsys.readouterr().out
    failure = json.loads((out / "failure-1.json").read_text())
    assert failure["labs"] is True and failure["schedule"]["events"] == []
    assert main(["search", str(file), "--replay", str(out / "failure-1.json")]) == 1
    replayed = capsys.readouterr().out
    assert "ring: 1 schedule in labs" in replayed and TARGETS in replayed
    verified = ["verify", str(out / "failure-1.yaml"), "--seconds", "5", "--no-baseline", "--json"]
    assert main([*verified, "--out", str(tmp_path / "run")]) == 1
    verdicts = json.loads(capsys.readouterr().out)["verdicts"]
    assert {verdict["metric"] for verdict in verdicts if verdict["verdict"] == "missed"} == {"mean-delay"}


def test_a_failure_with_faults_is_replayed_and_verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of another controller: today's survives them; the cut happens, and is mended when the lab would have done so."""
    schedule = Schedule(3, (Event(Time(NS_PER_S), EventKind.CUT, "north-east"),
                            Event(Time(2 * NS_PER_S), EventKind.PAUSE, lasts=Time(NS_PER_S // 10))))
    outcome = Outcome(schedule, ((Violation(TARGETS, "down"), 0),))
    result = SearchResult("ring", 3, 1, failing=1, failures=(Failure(3, 2, outcome),), labs=True)
    failure, run = tmp_path / "search" / "failure-1", tmp_path / "run"
    api.store_search(failure.parent, RING, result)
    assert main(["search", str(RING), "--replay", f"{failure}.json"]) == 0
    assert "ring: 1 schedule in labs" in capsys.readouterr().out
    assert main(["verify", f"{failure}.yaml", "--seconds", "8", "--no-baseline", "--out", str(run)]) == 5, "no target"
    cut, mend = json.loads((run / "closing.json").read_text())["reroutes"]
    assert (cut["name"], cut["cut"], cut["at"]) == ("north-east", True, NS_PER_S)
    assert (mend["name"], mend["cut"], mend["at"]) == ("north-east", False, 5.1 * NS_PER_S)


@pytest.mark.parametrize(("words", "why"), [
    (("--seeds", "3"), "leave --seeds out"), (("--first", "0"), "leave --first out"), (("--labs", "2"), "--labs 1"),
    (("--out", "x"), "leave --out out")])
def test_a_replay_runs_one_schedule(words: tuple[str, ...], why: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What asks for more is refused, not ignored."""
    assert main(["search", str(RING), "--replay", "failure-1.json", *words]) == 2
    assert why in capsys.readouterr().err
