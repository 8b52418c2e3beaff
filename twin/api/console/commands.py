"""What a page can ask the console to do: typed commands, read from JSON, and done to a live twin."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Any, get_type_hints

from twin.api.console.live_network import LiveNetwork
from twin.core.errors import UsageError
from twin.core.records import Tagged, from_plain
from twin.plan.qos.policies import policy_named


@dataclass(frozen=True, slots=True)
class Cut:
    """Cut a span, or with `node` a node with all its spans."""

    name: str
    node: bool = False


@dataclass(frozen=True, slots=True)
class Restore:
    """Restore what was cut or degraded."""

    name: str
    node: bool = False


@dataclass(frozen=True, slots=True)
class Degrade:
    """Lower the rate of a span or line, or impair it; quantities with units, "" for none, as `LiveTwin.degrade`."""

    span: str
    rate: str = ""
    up: str = ""
    loss: str = ""
    delay: str = ""
    jitter: str = ""
    reorder: str = ""
    duplicate: str = ""


@dataclass(frozen=True, slots=True)
class ChangeProfile:
    """Sell a line as another profile of its technology."""

    line: str
    profile: str


@dataclass(frozen=True, slots=True)
class StartLoad:
    """Start the flows that names mean."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StopLoad:
    """Stop the flows that names mean."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UsePolicy:
    """Build the network under another policy."""

    policy: str


@dataclass(frozen=True, slots=True)
class Reset:
    """Build the network by its description, without faults."""


PageCommand = Annotated[Cut | Restore | Degrade | ChangeProfile | StartLoad | StopLoad | UsePolicy | Reset, Tagged]
"""Everything that a page can ask for."""

IN_TRAINING = (Cut, Restore, StartLoad, StopLoad)
"""What is also done in an exercise, to narrow a trouble down; the rest is changed on its sheet, which keeps account."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A command as it travels: {"command": {"kind": "cut", "name": "north"}}."""

    command: PageCommand


def command_of(plain: Any) -> PageCommand:
    """The command that JSON means. Raises UsageError for any other shape."""
    try:
        request = from_plain(PageRequest, plain)
    except (TypeError, KeyError, ValueError, AttributeError) as fault:
        raise UsageError(f"this is not a command of the console: {fault}") from fault
    hints = get_type_hints(type(request.command))
    wrong = [name for name, value in plain["command"].items() if name in hints and not _is_a(hints[name], value)]
    if wrong:
        raise UsageError(f"this is not a command of the console: {', '.join(wrong)}: not of the type of the field")
    return request.command


def _is_a(hint: object, plain: object) -> bool:
    """Whether a value of JSON is of the type of a field: a text, a truth value, or a list of texts for a tuple."""
    if hint in (str, bool):
        return type(plain) is hint
    return isinstance(plain, list) and all(isinstance(text, str) for text in plain)


def perform(twin: LiveNetwork, command: PageCommand) -> None:
    """Do it. Raises UsageError, TopologyError or EmulationError as the twin does."""
    match command:
        case Cut(name, node):
            twin.cut(name, node=node)
        case Restore(name, node):
            twin.restore(name, node=node)
        case Degrade():
            quantities = (field.name for field in fields(command) if field.name != "span")
            twin.degrade(command.span, **{name: text for name in quantities if (text := getattr(command, name))})
        case ChangeProfile(line, profile):
            twin.change_profile(line, profile)
        case StartLoad(names):
            twin.start_load(*names)
        case StopLoad(names):
            twin.stop_load(*names)
        case UsePolicy(name):
            twin.use_policy(policy_named(twin.network(), name))
        case Reset():
            twin.reset()
