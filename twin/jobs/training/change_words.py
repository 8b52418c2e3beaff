"""A change from the words of a command line: read by the same rules, with the same messages, as an exercise's."""

from __future__ import annotations

from collections.abc import Sequence

from twin.core.errors import TopologyError, UsageError
from twin.jobs.training.exercise import Step
from twin.model.yaml.node_tree import compose
from twin.model.yaml.problems import ProblemCollector
from twin.model.yaml.record_file import read_record
from twin.plan.configuration_changes import ChangeKind, ConfigurationChange


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
