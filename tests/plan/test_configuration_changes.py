"""Changes of the configuration: each touches what it names and nothing else, and what undoes it restores the plan."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from twin.core.errors import UsageError
from twin.core.units import Rate, Ratio, Time
from twin.emulation.readback.configuration import configuration, differences
from twin.model import Direction, Dscp, Name, Network
from twin.model.yaml import load
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.configuration_changes import (
    AddRoute,
    ConfigurationChange,
    RemoveMeter,
    RemoveRoute,
    SetMark,
    SetMeter,
    SetNoise,
    SetProfile,
    SetSpan,
    StopSharing,
    SwapQueues,
    changed,
)

TERRITORY = Path(__file__).parents[2] / "topologies" / "castres-mazamet.yaml"
VOICE, DATA, LINE = Name("voice"), Name("data"), Name("castres-pro-1")


@cache
def territory() -> tuple[Network, Blueprint]:
    """Castres-Mazamet, and its plan."""
    network = load(TERRITORY)
    return network, plan(network)


def places(*changes: ConfigurationChange) -> list[str]:
    """What is no longer as planned after these changes."""
    network, blueprint = territory()
    return [found.place for found in
            differences(configuration(blueprint), configuration(changed(network, blueprint, changes)))]


@pytest.mark.parametrize(("change", "touched"), [
    (SetMeter(LINE, VOICE, Rate(64_000)), ["castres-dslam"]),
    (RemoveMeter(LINE, VOICE), ["castres-dslam"]),
    (SetMark(Name("castres"), Name("telephony"), Direction.DOWN, Dscp(0)), ["castres"]),
    (SwapQueues(Name("castres-dslam"), (VOICE, DATA)), ["castres-dslam"]),
    (SetProfile(LINE, Name("adsl-512")), [LINE]),
    (SetNoise(LINE, 120, Time(500_000), 0), [LINE]),
    (SetSpan(Name("castres-labruguiere"), Rate(10_000_000), Ratio(5_000)), ["castres-labruguiere"]),
    (StopSharing(Name("castres-dslam-uplink"), DATA), ["castres-dslam-uplink"]),
    (AddRoute(Name("castres"), LINE, Name("castres-labruguiere")), ["castres"]),
], ids=lambda value: str(getattr(value, "kind", "")))
def test_a_change_touches_what_it_names_alone(change: ConfigurationChange, touched: list[str]) -> None:
    """Its footprint is one switch or one span."""
    assert places(change) == touched


@pytest.mark.parametrize("changes", [
    [SetMeter(LINE, VOICE, Rate(64_000)), SetMeter(LINE, VOICE, Rate(100_000))],
    [RemoveMeter(LINE, VOICE), SetMeter(LINE, VOICE, Rate(100_000))],
    [SwapQueues(Name("castres"), (VOICE, DATA)), SwapQueues(Name("castres"), (DATA, VOICE))],
    [SetProfile(LINE, Name("adsl-512")), SetProfile(LINE, Name("adsl-2048-pro"))],
    [SetMark(Name("castres"), Name("telephony"), Direction.DOWN, Dscp(0)),
     SetMark(Name("castres"), Name("telephony"), Direction.DOWN, Dscp(46))],
    [AddRoute(Name("castres"), LINE, Name("castres-labruguiere")), RemoveRoute(Name("castres"), LINE)],
    [SetSpan(Name("mazamet-castres"), None, Ratio(5_000)), SetSpan(Name("mazamet-castres"), None, Ratio(0))],
])
def test_what_undoes_a_change_restores_the_plan(changes: Sequence[ConfigurationChange]) -> None:
    """To the last rule: a repair is judged by this."""
    assert places(*changes) == []


@pytest.mark.parametrize("change", [
    SetMeter(Name("nobody-1"), VOICE, Rate(64_000)), SetMeter(LINE, DATA, Rate(64_000)),
    SetMark(Name("mazamet"), Name("telephony"), Direction.DOWN, Dscp(0)), SetProfile(LINE, Name("wifi-512")),
    SwapQueues(Name("castres"), (VOICE, VOICE)), SwapQueues(Name("nowhere"), (VOICE, DATA)),
    SetSpan(Name("nowhere"), Rate(10_000_000)), AddRoute(Name("castres"), LINE, Name("aussillon-mazamet")),
    RemoveRoute(Name("castres"), LINE), SetNoise(Name("noailhac-home-1"), 60, Time(500_000), 0),
])
def test_a_change_of_what_is_not_there_is_refused(change: ConfigurationChange) -> None:
    """With a sentence that names it."""
    with pytest.raises(UsageError) as refused:
        places(change)
    assert str(refused.value)
