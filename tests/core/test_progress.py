"""How far computations are: told to whoever listens, and to nobody else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from twin.core.progress import SHARES, begun, counted, listening


@given(st.integers(0, 1000))
def test_items_come_as_they_are_and_shares_grow(count: int) -> None:
    """From nothing to less than all, no more often than a hundred and some times."""
    progress: list[tuple[str, float | None]] = []
    with listening(lambda what, share: progress.append((what, share))):
        begun("count")
        assert list(counted("count", range(count))) == list(range(count))
    shares = [share for _, share in progress[1:] if share is not None]
    assert progress[0] == ("count", None) and len(shares) == len(progress) - 1 <= 2 * SHARES
    assert shares == sorted(shares) and shares[:1] == [0.0][:count] and all(share < 1 for share in shares)


def test_nobody_need_listen_and_a_listener_within_another_hears_alone() -> None:
    """After its block the outer one hears again."""
    outer: list[str] = []
    inner: list[str] = []
    begun("nobody")
    with listening(lambda what, _: outer.append(what)):
        with listening(lambda what, _: inner.append(what)):
            begun("inner")
        begun("outer")
    assert (outer, inner) == (["outer"], ["inner"])
