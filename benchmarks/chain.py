"""Nine spans of 100 Mbit/s: our lab, with Linux's own stack, against ns-3: `python -m benchmarks.chain`.

Wall clock of both, in turn on the same core, ten seconds of TCP and four of 90 Mbit/s UDP. Ours counts from
the order to the samples read: planning, boot, the controller's programming, calibration and close included; beside it
stands what the traffic alone took. ns-3 counts from its start to its end.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.support import lab
from benchmarks.support.figure import Figure, at_most, main
from traffic.sample_files import Bytes, Packets
from twin.core.errors import CannotRun
from twin.lab import allowed_cores
from twin.lab.host_paths import cache_folder

SOURCE = Path(__file__).parent / "support" / "ns3_chain.cc"
LIBRARIES = ("core", "network", "internet", "applications", "point-to-point")
SECONDS = {"tcp": 10.0, "udp": 4.0}
RATIO = 1.5
TURNS = 3
UDP_PAYLOAD = 1400 / 1428
"""Of an IP packet of the flood."""


def figures() -> list[Figure]:
    """Build ns-3's side if need be, run both, compare."""
    program = ns3()
    with one_core():
        return [row for kind, seconds in SECONDS.items() for row in compare(program, kind, seconds)]


def compare(program: Path, kind: str, seconds: float) -> list[Figure]:
    """One workload on both sides, in turn; of each side its median time counts."""
    answer, theirs, taken, ours = {}, [], [], []
    for _ in range(TURNS):
        began = time.monotonic()
        answer = json.loads(subprocess.run((program, kind), check=True, capture_output=True, text=True).stdout)
        theirs.append(time.monotonic() - began)
        began = time.monotonic()
        taken.append(lab.run(lab.only(lab.described("chain"), (kind,)), seconds))
        ours.append(time.monotonic() - began)
    (samples,) = taken[-1].side.samples.values()
    whole, peer, traffic = median(ours), median(theirs), median(run.phases["measure"] for run in taken)
    return [
        at_most(f"chain of nine spans, {seconds:g} s of {kind.upper()}, our time / ns-3's", RATIO, whole / peer, "",
                f"{whole:.2f} s against {peer:.2f} s; traffic alone {traffic:.2f} s, {traffic / peer:.2f}"),
        Figure(f"  carried, {kind.upper()}", "-",
               f"{carried(samples, seconds) / 1e6:.2f} Mbit/s; ns-3 {answer['mbit_s']:.2f} Mbit/s"),
    ]


def carried(samples: object, seconds: float) -> float:
    """Payload that arrived, bit/s."""
    if isinstance(samples, Bytes):
        return samples.total[-1] * 8 / seconds
    assert isinstance(samples, Packets)
    return len(samples.delays) * samples.size * UDP_PAYLOAD * 8 / seconds


def ns3() -> Path:
    """The compiled peer, in the user's cache. Raises CannotRun, with the remedy, where it cannot be compiled."""
    if shutil.which("g++") is None:
        raise CannotRun("there is no C++ compiler", "run: apt-get install g++")
    if not Path("/usr/include/ns3").is_dir():
        raise CannotRun("ns-3 is not installed", "run: apt-get install libns3-dev")
    program = cache_folder() / "benchmarks" / f"ns3-chain-{hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]}"
    if not program.exists():
        program.parent.mkdir(parents=True, exist_ok=True)
        print("compiling ns-3's side (once) ...", file=sys.stderr, flush=True)
        fresh = program.with_suffix(".new")
        libraries = [f"-lns3-{name}" for name in LIBRARIES]
        done = subprocess.run(("g++", "-O2", "-o", fresh, SOURCE, *libraries), capture_output=True, text=True)
        if done.returncode:
            raise CannotRun(f"ns-3's side does not compile:\n{done.stderr[-2000:]}", "run: apt-get install libns3-dev")
        fresh.rename(program)
    return program


@contextmanager
def one_core() -> Iterator[None]:
    """All that is started within runs on one core, which labs then take too."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {allowed_cores()[0]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


if __name__ == "__main__":
    main(figures)
