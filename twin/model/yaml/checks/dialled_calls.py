"""Checks of calls: whole frames of their codec in a packet, and of dialled ones signalling where their speech is."""

from __future__ import annotations

from collections.abc import Iterator

from twin.core.units import show_time
from twin.model import Call, Dial, Service, Transport
from twin.model.yaml.parsed_network import ParsedNetwork
from twin.model.yaml.problems import Path, quoted

Found = Iterator[tuple[Path, str, str]]


def dialling(draft: ParsedNetwork) -> Found:
    """Both services of a workload that dials live in one place, and one can carry SIP."""
    sold = {service.name: service for service in draft.network.services}
    for work in draft.network.workloads:
        match work.settings:
            case Dial(signalling=signalling) if signalling in sold and work.service in sold \
                    and draft.wrote("workloads", work.name, "signalling"):
                yield from _signalled(("workloads", work.name), sold[signalling], sold[work.service])


def packetizations(draft: ParsedNetwork) -> Found:
    """Packets of speech hold whole frames of their codec."""
    for work in draft.network.workloads:
        match work.settings:
            case Call(codec=codec, packetization=held) | Dial(codec=codec, packetization=held) \
                    if held is not None and held not in codec.packetizations:
                usual = ", ".join(map(show_time, codec.packetizations))
                yield (("workloads", work.name, "packetization"), f"{show_time(held)} in a packet are not possible "
                       f"with {codec}", f"write one of: {usual}")


def _signalled(path: Path, signalling: Service, speech: Service) -> Found:
    if signalling.transport is not Transport.UDP or signalling.ports is None:
        yield ((*path, "signalling"), f"SIP needs a service with transport udp and a port, but "
               f"{quoted(signalling.name)} lacks them", "write transport: udp and ports: [5060, 5060] there")
    if signalling.head_end != speech.head_end:
        yield ((*path, "signalling"), f"{quoted(signalling.name)} lives at {quoted(signalling.head_end)}, speech at "
               f"{quoted(speech.head_end)}", "let both live at one head-end")
