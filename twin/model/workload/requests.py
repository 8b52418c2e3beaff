"""Settings of transactions with think times: web pages, mail, DNS queries, terminals and games."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from twin.core.units import Size, Time
from twin.model.service_class import Transport
from twin.model.workload import keys
from twin.model.workload.activity import DOWN, Activity, Direction, Directions
from twin.model.yaml_field_metadata import yaml_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Web pages over TCP: a request, a page, a pause."""

    activity: ClassVar[Activity] = Activity.PAGES
    transport: ClassVar[Transport] = Transport.TCP
    directions: ClassVar[Directions] = DOWN

    page: Size = keys.size("Size of a page, or of its document where it has objects.", 60_000, example="60 kB")
    objects: int = yaml_key("Number of objects of a page, in addition to its document.",
                            default=0, most=1000, example="12")
    object_size: Size = keys.size("Size of an object of a page.", 6_000, key="object", example="6 kB")
    persistent: bool = yaml_key("Persistent connections, which fetch one object of a page after the other (HTTP/1.1), "
                                "instead of one connection for each object (HTTP/1.0).", default=False)
    connections: int = keys.connections("TCP connections for objects at a time.")
    pause: Time = keys.pause("Mean pause between pages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail from time to time over TCP, fetched or sent."""

    activity: ClassVar[Activity] = Activity.MAIL
    transport: ClassVar[Transport] = Transport.TCP

    mail: Size = keys.size("Size of a mail.", 50_000, example="50 kB")
    direction: Direction = yaml_key("Whether mails are fetched (down) or sent (up).", default=Direction.DOWN)
    pause: Time = keys.pause("Mean pause between mails")

    @property
    def directions(self) -> Directions:
        """Direction."""
        return (self.direction,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookups:
    """DNS queries over UDP, retransmitted if there is no answer (RFC 1035)."""

    activity: ClassVar[Activity] = Activity.LOOKUPS
    transport: ClassVar[Transport] = Transport.UDP
    directions: ClassVar[Directions] = DOWN

    timeout: Time = yaml_key("Time without an answer after which a DNS query is retransmitted.",
                             default=Time(2_000_000_000),
                             least=1_000_000, example="2 s")
    tries: int = yaml_key("Number of DNS queries for a name, at most.", default=3, least=1, most=16)
    pause: Time = keys.pause("Mean pause between DNS look-ups")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interactive:
    """Small requests and responses at a person's pace: a terminal over TCP, or a game if the service is UDP."""

    activity: ClassVar[Activity] = Activity.INTERACTIVE
    transport: ClassVar[Transport] = Transport.ANY
    directions: ClassVar[Directions] = DOWN

    request: Size = keys.payload("Size of a request.", 32)
    response: Size = keys.payload("Size of a response.", 128)
    pause: Time = keys.pause("Mean pause between requests")
