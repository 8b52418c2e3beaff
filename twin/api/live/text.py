"""Live twins for a terminal, and as JSON: status, load, what is seen, events."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from twin.api.live.attached_twin import LiveStatus
from twin.core.records import to_json, to_plain
from twin.jobs.live.channel import EVENT, Event, EventMessage
from twin.judge.live.view import View
from twin.model import Network
from twin.plan.blueprint import Flow
from twin.plan.failures.degradation import faults_text
from twin.report.exposition.live_metrics import exposition
from twin.report.terminal.live_view import render

__all__ = ["broken_text", "event_json", "load_text", "prometheus_text", "status_json", "status_text", "view_text"]


def status_text(name: str, status: LiveStatus) -> str:
    """The status of one twin, for a terminal."""
    return (f"{name}: {status.network}, policy {status.policy}, up {status.seconds:.0f} s\n"
            f"  switches: {' '.join(status.switches)}\n  hosts: {' '.join(status.hosts)}\n"
            f"  flows: {len(status.flows)} running\n  {broken_text(status)}\n")


def broken_text(status: LiveStatus) -> str:
    """What is cut or degraded in a twin, on one line."""
    return faults_text(status.faults)


def load_text(flows: Sequence[Flow], running: Collection[str]) -> str:
    """The load by workload and line group, for a terminal: how many of its flows run."""
    rows: dict[tuple[str, str, str], list[bool]] = {}
    for flow in flows:
        rows.setdefault((flow.workload, flow.line_group, flow.service_class), []).append(flow.name in running)
    head = ("workload", "lines", "class", "running")
    cells = [head, *((*names, f"{sum(flags)} of {len(flags)}") for names, flags in rows.items())]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"
                   for row in cells)


def event_json(event: Event) -> str:
    """An event on one line of JSON (twin.jobs.live.channel)."""
    return json.dumps(to_plain(EventMessage(event))[EVENT])


def view_text(network: Network, seen: View, *, colours: bool = False) -> str:
    """What is seen of a twin, for a terminal."""
    return render(network, seen, colours=colours)


def status_json(statuses: dict[str, LiveStatus]) -> str:
    """The status of several twins by name, as JSON."""
    return to_json(statuses)


def prometheus_text(twin: str, seen: View) -> str:
    """What is seen of a twin of that name, in Prometheus' text format (docs/methods.md lists the metrics)."""
    return exposition(twin, seen)
