"""A live twin as a value: what it was brought up from, and what was done to it since. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

from twin.core.errors import UsageError
from twin.core.records import from_plain, to_json
from twin.core.units import Time
from twin.model import Fault, Network
from twin.model.yaml_field_metadata import Name
from twin.plan.blueprint import FaultPlan
from twin.plan.emulated_lines import emulated_lines
from twin.plan.line_changes import LineChange, with_line_changes

FORMAT = 2
"""Of the file."""


@dataclass(frozen=True, slots=True)
class SavedTwin:
    """network: as it was described. policy: the name of the one in use. faults: what is cut or degraded. flows: the
    names of those that run. lines: those that are sold or used otherwise than described."""

    format: int
    network: Network
    policy: str
    faults: tuple[FaultPlan, ...]
    flows: tuple[str, ...]
    lines: dict[str, LineChange] = field(default_factory=dict)

    def described(self) -> Network:
        """The network as it stands, as a description: its faults happen at the start of the measurement."""
        lines = {name for name, _ in emulated_lines(self.network)}
        faults = tuple(_fault(plan, lines) for plan in self.faults)
        return replace(with_line_changes(self.network, self.lines), policy=Name(self.policy), faults=faults)


def _fault(plan: FaultPlan, lines: set[str]) -> Fault:
    is_line = plan.span in lines
    return Fault(at=Time(0), kind=plan.kind, span=None if is_line else _name(plan.span),
                 line=_name(plan.span) if is_line else None, node=_name(plan.node), impairments=plan.impairments,
                 rate=plan.rate or None, up=plan.up or None)


def _name(written: str | None) -> Name | None:
    return None if written is None else Name(written)


def write(saved: SavedTwin) -> str:
    """The text of the file."""
    return to_json(saved)


def read(text: str, file: str) -> SavedTwin:
    """Read back what `write` wrote. Raises UsageError, naming the file, for anything else."""
    try:
        plain = json.loads(text)
        if plain["format"] != FORMAT:
            raise UsageError(f"{file}: a saved twin of format {plain['format']}, and this version reads {FORMAT}")
        return from_plain(SavedTwin, plain)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise UsageError(f"{file}: not a saved twin ({fault!r}); write one with: twin save -o FILE") from fault
