"""Standard streams as one finds them: closed, full, broken, or of a terminal that knows only ASCII."""

from __future__ import annotations

import codecs
import fcntl
import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

OUTPUT = "standard output"
"""The file name of an error that standard output has met."""
ESCAPES = "json-escapes"
"""The name of our way to write what an encoding does not have."""


def make_usable() -> None:
    """Open what is closed, lest a file of ours or of a child takes its number; let no character be an error, and let
    errors of standard output say of what they are."""
    codecs.register_error(ESCAPES, _escaped)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if not _serves(number):
            _leads_nowhere(number)
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and codecs.lookup(stream.encoding).name != "utf-8":
            stream.reconfigure(errors=ESCAPES)
    if sys.__stdout__ is not None and sys.stdout is sys.__stdout__:
        binary = io.BufferedWriter(_Output(1, "w", closefd=False))
        sys.stdout = io.TextIOWrapper(binary, sys.stdout.encoding, sys.stdout.errors, line_buffering=os.isatty(1))


def _serves(number: int) -> bool:
    """Whether a descriptor is open in the direction of its stream."""
    try:
        mode = fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE
    except OSError:
        return False
    return mode in (os.O_RDWR, os.O_WRONLY if number else os.O_RDONLY)


def _leads_nowhere(number: int) -> None:
    """Let a descriptor, and that of children, be of /dev/null."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    if nowhere == number:  # it was closed, and the lowest that was free
        os.set_inheritable(number, True)
    else:
        os.dup2(nowhere, number)
        os.close(nowhere)


def discard_output() -> None:
    """Write nothing more to standard output, and no error either: what is left in its buffer goes nowhere."""
    _leads_nowhere(1)
    with suppress(OSError):
        sys.stdout.flush()


class _Output(io.FileIO):
    """Standard output; its errors have its name."""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data)
        except OSError as fault:
            fault.filename = OUTPUT
            raise


def _escaped(fault: UnicodeError) -> tuple[str, int]:
    r"""Characters as JSON escapes them: \u2713. So JSON stays what it was."""
    assert isinstance(fault, UnicodeEncodeError)
    units = fault.object[fault.start:fault.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at:at + 2].hex()}" for at in range(0, len(units), 2)), fault.end
