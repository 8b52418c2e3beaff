"""Telephone calls, that last the whole run or are dialled, and the softswitch that decides over those."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from twin.core.units import Time
from twin.model.service_class import Transport
from twin.model.workload.activity import BOTH_WAYS, Activity, Directions
from twin.model.workload.codec import Codec
from twin.model.yaml_keys import Name, basis, written


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What all activities have in which people talk."""

    codec: Codec = written("Codec of a call.", default=Codec.G711)
    concealment: bool = written("Whether the receiver of a G.711 call conceals losses (G.711 appendix I).",
                                default=False)
    playout: Time = written("Playout buffer of a call, part of mouth-to-ear delay.", default=Time(40_000_000),
                            most=500_000_000, example="40 ms")
    adaptive: bool = written("Whether the playout buffer follows the delay; it begins as `playout` says.",
                             default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Spoken):
    """A telephone call: RTP at constant rate, both directions (RFC 3550, RFC 3551)."""

    activity: ClassVar[Activity] = Activity.CALL
    transport: ClassVar[Transport] = Transport.UDP
    directions: ClassVar[Directions] = BOTH_WAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial(Spoken):
    """Telephone calls as they come: SIP set-up with a softswitch (RFC 3261) at random moments, then speech by RTP."""

    activity: ClassVar[Activity] = Activity.DIAL
    transport: ClassVar[Transport] = Transport.UDP
    directions: ClassVar[Directions] = BOTH_WAYS

    signalling: Name = written("The service by which calls are dialled: SIP over UDP.", refers=("services",),
                               example="sip")
    erlangs: float = written("Calls that each line offers: the mean number it would hold at a time were none refused.",
                             least=0.0001, most=10_000, example="0.2")
    holding: Time = written("Mean time from answering a dialled call to hanging up (exponential).",
                            default=Time(90_000_000_000), least=10_000_000, example="90 s")
    speech: bool = written("Whether speech follows the set-up of a dialled call; without, it is signalling alone.",
                           default=True)
    witness: bool = written("Let sipp do the dialling, as a second witness that is not ours.", default=False)


@dataclass(frozen=True, slots=True)
class CallControl:
    """What the softswitch does with a call; computing is free in the emulation, so its time is said here."""

    processing: Time = written("From an INVITE's arrival to the answer to it: softswitch, gateway and the network "
                               "beyond.", default=Time(50_000_000), most=10_000_000_000, example="50 ms")
    ringing: Time = written("From ringing to answering.", default=Time(2_000_000_000), most=120_000_000_000,
                            example="5 s")
    admission: bool = written("Refuse a call that does not fit a span of its path.", default=True)
    basis: str = basis()
