"""The lines of a network that are emulated, with their names."""

from __future__ import annotations

from collections.abc import Iterator

from twin.model import LineGroup, Network


def emulated_lines(network: Network) -> Iterator[tuple[str, LineGroup]]:
    """The emulated lines: name and group, in order of group and number."""
    for group in sorted(network.lines, key=lambda group: group.name):
        yield from ((name, group) for name in group.names)
