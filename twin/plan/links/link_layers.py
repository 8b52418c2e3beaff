"""The link layers of spans and lines: where each rate holds, and the link directions of each span."""

from __future__ import annotations

from dataclasses import replace

from twin.core.units import Length, Time
from twin.model import NO_IMPAIRMENTS, Medium, Profile, Shaper, Technology, Uplink
from twin.model import Span as SpanModel
from twin.model.access.dsl_reach import trained
from twin.model.access.technologies import ACCESS
from twin.plan.blueprint import LinkDirection, LinkLayer
from twin.plan.blueprint.layers import ETHERNET_WIRE, FRAME, HEADER
from twin.plan.links.dsl_lines import impulse_noise, interleaving_delay

DELAY_PER_KM = {"fibre": 4_900, "copper": 5_000, "radio": 3_336}
"""Propagation in ns/km: refractive index 1.47 of fibre; two thirds of c on copper; c."""


def propagation(medium: str, length: Length) -> Time:
    """Time for `length` metres of fibre, copper or radio, ns."""
    return Time(DELAY_PER_KM[medium] * length // 1000)


def span_layer(medium: Medium) -> LinkLayer:
    """The layer at which the capacity of a span holds."""
    return ETHERNET_WIRE if medium is Medium.FIBRE else FRAME


def span_link(span: SpanModel | Uplink) -> LinkDirection:
    """What carries packets over a span that has a capacity, the same both ways."""
    assert span.capacity is not None, "a span without a capacity goes through a radio cell"
    delay = Time(propagation(span.medium.value, span.length) + span.delay)
    return LinkDirection(span.capacity, span_layer(span.medium), delay, span.impairments or NO_IMPAIRMENTS)


def line_layer(profile: Profile) -> LinkLayer:
    """The layer at which the rates of a line hold, and the largest packet that it takes."""
    return replace(_technology_layer(profile), max_frame=profile.largest_packet + HEADER)


def _technology_layer(profile: Profile) -> LinkLayer:
    match profile.technology:
        case Technology.DSL:
            return LinkLayer(overhead=profile.encapsulation.overhead - HEADER, atm=True)
        case Technology.ETHERNET:
            return ETHERNET_WIRE
        case Technology.WIFI:
            return FRAME


def shaper_layer(shaper: Shaper, line: LinkLayer) -> LinkLayer:
    """The layer at which a subscriber's own shaper counts, and the largest packet of the line."""
    return LinkLayer(overhead=shaper.overhead - HEADER, atm=shaper.atm, max_frame=line.max_frame)


def line_links(laid: Profile) -> tuple[LinkDirection, LinkDirection]:
    """What carries packets over a line as it is laid: towards the subscriber, and from there."""
    way = propagation(ACCESS[laid.technology].medium, laid.length)
    delay = Time(way + laid.delay + interleaving_delay(laid.interleaving))
    layer, depth = line_layer(laid), laid.interleaving
    down, up = (LinkDirection(rate, layer, delay, laid.impairments or NO_IMPAIRMENTS,
                              impulse_noise(laid.noise, depth, rate))
                for rate in trained(laid))
    return down, up if laid.shaper is None else replace(up, queue=laid.shaper.modem_queue)
