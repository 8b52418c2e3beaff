"""Bring up a live twin: a network that stands on the wall clock until it is shut down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from twin.api.live.attached_twin import NETWORK_FILE
from twin.api.live.live_twin import LiveTwin, attach, running_twins
from twin.core.errors import UsageError
from twin.core.records import to_compact_json, to_json
from twin.jobs.experiment import spec
from twin.jobs.experiment.on_host import memory
from twin.jobs.live.load_selection import ALL, NONE, for_live_use, selected
from twin.jobs.live.saved_twin import SavedTwin, read
from twin.jobs.live.saved_twin import write as saved_twin_json
from twin.lab import GUEST_PYTHON, Job, lab_named
from twin.lab.session.attach import require_free, start
from twin.model import Network, Policy
from twin.plan import plan
from twin.plan.blueprint import Blueprint
from twin.plan.qos.policies import policy_named

__all__ = ["SavedTwin", "bring_up", "bring_up_saved", "live_twin", "saved_twin", "saved_twin_json"]


def ignore(_line: str) -> None:
    """Do nothing with a line that the lab prints."""


def bring_up(network: Network, *, policy: Policy | None = None, blueprint: Blueprint | None = None, name: str = "",
             lab: str = "wall", out: Path | None = None, load: Sequence[str] = (ALL,),
             on_line: Callable[[str], None] = ignore) -> LiveTwin:
    """Bring a network up as a live twin that outlives this process, and attach to it.

    blueprint: what is built, where that is not what is planned. name: what to call it (default: the network's name).
    lab: wall, virtual or native. out: its folder (default: runs/up-NAME). load: which flows run from the start on, as
    for `LiveTwin.start_load`. on_line: gets what the lab prints meanwhile. Raises UsageError where the name is taken or
    the load unknown, TopologyError where the network cannot be built, CannotRun where this machine cannot hold the lab,
    EmulationError where it fails.
    """
    blueprint = for_live_use(blueprint or plan(network, policy))
    flows = selected(blueprint.flows, load)
    name = name or network.name
    require_free(name)  # before anything is written: the folder is that of the twin that is up
    folder = out or Path("runs") / f"up-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / spec.BLUEPRINT_FILE).write_text(to_compact_json(blueprint))
    (folder / NETWORK_FILE).write_text(to_json(network))
    job = Job((GUEST_PYTHON, "-m", "twin.jobs.live.server"), folder.resolve(), memory=memory(blueprint),
              air=bool(blueprint.cells))
    twin = LiveTwin(start(name, lab_named(lab), job, on_line=on_line))
    try:
        twin.start_flows(flows)
    except BaseException:
        twin.down()
        raise
    return twin


def bring_up_saved(saved: SavedTwin, *, name: str = "", lab: str = "wall", out: Path | None = None,
                   on_line: Callable[[str], None] = ignore) -> LiveTwin:
    """Bring a twin up as it was when it was saved: its policy, its lines, its faults, and the flows that ran; see
    `bring_up`."""
    policy = policy_named(saved.network, saved.policy)
    twin = bring_up(saved.network, policy=policy, name=name, lab=lab, out=out, load=(NONE,), on_line=on_line)
    try:
        twin.change_lines(saved.lines)
        twin.start_load(*saved.flows or (NONE,))
        for fault in saved.faults:
            twin.inject(fault)
    except BaseException:
        twin.down()
        raise
    return twin


def saved_twin(source: str) -> SavedTwin:
    """The twin of that name that is up, as a value, or the one in a file that `twin save` wrote.

    Raises UsageError where it is neither.
    """
    if source in running_twins():
        with attach(source) as twin:
            return twin.saved()
    try:
        text = Path(source).read_text(encoding="utf-8")
    except OSError as fault:
        raise UsageError(f'no twin called "{source}" is up, and there is no such file: {fault.strerror}') from fault
    except UnicodeDecodeError as fault:
        raise UsageError(f"{source}: not a saved twin: it is no text") from fault
    return read(text, source)


@contextmanager
def live_twin(network: Network, *, policy: Policy | None = None, name: str = "", lab: str = "wall",
              out: Path | None = None, load: Sequence[str] = (ALL,)) -> Iterator[LiveTwin]:
    """A live twin for the time of a `with` block: brought up at its start, shut down at its end, and with this process
    if that is killed."""
    with bring_up(network, policy=policy, name=name, lab=lab, out=out, load=load) as twin:
        twin.hold()
        try:
            yield twin
        finally:
            twin.down()
