"""Bring up a live twin: a network that stands on the wall clock until it is shut down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from twin.api.live import NETWORK_FILE, LiveTwin
from twin.core.records import to_json
from twin.jobs.experiment import spec
from twin.jobs.experiment.on_host import memory
from twin.jobs.live.load_selection import ALL, for_live_use, selected
from twin.lab import GUEST_PYTHON, Job, lab_named
from twin.lab.session.attach import require_free, start
from twin.model import Network, Policy
from twin.plan import plan

__all__ = ["bring_up", "live_twin"]


def ignore(_line: str) -> None:
    """Do nothing with a line that the lab prints."""


def bring_up(network: Network, *, policy: Policy | None = None, name: str = "", lab: str = "wall",
             out: Path | None = None, load: Sequence[str] = (ALL,), on_line: Callable[[str], None] = ignore
             ) -> LiveTwin:
    """Bring a network up as a live twin that outlives this process, and attach to it.

    name: what to call it (default: the network's name). lab: wall, virtual or native. out: its folder (default:
    runs/up-NAME). load: which flows run from the start on, as for `LiveTwin.start_load`. on_line: gets what the lab
    prints meanwhile. Raises UsageError where the name is taken or the load unknown, TopologyError where the network
    cannot be built, CannotRun where this machine cannot hold the lab, EmulationError where it fails.
    """
    blueprint = for_live_use(plan(network, policy))
    selected(blueprint.flows, load)
    name = name or network.name
    require_free(name)  # before anything is written: the folder is that of the twin that is up
    folder = out or Path("runs") / f"up-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / spec.BLUEPRINT_FILE).write_text(to_json(blueprint))
    (folder / NETWORK_FILE).write_text(to_json(network))
    job = Job((GUEST_PYTHON, "-m", "twin.jobs.live.server"), folder.resolve(), memory=memory(blueprint),
              air=bool(blueprint.cells))
    twin = LiveTwin(start(name, lab_named(lab), job, on_line=on_line))
    try:
        twin.start_load(*load)
    except BaseException:
        twin.down()
        raise
    return twin


@contextmanager
def live_twin(network: Network, *, policy: Policy | None = None, name: str = "", lab: str = "wall",
              out: Path | None = None, load: Sequence[str] = (ALL,)) -> Iterator[LiveTwin]:
    """A live twin for the time of a `with` block: brought up at its start, shut down at its end."""
    with bring_up(network, policy=policy, name=name, lab=lab, out=out, load=load) as twin:
        try:
            yield twin
        finally:
            twin.down()
