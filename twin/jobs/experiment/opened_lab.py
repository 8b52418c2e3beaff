"""Opens the lab of a job: its network is built and its switches are programmed, and it ends with the lab."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from twin.core.errors import TwinError
from twin.core.units import Time
from twin.emulation import Emulation, up
from twin.jobs.experiment import spec
from twin.jobs.experiment.controller_process import Ryu, controller
from twin.jobs.experiment.traffic_process import fall_in_step
from twin.plan.blueprint import Blueprint


def say(line: dict[str, Any]) -> None:
    """Print a JSON line for the host."""
    print(json.dumps(line), flush=True)


@contextmanager
def opened_lab(blueprint: Blueprint, seed: int, out: Path, slack: Time) -> Iterator[tuple[Ryu, Emulation]]:
    """The network of the blueprint that is in `out`, for the time of a block, and its controller, which has ended where
    the blueprint has it so. Raises EmulationError where it does not come up."""
    fall_in_step()
    say({"phase": "build"})
    with (controller(out / spec.BLUEPRINT_FILE, out / spec.LOGS / "controller.log") as ryu,
          up(blueprint, seed, logs=out / spec.LOGS, slack=slack, ends_with_lab=True) as emulation):
        ryu.await_ready()
        if not blueprint.controlled:
            ryu.end()
        yield ryu, emulation


def carried_out(job: Callable[[], None], logs: Path) -> int:
    """Carry out a job in a lab, and tell the host why it failed if it did; returns the exit status."""
    try:
        job()
    except TwinError as fault:
        say({"failed": str(fault), "exit": fault.exit_code})
        return fault.exit_code
    except Exception as fault:
        with suppress(OSError):  # the disk may be full, which may be why
            (logs / spec.TRACE_FILE).write_text(traceback.format_exc())
        say({"failed": f"the job in the lab failed ({type(fault).__name__}: {fault}); the whole trace is in "
                       f"{spec.LOGS}/{spec.TRACE_FILE}", "exit": TwinError.exit_code})
        return TwinError.exit_code
    return 0
