"""Reads an exercise: its seed draws one row of `draw`, whose values stand wherever "$name" is written.

    draw:                                                   # one row a trainee
      - {line: homes-1, switch: east-dslam}
      - {line: homes-2, switch: east-dslam}
    troubles:
      - {kind: meter, line: $line, class: voice, rate: 64 kbit/s}
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from twin.core.errors import Place, Problem, TopologyError, UsageError
from twin.core.seeds import stream
from twin.jobs.training.exercise import Exercise
from twin.jobs.training.exercise_checks import problems as checked
from twin.model import Network
from twin.model.yaml import load
from twin.model.yaml.file_source import bytes_of, text_of
from twin.model.yaml.node_tree import compose
from twin.model.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from twin.model.yaml.problems import ProblemCollector
from twin.model.yaml.record_file import read_record
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.configuration_changes import changed

_VARIABLE = re.compile(r"\$([a-z][a-z0-9-]*)")


@dataclass(frozen=True, slots=True)
class DrawnExercise:
    """An exercise with the values that a seed has drawn. network, sound: as planned. faulty: with its troubles."""

    file: Path
    exercise: Exercise
    seed: int
    network: Network
    sound: Blueprint
    faulty: Blueprint


def draw_exercise(file: Path, seed: int) -> DrawnExercise:
    """Read an exercise and draw its values. Raises TopologyError with every problem of its file."""
    root, rows, findings = _parse(file)
    return _drawn(file, seed, root, _row(file, rows, seed), findings)


def read_exercise(file: Path, seed: int = 1) -> Exercise:
    """What the file says, with the values that a seed draws; its network is neither read nor planned. Raises
    TopologyError with every problem of the file itself."""
    root, rows, findings = _parse(file)
    return read_record(Exercise, _with_values(root, _row(file, rows, seed), findings), findings)[0]


def read_draws(file: Path) -> Iterator[Exercise]:
    """The same with each row of values that a seed may draw."""
    _, rows, _ = _parse(file)
    for row in rows or [{}]:
        root, _, findings = _parse(file)
        yield read_record(Exercise, _with_values(root, row, findings), findings)[0]


def course(exercises: Iterable[Exercise]) -> Iterator[Exercise]:
    """Exercises in the order in which they are learnt: each after those that it needs, easy ones first. What needs one
    another comes last."""
    left = {exercise.name: exercise for exercise in sorted(exercises, key=lambda known: (known.level, known.name))}
    while left:
        ready = (exercise for exercise in left.values() if not left.keys() & {*exercise.needs})
        following = next(ready, next(iter(left.values())))
        yield left.pop(following.name)


def all_draws(file: Path) -> Iterator[DrawnExercise]:
    """The exercise with each row of values that a seed may draw; raises as `draw_exercise`."""
    _, rows, _ = _parse(file)
    for number, row in enumerate(rows or [{}]):
        root, _, findings = _parse(file)
        yield _drawn(file, number, root, row, findings)


def _parse(file: Path) -> tuple[Node, list[dict[str, str]], ProblemCollector]:
    """The nodes of a file without `draw`, and its rows."""
    findings = ProblemCollector()
    root = compose(text_of(bytes_of(str(file)), str(file)), str(file), findings)
    if not isinstance(root, MappingNode):
        return root, [], findings
    written = next((node for scalar, node in root.entries if scalar.text == "draw"), None)
    rest = tuple(entry for entry in root.entries if entry[0].text != "draw")
    return replace(root, entries=rest), _rows(written, findings), findings


def _row(file: Path, rows: Sequence[Mapping[str, str]], seed: int) -> Mapping[str, str]:
    return rows[stream(seed, f"exercise {file.stem}").randrange(len(rows))] if rows else {}


def _rows(node: Node | None, findings: ProblemCollector) -> list[dict[str, str]]:
    if node is None:
        return []
    items = node.items if isinstance(node, SequenceNode) else ()
    rows = [{scalar.text: value.text for scalar, value in item.entries if isinstance(value, ScalarNode)}
            for item in items if isinstance(item, MappingNode)]
    if not rows or len(rows) < len(items) or len({frozenset(row) for row in rows}) > 1:
        findings.add(node.place, ("draw",), "is not a list of rows that all have the same names",
                     "write - {line: homes-1, switch: east-dslam}, a row for each choice")
    return rows


def _drawn(file: Path, seed: int, root: Node, row: Mapping[str, str], findings: ProblemCollector) -> DrawnExercise:
    exercise, places = read_record(Exercise, _with_values(root, row, findings), findings)
    network, problems = load(file.parent / exercise.network), list[Problem]()
    planned = plan(network)
    try:
        sound = changed(network, planned, [step.change for step in exercise.load])
    except UsageError as fault:
        raise TopologyError([Problem(places.get(("load",), Place(str(file))), "load", str(fault),
                                     "name what the network has")]) from fault
    problems += checked(network, exercise, sound, places, Place(str(file)))
    if problems:
        raise TopologyError(problems)
    return DrawnExercise(file, exercise, seed, network, sound, changed(network, sound, exercise.changes))


def _with_values(node: Node, row: Mapping[str, str], findings: ProblemCollector) -> Node:
    """The nodes with the drawn values in place of their names."""
    if isinstance(node, ScalarNode):
        for name in {*_VARIABLE.findall(node.text)} - row.keys():
            findings.add(node.place, (), f'"${name}" is not drawn', f"known: {', '.join(row) or 'nothing'}; see draw")
        return replace(node, text=_VARIABLE.sub(lambda match: row.get(match[1], match[0]), node.text))
    if isinstance(node, SequenceNode):
        return replace(node, items=tuple(_with_values(item, row, findings) for item in node.items))
    return replace(node, entries=tuple((scalar, _with_values(item, row, findings)) for scalar, item in node.entries))
