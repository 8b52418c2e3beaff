"""Subscribers who ask, wait for the answer, and ask again: pages, mail, look-ups, typing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from twin.core.units import Size, Time
from twin.model.service_class import Transport
from twin.model.workload import keys
from twin.model.workload.activity import DOWN, Activity, Direction, Directions
from twin.model.yaml_keys import written


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Web-like transactions over TCP: a request, a page, a pause."""

    activity: ClassVar[Activity] = Activity.PAGES
    transport: ClassVar[Transport] = Transport.TCP
    directions: ClassVar[Directions] = DOWN

    page: Size = keys.size("Size of a page, or of its document where it has objects.", 60_000, example="60 kB")
    objects: int = written("How many objects a page has beside its document.", default=0, most=1000, example="12")
    object_size: Size = keys.size("Size of an object of a page.", 6_000, key="object", example="6 kB")
    persistent: bool = written("Whether connections fetch one object of a page after the other (HTTP/1.1), instead of "
                               "one each (HTTP/1.0).", default=False)
    connections: int = keys.connections("TCP connections for objects at a time.")
    pause: Time = keys.pause("Mean pause between pages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail now and then over TCP, fetched or sent."""

    activity: ClassVar[Activity] = Activity.MAIL
    transport: ClassVar[Transport] = Transport.TCP

    mail: Size = keys.size("Size of a mail.", 50_000, example="50 kB")
    direction: Direction = written("Whether mails are fetched (down) or sent (up).", default=Direction.DOWN)
    pause: Time = keys.pause("Mean pause between mails")

    @property
    def directions(self) -> Directions:
        """Which way it goes."""
        return (self.direction,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookups:
    """Look-ups of names over UDP, asked again where no answer comes (DNS, RFC 1035)."""

    activity: ClassVar[Activity] = Activity.LOOKUPS
    transport: ClassVar[Transport] = Transport.UDP
    directions: ClassVar[Directions] = DOWN

    timeout: Time = written("After how long without an answer a name is asked for again.", default=Time(2_000_000_000),
                            least=1_000_000, example="2 s")
    tries: int = written("How often a name is asked for at most.", default=3, least=1, most=16)
    pause: Time = keys.pause("Mean pause between look-ups")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interactive:
    """A little up and a little back at a person's pace: a terminal over TCP, or a game where the service is UDP."""

    activity: ClassVar[Activity] = Activity.INTERACTIVE
    transport: ClassVar[Transport] = Transport.ANY
    directions: ClassVar[Directions] = DOWN

    request: Size = keys.payload("What the user sends at a time.", 32)
    response: Size = keys.payload("What comes back each time.", 128)
    pause: Time = keys.pause("Mean pause between requests")
