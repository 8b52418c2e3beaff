"""Bandwidth profiles: the committed rate of a line in one class, and what it may send in excess."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twin.core.units import Rate, Size
from twin.model.yaml_field_metadata import Name, basis, yaml_key


class RedAction(StrEnum):
    """What becomes of packets out of profile (red ones)."""

    DROP = "drop"
    CARRY = "carry"
    """They are carried with the third drop precedence."""


@dataclass(frozen=True, slots=True)
class BandwidthProfile:
    """A bandwidth profile: what a line may send in one class, metered where it enters the network, in three colours.

    With `ebs` it is a single-rate marker (RFC 2697), with `pir` and `pbs` a two-rate one (RFC 2698). Green keeps the
    class's DSCP, which must be AFx1; yellow is AFx2, red AFx3. Rates and bursts count IP packets.
    """

    name: Name
    service_class: Name = yaml_key("The service class; its mark is AF11, AF21, AF31 or AF41.", refers=("classes",),
                                   key="class")
    cir: Rate = yaml_key("Committed information rate: traffic up to it is green.", least=8_000, most=1_000_000_000,
                         example="1 Mbit/s")
    cbs: Size = yaml_key("Committed burst size.", least=1500, most=10_000_000, example="15 kB")
    ebs: Size | None = yaml_key("Excess burst size of the single-rate marker: traffic beyond the committed burst is "
                                "yellow.",
                                default=None, most=10_000_000, example="15 kB")
    pir: Rate | None = yaml_key("Peak information rate of the two-rate marker: traffic above the committed rate and up "
                                "to this is yellow.",
                                default=None, least=8_000, most=1_000_000_000, example="2 Mbit/s")
    pbs: Size | None = yaml_key("Peak burst size of the two-rate marker.", default=None, least=1500, most=10_000_000,
                                example="15 kB")
    red: RedAction = yaml_key("What happens to red packets.", default=RedAction.DROP)
    colour_aware: bool = yaml_key("Trust the colours of the line's own packets (colour-aware).", default=False,
                                  formerly="aware")
    basis: str = basis()
