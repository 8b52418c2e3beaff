"""Draw a network as SVG, in Graphviz's language or in Mermaid's."""

from __future__ import annotations

from twin.core.errors import UsageError
from twin.model import Network
from twin.plan import plan
from twin.report.drawing import graph

__all__ = ["GRAPH_FORMATS", "draw"]

_DRAWINGS = {"svg": graph.svg, "dot": graph.dot, "mermaid": graph.mermaid}
GRAPH_FORMATS = tuple(_DRAWINGS)


def draw(network: Network, form: str = "svg") -> str:
    """The drawing as text. form: one of GRAPH_FORMATS; UsageError for any other."""
    if form not in _DRAWINGS:
        raise UsageError(f'there is no drawing "{form}"; known: {", ".join(GRAPH_FORMATS)}')
    return _DRAWINGS[form](network, plan(network))
