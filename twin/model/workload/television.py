"""Television: channels sent to one subscriber or to whoever watches, and films on demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from twin.core.units import Rate, Time
from twin.model.service_class import Transport
from twin.model.workload import keys
from twin.model.workload.activity import DOWN, Activity, Directions
from twin.model.yaml_field_metadata import Name, yaml_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A television stream: MPEG-TS over RTP at constant rate, towards the subscriber (RFC 2250)."""

    activity: ClassVar[Activity] = Activity.STREAM
    transport: ClassVar[Transport] = Transport.UDP
    directions: ClassVar[Directions] = DOWN

    rate: Rate = keys.rate("Rate of the transport stream itself.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """IPTV channels by multicast, one at a time, with channel changes at set times."""

    activity: ClassVar[Activity] = Activity.WATCH
    transport: ClassVar[Transport] = Transport.UDP
    directions: ClassVar[Directions] = DOWN

    channels: tuple[Name, ...] = yaml_key("The IPTV channels watched, one after the other, cyclically.", default=(),
                                          refers=("channels",), example="[one, two]")
    zap: Time | None = yaml_key("Time between two channel changes; by default the first channel is watched throughout.",
                                default=None, least=100_000_000, example="10 s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """Video on demand: TCP towards the subscriber's player, which plays while it loads (progressive download)."""

    activity: ClassVar[Activity] = Activity.FILM
    transport: ClassVar[Transport] = Transport.TCP
    directions: ClassVar[Directions] = DOWN

    rate: Rate = keys.rate("Playback rate.")
    buffer: Time = yaml_key("How much of it must be buffered before playback starts or resumes.",
                            default=Time(2_000_000_000), least=100_000_000, most=60_000_000_000, example="2 s")
