"""YAML to model: a file is read once, and every problem in it is reported at once, with place, reason and remedy.

    bytes --decode--> text --compose--> nodes with places --read_network--> draft --check--> network
"""

from __future__ import annotations

from dataclasses import replace
from os import PathLike, fspath
from warnings import warn

from twin.core.errors import DeprecatedKey, Source
from twin.core.progress import begun
from twin.model import Network
from twin.model.yaml.background_lines import with_background
from twin.model.yaml.checks import check
from twin.model.yaml.file_source import bytes_of, text_of
from twin.model.yaml.node_tree import compose
from twin.model.yaml.nodes import Node
from twin.model.yaml.parsed_network import written_places
from twin.model.yaml.problems import ProblemCollector
from twin.model.yaml.sections import read_network

__all__ = ["compose_file", "load", "read", "read_tree"]


def load(path: str | PathLike[str]) -> Network:
    """Read the network in the file at `path`. Raises TopologyError with every problem, also where there is no file."""
    file = fspath(path)
    return read(text_of(bytes_of(file), file), file)


def read(text: str, file: str) -> Network:
    """Read the network that `text` describes; `file` is the name used in messages. Raises TopologyError.

    Warns (DeprecatedKey) of each key that has another name now.
    """
    begun("read the description")
    findings = ProblemCollector()
    return read_tree(compose(text, file, findings), file, findings)


def compose_file(path: str | PathLike[str], findings: ProblemCollector) -> Node:
    """The tree of nodes in the file at `path`. Raises TopologyError where it is no YAML, or not there."""
    file = fspath(path)
    return compose(text_of(bytes_of(file), file), file, findings)


def read_tree(root: Node, file: str, findings: ProblemCollector) -> Network:
    """Read the network that a tree of nodes describes; `file` is where most of them stand. Raises TopologyError with
    its problems and those of `findings`, and warns as `read`."""
    draft = read_network(root, findings)
    check(draft, findings)
    findings.close()
    for problem in findings.warnings:
        warn(DeprecatedKey(str(problem)), stacklevel=2)
    return replace(with_background(draft.network), source=Source(file, written_places(draft)))
