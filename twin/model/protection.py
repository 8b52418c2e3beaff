"""Faults during a run, and protection: how the network restores service."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twin.core.units import Rate, Time
from twin.model.topology.impairments import Impairments
from twin.model.yaml_field_metadata import Name, basis, yaml_key


class FaultKind(StrEnum):
    """What happens to a span or a node."""

    CUT = "cut"
    """A span is down; a node is down with all its spans."""
    MEND = "mend"
    """As it was before."""
    DEGRADE = "degrade"
    """A span falls to a lower rate, gets impairments, or both: its ends adapt, and traffic is not rerouted."""

    @property
    def breaks(self) -> bool:
        """Whether the span or node is broken or degraded afterwards."""
        match self:
            case FaultKind.CUT | FaultKind.DEGRADE:
                return True
            case FaultKind.MEND:
                return False

    @property
    def carrier(self) -> bool | None:
        """Whether the ends of a span see a carrier afterwards, by which traffic is rerouted; None: as before."""
        match self:
            case FaultKind.CUT:
                return False
            case FaultKind.MEND:
                return True
            case FaultKind.DEGRADE:
                return None


@dataclass(frozen=True, slots=True)
class Fault:
    """A span or node that is cut, degraded or restored during a run."""

    at: Time = yaml_key("Time from the start of the measurement.", example="20 s")
    kind: FaultKind = yaml_key("What happens; `mend` restores.")
    span: Name | None = yaml_key("The span.", default=None, refers=("spans",))
    node: Name | None = yaml_key("The node, with all its spans.", default=None,
                                 refers=("switches", "dslams", "relays"))
    line: Name | None = yaml_key("The emulated line, by its group's name and its number.", default=None,
                                 example="homes-1")
    impairments: Impairments | None = yaml_key("What a degraded span or line does to packets, in place of what it "
                                               "does otherwise.", default=None, formerly="loss",
                                               example="{loss: 1 %}")
    rate: Rate | None = yaml_key("Rate of a degraded span, in both directions; of a line, towards the subscriber; of a "
                                 "hop in a radio cell, on the air.", default=None, least=1_000, example="10 Mbit/s")
    up: Rate | None = yaml_key("Rate of a degraded line from the subscriber.", default=None, least=1_000,
                               example="64 kbit/s")


class Healing(StrEnum):
    """How traffic is rerouted around a cut."""

    FAST_FAILOVER = "fast-failover"
    """First the switch beside the cut, by its groups; then the controller, to the shortest paths."""
    CONTROLLER = "controller"
    """The controller alone."""
    NONE = "none"
    """Nothing: the baseline."""


@dataclass(frozen=True, slots=True)
class Protection:
    """How the network restores service, and how long real equipment takes (computing takes no time in the lab)."""

    healing: Healing = yaml_key("What reroutes traffic around a cut.", default=Healing.FAST_FAILOVER)
    detection: Time = yaml_key("From loss of signal until a switch detects it; some 30 to 50 s for the spanning tree "
                               "protocol of IEEE 802.1D.", default=Time(10_000_000), most=60_000_000_000,
                               example="10 ms")
    switch: Time = yaml_key("From detection until its groups use the detour.", default=Time(5_000_000),
                            most=10_000_000_000, example="5 ms")
    controller: Time = yaml_key("From detection until new rules leave the controller (not before its switches act).",
                                default=Time(20_000_000), most=10_000_000_000, example="20 ms")
    round: Time = yaml_key("From when rules leave the controller until all switches concerned have activated and "
                           "confirmed them; traffic is rerouted in several such rounds, one after the other.",
                           default=Time(5_000_000),
                           most=10_000_000_000, example="5 ms")
    wait_to_restore: Time = yaml_key("How long a restored span must stay up before traffic reverts to it; G.8032 has 5 "
                                     "min, runs of a minute need less.", default=Time(5_000_000_000),
                                     most=720_000_000_000, example="5 s")
    goal: Time = yaml_key("Goal for the restoration time of every cut of a ring.", default=Time(50_000_000),
                          least=1_000_000, most=120_000_000_000, example="50 ms")
    multicast_goal: Time | None = yaml_key(
        "Goal for IPTV channels after such a cut: they have no precomputed detours, the controller reroutes them; "
        "without it, `goal`.", default=None, least=1_000_000, most=120_000_000_000, example="200 ms")
    basis: str = basis()
