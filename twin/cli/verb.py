"""What a verb of the command line is, and the arguments that several verbs share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from twin.errors import UsageError
from twin.plan import Network, Policy, known_policies


@dataclass(frozen=True, slots=True)
class Verb:
    """about: one line for the overview. example: a whole command. arguments: declares them. run: does it and returns
    the exit code."""

    about: str
    example: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def file_argument(parser: argparse.ArgumentParser) -> None:
    """The description to work on."""
    parser.add_argument("file", metavar="FILE", type=Path, help="the YAML description of the network")


def json_argument(parser: argparse.ArgumentParser) -> None:
    """The wish for JSON on standard output."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def lab_argument(parser: argparse.ArgumentParser, default: str) -> None:
    """The choice of lab."""
    parser.add_argument("--lab", choices=("virtual", "wall", "native"), default=default,
                        help=f"where the emulation runs (default: {default})")


def policy_arguments(parser: argparse.ArgumentParser) -> None:
    """The choice of a policy other than the description's."""
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--contrast", action="store_true", help="with QoS off: one queue on every span")
    one.add_argument("--policy", metavar="NAME", help="under this policy (default: the description's own)")


def chosen(network: Network, arguments: argparse.Namespace) -> Policy | None:
    """The policy that was asked for; None for the network's own. Raises UsageError where there is none such."""
    known = known_policies(network)
    name = "none" if arguments.contrast else arguments.policy
    if name is not None and name not in known:
        raise UsageError(f'there is no policy "{name}"; known: {", ".join(known)}')
    return None if name is None else known[name]
