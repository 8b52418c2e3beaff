"""Telephone calls, that last the whole run or are dialled, and the softswitch that decides over those."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from twin.core.units import Time
from twin.model.service_class import Transport
from twin.model.workload.activity import BOTH_WAYS, Activity, Directions
from twin.model.workload.codec import Codec
from twin.model.yaml_field_metadata import Name, basis, yaml_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What all activities have in which people talk."""

    codec: Codec = yaml_key("Codec of a call.", default=Codec.G711)
    packetization: Time | None = yaml_key("Speech in a packet: 10 (G.711), 20, 30, 40 or 60 ms, G.723.1 30 or 60 ms; "
                                          "by default the codec's usual 20 or 30 ms.", default=None, example="40 ms")
    concealment: bool = yaml_key("Packet loss concealment in the receiver of a G.711 call (G.711 appendix I).",
                                 default=False)
    playout: Time = yaml_key("Playout buffer of a call, part of mouth-to-ear delay.", default=Time(40_000_000),
                             most=500_000_000, example="40 ms")
    adaptive: bool = yaml_key("Adaptive playout buffer, which starts at `playout`.",
                              default=False)

    @property
    def interval(self) -> Time:
        """From one packet of speech to the next, ns."""
        return self.packetization or self.codec.interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Spoken):
    """A telephone call: RTP at constant rate in both directions (RFC 3550, RFC 3551)."""

    activity: ClassVar[Activity] = Activity.CALL
    transport: ClassVar[Transport] = Transport.UDP
    directions: ClassVar[Directions] = BOTH_WAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial(Spoken):
    """Dialled calls: SIP set-up with a softswitch (RFC 3261) at random times, then speech by RTP."""

    activity: ClassVar[Activity] = Activity.DIAL
    transport: ClassVar[Transport] = Transport.UDP
    directions: ClassVar[Directions] = BOTH_WAYS

    signalling: Name = yaml_key("The service that carries the SIP signalling of dialled calls, over UDP.",
                                refers=("services",),
                                example="sip")
    erlangs: float = yaml_key("Offered load of each line: the mean number of calls that it would hold if none were "
                              "blocked.",
                              least=0.0001, most=10_000, example="0.2")
    holding: Time = yaml_key("Mean holding time of a dialled call, from answer to hang-up (exponential).",
                             default=Time(90_000_000_000), least=10_000_000, example="90 s")
    speech: bool = yaml_key("RTP after the set-up of a dialled call; without it, signalling only.",
                            default=True)
    reference_tool: bool = yaml_key("Let sipp generate the calls, as a cross-check.", default=False, formerly="witness")


@dataclass(frozen=True, slots=True)
class CallControl:
    """What the softswitch does with a call, and its processing times (computing takes no time in the lab)."""

    processing: Time = yaml_key("From an INVITE's arrival to the response: softswitch, gateway and the network beyond.",
                                default=Time(50_000_000), most=10_000_000_000, example="50 ms")
    ringing: Time = yaml_key("From ringing to answer.", default=Time(2_000_000_000), most=120_000_000_000,
                             example="5 s")
    admission: bool = yaml_key("Refuse a call if a span of its path is at its admission limit.", default=True)
    basis: str = basis()
