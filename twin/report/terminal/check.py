"""What `twin check` shows of a description that is valid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from twin.model import Network
from twin.plan import Blueprint
from twin.plan.links.cpe_shapers import overruns
from twin.plan.links.dsl_lines import shortfalls


@dataclass(frozen=True, slots=True)
class Checked:
    """A valid description. counts: how many switches, spans, hosts, flows and targets it has. notes: DSL lines that
    train at less than their profile, and shapers that overrun their line. warnings: of deprecated keys."""

    network: Network
    counts: dict[str, int]
    notes: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def checked(network: Network, blueprint: Blueprint, warnings: tuple[str, ...] = ()) -> Checked:
    """Sum up a description that could be planned."""
    counts = {"switches": len(blueprint.switches), "spans": len(blueprint.spans), "hosts": len(blueprint.hosts),
              "flows": len(blueprint.flows), "targets": len(network.targets)}
    return Checked(network, counts, (*shortfalls(network), *overruns(network)), warnings)


def text(valid: Checked, name: str = "") -> str:
    """The counts in a line and a line for each note. name: of the file, where that is not the network's."""
    counts = ", ".join(f"{count} {what}" for what, count in valid.counts.items())
    return f"{name or valid.network.name}: valid ({counts})\n" + "".join(f"note: {note}\n" for note in valid.notes)


def plain(valid: Checked) -> dict[str, Any]:
    """The same for programs."""
    return {"network": valid.network.name, "problems": [], "warnings": list(valid.warnings),
            "notes": list(valid.notes), **valid.counts}
