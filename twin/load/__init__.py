"""YAML to model: a file is read once, and every problem in it is reported at once, with place, reason and remedy.

    bytes --decode--> text --compose--> nodes with places --read_network--> draft --check--> network
"""

from __future__ import annotations

from os import PathLike, fspath

from twin.load.checks import check
from twin.load.composer import compose
from twin.load.findings import Findings
from twin.load.reader import read_network
from twin.load.source import bytes_of, text_of
from twin.model import Network

__all__ = ["load", "read"]


def load(path: str | PathLike[str]) -> Network:
    """Read the network in the file at `path`. Raises TopologyError with every problem, also where there is no file."""
    file = fspath(path)
    return read(text_of(bytes_of(file), file), file)


def read(text: str, file: str) -> Network:
    """Read the network that `text` describes; `file` is the name used in messages. Raises TopologyError."""
    findings = Findings()
    draft = read_network(compose(text, file, findings), findings)
    check(draft, findings)
    findings.close()
    return draft.network
