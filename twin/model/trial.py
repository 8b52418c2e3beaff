"""Trials: the method, the line, and the acceptance criteria of each service."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twin.core.units import Rate, Ratio, Size, Time
from twin.model.workload.activity import Direction
from twin.model.yaml_field_metadata import Name, basis, yaml_key

FRAMES = (64, 128, 256, 512, 768, 1024, 1280, 1518)
"""Bytes of the Ethernet frames, with FCS, that RFC 2544 tests with (appendix B)."""


class Method(StrEnum):
    """How a line is tested."""

    Y1564 = "y1564"
    """Service activation: each service in steps up to and beyond its committed rate, then all together (Y.1564)."""
    RFC2544 = "rfc2544"
    """Throughput, latency, frame loss and back-to-back frames by frame size (RFC 2544)."""
    RFC6349 = "rfc6349"
    """TCP throughput by window, against what round trip and bottleneck allow (RFC 6349)."""


@dataclass(frozen=True, slots=True)
class AcceptanceCriteria:
    """A service on the line under test, and the agreed values. Rates are information rates: of frames with FCS."""

    service: Name = yaml_key("The service.", refers=("services",))
    cir: Rate | None = yaml_key("Committed information rate (y1564: required; rfc2544: what throughput must reach).",
                                default=None, least=8000, example="1 Mbit/s")
    eir: Rate = yaml_key("Excess information rate, which may be carried in addition (y1564).",
                         default=Rate(0), example="500 kbit/s")
    frame: Size = yaml_key("Ethernet frames sent, bytes with FCS (y1564).", default=Size(512), least=64, most=1518,
                           example="512 bytes")
    loss: Ratio = yaml_key("Loss ratio within the committed rate, at most (y1564).", default=Ratio(1000),
                           most=1_000_000, example="0.1 %")
    mean_delay: Time | None = yaml_key("Mean one-way delay, at most (y1564).", default=None, example="50 ms")
    delay_variation: Time | None = yaml_key("99.9th percentile of delay less the minimum, at most (y1564).",
                                            default=None, example="20 ms")
    available: Ratio = yaml_key("Availability in the test of all services together, at least (y1564).",
                                default=Ratio(0), most=1_000_000, example="99.99 %")


@dataclass(frozen=True, slots=True)
class Trial:
    """A test of one line, alone on the network."""

    name: Name
    method: Method = yaml_key("Test method.")
    line: Name = yaml_key("The line group whose first line is tested.", refers=("lines",))
    services: tuple[AcceptanceCriteria, ...] = yaml_key("The services under test, and the agreed values.")
    direction: Direction = yaml_key("Direction of the frames.", default=Direction.DOWN)
    step: Time = yaml_key("Length of a step (y1564), a trial (rfc2544, which asks for 60 s) or a transfer (rfc6349).",
                          default=Time(10_000_000_000), least=10_000_000, example="10 s")
    duration: Time = yaml_key("Length of the test of all services together (y1564).", default=Time(900_000_000_000),
                              least=1_000_000_000, example="15 min")
    resolution: Ratio = yaml_key("Resolution of the throughput search (rfc2544).", default=Ratio(1000), least=10,
                                 most=100_000, example="0.1 %")
    frames: tuple[Size, ...] = yaml_key("Ethernet frames sent, bytes with FCS (rfc2544).",
                                        default=tuple(Size(size) for size in FRAMES), least=64, most=1518,
                                        example="[64 bytes, 1518 bytes]")
    basis: str = basis()
