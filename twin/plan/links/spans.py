"""Spans as they are built: fibre and radio between nodes, uplinks of head-ends, and subscriber lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from twin.model import Dslam, Medium, Network, Policy, Profile, Relay, Uplink
from twin.model import Span as SpanModel
from twin.model.access.dsl_reach import as_laid
from twin.plan.blueprint import Classifier, End, LinkDirection, Scheduler, SharedMedium, SpanPlan, SubscriberQueues
from twin.plan.emulated_lines import emulated_lines
from twin.plan.interface_names import short, uplink_name
from twin.plan.links.link_layers import line_links, shaper_layer, span_link
from twin.plan.links.radio_cells import radio_links
from twin.plan.qos.schedulers import class_order, mark_classifiers, scheduler, within

HOST_DEVICE = "eth0"


def spans(
    network: Network, policy: Policy, upward: tuple[Classifier, ...], sharings: Mapping[str, SubscriberQueues]
) -> tuple[SpanPlan, ...]:
    """All spans, sorted by name. upward: how a CPE leads packets to bands. sharings: of spans that several use."""
    built = [*_between_nodes(network, policy, sharings), *_head_ends(network, policy, sharings),
             *_lines(network, policy, upward)]
    return tuple(sorted(built, key=lambda span: span.name))


def _between_nodes(network: Network, policy: Policy, sharings: Mapping[str, SubscriberQueues]) -> Iterator[SpanPlan]:
    through_cells = radio_links(network)
    attached: tuple[Dslam | Relay, ...] = (*network.dslams, *network.relays)
    media: list[tuple[str, str, str, SpanModel | Uplink]] = [(s.name, *s.ends, s) for s in network.spans]
    media += [(uplink_name(node.name), node.uplink.to, node.name, node.uplink) for node in attached]
    for name, a, b, medium in media:
        if medium.air is not None:
            yield SpanPlan(
                name=name, kind=medium.medium.value, length=medium.length, a=_end(name, a, "a", None),
                b=_end(name, b, "b", None), forward=through_cells[name], reverse=through_cells[name],
                cell=medium.air.cell)
            continue
        link = span_link(medium)
        shared = _shared(network, policy, name, link, sharings.get(name)) if medium.medium is Medium.RADIO else None
        before = None if shared else _scheduler(network, policy, link, sharings.get(name))
        yield SpanPlan(
            name=name, kind=medium.medium.value, length=medium.length, a=_end(name, a, "a", before),
            b=_end(name, b, "b", before), forward=link, reverse=link, shared=shared)


def _head_ends(network: Network, policy: Policy, sharings: Mapping[str, SubscriberQueues]) -> Iterator[SpanPlan]:
    for head_end in network.head_ends:
        name, uplink = uplink_name(head_end.name), head_end.uplink
        link = span_link(uplink)
        yield SpanPlan(
            name=name, kind=uplink.medium.value, length=uplink.length,
            a=_end(name, uplink.to, "a", _scheduler(network, policy, link, sharings.get(name))),
            b=End(head_end.name, HOST_DEVICE, short(name, "y"), None), forward=link, reverse=link)


def _lines(network: Network, policy: Policy, upward: tuple[Classifier, ...]) -> Iterator[SpanPlan]:
    profiles: Mapping[str, Profile] = {profile.name: profile for profile in network.profiles}
    laid = {group.name: as_laid(profiles[group.profile], group) for group in network.lines}
    built = {name: _line_parts(network, policy, upward, line) for name, line in laid.items()}
    for name, group in emulated_lines(network):
        down, up, before_down, before_up = built[group.name]
        line = laid[group.name]
        yield SpanPlan(
            name=name, kind=line.technology.value, length=line.length, a=_end(name, group.at, "a", before_down),
            b=End(name, HOST_DEVICE, short(name, "y"), before_up), forward=down, reverse=up)


def _line_parts(
    network: Network, policy: Policy, upward: tuple[Classifier, ...], laid: Profile
) -> tuple[LinkDirection, LinkDirection, Scheduler, Scheduler]:
    down, up = line_links(laid)
    classes, own = class_order(network), laid.shaper
    rate, layer = (up.rate, up.layer) if own is None else (own.rate, shaper_layer(own, up.layer))
    orders = (scheduler(classes, policy, down.rate, down.layer), scheduler(classes, policy, rate, layer, upward))
    before_down, before_up = orders if laid.buffer is None else (within(laid.buffer, order) for order in orders)
    return down, up, before_down, before_up


def _end(span: str, node: str, side: str, before: Scheduler | None) -> End:
    return End(node, short(span, side), short(span, {"a": "x", "b": "y"}[side]), before)


def _scheduler(network: Network, policy: Policy, link: LinkDirection, sharing: SubscriberQueues | None) -> Scheduler:
    return scheduler(class_order(network), policy, link.rate, link.layer, sharing=sharing)


def _shared(network: Network, policy: Policy, name: str, link: LinkDirection, sharing: SubscriberQueues
            | None) -> SharedMedium:
    order = scheduler(class_order(network), policy, link.rate, link.layer, mark_classifiers(network), sharing)
    return SharedMedium(short(name, "s"), short(name, "t"), order)


