"""The lines of a network that are emulated, with their names."""

from __future__ import annotations

from collections.abc import Iterator

from twin.model import LineGroup, Network
from twin.model.access.lines import group_and_number


def emulated_lines(network: Network) -> Iterator[tuple[str, LineGroup]]:
    """The emulated lines: name and group, in order of the group and number in their names."""
    named = ((name, group) for group in network.lines for name in group.names)
    yield from sorted(named, key=lambda line: group_and_number(line[0]))


def line_profiles(network: Network, of: str = "") -> dict[str, str]:
    """The profile of each emulated line, by its name. of: a line or a line group, which alone is listed."""
    return {name: group.profile for name, group in emulated_lines(network)
            if of in ("", name, group_and_number(name)[0])}
