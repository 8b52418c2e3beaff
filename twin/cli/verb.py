"""What a verb of the command line is, the arguments that several verbs share, and options that were renamed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin import api

if TYPE_CHECKING:
    from twin.core.units import Rate

LABS = ("virtual", "wall", "native")


@dataclass(frozen=True, slots=True)
class Verb:
    """about: one line that says what one gets. example: a whole command. arguments: declares them. run: does it and
    returns the exit code."""

    about: str
    example: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


@dataclass(frozen=True, slots=True)
class NameOf:
    """The type of an argument that is a name of a kind (twin.api.NAME_KINDS), which shells complete."""

    kind: str

    def __call__(self, written: str) -> str:
        """As it is written; whether there is such a thing, the library says."""
        return written


def file_argument(parser: argparse._ActionsContainer, what: str = "the YAML description of the network", *,
                  optional: bool = False) -> None:
    """The description to work on."""
    parser.add_argument("file", metavar="FILE", type=Path, nargs="?" if optional else None, help=what)


def json_argument(parser: argparse._ActionsContainer, note: str = "print JSON") -> None:
    """JSON on standard output."""
    parser.add_argument("--json", action="store_true", help=note)


def lab_argument(parser: argparse.ArgumentParser, default: str) -> None:
    """The choice of lab."""
    parser.add_argument("--lab", choices=LABS, default=default,
                        help=f"where the emulation runs (default: {default})")


def language_argument(parser: argparse.ArgumentParser) -> None:
    """The language of the page and of what is printed for people."""
    parser.add_argument("--lang", choices=tuple(api.Language), help="language of what is for people; files for "
                        "programs are in English (default: by LC_ALL, LC_MESSAGES or LANG, else en)")


def language_of(arguments: argparse.Namespace) -> api.Language:
    """The language that was asked for, or that of the environment."""
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    wanted = (arguments.lang or locale)[:2]
    return next((language for language in api.Language if language == wanted), api.Language.ENGLISH)


def seed_argument(parser: argparse.ArgumentParser) -> None:
    """The seed."""
    parser.add_argument("--seed", metavar="N", type=int, default=1, help="seed of all randomness (default: 1)")


def seconds_argument(parser: argparse.ArgumentParser) -> None:
    """The length of a measurement."""
    parser.add_argument("--seconds", metavar="TIME", default="60",
                        help='emulated time of measurement: "60" or "2 min" (default: 60)')


def out_argument(parser: argparse.ArgumentParser, what: str, default: str) -> None:
    """The folder in which results are left, and what is done with results that it holds."""
    parser.add_argument("--out", metavar="FOLDER", type=Path, help=f"the folder of {what} (default: {default})")
    parser.add_argument("--force", action="store_true", help="replace the results that the folder holds")


def out_folder(arguments: argparse.Namespace, name: str) -> Path:
    """The folder that was asked for, or one in runs/ named after the time."""
    return arguments.out or Path("runs") / f"{name}-{datetime.now():%Y%m%d-%H%M%S}"


def twin_argument(parser: argparse.ArgumentParser) -> None:
    """The choice of a live twin."""
    parser.add_argument("--twin", metavar="NAME", type=NameOf("twin"), help="which twin, where several are up")


def policy_arguments(parser: argparse.ArgumentParser) -> None:
    """The choice of a policy other than the description's."""
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--no-qos", action="store_true", help="without QoS: one queue on every span (policy none)")
    choice.add_argument("--policy", metavar="NAME", type=NameOf("policy"),
                        help="under this policy (default: the description's own)")
    choice.add_argument("--contrast", **renamed("--no-qos", "no_qos"))


def chosen(network: api.Network, arguments: argparse.Namespace) -> api.Policy | None:
    """The policy that was asked for; None for the network's own. Raises UsageError where there is none such."""
    name = "none" if arguments.no_qos else arguments.policy
    return None if name is None else api.policy_named(network, name)


def seconds_of(written: str) -> float:
    """Seconds from a bare number of them or a time with a unit, as --seconds takes it."""
    from twin.core.units import NS_PER_S, UnitError, time

    try:
        seconds = float(written) if written.replace(".", "", 1).isdigit() else time(written) / NS_PER_S
    except UnitError as fault:
        raise api.UsageError(f"--seconds: {fault}") from fault
    if not 1 <= seconds <= 86_400:
        raise api.UsageError(f"--seconds: {written} is not between 1 s and 24 h")
    return seconds


def rate_of(option: str, written: str) -> Rate:
    """The rate that an option says. Raises UsageError."""
    from twin.core.units import UnitError, rate

    try:
        return rate(written)
    except UnitError as fault:
        raise api.UsageError(f"{option}: {fault}") from fault


def renamed(new: str, dest: str, *, valued: bool = False) -> dict[str, Any]:
    """How an old spelling of an option is declared: hidden, it warns and does what the new one does.

    valued: whether it takes a value.
    """
    return {"action": _Renamed, "nargs": None if valued else 0, "const": new, "dest": dest,
            "default": None if valued else False, "help": argparse.SUPPRESS}


class _Renamed(argparse.Action):
    def __call__(self, _parser: argparse.ArgumentParser, namespace: argparse.Namespace,
                 values: Path | str | Sequence[Any] | None, option: str | None = None) -> None:
        print(f"twin: warning: {option} is now {self.const}; the old spelling will be removed", file=sys.stderr)
        setattr(namespace, self.dest, True if self.nargs == 0 else values)
