"""What dialled calls need: a service to dial by, and how many are dialled."""

from __future__ import annotations

from collections.abc import Iterator

from twin.load.findings import Path, quoted
from twin.load.reader import Draft
from twin.model import Activity, Service, Transport

Found = Iterator[tuple[Path, str, str]]


def dialling(draft: Draft) -> Found:
    """A workload that dials says by which service, and how much; both its services live in one place."""
    sold = {service.name: service for service in draft.network.services}
    for work in draft.network.workloads:
        if work.activity is Activity.DIAL:
            path: Path = ("workloads", work.name)
            if work.erlangs is None:
                yield (*path, "erlangs"), "is missing; calls are dialled at some rate", "write for example erlangs: 0.2"
            if work.signalling is None:
                yield ((*path, "signalling"), "is missing; calls are dialled by a service",
                       "write the name of the service that speaks SIP")
            elif work.signalling in sold and work.service in sold:
                yield from _signalled(path, sold[work.signalling], sold[work.service])


def _signalled(path: Path, signalling: Service, speech: Service) -> Found:
    if signalling.transport is not Transport.UDP or signalling.ports is None:
        yield ((*path, "signalling"), f"SIP needs a service with transport udp and a port, but "
               f"{quoted(signalling.name)} lacks them", "write transport: udp and ports: [5060, 5060] there")
    if signalling.head_end != speech.head_end:
        yield ((*path, "signalling"), f"{quoted(signalling.name)} lives at {quoted(signalling.head_end)}, speech at "
               f"{quoted(speech.head_end)}", "let both live at one head-end")
