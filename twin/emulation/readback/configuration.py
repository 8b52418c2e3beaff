"""The whole configuration of a blueprint as text, by the switch or span that has it, and how two of them differ; pure.

What `readback` reads of interfaces and `openflow_rules` of switches, in the same words; with meters and markers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from twin.core.units import show_gain
from twin.emulation.interface_layout import PLANT, Layout
from twin.emulation.readback import readback
from twin.emulation.readback.openflow_meters import meter_line
from twin.emulation.readback.openflow_rules import group_line, rule_lines
from twin.plan.blueprint import Blueprint, Rule, Switch
from twin.plan.configuration_changes import CONTROLLER
from twin.plan.forwarding.openflow_rules import fast_failover_groups, forward_rules

Configuration = Mapping[str, frozenset[str]]
"""Lines of text, by the name of a switch or a span."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How one switch or span differs: lines that only the first configuration has, and only the second."""

    place: str
    first: tuple[str, ...]
    second: tuple[str, ...]


def configuration(blueprint: Blueprint, seed: int = 1) -> Configuration:
    """Everything that is configured by a blueprint. seed: of the media's randomness."""
    forwarding = forward_rules(blueprint)
    switches = {switch.name: frozenset(_switch(switch, (*switch.rules, *forwarding[switch.name]),
                                               blueprint.gateway_mac)) for switch in blueprint.switches}
    places = {**switches, **_spans(blueprint, seed)}
    beside = [(fault.name, f"{fault.kind} at {fault.at} ns") for fault in blueprint.faults]
    beside += [(CONTROLLER, "the controller runs")] if blueprint.controlled else []
    beside += [(way.span, f"antennas that lose {show_gain(way.misalignment)} of the planned signal")
               for cell in blueprint.cells for way in cell.hop_directions if way.misalignment]
    for place, line in beside:
        places[place] = places.get(place, frozenset()) | {line}
    return places


def differences(first: Configuration, second: Configuration) -> tuple[Difference, ...]:
    """The places that are not the same in both, sorted by name."""
    empty: frozenset[str] = frozenset()
    pairs = ((place, first.get(place, empty), second.get(place, empty)) for place in sorted({*first, *second}))
    return tuple(Difference(place, tuple(sorted(here - there)), tuple(sorted(there - here)))
                 for place, here, there in pairs if here != there)


def _switch(switch: Switch, rules: tuple[Rule, ...], gateway_mac: str) -> Iterator[str]:
    yield from rule_lines(rules, gateway_mac).splitlines()
    yield from (meter_line(meter) for meter in switch.meters)
    yield from (f"marker {marker}" for marker in switch.markers)
    yield from (group_line(group) for group in fast_failover_groups(rules))
    yield from (f"no copy of IPTV channels leaves by {span}" for span in switch.uncopied)


def _spans(blueprint: Blueprint, seed: int) -> dict[str, frozenset[str]]:
    """What interfaces have, gathered by the span or radio cell to which they belong."""
    layout = Layout(blueprint)
    owners: dict[str, str] = {}
    for span in blueprint.spans:
        for end in (span.a, span.b):
            owners[f"{PLANT} {end.medium_device}"] = span.name
            owners[f"{layout.namespace(end) or 'lab'} {end.device}"] = span.name
        if span.shared is not None:
            owners |= {f"{PLANT} {device}": span.name for device in (span.shared.device, span.shared.peer_device)}
    for cell in blueprint.cells:
        owners |= {f"{PLANT} {device}": cell.name for device in (cell.device, cell.peer_device)}
    lines: dict[str, set[str]] = {}
    for key, texts in readback.expected(layout, seed).items():
        lines.setdefault(owners[key], set()).update(f"{key.split()[1]} {text}" for text in texts)
    return {place: frozenset(texts) for place, texts in lines.items()}
