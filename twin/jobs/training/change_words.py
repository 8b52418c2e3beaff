"""Changes and the words of a command line: read by the same rules, with the same messages, as an exercise's; and
written as they can be typed into a shell."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, get_args, get_type_hints

from twin.core.errors import TopologyError, UsageError
from twin.core.units import Gain, Rate, Ratio, Time, show_gain, show_rate, show_ratio, show_time
from twin.jobs.training.exercise import Step
from twin.model.yaml.node_tree import compose
from twin.model.yaml.problems import ProblemCollector
from twin.model.yaml.record_file import read_record
from twin.model.yaml.value_types import keys_of
from twin.plan.configuration_changes import ChangeKind, ConfigurationChange, kind_of

CHANGE, STOP = "twin train change", "twin load stop"


def change_of(kind: str, words: Sequence[str]) -> ConfigurationChange:
    """The change of a kind with its keys, "key=value" each. Raises UsageError naming every key that is wrong."""
    if kind not in {known.value for known in ChangeKind}:
        raise UsageError(f'there is no change "{kind}"; known: {", ".join(ChangeKind)}')
    pairs = [word.partition("=") for word in words]
    wrong = [key for key, mark, value in pairs if not (mark and key and value) or "\n" in key + value]
    if wrong:
        raise UsageError(f'"{wrong[0]}" is not key=value, for example line=homes-1')
    text = "".join(f"{key}: {value}\n" for key, value in (("kind", kind), *((key, value) for key, _, value in pairs)))
    findings = ProblemCollector()
    try:
        return read_record(Step, compose(text, kind, findings), findings)[0].change
    except TopologyError as fault:
        reasons = "; ".join(f"{problem.path} {problem.reason}: {problem.remedy}" for problem in fault.problems)
        raise UsageError(f"{kind}: {reasons}") from fault


def change_text(change: ConfigurationChange) -> str:
    """A change as a shell reads it: its kind, and key=value, in quotation marks where a value has blanks."""
    kind = kind_of(change.kind)
    hints = get_type_hints(kind)
    pairs = ((key.spelling, hints[key.field], getattr(change, key.field)) for key in keys_of(kind))
    return shlex.join([change.kind.value, *(f"{key}={_value(hint, value)}" for key, hint, value in pairs
                                            if value is not None)])


def commands(steps: Iterable[Step], stops: Iterable[str] = ()) -> tuple[str, ...]:
    """What a trainee types for a repair, a command each. stops: workloads that are stopped."""
    return (*(f"{CHANGE} {change_text(step.change)}" for step in steps), *(f"{STOP} {name}" for name in stops))


def typed(command: str) -> ConfigurationChange:
    """The change that one of these commands makes once a shell has split it. Raises UsageError where it makes none."""
    words, begin = shlex.split(command), CHANGE.split()
    if words[:len(begin)] != begin or len(words) == len(begin):
        raise UsageError(f"write: {CHANGE} KIND key=value ...")
    return change_of(words[len(begin)], words[len(begin) + 1:])


def _value(hint: Any, value: Any) -> str:
    """A value of a key as one would write it; quantities with their unit."""
    shows: Mapping[Any, Callable[[float], str]] = {Gain: show_gain, Rate: show_rate, Ratio: show_ratio, Time: show_time}
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    return next((show(value) for kind, show in shows.items() if kind in (hint, *get_args(hint))), str(value))
