"""Access technologies: how a line carries packets, and what is particular to each; a file here for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Technology(StrEnum):
    """How a line carries packets, and so at which layer its rate holds."""

    DSL = "dsl"
    """ATM cells: the rates are synchronisation rates at the ATM layer."""
    ETHERNET = "ethernet"
    """Fibre or copper Ethernet: the rates include preamble, gap and FCS."""
    WIFI = "wifi"
    """A subscriber of a relay: the rates are of the Ethernet frame, held by a shaper."""


@dataclass(frozen=True, slots=True)
class Access:
    """What is particular to a technology, save for the layer at which its rates hold (twin/plan/links/link_layers.py).

    ends: the sections whose nodes a line may end on. medium: what its length is made of: fibre, copper or radio.
    profile_keys, line_keys: the keys of profiles and of line groups that mean something on it alone.
    """

    ends: tuple[str, ...]
    medium: str
    profile_keys: tuple[str, ...] = ()
    line_keys: tuple[str, ...] = ()
