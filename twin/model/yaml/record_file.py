"""A file that is one record and no network, as an exercise: read as strictly, with the same messages."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from twin.core.errors import Place
from twin.model.yaml.nodes import MappingNode, Node
from twin.model.yaml.problems import Path, ProblemCollector
from twin.model.yaml.sections import EntryReader
from twin.model.yaml.value_types import record_of

Record = TypeVar("Record")


def read_record(kind: type[Record], root: Node, findings: ProblemCollector) -> tuple[Record, dict[Path, Place]]:
    """The record of `kind` in the nodes of a file, and where each path of it stands.

    Raises TopologyError with every problem, those of `findings` too.
    """
    if not isinstance(root, MappingNode):
        findings.stop(root.place, (), "is not a mapping of keys", "write a key, a colon and its value on each line")
    reader = EntryReader(findings)
    reader.places[()] = root.place
    values: dict[str, Any] = reader.keys(kind, root, ())
    findings.close()
    return cast(Record, record_of(kind, values)), reader.places
