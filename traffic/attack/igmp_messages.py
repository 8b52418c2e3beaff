"""IGMP messages that a subscriber forges (RFC 2236); pure, traffic.attack.scapy_process makes frames of them.

The stamp of every forged frame begins right behind the eight bytes of a message; what is longer is overwritten
by it, which does not matter in a malformed frame. Frames are without the router alert option.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

UNKNOWN_GROUPS = 64
"""Groups without a source that a storm joins."""
REPORT_1, REPORT_2, LEAVE, REPORT_3 = 0x12, 0x16, 0x17, 0x22
ALL_ROUTERS, ALL_REPORTS = "224.0.0.2", "224.0.0.22"


class IgmpMessage(NamedTuple):
    """A message of this kind about a group, sent to an address. checksum, length (of the packet): as they are written,
    None for the correct ones."""

    kind: int
    to: str
    group: str
    checksum: int | None = None
    length: int | None = None


def join(group: str) -> IgmpMessage:
    """A version 2 report."""
    return IgmpMessage(REPORT_2, group, group)


def leave(group: str) -> IgmpMessage:
    """A message that leaves a group."""
    return IgmpMessage(LEAVE, ALL_ROUTERS, group)


def storm(groups: Sequence[str]) -> tuple[IgmpMessage, ...]:
    """Joins and leaves of each group, and joins of groups without a source."""
    unknown = [f"239.254.0.{number}" for number in range(1, UNKNOWN_GROUPS + 1)]
    return (*(message for group in groups for message in (join(group), leave(group))), *map(join, unknown))


def malformed(group: str) -> tuple[IgmpMessage, ...]:
    """A wrong checksum; unknown kinds; a report to the wrong address; one truncated; records that are missing."""
    return (
        IgmpMessage(REPORT_2, group, group, checksum=0x1234),
        *(IgmpMessage(kind, group, group) for kind in (0x00, 0x13, 0x99, 0xFF)),
        IgmpMessage(REPORT_2, ALL_ROUTERS, group),
        IgmpMessage(REPORT_2, group, group, length=24),
        IgmpMessage(REPORT_2, group, group, length=1500),
        IgmpMessage(REPORT_3, ALL_REPORTS, "0.0.255.255"),
        IgmpMessage(REPORT_1, group, "10.0.0.1"),
    )
