"""Kinds of use of a service, each with its figures for the busiest hour of the week, and the target that it may have.

The figures are of one subscriber, so that those of a territory follow from how many there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from twin.core.records import Tagged
from twin.core.units import PPM, Rate, Ratio, Size
from twin.model.workload.activity import Direction
from twin.model.workload.codec import Codec
from twin.model.yaml_field_metadata import yaml_key

HOUR = 3600
"""s."""


class UseKind(StrEnum):
    """What is used, and so the theory by which it is sized."""

    CALLS = "calls"
    """Telephone calls: Erlang's formula, Kaufman and Roberts."""
    TELEVISION = "television"
    """IPTV channels by multicast: each on a span once, if anybody behind it watches."""
    TRANSFERS = "transfers"
    """Files, pages and mails by TCP: elastic flows that share what is left."""
    SWARM = "swarm"
    """Peer to peer: elastic flows both ways, for hours."""
    COMMITTED = "committed"
    """A rate that is kept free all the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallUse:
    """Telephone calls."""

    kind: ClassVar[UseKind] = UseKind.CALLS

    erlangs: float = yaml_key("Offered load of a subscriber in the busiest hour.", least=0.0001, most=10_000,
                              example="0.05")
    codec: Codec = yaml_key("Codec of a call.", default=Codec.G711)
    blocking: Ratio | None = yaml_key("Target: calls that are blocked in the busiest hour, at most.", default=None,
                                      least=1, most=PPM, example="1 %")

    @property
    def mean(self) -> float:
        """Erlang of one who takes it, in the busiest hour."""
        return self.erlangs


@dataclass(frozen=True, slots=True, kw_only=True)
class TelevisionUse:
    """IPTV channels, whose popularity follows Zipf's law."""

    kind: ClassVar[UseKind] = UseKind.TELEVISION

    watching: Ratio = yaml_key("Who watches at a time in the busiest hour, of those that take it.", least=1, most=PPM,
                               example="60 %")
    channels: int = yaml_key("Number of channels.", least=1, most=1000, example="20")
    rate: Rate = yaml_key("Rate of the transport stream of a channel.", least=8000, example="1.5 Mbit/s")
    exponent: float = yaml_key("Exponent of Zipf's law: how much more popular the first channels are.", default=1.0,
                               least=0.0, most=5.0)
    refused: Ratio | None = yaml_key("Target: channels asked for that do not fit, at most.", default=None,
                                     least=1, most=PPM, example="0.1 %")

    @property
    def mean(self) -> float:
        """Viewers of one who takes it, in the busiest hour."""
        return self.watching / PPM


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferUse:
    """Files, pages and mails by TCP, of random size with a heavy tail (Pareto)."""

    kind: ClassVar[UseKind] = UseKind.TRANSFERS

    active: Ratio = yaml_key("Who uses it in the busiest hour, of those that take it.", default=Ratio(PPM), least=1,
                             most=PPM, example="40 %")
    transfers: float = yaml_key("Transfers of each of them in that hour.", least=0.001, most=100_000, example="60")
    size: Size = yaml_key("Mean size of a transfer.", least=1, most=1_000_000_000, example="100 kB")
    shape: float = yaml_key("Shape of the Pareto distribution of sizes: the nearer to 1, the heavier its tail.",
                            default=1.5, least=1.01, most=100.0)
    direction: Direction = yaml_key("Direction.", default=Direction.DOWN)
    throughput: Ratio | None = yaml_key("Target: mean throughput of a transfer, of that of an idle network, at least.",
                                        default=None, least=1, most=990_000, example="80 %")

    @property
    def rate(self) -> float:
        """bit/s of payload that an active subscriber asks for in the busiest hour."""
        return self.transfers * self.size * 8 / HOUR

    @property
    def mean(self) -> float:
        """bit/s of payload of one who takes it, in the busiest hour."""
        return self.active / PPM * self.rate


@dataclass(frozen=True, slots=True, kw_only=True)
class SwarmUse:
    """Peer to peer, as much up as down."""

    kind: ClassVar[UseKind] = UseKind.SWARM

    active: Ratio = yaml_key("Who uses it in the busiest hour, of those that take it.", default=Ratio(PPM), least=1,
                             most=PPM, example="40 %")
    rate: Rate = yaml_key("Mean rate of each of them in that hour, each way.", least=1, example="40 kbit/s")

    @property
    def mean(self) -> float:
        """bit/s each way of one who takes it, in the busiest hour."""
        return self.active / PPM * self.rate


@dataclass(frozen=True, slots=True, kw_only=True)
class CommittedUse:
    """A rate that is kept free for a subscriber all the time, each way."""

    kind: ClassVar[UseKind] = UseKind.COMMITTED

    rate: Rate = yaml_key("The rate.", least=1000, example="512 kbit/s")

    @property
    def mean(self) -> float:
        """bit/s each way of one who takes it, at all times."""
        return float(self.rate)


UseSettings = Annotated[CallUse | TelevisionUse | TransferUse | SwarmUse | CommittedUse, Tagged]
"""The figures of every kind of use."""
