"""Changes of a network's configuration: each kind a record, whose `apply` gives the blueprint after it. Pure.

A technician's repair and the trouble that it repairs are the same kind of thing: one change each, through one door.
A kind is a file here with its record, a word in `ChangeKind`, and its name in `Change`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from twin.model import Network
from twin.plan.blueprint import Blueprint
from twin.plan.changes.kind import ChangeKind
from twin.plan.changes.line_settings import SetNoise, SetProfile
from twin.plan.changes.marks import SetMark
from twin.plan.changes.meters import RemoveMeter, SetMeter
from twin.plan.changes.queues import SwapQueues
from twin.plan.changes.span_settings import SetSpan
from twin.plan.changes.static_routes import AddRoute
from twin.plan.changes.subscriber_sharing import StopSharing

__all__ = ["AddRoute", "Change", "ChangeKind", "RemoveMeter", "SetMark", "SetMeter", "SetNoise", "SetProfile",
           "SetSpan", "StopSharing", "SwapQueues", "changed"]

Change = (AddRoute | RemoveMeter | SetMark | SetMeter | SetNoise | SetProfile | SetSpan | StopSharing | SwapQueues)
"""Everything that can be changed while a network stands."""


def changed(network: Network, blueprint: Blueprint, changes: Iterable[Change]) -> Blueprint:
    """The blueprint after these changes, one after the other. Raises UsageError for one that names what is not there.
    """
    return reduce(lambda standing, change: change.apply(network, standing), changes, blueprint)
