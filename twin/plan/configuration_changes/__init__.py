"""Changes of a network's configuration: each kind a record, whose `apply` gives the blueprint after it. Pure.

A technician's repair and the trouble that it repairs are the same kind of thing: one change each, through one door.
A kind is a file here with its record, a word in `ChangeKind`, and its name in `ConfigurationChange`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Annotated, get_args

from twin.core.records import Tagged
from twin.model import Network
from twin.plan.blueprint import Blueprint
from twin.plan.configuration_changes.controller_state import CONTROLLER, StartController, StopController
from twin.plan.configuration_changes.cuts import CutSpan, RestoreSpan
from twin.plan.configuration_changes.failover_buckets import RemoveBackup, RestoreBackup
from twin.plan.configuration_changes.kind import ChangeKind
from twin.plan.configuration_changes.line_settings import SetNoise, SetProfile
from twin.plan.configuration_changes.marks import SetMark
from twin.plan.configuration_changes.meters import RemoveMeter, SetMeter
from twin.plan.configuration_changes.multicast_ports import RemoveMulticastPort, RestoreMulticastPort
from twin.plan.configuration_changes.queues import SwapQueues
from twin.plan.configuration_changes.radio_hops import SetAirRate, SetAntenna, SetRadioCell
from twin.plan.configuration_changes.span_settings import SetDuplex, SetSpan
from twin.plan.configuration_changes.static_routes import AddRoute, RemoveRoute
from twin.plan.configuration_changes.subscriber_load import AddFlood, AddLoad
from twin.plan.configuration_changes.subscriber_sharing import StartSharing, StopSharing

__all__ = ["AddFlood", "AddLoad", "AddRoute", "CONTROLLER", "ChangeKind", "ConfigurationChange", "CutSpan",
           "RemoveBackup", "RemoveMeter", "RemoveMulticastPort", "RemoveRoute", "RestoreBackup",
           "RestoreMulticastPort", "RestoreSpan", "SetAirRate", "SetAntenna", "SetDuplex", "SetMark", "SetMeter",
           "SetNoise", "SetProfile", "SetRadioCell", "SetSpan", "StartController", "StartSharing",
           "StopController", "StopSharing", "SwapQueues", "TaggedChange", "changed", "kind_of"]

ConfigurationChange = (AddFlood | AddLoad | AddRoute | CutSpan | RemoveBackup | RemoveMeter | RemoveMulticastPort |
                       RemoveRoute | RestoreBackup | RestoreMulticastPort | RestoreSpan | SetAirRate | SetAntenna |
                       SetDuplex | SetMark | SetMeter | SetNoise | SetProfile | SetRadioCell | SetSpan |
                       StartController | StartSharing | StopController | StopSharing | SwapQueues)
"""Everything that can be changed while a network stands."""
TaggedChange = Annotated[ConfigurationChange, Tagged]
"""The same where it is written as JSON."""


def changed(network: Network, blueprint: Blueprint, changes: Iterable[ConfigurationChange]) -> Blueprint:
    """The blueprint after these changes, one after the other. Raises UsageError for one that names what is not there.
    """
    return reduce(lambda state, change: change.apply(network, state), changes, blueprint)


def kind_of(kind: ChangeKind) -> type:
    """The record of a kind of change, whose keys are those of the kind."""
    records: tuple[type[ConfigurationChange], ...] = get_args(ConfigurationChange)
    return next(record for record in records if record.kind is kind)
