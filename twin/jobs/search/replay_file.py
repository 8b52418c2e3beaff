"""A schedule as a file, in two forms; pure.

As JSON it holds every event, for `twin search --replay`. As a description it is the network's own with the events that
happen to spans and nodes in the section `faults`, for `twin verify`, which emulates them with the whole load.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from twin.core.errors import UsageError
from twin.core.records import from_plain, to_json, to_plain
from twin.core.units import NS_PER_S
from twin.jobs.search.schedule import Event, EventKind, Schedule
from twin.model import Protection
from twin.plan.blueprint import Blueprint
from twin.plan.forwarding.fast_failover import trunks

FORMAT = 1
FAULTS = {
    EventKind.CUT: ("cut", "span"), EventKind.MEND: ("mend", "span"),
    EventKind.POWER_OFF: ("cut", "node"), EventKind.POWER_ON: ("mend", "node"),
}
"""What an event is called among the faults of a description, and what it happens to."""


def schedule_json(network: str, schedule: Schedule, *, labs: bool = False) -> str:
    """The schedule with the name of its network. labs: whether it is to run in a lab."""
    return to_json({"search": FORMAT, "network": network, "labs": labs, "schedule": schedule})


def runs_in_lab(text: str) -> bool:
    """Whether the schedule of a file is to run in a lab; of a file that `read_schedule` reads."""
    return bool(json.loads(text).get("labs", False))


def read_schedule(text: str, name: str) -> Schedule:
    """The schedule of a file. Raises UsageError where it is none."""
    try:
        plain = json.loads(text)
        if plain["search"] != FORMAT:
            raise ValueError(f"its format is {plain['search']}")
        return from_plain(Schedule, plain["schedule"])
    except (ValueError, TypeError, KeyError, AttributeError, StopIteration) as reason:
        raise UsageError(f"{name} holds no schedule of a search ({reason!r}); `twin search` leaves them in its folder"
                         ) from reason


def check_schedule(schedule: Schedule, blueprint: Blueprint) -> None:
    """Raises UsageError where events are of spans, nodes, lines or channels that a network does not have."""
    known = {*trunks(blueprint), *(switch.name for switch in blueprint.switches), "",
             *(host.name for host in blueprint.hosts), *(channel.name for channel in blueprint.iptv_channels)}
    unknown = sorted({name for event in schedule.events for name in (event.target, event.channel)} - known)
    if unknown:
        raise UsageError(f"the schedule names {', '.join(unknown)}, which {blueprint.name} does not have; replay it "
                         "with the description that it was found with")


def description(text: str, schedule: Schedule, comments: tuple[str, ...], protection: Protection | None = None) -> str:
    """The text of a description with the faults of a schedule in place of its own, and comments at its head.

    Events that change nothing, as the cut of a span that is cut, are no faults, and are left out like those of other
    kinds. protection: in place of the description's own.
    """
    kept = _without_section(text, "faults")
    if protection is not None:
        kept = [*_without_section("\n".join(kept), "protection"), "", *_protection(protection)]
    faults = [_fault(event) for event in _changes(schedule.events)]
    left_out = len(schedule.events) - len(faults)
    if left_out:
        comments += (f"Left out, since they are no faults of spans or nodes: {left_out} of the schedule's events.",)
    section = ["", "faults:", *faults] if faults else []
    return "\n".join([*(f"# {comment}" for comment in comments), "\n".join(kept).rstrip("\n"), *section]) + "\n"


def _changes(events: Sequence[Event]) -> Iterator[Event]:
    """The faults that find whole what they cut, and cut what they mend."""
    cut: set[tuple[str, str]] = set()
    for event in events:
        kind, element = FAULTS.get(event.kind, ("", ""))
        if kind and ((element, event.target) in cut) == (kind == "mend"):
            cut ^= {(element, event.target)}
            yield event


def _fault(event: Event) -> str:
    kind, element = FAULTS[event.kind]
    return f"  - {{at: {_seconds(event.at)}, kind: {kind}, {element}: {event.target}}}"


def _protection(protection: Protection) -> Iterator[str]:
    yield "protection:"
    for key, value in to_plain(protection).items():
        if value is not None:
            yield f"  {key.replace('_', '-')}: {_seconds(value) if isinstance(value, int) else json.dumps(value)}"


def _seconds(time_ns: int) -> str:
    """To the nanosecond."""
    return f"{time_ns // NS_PER_S}.{time_ns % NS_PER_S:09}".rstrip("0").rstrip(".") + " s"


def _without_section(text: str, name: str) -> list[str]:
    """The lines of a YAML text that do not belong to a section of its top level."""
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        if line[:1] not in ("", " ", "#", "-", "]", "}"):
            inside = line.startswith(f"{name}:")
        if not inside:
            lines.append(line)
    return lines
