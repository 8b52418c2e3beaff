"""The command line as values, read from its parser: what help, the manual page and completion scripts are made of."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from twin.cli.verb import NameOf


@dataclass(frozen=True, slots=True)
class Argument:
    """An option or a positional argument. names: spellings of an option, none of a positional argument. value: what
    stands for its value, "" where it takes none. choices: the only values. path: "file" or "folder" where the value is
    one. names_of: the kind of name that the value is, "" where it is none. repeated: whether it takes several."""

    names: tuple[str, ...]
    value: str
    help: str
    choices: tuple[str, ...]
    path: str
    names_of: str
    repeated: bool
    required: bool

    @property
    def title(self) -> str:
        """As it is written: "--seed N", "FILE", "[NAME...]"."""
        if self.names:
            return f"{', '.join(self.names)} {self.value}".rstrip()
        several = f"{self.value}..." if self.repeated else self.value
        return several if self.required else f"[{several}]"


@dataclass(frozen=True, slots=True)
class VerbHelp:
    """A verb. positional: in their order."""

    name: str
    about: str
    example: str
    options: tuple[Argument, ...]
    positional: tuple[Argument, ...]

    @property
    def usage(self) -> str:
        """The command in short."""
        return " ".join(["twin", self.name, "[OPTION...]", *(argument.title for argument in self.positional)])


def described(parser: argparse.ArgumentParser) -> tuple[VerbHelp, ...]:
    """Every verb of a parser, in its order."""
    verbs = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return tuple(_verb(name, of_verb) for name, of_verb in verbs.choices.items())


def _verb(name: str, parser: argparse.ArgumentParser) -> VerbHelp:
    known = tuple(_arguments(parser))
    example = (parser.epilog or "").removeprefix("example: ")
    return VerbHelp(name, parser.description or "", example,
                    options=tuple(argument for argument in known if argument.names),
                    positional=tuple(argument for argument in known if not argument.names))


def _arguments(parser: argparse.ArgumentParser) -> Iterator[Argument]:
    """All but those that are hidden."""
    for action in parser._actions:
        if action.help != argparse.SUPPRESS:
            choices = tuple(map(str, action.choices or ()))
            value = "" if action.nargs == 0 else str(action.metavar or "|".join(choices) or action.dest.upper())
            path = "" if action.type is not Path else "file" if action.metavar == "FILE" else "folder"
            yield Argument(tuple(action.option_strings), value, (action.help or "").replace("%%", "%"),
                           choices, path,
                           action.type.kind if isinstance(action.type, NameOf) else "",
                           repeated=action.nargs in ("*", "+"), required=action.nargs not in ("?", "*"))
