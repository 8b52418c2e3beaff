"""Live twins: find one that is up, look into it, run commands in it, break and restore its spans, shut it down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType

from twin.core.errors import UsageError
from twin.core.records import from_plain, to_json, to_plain
from twin.core.units import Rate, Ratio, Time, UnitError, rate, ratio
from twin.lab import GUEST_PYTHON
from twin.lab.session.attach import RunningLab, running
from twin.lab.session.attach import attach as attach_lab
from twin.model import FaultKind
from twin.plan.blueprint import FaultPlan

__all__ = ["CommandResult", "LiveStatus", "LiveTwin", "attach", "running_twins", "status_json", "status_text"]

LOSS = Ratio(10_000)
"""Of a degraded span, where nothing else is said: ppm."""


@dataclass(frozen=True, slots=True)
class LiveStatus:
    """A live twin. broken: the spans and nodes that are cut or degraded now. seconds: since it came up."""

    network: str
    policy: str
    switches: tuple[str, ...]
    hosts: tuple[str, ...]
    broken: tuple[str, ...]
    spans: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class CommandResult:
    """A command that has ended in a node."""

    exit_status: int
    stdout: bytes
    stderr: bytes


class LiveTwin:
    """An attachment to a live twin. Closing it, also by `with`, detaches; the twin goes on until `down`."""

    def __init__(self, lab: RunningLab) -> None:
        self._lab = lab

    def __enter__(self) -> LiveTwin:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None,
                 _trace: TracebackType | None) -> None:
        self.close()

    @property
    def name(self) -> str:
        """What it is called."""
        return self._lab.name

    def close(self) -> None:
        """Detach."""
        self._lab.close()

    def down(self) -> None:
        """Shut it down, and wait until nothing of it is left."""
        self._lab.end()

    def status(self) -> LiveStatus:
        """What is in it and what is broken."""
        return from_plain(LiveStatus, self._lab.ask({"status": True}))

    def run(self, node: str, command: Sequence[str]) -> CommandResult:
        """Run a command in a host, or beside Open vSwitch for a switch, without input.

        Raises UsageError for a node that does not exist.
        """
        return CommandResult(*self._lab.capture(node, command))

    def exec(self, node: str, command: Sequence[str], *, terminal: bool = False) -> int:
        """Run a command in a node with the standard streams of this process; returns its exit status.

        terminal: give it a terminal, and pass ours through.
        """
        return self._lab.run(node, command, terminal=terminal)

    def shell(self, node: str = "", *, terminal: bool = True) -> int:
        """Mininet's command line, or bash in a node, on the standard streams; returns its exit status."""
        command = ["bash", "-i"] if node else [GUEST_PYTHON, "-m", "twin.jobs.live.mininet_cli"]
        return self._lab.run(node, command, terminal=terminal)

    def cut(self, name: str, *, node: bool = False) -> tuple[str, ...]:
        """Cut a span, or with `node` a switch, DSLAM or relay with all its spans; returns what is broken now."""
        return self._fault(FaultKind.CUT, name, node=node)

    def restore(self, name: str, *, node: bool = False) -> tuple[str, ...]:
        """Restore what was cut or degraded; returns what is broken now."""
        return self._fault(FaultKind.MEND, name, node=node)

    def degrade(self, span: str, *, rate: str = "", up: str = "", loss: str = "") -> tuple[str, ...]:
        """Lower the rate of a span (of a line towards the subscriber; up: from it) or let it lose packets.

        Quantities as in a description: "10 Mbit/s", "1 %". Without any, 1 % is lost. Returns what is broken now.
        """
        down_to, up_to, lost = (_quantity(*quantity) for quantity in _quantities(rate, up, loss))
        kept = Ratio(lost if down_to or up_to or lost else LOSS)
        return self._ask(FaultPlan(
            at=Time(0), kind=FaultKind.DEGRADE, span=span, node=None, loss=kept, rate=Rate(down_to), up=Rate(up_to)))

    def _fault(self, kind: FaultKind, name: str, *, node: bool) -> tuple[str, ...]:
        span, switch = (None, name) if node else (name, None)
        return self._ask(FaultPlan(Time(0), kind, span, switch, LOSS))

    def _ask(self, fault: FaultPlan) -> tuple[str, ...]:
        return tuple(self._lab.ask({"fault": to_plain(fault)})["broken"])


def attach(name: str | None = None) -> LiveTwin:
    """Attach to the twin of that name, or to the only one that is up. Raises UsageError naming the choices."""
    return LiveTwin(attach_lab(name))


def running_twins() -> tuple[str, ...]:
    """The names of this user's twins that are up."""
    return running()


def status_text(name: str, status: LiveStatus) -> str:
    """The status of one twin, for a terminal."""
    return (f"{name}: {status.network}, policy {status.policy}, up {status.seconds:.0f} s\n"
            f"  switches: {' '.join(status.switches)}\n  hosts: {' '.join(status.hosts)}\n"
            f"  broken: {' '.join(status.broken) or 'nothing'}\n")


def status_json(statuses: dict[str, LiveStatus]) -> str:
    """The status of several twins by name, as JSON."""
    return to_json(statuses)


def _quantities(down: str, up: str, loss: str) -> tuple[tuple[str, Callable[[str], int], str], ...]:
    return ("rate", rate, down), ("up", rate, up), ("loss", ratio, loss)


def _quantity(what: str, read: Callable[[str], int], written: str) -> int:
    """What was asked for, 0 where nothing was."""
    try:
        return read(written) if written else 0
    except UnitError as fault:
        raise UsageError(f"{what}: {fault}") from fault
