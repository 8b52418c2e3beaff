"""A class on a bad day, by its trainees or by kill -9 of the class itself: `python -m benchmarks.bad_days`.

A real class of two seats, each with a live twin. After each act the seat must work again, the other one must not have
noticed, and every journal must be whole. Times are on the wall clock of the machine named; what is not so after two
minutes is missed, and the next act follows.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.support.figure import Figure, at_most, main
from benchmarks.support.lab import ROOT
from twin import api
from twin.api.classroom.class_folder import ClassFolder
from twin.api.classroom.lamps import SILENT_S, Lamps
from twin.api.classroom.tiles import tiles
from twin.core.errors import TwinError
from twin.jobs.classroom.events import Paused, Resumed
from twin.judge.live.fidelity import Trust

NAME, SEATS = f"bad-{os.getpid()}", ("anna", "ben")
ACT_S, PATIENCE_S, REACH_S = 30.0, 120.0, 60.0
"""How long a trainee's act is waited for, which may go on behind it; how long anything else is; the figure to reach."""
LOG = "class.log"
ROSTER = """roster: 1
name: {name}
exercise: {exercise}
instructors: [claire]
seats: [{{trainees: [anna]}}, {{trainees: [ben]}}]
"""
EXPLAINED = "The contract says 100 kbit/s."
"""Stands in the exercise's file alone."""
START = "import sys; sys.argv[0] = 'twin'; from twin.cli import main; sys.exit(main())"
FORKS = "forks without end, and the instructor pauses and resumes the seat"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
ACTS: dict[str, Sequence[str]] = {
    "reboots the node, by every way": ("sh", "-c", "reboot -f; halt -fp; echo b > /proc/sysrq-trigger; kill -9 1"),
    "kills all that can be killed, the controller first": ("sh", "-c", "pkill -9 python; pkill -9 ovs; kill -9 -1"),
    "fills every folder that can be written": (
        "sh", "-c", "for folder in / /tmp /var/tmp /dev/shm /run; do dd if=/dev/zero of=$folder/full bs=1M; done"),
    FORKS: ("bash", "-c", "fork() { fork | fork & }; fork; sleep 10"),
}
PROC = Path("/proc")
SEARCH = ("for place in /proc/[0-9]*/environ /proc/[0-9]*/cmdline /proc/cmdline /proc/mounts /proc/net/unix; do "
          "tr '\\0' '\\n' < $place; done; find / -xdev -type f -size -200k ! -path '/sys/*' ! -path '/usr/*' "
          "! -path '/run/twin/venv/*' -exec cat {} +; dmesg; ss -xa; journalctl")
"""Every text that a terminal can come to: files but those of Debian and of Python's packages, processes, logs, sockets.
"""


@dataclass
class Held:
    """A class that runs in a process of its own."""

    folder: Path
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Begin it, or resume it, and wait until both seats work."""
        with (self.folder / LOG).open("a") as log:
            self.process = subprocess.Popen(
                _command("start", "--roster", "roster.yaml", "--live", "2", "--json"), cwd=self.folder, text=True,
                stdout=subprocess.PIPE, stderr=log, env=ENVIRONMENT)
        assert self.process.stdout is not None
        if not self.process.stdout.readline():
            raise RuntimeError(f"the class did not begin: {(self.folder / LOG).read_text()[-500:]}")

    @property
    def kept(self) -> ClassFolder:
        """What stands on the disk."""
        return ClassFolder(self.folder / "runs" / f"class-{NAME}")

    def works(self, seat: str) -> bool:
        """Whether a seat's twin answers, with all its flows, as it is configured."""
        kept = self.kept
        try:
            with api.attach(kept.twin_name(seat)) as twin:
                return bool(twin.status().flows) and twin.deviations() == {}
        except TwinError:
            return False

    def is_up(self, seat: str) -> bool:
        """Whether the class has its twin up."""
        return self.kept.journal.state().seats[seat].up

    def began(self, seat: str) -> float:
        """How long a seat's twin is up, seconds: less than before where it was brought up again."""
        with api.attach(self.kept.twin_name(seat)) as twin:
            return twin.status().seconds

    def whole(self) -> bool:
        """Whether every journal is."""
        kept = self.kept
        return all(kept.session(seat).acts() for seat in SEATS) and bool(kept.journal.lines())


def _command(*words: str) -> list[str]:
    return [sys.executable, "-c", START, "class", *words]


def figures() -> list[Figure]:
    """What became of the class after each act."""
    with TemporaryDirectory(prefix="metro-twin-") as place:
        held = Held(Path(place))
        exercise = ROOT / "exercises" / "minimal-meter.yaml"
        (held.folder / "roster.yaml").write_text(ROSTER.format(name=NAME, exercise=exercise))
        held.start()
        try:
            _waited(lambda: all(map(held.works, SEATS)))
            return [*_secrets(held), *(row for what, act in ACTS.items() for row in _act(held, what, act)),
                    *_slept(held), *_killed(held)]
        finally:
            subprocess.run(_command("stop", "--class", NAME), cwd=held.folder, stdout=subprocess.DEVNULL, check=False,
                           env=ENVIRONMENT, timeout=PATIENCE_S)


