"""The link budget of a radio hop: what arrives, what the receiver needs, and so which rate the hop has.

Free space, sight clear of the first Fresnel zone. Received power = EIRP - path loss + gain of the receiving antenna
(ITU-R P.525). A rate holds where it is at least what the receiver needs for it, and the margin for fading more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log10, pi

from twin.core.units import Gain, Length, Power, Rate
from twin.model import Air, RadioCell, Standard
from twin.model.wifi.ieee80211 import RATES

DECIBEL = 100
"""Power and Gain count hundredths."""
LIGHT = 299_792_458
"""m/s"""
FIRST_CHANNEL, CHANNEL_STEP = 2_412_000_000, 5_000_000
"""Hz: the middle of channel 1, and from one channel to the next (IEEE 802.11b-1999, 18.4.6.2)."""

SENSITIVITY: Mapping[Standard, tuple[int, ...]] = {
    Standard.B: (-94, -91, -87, -82),
    Standard.G: (-82, -81, -79, -77, -74, -70, -66, -65),
}
"""dBm that a receiver needs for each rate, slowest first. 802.11b: typical of cards of 2001 to 2003 (the standard asks
for -76 at 11 Mbit/s); 802.11g: what the standard asks for (802.11a-1999, table 91)."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The budget of one hop. rate: that it has, None where even the slowest does not reach.

    received: what arrives. needed: sensitivity for that rate, or for the slowest. margin: received less needed.
    farthest: how far that rate reaches with the margin asked for. gain: that the hop would need for the slowest rate.
    """

    rate: Rate | None
    path_loss: Gain
    received: Power
    needed: Power
    margin: Gain
    farthest: Length
    gain: Gain


def reach(cell: RadioCell, air: Air, length: Length) -> Reach:
    """The budget of a hop of that length in a cell, for the rate that is asked for, or else the fastest that holds."""
    loss = path_loss(cell.radio_channel, length)
    received = cell.eirp - loss + air.gain
    needs = dict(zip(RATES[cell.standard], sensitivities(cell), strict=True))
    wanted = [air.rate] if air.rate in needs else list(needs)
    holding = [rate for rate in wanted if received - needs[rate] >= cell.margin]
    rate = max(holding, default=None)
    needed = needs[rate if rate is not None else wanted[0]]
    spare = received - needed - cell.margin
    return Reach(
        rate=rate, path_loss=Gain(loss), received=Power(received), needed=Power(needed),
        margin=Gain(received - needed), farthest=Length(int(length * 10 ** (spare / DECIBEL / 20))),
        gain=Gain(max(0, air.gain - spare)))


def path_loss(channel: int, length: Length) -> int:
    """Loss in free space in hundredths of a decibel; none below one metre."""
    frequency = FIRST_CHANNEL + CHANNEL_STEP * (channel - 1)
    return round(DECIBEL * 20 * log10(4 * pi * max(length, 1) * frequency / LIGHT))


def sensitivities(cell: RadioCell) -> list[int]:
    """What the receiver needs for each rate, hundredths of a dBm; the cell may say it for the fastest."""
    table = [DECIBEL * level for level in SENSITIVITY[cell.standard]]
    return table if cell.sensitivity is None else [level - table[-1] + cell.sensitivity for level in table]
