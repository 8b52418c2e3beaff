"""Activities by name, the directions in which they are measured, and the kinds of attacks."""

from __future__ import annotations

from enum import StrEnum


class Activity(StrEnum):
    """What a workload sends."""

    CALL = "call"
    """A telephone call: RTP at constant rate in both directions (RFC 3550, RFC 3551)."""
    STREAM = "stream"
    """A television stream: MPEG-TS over RTP at constant rate, towards the subscriber (RFC 2250)."""
    DOWNLOAD = "download"
    """TCP towards the subscriber for the whole run, as fast as possible."""
    UPLOAD = "upload"
    """TCP from the subscriber for the whole run, as fast as possible."""
    WATCH = "watch"
    """IPTV channels by multicast, one at a time, with channel changes at set times."""
    FILM = "film"
    """Video on demand: TCP towards the subscriber's player, which plays while it loads (progressive download)."""
    PAGES = "pages"
    """Web pages over TCP: a request, a page, a pause."""
    MAIL = "mail"
    """A mail from time to time over TCP, fetched or sent."""
    LOOKUPS = "lookups"
    """DNS queries over UDP, retransmitted if there is no answer (RFC 1035)."""
    INTERACTIVE = "interactive"
    """Small requests and responses at a person's pace: a terminal over TCP, or a game if the service is UDP."""
    SWARM = "swarm"
    """Peer to peer: TCP from other subscribers with the same workload, as fast as possible."""
    DIAL = "dial"
    """Dialled calls: SIP set-up with a softswitch (RFC 3261) at random times, then speech by RTP."""
    FLOOD = "flood"
    """UDP at constant rate, without congestion control."""
    FORGED = "forged"
    """Attack traffic, generated with scapy: wrong DSCPs, spoofed source addresses."""


class Direction(StrEnum):
    """Which way a workload's load flows."""

    DOWN = "down"
    UP = "up"


class AttackKind(StrEnum):
    """A kind of forged packet."""

    MARKED = "marked"
    """Packets with a mark that is not theirs."""
    SPOOFED = "spoofed"
    """Packets with another host's source address."""
    ARP_CLAIM = "arp-claim"
    """ARP replies that claim the receiver's address."""
    ARP_STORM = "arp-storm"
    """ARP requests from a forged address."""
    IGMP_STORM = "igmp-storm"
    """Well-formed IGMP: joins and leaves of every channel, and of groups that do not exist."""
    IGMP_MALFORMED = "igmp-malformed"
    """IGMP with wrong checksums, lengths, types and record counts."""
    IGMP_SPOOFED = "igmp-spoofed"
    """IGMP that leaves channels in the name of other lines."""
    PIRATE = "pirate"
    """A stream of one's own, sent to the groups of channels."""
    SIP = "sip"
    """SIP that is malformed (RFC 4475), or speaks for others who dial."""
    RTP = "rtp"
    """RTP that promises more than there is, to all ports of its service (RFC 3550)."""


DEFAULT_ATTACKS = (AttackKind.MARKED, AttackKind.SPOOFED, AttackKind.ARP_CLAIM, AttackKind.ARP_STORM)
"""What is forged where a workload does not say."""


Directions = tuple[Direction, ...]
"""The directions in which an activity is measured."""
DOWN, UP, BOTH_WAYS = (Direction.DOWN,), (Direction.UP,), (Direction.DOWN, Direction.UP)
