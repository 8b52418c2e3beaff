"""Checks of classes, services, workloads and lines: they fit together, and every key has an effect."""

from __future__ import annotations

from collections.abc import Iterator

from twin.core.units import show_size, show_time
from twin.model import (
    Call,
    Codec,
    Discipline,
    LineGroup,
    Pages,
    Profile,
    Service,
    Spoken,
    Swarm,
    Transport,
    Workload,
)
from twin.model.access.technologies import ACCESS
from twin.model.yaml.parsed_network import ParsedNetwork
from twin.model.yaml.problems import Path, listed, quoted

PORTS = 65_535
"""The last port; without ports, a service has them all."""

Found = Iterator[tuple[Path, str, str]]


def classes(draft: ParsedNetwork) -> Found:
    """Marks tell classes apart, and one class at least takes what strict ones leave."""
    first: dict[int, str] = {}
    for declared in draft.network.classes:
        if declared.dscp in first:
            yield (("classes", declared.name, "dscp"), f"class {quoted(first[declared.dscp])} has the same mark",
                   "give each class a mark of its own")
        first.setdefault(declared.dscp, declared.name)
        if declared.strict and draft.wrote("classes", declared.name, "weight"):
            yield (("classes", declared.name, "weight"), "does not apply to a strict class",
                   "leave it out, or leave strict out")
        if declared.buffer is not None and draft.wrote("classes", declared.name, "queue"):
            yield (("classes", declared.name, "buffer"), f"says {show_size(declared.buffer)}, and queue "
                   f"{show_time(declared.queue)}: a queue has one length", "leave one of them out")
        if declared.discipline is Discipline.FIFO and draft.wrote("classes", declared.name, "share"):
            yield (("classes", declared.name, "share"), "does not apply to a plain fifo",
                   "leave it out, or write discipline: fq-codel")
    all_strict = all(declared.strict for declared in draft.network.classes)
    if "classes" not in draft.doubtful and draft.wrote("classes") and all_strict:
        yield ("classes",), "has no class that is not strict", "add one for traffic of no service"


def services(draft: ParsedNetwork) -> Found:
    """A packet at a head-end belongs to one service at most."""
    by_head_end: dict[str, list[Service]] = {}
    for service in draft.network.services:
        path: Path = ("services", service.name)
        if service.ports and service.ports[0] > service.ports[1]:
            yield ((*path, "ports"), f"ends before it begins: {service.ports[0]} to {service.ports[1]}",
                   f"write [{service.ports[1]}, {service.ports[0]}]")
        by_head_end.setdefault(service.head_end, []).append(service)
    for head_end, sold in by_head_end.items():
        for first, second in _overlaps(sold):
            yield (("services", second), f"cannot be distinguished from service {quoted(first)}: both live at "
                   f"{quoted(head_end)}, and their transports and ports overlap",
                   "give them ports or head-ends of their own")


def _overlaps(sold: list[Service]) -> list[tuple[str, str]]:
    """Pairs of services with a transport and a port in common; each service is paired once at most."""
    pairs: dict[str, str] = {}
    for transport in (Transport.UDP, Transport.TCP):
        rows = sorted((*(service.ports or (0, PORTS)), service.name) for service in sold
                      if service.transport in (transport, Transport.ANY))
        farthest, before = -1, ""
        for first, last, name in rows:
            if first <= farthest:
                pairs.setdefault(name, before)
            if last > farthest:
                farthest, before = last, name
    return sorted((service, other) for other, service in pairs.items())


def workloads(draft: ParsedNetwork) -> Found:
    """The settings of a workload fit together, and its service can carry it."""
    sold = {service.name: service for service in draft.network.services}
    for work in draft.network.workloads:
        path: Path = ("workloads", work.name)
        match work.settings:
            case Pages(objects=0):
                for setting in ("object", "connections", "persistent"):
                    if draft.wrote(*path, setting):
                        yield ((*path, setting), "does not apply to a page without objects",
                               "leave it out, or write for example objects: 12")
            case Call(concealment=True, codec=codec) if codec is not Codec.G711:
                yield ((*path, "concealment"), f"does not apply to codec {quoted(codec)}, which always conceals",
                       "leave it out; it belongs to \"G.711\"")
        if work.service in sold:
            yield from _carried(work, sold[work.service])


def _carried(work: Workload, service: Service) -> Found:
    path: Path = ("workloads", work.name, "service")
    needs = work.settings.transport
    if Transport.ANY not in (needs, service.transport) and service.transport is not needs:
        yield (path, f"activity {quoted(work.activity)} runs over {needs.value}, but service {quoted(service.name)} is "
               f"{service.transport.value}", "name another service, or change its transport")
    elif isinstance(work.settings, Spoken) and (service.transport is not Transport.UDP or service.ports is None):
        yield (path, f"a call needs a service with transport udp and ports, but {quoted(service.name)} lacks them",
               "write for example transport: udp and ports: [16384, 32767] there")


def lines(draft: ParsedNetwork) -> Found:
    """A line can end where it does, and no more lines are emulated than exist."""
    profiles = {profile.name: profile for profile in draft.network.profiles}
    for group in draft.network.lines:
        if group.emulated > group.subscribers:
            yield (("lines", group.name, "emulated"), f"{group.emulated} lines are emulated, but {group.subscribers} "
                   "exist", "write how many exist as subscribers")
        if group.profile in profiles:
            yield from _ends(draft, group, profiles[group.profile])
    yield from _swarms(draft)


def _swarms(draft: ParsedNetwork) -> Found:
    """It takes two to swap."""
    for work in draft.network.workloads:
        members = sum(group.emulated for group in draft.network.lines if work.name in group.runs)
        if isinstance(work.settings, Swarm) and members == 1 and "lines" not in draft.doubtful:
            yield (("workloads", work.name), "is a swarm of a single emulated line, which has no peer",
                   "let another line run it, or emulate more of the group")


def _ends(draft: ParsedNetwork, group: LineGroup, profile: Profile) -> Found:
    at = [section for section in ("switches", "dslams", "relays") if group.at in draft.names.get(section, ())]
    allowed = ACCESS[profile.technology].ends
    if at and not set(at).intersection(allowed):
        yield (("lines", group.name, "at"), f"a {profile.technology.value} line cannot end on {quoted(group.at)}, of "
               f"section {quoted(at[0])}", f"name an entry of {listed(allowed)}, or another profile")
