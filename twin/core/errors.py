"""The tree of errors that a user may meet, and the exit code that each stands for.

    TwinError                   4  the emulation failed (the root: anything not said better below)
    +-- TopologyError           2  the input is wrong: every problem of a file, each with place, reason, remedy
    +-- UsageError              2  a command or call was given something that cannot be meant
    +-- CannotRun               3  this machine cannot do it: what is missing, and the remedy
    +-- EmulationError          4  the lab, the emulation, the controller or the traffic failed
        +-- Unparsable          4  a tool's output was not what its parser knows; never turned into a number

A missed target is a verdict, not an error: MET, MISSED and INCONCLUSIVE are exit codes of which no class here stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    MET = 0
    MISSED = 1
    INPUT = 2
    MACHINE = 3
    FAILED = 4
    INCONCLUSIVE = 5
    INTERRUPTED = 130
    """128 and the number of the signal, as shells count (SIGINT)."""
    READER_GONE = 141
    """The same of SIGPIPE."""

    @property
    def meaning(self) -> str:
        """What it means, as the manual page and the README say it."""
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.MET: "every target is met",
    ExitCode.MISSED: "a target is missed or, by theory, infeasible; a trial failed; service was not restored in time; "
                     "two runs differ as compare was to fail on",
    ExitCode.INPUT: "the input is wrong",
    ExitCode.MACHINE: "this machine lacks something; the message says what, and the remedy",
    ExitCode.FAILED: "the emulation failed, or something that nobody has foreseen",
    ExitCode.INCONCLUSIVE: "inconclusive",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.READER_GONE: "the reader of standard output went away before all was written",
}


class DeprecatedKey(FutureWarning):
    """A description uses a key under its former name; the message says where, and the present name."""


class TwinError(Exception):
    """Root of all errors that are reported to the user as one message, without a traceback."""

    exit_code: ExitCode = ExitCode.FAILED


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a file: 1-based line and column; line 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Source:
    """The file of a description, and where each path of keys stands in it ("lines.homes.runs[0]")."""

    file: str
    places: Mapping[str, Place]

    def place(self, path: str) -> Place:
        """Where a path stands, or the nearest above it that does."""
        while path and path not in self.places:
            path = path[:max(path.rfind("."), path.rfind("["), 0)]
        return self.places.get(path, Place(self.file))


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: where, the path of keys to it, why, and what to write instead."""

    place: Place
    path: str
    reason: str
    remedy: str = ""

    def __str__(self) -> str:
        where = f"{self.place} {self.path}".rstrip()
        return f"{where}: {self.reason}" + (f"; {self.remedy}" if self.remedy else "")


class TopologyError(TwinError):
    """A description cannot be used; carries all its problems, sorted by place."""

    exit_code = ExitCode.INPUT

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class UsageError(TwinError):
    """The command line or the call asks for something that cannot be meant."""

    exit_code = ExitCode.INPUT


class CannotRun(TwinError):
    """This machine lacks something; the remedy is a command or a sentence that says how to fix it."""

    exit_code = ExitCode.MACHINE

    def __init__(self, missing: str, remedy: str) -> None:
        self.missing = missing
        self.remedy = remedy
        super().__init__(f"{missing}\n  remedy: {remedy}")


class EmulationError(TwinError):
    """The emulation did not do what the blueprint says, or died."""


class Unparsable(EmulationError):
    """Output of a tool that its parser does not know."""

    def __init__(self, tool: str, excerpt: str) -> None:
        self.tool = tool
        self.excerpt = excerpt[:400]
        super().__init__(f"cannot read the output of {tool}: {self.excerpt!r}")
