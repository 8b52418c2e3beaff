"""Checks of trials: a line to test, services that the method can test, and their acceptance criteria."""

from __future__ import annotations

from collections.abc import Iterator

from twin.model import AcceptanceCriteria, Method, Service, Transport, Trial
from twin.model.yaml.parsed_network import ParsedNetwork
from twin.model.yaml.problems import Path, quoted

Found = Iterator[tuple[Path, str, str]]

TRANSPORTS = {Method.Y1564: Transport.UDP, Method.RFC2544: Transport.UDP, Method.RFC6349: Transport.TCP}
"""What each method sends."""
SETTINGS = {"duration": Method.Y1564, "resolution": Method.RFC2544, "frames": Method.RFC2544}
"""The keys of a trial that mean something for one method only."""
LEAST, MOST = 64, 1518


def trials(draft: ParsedNetwork) -> Found:
    """A trial has a line that is emulated, and what its method needs, and nothing that its method ignores."""
    sold: dict[str, Service] = {service.name: service for service in draft.network.services}
    emulated = {group.name: group.emulated for group in draft.network.lines}
    profiles = {profile.name: profile for profile in draft.network.profiles}
    shaped = {group.name for group in draft.network.lines
              if group.profile in profiles and profiles[group.profile].shaper is not None}
    for trial in draft.network.trials:
        path: Path = ("trials", trial.name)
        if emulated.get(trial.line) == 0:
            yield (*path, "line"), f"no line of {quoted(trial.line)} is emulated", "write emulated: 1 there"
        if trial.line in shaped:
            yield ((*path, "line"), f"the subscriber of {quoted(trial.line)} shapes, and a test of a line takes the "
                   "place of its router", "test a line whose profile has no shaper")
        for setting, method in SETTINGS.items():
            if trial.method is not method and draft.wrote(*path, setting):
                yield ((*path, setting), f"does not apply to method {quoted(trial.method)}",
                       f"leave it out; it belongs to {quoted(method)}")
        yield from _services(path, trial, sold)
        for index, size in enumerate(trial.frames):
            if not LEAST <= size <= MOST:
                yield (*path, "frames", index), f"{size} is no size of a frame", f"write {LEAST} to {MOST} bytes"


def _services(path: Path, trial: Trial, sold: dict[str, Service]) -> Found:
    if not trial.services:
        yield (*path, "services"), "is empty", "name at least one service"
    elif len(trial.services) > 1 and trial.method is not Method.Y1564:
        yield ((*path, "services"), f"has {len(trial.services)} services, but {quoted(trial.method)} tests one",
               "write a trial for each")
    for index, tested in enumerate(trial.services):
        yield from _tested((*path, "services", index), trial.method, tested, sold)


def _tested(path: Path, method: Method, tested: AcceptanceCriteria, sold: dict[str, Service]) -> Found:
    if method is Method.Y1564 and tested.cir is None:
        yield (*path, "cir"), "is missing; a committed rate is what y1564 tests", "write for example cir: 1 Mbit/s"
    service = sold.get(tested.service)
    if service is not None and service.transport not in (TRANSPORTS[method], Transport.ANY):
        yield ((*path, "service"), f"method {quoted(method)} sends {TRANSPORTS[method].value}, but service "
               f"{quoted(service.name)} is {service.transport.value}", "name another service, or change its transport")
