"""Shapers of subscribers that count less of a packet than their line takes; pure."""

from __future__ import annotations

from collections.abc import Iterator

from twin.core.units import show_rate
from twin.model import Network
from twin.model.access.dsl_reach import as_laid
from twin.plan.blueprint.links import cost_ratios
from twin.plan.links.link_layers import line_links, shaper_layer


def overruns(network: Network) -> Iterator[str]:
    """The groups of lines whose modems may queue, in sentences with the numbers."""
    profiles = {profile.name: profile for profile in network.profiles}
    for group in network.lines:
        laid = as_laid(profiles[group.profile], group)
        if laid.shaper is None:
            continue
        _, up = line_links(laid)
        counted = shaper_layer(laid.shaper, up.layer)
        most = laid.shaper.rate * cost_ratios(up.layer, counted)[1]
        full = laid.shaper.rate * up.layer.max_frame_cost / counted.max_frame_cost
        if round(most) > up.rate:
            yield (f"lines.{group.name}: the subscriber's shaper lets {show_rate(full)} of full packets through and up "
                   f"to {show_rate(most)} of small ones, at the layer of the line, which carries {show_rate(up.rate)}: "
                   f"up to {up.queue} packets of all classes wait in its modem")
