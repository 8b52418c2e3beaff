"""What a page is given once of a twin: the map, and what spans, lines and flows are. Values."""

from __future__ import annotations

from dataclasses import dataclass

from twin.model import Medium, Metric, Network
from twin.plan import known_policies
from twin.plan.blueprint import Blueprint, Flow
from twin.plan.emulated_lines import line_profiles
from twin.report.class_colours import class_colours
from twin.report.drawing.graph import drawing
from twin.report.drawing.layout import TALL, WIDE
from twin.report.drawing.loads import Loads
from twin.report.drawing.scene import Kind, Scene, scene
from twin.report.language.catalogue import Language
from twin.report.language.words import Words


@dataclass(frozen=True, slots=True)
class PageSpan:
    """A span between a and b. rate: bit/s from a to b, and back. line: it is a subscriber's line."""

    a: str
    b: str
    radio: bool
    line: bool
    rate: tuple[int, int]


@dataclass(frozen=True, slots=True)
class PageNode:
    """A node of the map, and the emulated lines that end on it, all and by group."""

    title: str
    kind: Kind
    lines: tuple[str, ...]
    groups: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PageFlow:
    """A flow: whose, of which workload, and which way."""

    workload: str
    service: str
    service_class: str
    line: str
    direction: str


@dataclass(frozen=True, slots=True)
class PagePlan:
    """Everything of a twin that stays. policy: that it is built by; own_policy: that of the description. maps: SVG of
    the map in each language, for wide and for narrow windows. classes: the number of the colour of each service class.
    profiles: what each line can be sold as, its own profile first. metrics: the symbol in which people read each, and
    how many base units (ns, ppm, bit/s) make one of it."""

    twin: str
    network: str
    policy: str
    own_policy: str
    policies: tuple[str, ...]
    maps: dict[Language, tuple[str, str]]
    classes: dict[str, int]
    spans: dict[str, PageSpan]
    nodes: dict[str, PageNode]
    flows: dict[str, PageFlow]
    profiles: dict[str, tuple[str, ...]]
    metrics: dict[str, tuple[str, float]]


def page_plan(twin: str, network: Network, blueprint: Blueprint) -> PagePlan:
    """The plan of a page for a network as it is built."""
    what = scene(network, blueprint)
    lines = {name: str(group.at) for group in network.lines for name in group.names}
    groups = {str(group.name): tuple(map(str, group.names)) for group in network.lines}
    nodes = {node.name: PageNode(node.title, node.kind, tuple(line for line, at in lines.items() if at == node.name),
                                 {name: groups[name] for name in node.groups}) for node in what.nodes}
    return PagePlan(
        twin=twin, network=str(network.name), policy=blueprint.policy.name, own_policy=str(network.policy),
        policies=tuple(known_policies(network)),
        maps={language: _maps(what, Words(language)) for language in Language},
        classes=class_colours(network.classes), spans=_spans(blueprint, lines), nodes=nodes,
        flows={flow.name: _flow(flow) for flow in blueprint.flows}, profiles=_profiles(network),
        metrics={metric.value: (metric.row.scale.symbol, metric.row.scale.base) for metric in Metric})


def _maps(what: Scene, words: Words) -> tuple[str, str]:
    return drawing(what, Loads(), {}, WIDE, words, lights=True), drawing(what, Loads(), {}, TALL, words, lights=True)


def _spans(blueprint: Blueprint, lines: dict[str, str]) -> dict[str, PageSpan]:
    return {str(span.name): PageSpan(span.a.node, span.b.node, span.kind == Medium.RADIO, span.name in lines,
                                     (span.forward.rate, span.reverse.rate)) for span in blueprint.spans}


def _profiles(network: Network) -> dict[str, tuple[str, ...]]:
    technologies = {str(profile.name): profile.technology for profile in network.profiles}
    return {line: (own, *(name for name, technology in technologies.items()
                          if name != own and technology is technologies[own]))
            for line, own in line_profiles(network).items()}


def _flow(flow: Flow) -> PageFlow:
    return PageFlow(flow.workload, flow.service, flow.service_class, flow.line, flow.direction.value)
