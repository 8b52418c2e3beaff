"""Selects flows by names of workloads, services, classes, line groups, lines or flows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from twin.core.errors import UsageError
from twin.core.near_names import near_names
from twin.model.access.lines import group_and_number
from twin.plan.blueprint import Blueprint, BulkTransfer, Flow, SipSignalling, Traffic

ALL, NONE = "all", "none"
"""Words for every flow, and for no flow."""


def selected(flows: Iterable[Flow], names: Sequence[str]) -> tuple[Flow, ...]:
    """The flows that any of the names means, in their own order. Raises UsageError for names that mean none."""
    known = tuple(flows)
    meant = {name for flow in known for name in names_of(flow)} | {ALL, NONE}
    unknown = [name for name in names if name not in meant]
    if unknown:
        raise UsageError("; ".join(_unknown(name, meant) for name in unknown))
    return tuple(flow for flow in known if ALL in names or {*names} & {*names_of(flow)})


def names_of(flow: Flow) -> tuple[str, ...]:
    """Every name by which a flow can be meant."""
    group, _ = group_and_number(flow.line)
    return flow.name, flow.workload, flow.service, flow.service_class, flow.line_group, group, flow.line


def for_live_use(blueprint: Blueprint) -> Blueprint:
    """The same network whose flows all run on our own generators: iperf3 and sipp report only when they end."""
    return replace(blueprint, flows=tuple(replace(flow, traffic=_own(flow)) for flow in blueprint.flows))


def _own(flow: Flow) -> Traffic:
    match flow.traffic:
        case BulkTransfer(iperf3=True):
            return replace(flow.traffic, iperf3=False)
        case SipSignalling(sipp=True):
            return replace(flow.traffic, sipp=False)
        case traffic:
            return traffic


def _unknown(name: str, known: Iterable[str]) -> str:
    hint = near_names(name, sorted(known), "see: twin load list")
    return f'nothing of the load is called "{name}"; {hint}'
