"""Networks of any shape, drawn by hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.plan.blueprints import Edge


@st.composite
def meshes(draw: st.DrawFn) -> tuple[int, list[Edge]]:
    """Up to eight switches that reach each other, and the spans between them, some twice."""
    count = draw(st.integers(2, 8))
    length = st.integers(100, 3000)
    tree = [(draw(st.integers(0, node - 1)), node, draw(length)) for node in range(1, count)]
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] != pair[1])
    return count, tree + [(*draw(pairs), draw(length)) for _ in range(draw(st.integers(0, 6)))]
