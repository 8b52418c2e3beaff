"""Bring up a live twin: a network that stands on the wall clock until it is shut down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from twin.api.live import LiveTwin
from twin.core.records import to_json
from twin.jobs.experiment import spec
from twin.jobs.experiment.on_host import memory
from twin.lab import GUEST_PYTHON, Job, lab_named
from twin.lab.session.attach import start
from twin.model import Network, Policy
from twin.plan import plan

__all__ = ["bring_up", "live_twin"]


def ignore(_line: str) -> None:
    """Do nothing with a line that the lab prints."""


def bring_up(network: Network, *, policy: Policy | None = None, name: str = "", lab: str = "wall",
             out: Path | None = None, on_line: Callable[[str], None] = ignore) -> LiveTwin:
    """Bring a network up as a live twin that outlives this process, and attach to it.

    name: what to call it (default: the network's name). lab: wall, virtual or native. out: its folder (default:
    runs/up-NAME). on_line: gets what the lab prints meanwhile. Raises UsageError where the name is taken, TopologyError
    where the network cannot be built, CannotRun where this machine cannot hold the lab, EmulationError where it fails.
    """
    blueprint = plan(network, policy)
    name = name or network.name
    folder = out or Path("runs") / f"up-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / spec.BLUEPRINT_FILE).write_text(to_json(blueprint))
    job = Job((GUEST_PYTHON, "-m", "twin.jobs.live.server"), folder.resolve(), memory=memory(blueprint),
              air=bool(blueprint.cells))
    return LiveTwin(start(name, lab_named(lab), job, on_line=on_line))


@contextmanager
def live_twin(network: Network, *, policy: Policy | None = None, name: str = "", lab: str = "wall",
              out: Path | None = None) -> Iterator[LiveTwin]:
    """A live twin for the time of a `with` block: brought up at its start, shut down at its end."""
    with bring_up(network, policy=policy, name=name, lab=lab, out=out) as twin:
        try:
            yield twin
        finally:
            twin.down()
