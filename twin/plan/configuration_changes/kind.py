"""The kinds of changes, by the words with which an exercise and the command line name them."""

from __future__ import annotations

from enum import StrEnum


class ChangeKind(StrEnum):
    """What is changed."""

    METER = "meter"
    """The rate of a line's meter in a class."""
    NO_METER = "no-meter"
    """A line's meter in a class is taken away."""
    MARK = "mark"
    """The DSCP that a switch writes into packets of a service."""
    QUEUES = "queues"
    """Two classes change their queues at a switch."""
    PROFILE = "profile"
    """The profile that a line is provisioned with."""
    NOISE = "noise"
    """Impulse noise on a DSL line, and its interleaving."""
    SPAN = "span"
    """Rate and loss of a span."""
    NO_SHARING = "no-sharing"
    """A class at a span is no longer shared fairly between subscribers."""
    ROUTE = "route"
    """A rule of a switch of its own, before those that are planned: packets for a host leave by another span."""
    NO_ROUTE = "no-route"
    """A switch's own rule for a host is taken away."""