def _act(held: Held, what: str, act: Sequence[str]) -> list[Figure]:
    """A trainee does it: how long until the seat works, and whether the neighbour did not notice."""
    before, took = held.began("ben"), _done(held, act)
    if what == FORKS:
        held.kept.journal.add(Paused("anna"))
        _waited(lambda: not held.is_up("anna"))
        held.kept.journal.add(Resumed("anna"))
        _waited(lambda: held.is_up("anna"))
    seconds = _waited(lambda: held.works("anna"))
    calm = held.works("ben") and held.began("ben") >= before + took * 0.9
    return [at_most(f"a trainee {what}: the seat works again after", REACH_S, seconds, "s",
                    f"the act took {took:.1f} s"),
            Figure("  the neighbour's twin, and all journals", "went on, and whole",
                   f"{'went on' if calm else 'did not'}, {'whole' if held.whole() else 'broken'}",
                   calm and held.whole())]


def _done(held: Held, act: Sequence[str]) -> float:
    """A trainee runs a command; returns its seconds, at the most those that it is waited for."""
    def run() -> None:
        with suppress(TwinError), api.attach(held.kept.twin_name("anna")) as twin:  # the twin may end with it
            twin.run("homes-1", act)

    since, acting = time.monotonic(), threading.Thread(target=run, daemon=True)
    acting.start()
    acting.join(ACT_S)
    return time.monotonic() - since


def _slept(held: Held) -> list[Figure]:
    """A twin gets no time at all, as on a machine that sleeps: its lamp says so, and it goes on afterwards."""
    name, lamps = held.kept.twin_name("anna"), Lamps()
    lamps.follow({"anna": name})
    _waited(lambda: (lamp := lamps.lamp("anna")) is not None and lamp.trust is Trust.TRUSTED)
    with _standing_still(name) as processes:
        noticed = _waited(lambda: (lamp := lamps.lamp("anna")) is not None and lamp.trust is not Trust.TRUSTED)
    seconds = _waited(lambda: held.works("anna"))
    lamps.follow({})
    return [at_most(f"{processes} processes of a twin stand still: its lamp says so after", 2 * SILENT_S, noticed, "s"),
            at_most("  the seat works again after", REACH_S, seconds, "s")]


@contextmanager
def _standing_still(name: str) -> Iterator[int]:
    """No process of a twin runs, for the time of a block, which gets how many they are. name: of its folder."""
    processes = [*_processes(name)]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield len(processes)
    finally:
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


def _processes(name: str) -> Iterator[int]:
    """Those that hold a file in a folder of that name, and all that descend from them; this process is none."""
    parents = {int(folder.name): _parent(folder) for folder in PROC.iterdir() if folder.name.isdigit()}
    first = {process for process in parents if process != os.getpid() and _holds(PROC / str(process), name)}
    for process in parents:
        above = process
        while above not in first and above in parents:
            above = parents[above]
        if above in first:
            yield process


def _parent(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _holds(folder: Path, name: str) -> bool:
    try:
        places = [os.readlink(entry) for entry in (folder / "cwd", *(folder / "fd").iterdir())]
    except OSError:
        return False
    return any(name in Path(place).parts for place in places)


def _secrets(held: Held) -> list[Figure]:
    """Whether a trainee's terminal finds anything of what is hidden."""
    kept = held.kept
    session = json.loads((kept.session("anna").folder / "session.json").read_text())
    hidden = [kept.file.secret, session["secret"], *kept.tokens.values(), EXPLAINED]
    with api.attach(kept.twin_name("anna")) as twin:
        text = twin.run("homes-1", ("sh", "-c", SEARCH)).stdout.decode(errors="replace")
    leaks = [secret[:6] for secret in hidden if secret in text]
    return [Figure(f"secrets among {len(text) // 1000:,} kB that a terminal can read", "none",
                   ", ".join(leaks) or "none", not leaks and len(text) > 10_000)]


def _killed(held: Held) -> list[Figure]:
    """kill -9 of the class, and of a twin as by a loss of power; then it is resumed."""
    assert held.process is not None
    before = held.kept.tokens
    held.kept.session("anna").hint()
    held.process.send_signal(signal.SIGKILL)
    held.process.wait()
    with api.attach(held.kept.twin_name("anna")) as twin:
        twin.down()
    since = time.monotonic()
    held.start()
    _waited(lambda: all(map(held.works, SEATS)))
    hints = {tile.seat: tile.hints for tile in tiles(held.kept)}
    same = held.kept.tokens == before and hints["anna"] == 1 and held.whole()
    return [at_most("kill -9 of the class and the end of a twin: all seats work again after", REACH_S,
                    time.monotonic() - since, "s"),
            Figure("  tokens, hints and journals", "as before", "as before" if same else "lost", same)]


def _waited(ready: Callable[[], bool]) -> float:
    """Seconds until something is so, or until it was waited for in vain."""
    since = time.monotonic()
    while not ready() and time.monotonic() - since < PATIENCE_S:
        time.sleep(0.2)
    return time.monotonic() - since


if __name__ == "__main__":
    main(figures)
