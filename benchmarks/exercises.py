"""Is every exercise sound with fifty seeds? `python -m benchmarks.exercises [SEEDS]`.

Each claim of each exercise, with each draw, has to hold with each seed alone. Takes some hours; `make exercises` does
the same with five.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.support.figure import Figure, at_most, main
from twin import api

EXERCISES = Path(__file__).resolve().parents[1] / "exercises"
SEEDS = 50


def figures(seeds: int = SEEDS) -> list[Figure]:
    """A row for each exercise."""
    return [row for file in sorted(EXERCISES.glob("*.yaml")) for row in _proof(file, seeds)]


def _proof(file: Path, seeds: int) -> Iterator[Figure]:
    """How many claims do not hold, and the first of them."""
    began = time.monotonic()
    with TemporaryDirectory(prefix="metro-twin-") as cache:
        claims = [*api.prove_exercise(file, lambda _phase, _share: None, gradings=seeds, cache=Path(cache))]
    against = [f"draw {claim.seed}, {claim.what}: {claim.against}"[:150] for claim in claims if claim.against]
    what = f"{file.stem}: of {len(claims)} claims with {seeds} seeds, those that do not hold"
    yield at_most(what, 0, len(against), "", "; ".join([f"{time.monotonic() - began:.0f} s", *against[:1]]))


if __name__ == "__main__":
    main(lambda: figures(int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS))
