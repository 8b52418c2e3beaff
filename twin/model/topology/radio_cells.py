"""Radio cells by IEEE 802.11, and the radio properties of a hop in one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twin.core.units import Gain, Length, Power, Rate, Ratio
from twin.model.yaml_field_metadata import Name, basis, yaml_key


class Standard(StrEnum):
    """How stations modulate."""

    B = "802.11b"
    """1, 2, 5.5 and 11 Mbit/s."""
    G = "802.11g"
    """6 to 54 Mbit/s."""


class Preamble(StrEnum):
    """The preamble of 802.11b frames: 192 or 96 µs with the header; at 1 Mbit/s always the long one."""

    LONG = "long"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class RadioCell:
    """Stations that hear each other on one radio channel and share its airtime, one frame at a time."""

    name: Name
    standard: Standard = yaml_key("The standard of the stations.", default=Standard.B)
    radio_channel: int = yaml_key("The radio channel of the 2.4 GHz band.", default=6, least=1, most=13, example="6",
                                  key="channel")
    preamble: Preamble = yaml_key("Preamble of 802.11b frames.", default=Preamble.LONG)
    basic_rate: Rate = yaml_key("Highest basic rate of 802.11b: acknowledgements are sent no faster.",
                                default=Rate(2_000_000), least=1_000_000, most=11_000_000, example="2 Mbit/s")
    mixed: bool = yaml_key("802.11b stations are in range: an 802.11g station protects each frame by CTS-to-self at 11 "
                           "Mbit/s, and uses their slot time.", default=False)
    retries: int = yaml_key("How often a frame is retransmitted before it is dropped.", default=7, least=0, most=255)
    eirp: Power = yaml_key("EIRP of each station.", default=Power(2_000),
                           example="20 dBm")
    sensitivity: Power | None = yaml_key("Receiver sensitivity at the standard's highest rate; lower rates need less "
                                         "by the usual steps. By default typical of the time.", default=None,
                                         example="-82 dBm")
    margin: Gain = yaml_key("Fade margin.", default=Gain(1_000), example="10 dB")
    reach: Length | None = yaml_key("Distance for which slot time and acknowledgement timeout of the stations are set; "
                                    "by default the longest hop.", default=None, most=500_000, example="10 km")
    basis: str = basis()


@dataclass(frozen=True, slots=True)
class Air:
    """How a radio hop uses the airtime of a cell, in place of a capacity of its own."""

    cell: Name = yaml_key("The radio cell.", refers=("radio-cells",))
    gain: Gain = yaml_key("Gain of the receiving antenna at either end.", default=Gain(1_800), example="18 dBi")
    rate: Rate | None = yaml_key("Rate on the air; by default the fastest within reach.", default=None,
                                 example="5.5 Mbit/s")
    frame_errors: Ratio = yaml_key("Ratio of frames that arrive damaged and are retransmitted.",
                                   default=Ratio(0), most=999_999,
                                   example="2 %")
