"""How the program of a lab gets its memory: before it is used, so that it waits for no page, and for frames at once."""

from __future__ import annotations

import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from twin.jobs.experiment.lab_program import private_mappings, with_frames_mapped
from twin.lab import GUEST_PYTHON, VIRTUAL, Job

PAGES = 256
PROGRAM = f"""
import mmap, os, resource
from twin.jobs.experiment import lab_program

def fresh():
    return mmap.mmap(-1, {PAGES} * mmap.PAGESIZE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)

def faults(memory):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for at in range(0, len(memory), mmap.PAGESIZE):
        memory[at] = 1
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before, flush=True)

def faults_of_a_child(memory):
    if not os.fork():
        faults(memory)
        os._exit(0)
    os.wait()

faults(fresh())
with lab_program.mapped_ahead():
    memory = fresh()
faults(memory)
faults(fresh())
faults_of_a_child(memory)
lab_program.map_after_forks()
faults_of_a_child(memory)
faults(memory)
large = mmap.mmap(-1, lab_program.MOST, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
faults_of_a_child(memory)
"""
FEW = PAGES // 8
"""Faults of the interpreter itself."""
MAPS = """\
55d0a5600000-55d0a5700000 r-xp 00000000 00:13 11 /usr/bin/python3.11
55d0a5700000-55d0a5710000 rw-p 00100000 00:13 11 /usr/bin/python3.11
7f0000000000-7f000000f000 rw-p 00000000 00:00 0
7f0000100000-7f0000200000 rw-p 00000000 00:00 0
7f0000300000-7f0000400000 rw-s 00000000 00:01 12 /dev/zero (deleted)
7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0 [stack]
"""


def test_memory_is_mapped_ahead_while_modules_are_imported_and_after_forks(tmp_path: Path) -> None:
    """A page of a lab's program is a fault when it is used first, save for what is allocated within the block; and for
    child and parent when either writes to it first after a fork, save for those that get their own copies at once.
    A program with much memory copies none of it: thousands of forks would."""
    lines: list[str] = []
    job = Job((GUEST_PYTHON, "-c", PROGRAM), tmp_path, memory=2**28)
    assert VIRTUAL.run(job, on_line=lines.append).status == 0, lines
    fresh, ahead, later, shared, copied, parents, of_much = map(int, lines)
    assert min(fresh, later, shared, of_much) >= PAGES
    assert max(ahead, copied, parents) < FEW


def test_private_mappings_are_those_that_can_be_written_and_are_worth_a_call() -> None:
    """Neither code, nor what is shared, nor a few pages."""
    assert [(hex(begin), end - begin) for begin, end in private_mappings(MAPS)] == [
        ("0x55d0a5700000", 2**16), ("0x7f0000100000", 2**20), ("0x7ffc00000000", 0x21000)]


def faults_at(depth: int, calls: int) -> int:
    """Page faults of so many calls of a function, in a loop that is so deep in calls."""
    if depth:
        return faults_at(depth - 1, calls)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(calls):
        abs_of(-1)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def abs_of(number: int) -> int:
    """A function of Python's own kind."""
    return abs(number)


@pytest.mark.parametrize(("start", "mapped"), [(lambda work: work(), True), (with_frames_mapped, False)])
def test_no_loop_maps_frames_again_and_again(start: Callable[[Callable[[], None]], None], mapped: bool) -> None:
    """At some depth each call of a loop gets a mapping of its own, but not within `with_frames_mapped`."""
    most = [0]

    def try_depths() -> None:
        most.append(max(faults_at(depth, 1_000) for depth in range(300)))

    start(try_depths)
    assert (most[-1] >= 1_000) == mapped
