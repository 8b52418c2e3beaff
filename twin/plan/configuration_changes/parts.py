"""Parts of a blueprint found by name, and a blueprint with one of them replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from twin.core.errors import UsageError
from twin.core.near_names import near_names
from twin.model import Network, ServiceClass
from twin.plan.blueprint import Blueprint, Host, Port, Rule, SpanPlan, Switch

Part = TypeVar("Part")


def line(blueprint: Blueprint, name: str) -> Host:
    """The subscriber's end of a line. Raises UsageError where there is none of that name, as all functions here."""
    lines = {host.name: host for host in blueprint.hosts if host.line_group is not None}
    return _named("line", name, lines)


def host(blueprint: Blueprint, name: str) -> Host:
    """A line or head-end."""
    return _named("line or head-end", name, {host.name: host for host in blueprint.hosts})


def switch(blueprint: Blueprint, name: str) -> Switch:
    """A switch, DSLAM or relay."""
    return _named("switch, DSLAM or relay", name, {switch.name: switch for switch in blueprint.switches})


def span(blueprint: Blueprint, name: str) -> SpanPlan:
    """A span or line."""
    return _named("span", name, {span.name: span for span in blueprint.spans})


def port(at: Switch, span: str) -> Port:
    """The port of a switch before a span or line."""
    before = next((port for port in at.ports if port.span == span), None)
    if before is None:
        raise UsageError(f'"{at.name}" has no span "{span}"; it has: {", ".join(port.span for port in at.ports)}')
    return before


def service_class(network: Network, name: str) -> ServiceClass:
    """A service class."""
    return _named("class", name, {known.name: known for known in network.classes})


def with_switch(blueprint: Blueprint, changed: Switch) -> Blueprint:
    """The blueprint with a switch of the same name replaced."""
    return replace(blueprint, switches=tuple(changed if known.name == changed.name else known
                                             for known in blueprint.switches))


def with_span(blueprint: Blueprint, changed: SpanPlan) -> Blueprint:
    """The blueprint with a span of the same name replaced."""
    return replace(blueprint, spans=tuple(changed if known.name == changed.name else known
                                          for known in blueprint.spans))


def with_rules(blueprint: Blueprint, at: Switch, change: Callable[[Rule], Rule]) -> Blueprint:
    """The blueprint with every rule of a switch put through `change`."""
    return with_switch(blueprint, replace(at, rules=tuple(map(change, at.rules))))


def _named(what: str, name: str, known: Mapping[str, Part]) -> Part:
    if name not in known:
        ordered = sorted(known)
        raise UsageError(f'there is no {what} "{name}"; '
                         + near_names(name, ordered, f"known: {', '.join(ordered[:10])}"))
    return known[name]
