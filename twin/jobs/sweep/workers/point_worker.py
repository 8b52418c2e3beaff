"""The process that carries out tasks, one after the other: `python -c "from ... import main; main()" [CORE]`.

It reads a line of JSON for each task, {"id": ..., "text": ...}, and answers with lines, the last of a task with its
result:

    {"progress": "measure", "share": 0.4}      and so on
    {"result": {...}, "seconds": 4.2}          or {"failed": "why", "remedy": "..."}

It has no life of its own: once its standard input is closed, it ends with its whole process group, labs included.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import time
from queue import SimpleQueue
from threading import Thread
from typing import Any, TextIO

from twin.core.errors import TwinError
from twin.jobs.sweep.computations import compute
from twin.jobs.sweep.store import result_text
from twin.jobs.sweep.task import task_id
from twin.jobs.sweep.task_text import read_task
from twin.jobs.sweep.workers.identity import Identity, identity


def main() -> None:
    """Carry out tasks until there is nobody any more who gives them."""
    if len(sys.argv) > 1:
        os.sched_setaffinity(0, {int(sys.argv[1])})
    answers, sys.stdout = sys.stdout, sys.stderr
    tasks: SimpleQueue[str] = SimpleQueue()
    Thread(target=_listen, args=(tasks,), daemon=True).start()
    gc.freeze()
    own = identity()
    while True:
        _answer(answers, _carried_out(tasks.get(), own, answers))


def _listen(tasks: SimpleQueue[str]) -> None:
    """Take tasks as they come; at the end of the input, end everything that was started here."""
    for line in sys.stdin:
        tasks.put(line)
    os.killpg(os.getpgid(0), signal.SIGKILL)


def _answer(answers: TextIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message, ensure_ascii=False) + "\n")
    answers.flush()


def _carried_out(line: str, own: Identity, answers: TextIO) -> dict[str, Any]:
    """The answer to a task."""
    began, order = time.monotonic(), json.loads(line)
    try:
        point, computation = read_task(order["text"])
        if task_id(order["text"], str(own.only(computation.needs))) != order["id"]:
            return {"stranger": True}
        result = compute(computation, point,
                         lambda phase, share: _answer(answers, {"progress": phase, "share": share}))
    except (TwinError, OSError, MemoryError) as fault:
        return {"failed": str(fault)}
    return {"result": json.loads(result_text(result)), "seconds": round(time.monotonic() - began, 4)}
