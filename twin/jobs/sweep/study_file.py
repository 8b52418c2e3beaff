"""Reads a study and its description, with every problem of both at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from twin.core.errors import Place, Problem, TopologyError
from twin.jobs.sweep.design import CROSSED, INTACT, Assignment, parameter_names, point_count
from twin.jobs.sweep.levels import NoRange, range_of
from twin.jobs.sweep.point import Point
from twin.jobs.sweep.settings import NoSuchPath, with_value
from twin.jobs.sweep.study import Cross, LatinHypercube, Listed, Parameter, Study
from twin.model import Dslam, HeadEnd, Network, Relay, Span, Switch
from twin.model.yaml import compose_file, read_tree
from twin.model.yaml.nodes import MappingNode, Node, ScalarNode
from twin.model.yaml.problems import Path as KeyPath
from twin.model.yaml.problems import ProblemCollector, nearest, quoted, spell
from twin.model.yaml.record_file import read_record
from twin.model.yaml.references import uplink_span
from twin.plan.qos.policies import known_policies

MOST_POINTS = 1_000_000


@dataclass(frozen=True, slots=True)
class StudyFile:
    """A study as it was read. file: its path. description: the nodes of its network; source: where these stand."""

    file: Path
    study: Study
    description: Node
    source: Path
    network: Network

    @property
    def place(self) -> Place:
        """The study as a whole."""
        return Place(str(self.file))

    def point(self, assignment: Assignment) -> Point:
        """The point of these values. Raises TopologyError where they make no valid description."""
        tree = self.description
        for parameter in self.study.parameters:
            tree = with_value(tree, parameter.key, assignment.values[parameter.name])
        if assignment.policy:
            tree = with_value(tree, "policy", ScalarNode(self.place, assignment.policy, plain=True))
        return Point(read_tree(tree, str(self.source), ProblemCollector()), assignment.seed, assignment.cut,
                     assignment.stage)


def read_study(file: Path) -> StudyFile:
    """Read a study. Raises TopologyError with every problem of the study and of its description."""
    findings = ProblemCollector()
    root = compose_file(file, findings)
    study, places = read_record(Study, root, findings)
    source = file.parent / study.network
    try:
        description = compose_file(source, findings)
        network = read_tree(description, str(source), findings)
    except TopologyError as fault:
        raise _with_cause(fault, file, source, places) from fault
    whole = StudyFile(file, study, description, source, network)
    problems = [*_problems(whole, places)]
    if problems:
        raise TopologyError(problems)
    return whole


def _with_cause(fault: TopologyError, file: Path, source: Path, places: Mapping[KeyPath, Place]) -> TopologyError:
    """The problems of a description, with where it is named if it cannot be read at all."""
    unread = [problem for problem in fault.problems if not problem.place.line]
    named = [Problem(places[("network",)], "network", f"names {source}, which {problem.reason}", problem.remedy)
             for problem in unread]
    return TopologyError([*named, *(problem for problem in fault.problems if problem not in unread)])


def _problems(whole: StudyFile, places: Mapping[KeyPath, Place]) -> Iterator[Problem]:
    """What is wrong with a study whose keys are right."""
    study = whole.study
    for parameter in study.parameters:
        here = ("parameters", str(parameter.name))
        yield from _of_parameter(whole, parameter, here, places)
    yield from _of_rows(study, places)
    yield from _of_names(whole, "policies", study.policies, {*known_policies(whole.network)}, places)
    yield from _of_names(whole, "cuts", study.cuts, {INTACT, *_breakable(whole.network)}, places)
    yield from _of_names(whole, "stages", study.stages, {str(stage.name) for stage in whole.network.demand.stages},
                         places)
    for index, computed in enumerate(study.compute):
        kind = computed.computation.kind.value
        yield from (Problem(places["compute", index], spell(("compute", index)), f"is {kind}, for which {whole.source} "
                            f"{reason}", remedy) for reason, remedy in computed.computation.problems(whole.network))
    for key, entries in (("compute", study.compute), ("seeds", study.seeds)):
        if not entries:
            yield Problem(places[(key,)], key, "is empty", "write at least one")
    kinds = [computed.computation.kind for computed in study.compute]
    if len({*kinds}) < len(kinds):
        yield Problem(places[("compute",)], "compute", "has a kind twice", "keep one of each")
    yield from _of_drawings(whole, places)
    yield from _of_count(whole, places)


def _of_parameter(whole: StudyFile, parameter: Parameter, here: KeyPath, places: Mapping[KeyPath, Place]
                  ) -> Iterator[Problem]:
    """What is wrong with one parameter: its name, its range, its path, each of its values."""
    place = places[here]
    if parameter.name in CROSSED:
        yield Problem(place, spell(here), "is the name of what every study may vary", "choose another name")
    wrong = _range_wrong(whole.study, parameter)
    if wrong:
        yield Problem(place, spell(here), *wrong)
        return
    for value, path in _written_values(whole.study, parameter, here):
        yield from _of_value(whole, parameter, value, path, places[*here, "key"])


def _range_wrong(study: Study, parameter: Parameter) -> tuple[str, str] | None:
    """Why neither list nor range says what values a parameter takes, and the remedy."""
    ranged = parameter.low is not None or parameter.high is not None
    match study.design:
        case Listed():
            return ("has values, which a list of points has itself", "leave them out") \
                if parameter.values or ranged else None
        case Cross() | LatinHypercube() if bool(parameter.values) == ranged:
            return "needs either values or a range", "write values: [...], or from: ... and to: ..."
        case Cross() if ranged and not parameter.steps:
            return "has a range without steps", "write for example steps: 5"
    try:
        if ranged:
            range_of(parameter)
    except NoRange as fault:
        return str(fault), "write for example from: 1 Mbit/s and to: 5 Mbit/s"
    return None


def _of_value(whole: StudyFile, parameter: Parameter, value: Node, path: KeyPath, key: Place) -> Iterator[Problem]:
    """What is wrong with a value where it would stand in the description: problems of its own, not of others with it.
    """
    try:
        tree = with_value(whole.description, parameter.key, value)
        read_tree(tree, str(whole.source), ProblemCollector())
    except NoSuchPath as fault:
        yield Problem(key, spell((*path[:2], "key")), str(fault), fault.remedy)
    except TopologyError as fault:
        yield from (replace(problem, path=f"{spell(path)}, as {problem.path}") for problem in fault.problems
                    if problem.place.file == str(whole.file))


def _written_values(study: Study, parameter: Parameter, here: KeyPath) -> Iterator[tuple[Node, KeyPath]]:
    """Every value of a parameter that the study has written, or the ends of its range; and where it stands."""
    if isinstance(study.design, Listed):
        for index, row in enumerate(study.design.points):
            for written, value in row.entries if isinstance(row, MappingNode) else ():
                if written.text == parameter.name:
                    yield value, ("points", index, str(parameter.name))
        return
    yield from ((cast(Node, value), (*here, "values", index)) for index, value in enumerate(parameter.values))
    for end, key in ((parameter.low, "from"), (parameter.high, "to")):
        if end is not None:
            yield cast(Node, end), (*here, key)


def _of_rows(study: Study, places: Mapping[KeyPath, Place]) -> Iterator[Problem]:
    """Listed points that do not say the value of each parameter, or say those of others."""
    names = {str(parameter.name) for parameter in study.parameters}
    for index, row in enumerate(study.design.points if isinstance(study.design, Listed) else ()):
        path: KeyPath = ("points", index)
        if not isinstance(row, MappingNode):
            yield Problem(places[path], spell(path), "is not a mapping of parameters",
                          "write for example {rate: 1 Mbit/s}")
            continue
        written = {key.text: key.place for key, _ in row.entries}
        for name in names - written.keys():
            yield Problem(row.place, spell((*path, name)), "is missing", "write a value of every parameter")
        for name in written.keys() - names:
            yield Problem(written[name], spell((*path, name)), "is no parameter of the study", nearest(name, names))


def _of_names(whole: StudyFile, key: str, names: tuple[str, ...], known: set[str], places: Mapping[KeyPath, Place]
              ) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name not in known:
            yield Problem(places[key, index], spell((key, index)), f"{quoted(name)} is not in {whole.source}",
                          nearest(name, known))


def _of_drawings(whole: StudyFile, places: Mapping[KeyPath, Place]) -> Iterator[Problem]:
    """Pictures over what does not vary, or of responses that no point can have."""
    study, parameters = whole.study, set(parameter_names(whole.study))
    known = {f"{computed.computation.kind.value}.{name}" for computed in study.compute
             for name in computed.computation.response_names(whole.network)}
    for index, drawn in enumerate(study.draw):
        path: KeyPath = ("draw", index)
        for name in {*drawn.drawing.varied} - parameters:
            yield Problem(places[path], spell(path), f"{quoted(name)} is nothing that varies",
                          nearest(name, parameters))
        for response in {*drawn.drawing.responses} - known:
            yield Problem(places[path], spell(path), f"{quoted(response)} is no response of what the study computes",
                          nearest(response, known))


def _breakable(network: Network) -> Iterator[str]:
    """The spans and nodes of a network, uplinks among them."""
    named: tuple[Span | Switch | Dslam | Relay, ...] = (
        *network.spans, *network.switches, *network.dslams, *network.relays)
    uplinked: tuple[Dslam | Relay | HeadEnd, ...] = (*network.dslams, *network.relays, *network.head_ends)
    yield from (str(entry.name) for entry in named)
    yield from (uplink_span(str(node.name)) for node in uplinked)


def _of_count(whole: StudyFile, places: Mapping[KeyPath, Place]) -> Iterator[Problem]:
    try:
        points = point_count(whole.study, whole.place)
    except NoRange:
        return  # said of its parameter
    if not 1 <= points <= MOST_POINTS:
        yield Problem(places[("design",)], "design", f"makes {points} points",
                      f"make at least one, and at most {MOST_POINTS:,}")
