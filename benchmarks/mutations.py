"""Stored runs, manifests and descriptions changed at random, by the thousand: each is used or refused, and nothing ends
in another exception: `python -m benchmarks.mutations [RUNS [DESCRIPTIONS]]`.

By the functions that the verbs call, in as many processes as there are cores. What ends otherwise is named with the
number that makes it again.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.support.figure import Figure, main
from benchmarks.support.lab import TOPOLOGIES
from benchmarks.support.mutated_texts import mutant
from tests.report.sample import sample_run
from twin import api
from twin.core.errors import TopologyError, UsageError
from twin.core.records import to_json
from twin.model.yaml.file_source import text_of
from twin.report.files import json_files
from twin.report.files.manifest import MANIFEST_FILE, Manifest, Results, read_manifest

RUNS, DESCRIPTIONS = 10_000, 100_000
PREDICTED, DRAWN = 20, 7
"""Of so many descriptions that are valid, one is predicted and one is drawn, too."""
SHOWN = 3
"""Numbers that are named where something went wrong."""
USED, REFUSED = "used", "refused"


def figures(runs: int = RUNS, descriptions: int = DESCRIPTIONS) -> list[Figure]:
    """How many were used, how many were refused, and whether anything else became of one."""
    return [_figure("stored runs", runs, run_outcome), _figure("manifests", runs, manifest_outcome),
            _figure("descriptions", descriptions, description_outcome)]


def _figure(what: str, count: int, outcome: Callable[[int], str]) -> Figure:
    cores = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(cores, mp_context=get_context("fork")) as pool:
        outcomes = list(pool.map(outcome, range(count), chunksize=max(1, min(200, count // cores))))
    other = [(number, end) for number, end in enumerate(outcomes) if end not in (USED, REFUSED)]
    named = "".join(f"; {number}: {end}" for number, end in other[:SHOWN])
    counts = f"{outcomes.count(USED)} used, {outcomes.count(REFUSED)} refused, {len(other)} else"
    return Figure(f"{count} {what} changed at random", "used or refused", counts + named, not other)


def run_outcome(number: int) -> str:
    """What becomes of a stored run: it is used only where it is read as what it was."""
    def use(text: str) -> None:
        if json_files.read_run(text) != sample_run():
            raise AssertionError("another run was read")
    return _outcome(partial(use, mutant(_run_text(), Random(number))))


def manifest_outcome(number: int) -> str:
    """What becomes of a manifest: one that is used names nothing outside its folder."""
    def use(text: str) -> None:
        with TemporaryDirectory() as folder:
            Path(folder, MANIFEST_FILE).write_text(text, encoding="utf-8", errors="surrogatepass")
            manifest = read_manifest(Path(folder))
        if manifest is None or any(Path(folder, name).parent != Path(folder) for name in manifest.entries):
            raise AssertionError("an entry outside the folder")
    entries = ("report.html", "run.json", "samples")
    return _outcome(partial(use, mutant(to_json(Manifest(Results.RUN, entries, complete=True)), Random(number))))


def description_outcome(number: int) -> str:
    """What becomes of a description: it is checked, now and then predicted and drawn, or refused."""
    texts = _descriptions()
    lines = [line for document in texts for line in document.splitlines()]
    text = mutant(texts[number % len(texts)], Random(number), lines)

    def use() -> None:
        network = api.read(text_of(text.encode("utf-8", "surrogatepass"), "changed.yaml"), "changed.yaml")
        api.check_text(api.check(network))
        if number % PREDICTED == 0:
            api.plan_text(api.predict(network))
        if number % DRAWN == 0:
            api.draw(network, "svg")
    return _outcome(use)


def _outcome(use: Callable[[], None]) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            use()
    except (UsageError, TopologyError):
        return REFUSED
    except Exception as fault:
        return f"{type(fault).__name__}: {fault}"[:200]
    return USED


@cache
def _run_text() -> str:
    return json_files.run_text(sample_run())


@cache
def _descriptions() -> Sequence[str]:
    """Small ones, so that thousands are tried; the small network's first."""
    small = [path for path in sorted(TOPOLOGIES.glob("*.yaml")) if path.stat().st_size < 8_000]
    return tuple(path.read_text(encoding="utf-8") for path in small)


if __name__ == "__main__":
    main(partial(figures, *map(int, sys.argv[1:])))
