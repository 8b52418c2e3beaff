"""Which colour a service class has: the same in every report of every network, by what its DSCP stands for (RFC 4594).

Two classes of one network never share a colour while there is a free one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from twin.model import ServiceClass

COLOURS = 8
"""How many there are in colours.css."""
_OF_DSCP: Mapping[int, int] = {
    dscp: colour
    for colour, group in enumerate((
        (46, 44, 40),  # telephony and its signalling: EF, VOICE-ADMIT, CS5
        (24, 26, 28, 30, 32),  # broadcast and streamed video: CS3, AF3x; real-time interactive: CS4
        (18, 20, 22),  # low-latency data: AF2x
        (0,),  # standard: DF
        (34, 36, 38),  # multimedia conferencing: AF4x
        (10, 12, 14),  # high-throughput data: AF1x
        (8, 1),  # low-priority data: CS1, LE (RFC 8622)
        (48, 56, 16),  # network control and operation: CS6, CS7, CS2
    ))
    for dscp in group
}


def class_colours(classes: Iterable[ServiceClass]) -> dict[str, int]:
    """The number of each class's colour, in the order given."""
    ordered = list(classes)
    taken: dict[str, int] = {}
    for declared in sorted(ordered, key=lambda declared: (declared.dscp not in _OF_DSCP, declared.dscp)):
        liked = _OF_DSCP.get(declared.dscp, COLOURS - 1)
        free = [colour for colour in range(COLOURS) if colour not in taken.values()]
        taken[declared.name] = liked if liked in free or not free else free[0]
    return {str(declared.name): taken[declared.name] for declared in ordered}
