"""A small campaign in the lab: every cut of a ring heals as fast as its figures say, and nothing measured is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.in_lab.places import NETWORKS
from twin.core.units import NS_PER_MS, Length
from twin.jobs.campaign import OBSERVED_FILE, CampaignOptions, run_campaign
from twin.judge.restoration.failure_results import Campaign, FailureResult
from twin.judge.restoration.isolation_check import IsolationCheck
from twin.model import Healing, Network
from twin.model.yaml import load

OPTIONS = CampaignOptions(seconds=6.0, double=True)
STATED, MARGIN = 15 * NS_PER_MS, 2 * NS_PER_MS
"""Detection and switch of tests/in_lab/networks/ring.yaml; a packet a millisecond, and what was on the way."""
LONG_WAY = 4 * NS_PER_MS
"""640 km of fibre and some serialization."""


@pytest.fixture(scope="module")
def network() -> Network:
    """The ring of ring.yaml, without its own faults, and so long on one side that packets can be overtaken."""
    ring = load(NETWORKS / "ring.yaml")
    spans = tuple(replace(span, length=Length(600_000)) if span.name == "west-north" else span for span in ring.spans)
    return replace(ring, spans=spans, faults=())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the campaign leaves everything."""
    return tmp_path_factory.mktemp("campaign")


@pytest.fixture(scope="module")
def campaign(network: Network, folder: Path) -> Campaign:
    """The campaign."""
    return run_campaign(network, folder, OPTIONS)


def of(campaign: Campaign, key: str) -> FailureResult:
    """What was found of a cut."""
    return next(failure for failure in campaign.failures if failure.cut.key == key)


def test_every_cut_of_the_ring_is_healed_in_detection_and_switch(campaign: Campaign) -> None:
    """Of every class that crosses it, and across a span that no service uses."""
    for name in ("north-east", "east-west"):
        worst = of(campaign, f"span-{name}").restoration_time
        assert worst is not None and abs(worst - STATED) <= MARGIN
    assert of(campaign, "span-west-north").restoration_time is None, "the other way round is shorter from end to end"
    impacts = of(campaign, "span-north-east").classes
    assert {impact.service_class for impact in impacts if impact.probes} == {"voice", "data"}
    assert campaign.exit_code == 0


def test_traffic_returns_whole_and_out_of_order_no_more_than_the_short_way_is_shorter(campaign: Campaign) -> None:
    """Of all probes of all cuts: none lost, none doubled, none slower than the long way; some are overtaken."""
    for failure in campaign.failures:
        assert not any(impact.duplicated for impact in failure.classes)
        assert (failure.reversion.lost, failure.reversion.duplicated) == (0, 0)
        assert failure.reversion.reordered <= failure.reversion.max_reordered and failure.reversion.max_delay < LONG_WAY
    back = of(campaign, "span-north-east").reversion
    assert back.sent > 1000 and back.reordered > 0


def test_the_controllers_share_is_what_the_file_states(campaign: Campaign) -> None:
    """Detection, its own delay, and its rounds; computing takes no more."""
    for name in ("north-east", "east-west"):
        failure = of(campaign, f"span-{name}")
        assert failure.rounds >= 2 and failure.reconverged is not None
        assert abs(failure.reconverged - (30 + failure.rounds * 2) * NS_PER_MS) <= MARGIN


def test_a_dead_switch_isolates_its_line_and_nobody_else(campaign: Campaign) -> None:
    """The others do not notice."""
    assert of(campaign, "node-east").isolation.lines == ("home-1",) and of(campaign, "node-east").lost == 0
    assert of(campaign, "node-west").isolation.lines == ()
    assert of(campaign, "span-softswitch-uplink").isolation.lines == ("home-1",)


@pytest.mark.parametrize(("pair", "lines"), [
    ("east-west and north-east", ("home-1",)), ("north-east and west-north", ("home-1",)),
    ("east-west and west-north", ())])
def test_two_cuts_isolate_in_the_lab_exactly_the_lines_of_the_plan(campaign: Campaign, pair: str,
                                                              lines: tuple[str, ...]) -> None:
    """Nothing came through from the second cut to the mend where there was no way left; everything where there was."""
    double = next(failure for failure in campaign.double_failures if str(failure.cut) == pair)
    assert double.digest and double.isolation.lines == lines
    assert double.isolation_check == IsolationCheck(flows=2, silent=2 * len(lines), contradictions=())


def test_single_cuts_isolate_in_the_lab_exactly_the_lines_of_the_plan(campaign: Campaign) -> None:
    """A dead switch its line; a span of the ring nobody."""
    for key, silent in (("node-east", 2), ("span-softswitch-uplink", 2), ("span-north-east", 0), ("node-west", 0)):
        assert of(campaign, key).isolation_check == IsolationCheck(2, silent)


def test_without_protection_a_single_cut_isolates_too(network: Network, tmp_path: Path) -> None:
    """The baseline: there is another path, and nothing is rerouted to it. A pair by name is measured beside."""
    unprotected = replace(network.control, protection=replace(network.control.protection, healing=Healing.NONE))
    options = CampaignOptions(seconds=6.0, together=(("west-north", "east"),))
    alone = run_campaign(replace(network, control=unprotected), tmp_path, options)
    assert of(alone, "span-north-east").isolation_check == IsolationCheck(2, 2) and alone.exit_code == 1
    (double,) = (failure for failure in alone.double_failures if failure.digest)
    assert str(double.cut) == "west-north and node east" and double.isolation_check == IsolationCheck(2, 2)


def test_a_stored_result_is_reused(network: Network, folder: Path, campaign: Campaign) -> None:
    """A campaign that was killed after any number of cuts goes on with the others, and concludes the same."""
    kept = sorted(folder.glob(f"*/{OBSERVED_FILE}"))
    missing = folder / "span-east-west" / OBSERVED_FILE
    before = {path: path.stat().st_mtime_ns for path in kept if path != missing}
    missing.unlink()
    (folder / "intact" / ".observed.json.part").write_text("half a resu")
    assert run_campaign(network, folder, OPTIONS) == campaign
    assert {path: path.stat().st_mtime_ns for path in before} == before and missing.exists()


def test_another_description_is_measured_again(folder: Path, campaign: Campaign) -> None:
    """Each result says what it was made of."""
    keys = {path.parent.name: json.loads(path.read_text())[0]["key"] for path in folder.glob(f"*/{OBSERVED_FILE}")}
    assert len(set(keys.values())) == len(keys) == 11
