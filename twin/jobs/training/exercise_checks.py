"""What an exercise names must be in its network: what is not there is a problem, with its place in the file. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from twin.core.errors import Place, Problem, UsageError
from twin.jobs.live.load_selection import selected
from twin.jobs.training.exercise import EachCut, Exercise, HostileSubscriber, PowerCycle, Robustness, SpanCut, Step
from twin.model import Network
from twin.plan.blueprint import Blueprint
from twin.plan.configuration_changes import CONTROLLER, AddFlood, changed
from twin.plan.forwarding.loop_check import single_failures

KeyPath = tuple[str | int, ...]
"""Where something stands in the file: ("wrong", 1)."""


@dataclass(frozen=True, slots=True)
class Names:
    """What there is to name; nodes are hosts and switches."""

    nodes: frozenset[str]
    switches: frozenset[str]
    spans: frozenset[str]

    @property
    def places(self) -> frozenset[str]:
        """What a diagnosis can name: lines and head-ends, switches, spans, the controller."""
        return self.nodes | self.spans | {CONTROLLER}


def names_of(sound: Blueprint) -> Names:
    """All names of a network."""
    switches = frozenset(switch.name for switch in sound.switches)
    return Names(switches | {host.name for host in sound.hosts}, switches, frozenset(span.name for span in sound.spans))


def problems(network: Network, exercise: Exercise, sound: Blueprint, places: Mapping[KeyPath, Place], whole: Place
             ) -> Iterator[Problem]:
    """Every one. sound: with the load of the exercise. whole: the place of what has none of its own."""
    against = [*_changes(network, exercise, sound), *_names(network, exercise, sound)]
    yield from (Problem(places.get(path, whole), ".".join(map(str, path)), reason, remedy)
                for path, reason, remedy in against)


def _changes(network: Network, exercise: Exercise, sound: Blueprint) -> Iterator[tuple[KeyPath, str, str]]:
    """Changes that cannot be made; of repairs, once the troubles are there, and if trainees may make them."""
    troubles = exercise.changes
    broken = _refusal(network, sound, exercise.troubles)
    if broken:
        yield ("troubles",), broken, "name what the network has"
    faulty = sound if broken else changed(network, sound, troubles)
    for index, hypothesis in enumerate(exercise.hypotheses):
        if refusal := _refusal(network, sound, hypothesis.do):
            yield ("hypotheses", index), refusal, "name what the network has"
    none: tuple[Step, ...] = ()
    repairs = [(("solutions", index), repair.do, none) for index, repair in enumerate(exercise.solutions)]
    repairs += [(("wrong", index), repair.do, repair.by_hand) for index, repair in enumerate(exercise.wrong)]
    for path, steps, by_hand in repairs:
        if not broken and (refusal := _refusal(network, faulty, (*steps, *by_hand))):
            yield path, refusal, "name what the network has"
        for kind in sorted({step.change.kind for step in steps} - {*exercise.may}):
            yield path, f"has a change that no trainee may make: {kind}", f"add {kind} to may"


def _refusal(network: Network, state: Blueprint, steps: Sequence[Step]) -> str:
    """Why a state cannot be changed so; "" where it can."""
    try:
        changed(network, state, [step.change for step in steps])
    except UsageError as fault:
        return str(fault)
    return ""


def cut_spans(exercise: Exercise, sound: Blueprint) -> tuple[str, ...]:
    """The spans that a repair must survive the cut of, each once."""
    cuts: dict[str, None] = {}
    for entry in exercise.robust:
        match entry.event:
            case SpanCut(span):
                cuts[span] = None
            case EachCut():
                cuts |= {span: None for broken in single_failures(sound) for span in sorted(broken.spans)}
    return tuple(cuts)


def _names(network: Network, exercise: Exercise, sound: Blueprint) -> Iterator[tuple[KeyPath, str, str]]:
    """Places, nodes and flows that are not there."""
    names, flows = names_of(sound), {(flow.workload, flow.line) for flow in sound.flows}
    if exercise.diagnosis.place not in names.places:
        yield ("diagnosis",), f'there is no place "{exercise.diagnosis.place}"', \
            f'name a line, a span, a switch, a head-end or "{CONTROLLER}"'
    for section, rows in (("evidence", exercise.evidence), ("tests", exercise.tests)):
        for index, row in enumerate(rows):
            if row.at not in names.nodes:
                yield (section, index), f'there is no node "{row.at}"', "name a line, a switch or a head-end"
    for index, symptom in enumerate(exercise.symptom):
        if (symptom.workload, symptom.line) not in flows:
            yield ("symptom", index), f'"{symptom.line}" has no flow of "{symptom.workload}"', \
                "name a line, and a workload that it runs"
        if symptom.cut is not None and symptom.cut not in cut_spans(exercise, sound):
            yield ("symptom", index), f'"{symptom.cut}" is not cut', "name a span that robust cuts"
    for index, repair in enumerate(exercise.wrong):
        try:
            selected(sound.flows, repair.stops)
        except UsageError as fault:
            yield ("wrong", index), str(fault), "name a workload or a line that is running"
    for index, entry in enumerate(exercise.robust):
        if reason := _unheard_of(network, names, sound, entry):
            yield ("robust", index), reason, "name what the network has"


def _unheard_of(network: Network, names: Names, sound: Blueprint, entry: Robustness) -> str:
    """What an ordeal names that is not there; "" where all is."""
    match entry.event:
        case PowerCycle(switch) if switch not in names.switches:
            return f'there is no switch "{switch}"'
        case SpanCut(span) if span not in names.spans:
            return f'there is no span "{span}"'
        case HostileSubscriber(line, service, rate, dscp):
            return _refusal(network, sound, [Step(AddFlood(line, service, rate, dscp))])
    return ""
