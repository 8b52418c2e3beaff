"""The E-model: how good a telephone call is, as a rating R and a mean opinion score (ITU-T G.107, 06/2015).

The rating is computed from every input of table 2 of the Recommendation; all default to its values, where R is 93.2.
Two packages of inputs matter here: delay (`Ta`, mouth-to-ear, one way) and the codec with its losses (`Ie`, `Bpl`,
`Ppl`, `BurstR`). Names are those of the Recommendation, because its formulas are read beside this file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from math import exp, log10, sqrt

from twin.core.units import NS_PER_MS

PLC_BPL = 16.0
"""From this robustness on, G.113 advises a BurstR other than 1 (codecs whose loss concealment keeps a state)."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Inputs of G.107 with their defaults (table 2). Loudness and noise in dB, delays in ms, Ppl in percent.

    Ranges that the Recommendation permits: Ta, T 0 to 500, TELR 5 to 65, Bpl 4.3 to 40, Ppl 0 to 20, BurstR 1 to 8.
    """

    SLR: float = 8.0
    RLR: float = 2.0
    STMR: float = 15.0
    LSTR: float = 18.0
    Ds: float = 3.0
    TELR: float = 65.0
    WEPL: float = 110.0
    T: float = 0.0
    Tr: float = 0.0
    Ta: float = 0.0
    qdu: float = 1.0
    Ie: float = 0.0
    Bpl: float = 4.3
    Ppl: float = 0.0
    BurstR: float = 1.0
    Nc: float = -70.0
    Nfor: float = -64.0
    Ps: float = 35.0
    Pr: float = 35.0
    A: float = 0.0
    sT: float = 1.0
    mT: float = 100.0


@dataclass(frozen=True, slots=True)
class Noise:
    """Terms of the basic signal-to-noise ratio Ro (clause 7.2)."""

    Nos: float
    Nor: float
    No: float
    Ro: float


@dataclass(frozen=True, slots=True)
class Simultaneous:
    """Terms of the impairments that go with the voice, Is (clause 7.3)."""

    Iolr: float
    STMRo: float
    Ist: float
    Iq: float

    @property
    def Is(self) -> float:
        """Their sum."""
        return self.Iolr + self.Ist + self.Iq


@dataclass(frozen=True, slots=True)
class Delayed:
    """Terms of the impairments by delay, Id (clause 7.4): talker echo, listener echo, too long a delay."""

    Idte: float
    Idle: float
    Idd: float

    @property
    def Id(self) -> float:
        """Their sum."""
        return self.Idte + self.Idle + self.Idd


def rating(inputs: Inputs) -> float:
    """R = Ro - Is - Id - Ie,eff + A (clause 7.1), not below 0."""
    basic = noise(inputs)
    simultaneous = simultaneous_impairments(inputs, basic)
    delayed = delay_impairments(inputs, basic, simultaneous)
    return max(0.0, basic.Ro - simultaneous.Is - delayed.Id - equipment_impairment(inputs) + inputs.A)


def mos(r: float) -> float:
    """The mean opinion score of a rating, 1 to 4.5 (annex B).

    The polynomial dips below 1 where 0 < R < 6.5; there the score is 1.
    """
    if r >= 100:
        return 4.5
    return max(1.0, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6) if r > 0 else 1.0


def noise(i: Inputs) -> Noise:
    """Ro and the noise powers that add up in it (clause 7.2)."""
    olr = i.SLR + i.RLR
    nos = i.Ps - i.SLR - i.Ds - 100 + 0.004 * (i.Ps - olr - i.Ds - 14) ** 2
    pre = i.Pr + 10 * log10(1 + 10 ** ((10 - i.LSTR) / 10))
    nor = i.RLR - 121 + pre + 0.008 * (pre - 35) ** 2
    no = 10 * log10(sum(10 ** (level / 10) for level in (i.Nc, nos, nor, i.Nfor + i.RLR)))
    return Noise(nos, nor, no, 15 - 1.5 * (i.SLR + no))


def simultaneous_impairments(i: Inputs, basic: Noise) -> Simultaneous:
    """Too loud a connection, a side tone that is not right, and quantising (clause 7.3)."""
    x = i.SLR + i.RLR + 0.2 * (64 + basic.No - i.RLR)
    iolr = 20 * ((1 + (x / 8) ** 8) ** (1 / 8) - x / 8)
    stmro = -10 * log10(10 ** (-i.STMR / 10) + exp(-i.T / 4) * 10 ** (-i.TELR / 10))
    ist = (12 * (1 + ((stmro - 13) / 6) ** 8) ** (1 / 8) - 28 * (1 + ((stmro + 1) / 19.4) ** 35) ** (1 / 35)
           - 13 * (1 + ((stmro - 3) / 33) ** 13) ** (1 / 13) + 29)
    q = 37 - 15 * log10(i.qdu)
    g = 1.07 + 0.258 * q + 0.0602 * q**2
    iq = 15 * log10(1 + 10 ** ((basic.Ro - 100) / 15 + 46 / 8.4 - g / 9) + 10 ** (46 / 30 - g / 40))
    return Simultaneous(iolr, stmro, ist, iq)


def delay_impairments(i: Inputs, basic: Noise, simultaneous: Simultaneous) -> Delayed:
    """Echoes and delay itself (clause 7.4)."""
    return Delayed(_talker_echo(i, basic, simultaneous.Ist), _listener_echo(i, basic), absolute_delay(i))


def _talker_echo(i: Inputs, basic: Noise, ist: float) -> float:
    if i.T < 1:
        return 0.0
    terv = i.TELR - 40 * log10((1 + i.T / 10) / (1 + i.T / 150)) + 6 * exp(-0.3 * i.T**2)
    if i.STMR < 9:
        terv += ist / 2
    gap = -1.5 * (basic.No - i.RLR) - (80 + 2.5 * (terv - 14))
    idte = (gap / 2 + sqrt(gap**2 / 4 + 100) - 1) * (1 - exp(-i.T))
    return sqrt(idte**2 + ist**2) if i.STMR > 20 else idte


def _listener_echo(i: Inputs, basic: Noise) -> float:
    gap = basic.Ro - 10.5 * (i.WEPL + 7) / sqrt(sqrt(i.Tr + 1))
    return gap / 2 + sqrt(gap**2 / 4 + 169)


def absolute_delay(i: Inputs) -> float:
    """Idd: what a delay costs even without echo; nothing up to mT (clause 7.4, equations for sT and mT)."""
    if i.Ta <= i.mT:
        return 0.0
    x = math.log2(i.Ta / i.mT)
    power = 6 * i.sT
    return 25 * (_norm(x, power) - 3 * _norm(x / 3, power) + 2)


def _norm(x: float, power: float) -> float:
    return math.pow(1 + math.pow(x, power), 1 / power)


def equipment_impairment(i: Inputs) -> float:
    """Ie,eff: what codec and lost packets cost (clause 7.5); BurstR divides the Ppl of the denominator alone."""
    return i.Ie + (95 - i.Ie) * i.Ppl / (i.Ppl / i.BurstR + i.Bpl)


def call_rating(impairment: tuple[float, float], mouth_to_ear: float, lost: float, burst: float = 1.0) -> float:
    """R of a call without echo.

    impairment: Ie and Bpl of the codec (G.113). mouth_to_ear: ns, all of it (packetisation, look-ahead, network,
    playout). lost: ratio 0 to 1 of packets not played, those too late included. burst: BurstR, believed only for
    codecs with state-based concealment, as G.113 advises.
    """
    ie, bpl = impairment
    return rating(Inputs(Ta=mouth_to_ear / NS_PER_MS, Ie=ie, Bpl=bpl, Ppl=100 * lost,
                         BurstR=burst if bpl >= PLC_BPL else 1.0))
