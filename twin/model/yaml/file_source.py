"""The one place that touches the disk: a file's bytes, bounded, and the text in them."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE

from twin.core.errors import Place, Problem, TopologyError

SIZE_LIMIT = 4 * 2**20
"""Largest file read, bytes; a territory of a million lines in groups takes some thousands."""

_FOREIGN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What may not stand in YAML (YAML 1.2.2, production c-printable)."""


def bytes_of(file: str, what: str = "a YAML file") -> bytes:
    """The bytes of `file`, which is to be `what`. Raises TopologyError when it cannot be read or is too large; never
    reads more than that."""
    try:
        with open(file, "rb") as stream:
            content = stream.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise _unreadable(Place(file), f"cannot be read: {reason}", f"give the path of {what}") from error
    if len(content) > SIZE_LIMIT:
        raise _unreadable(Place(file), f"is larger than {SIZE_LIMIT // 2**20} MiB, the largest file read",
                          "write lines in groups, with how many exist")
    return content


def text_of(content: bytes, file: str) -> str:
    """The text in `content`, UTF-8. Raises TopologyError at the first byte that is not."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise _unreadable(Place(file, 1, 1), "is UTF-16 text", "save the file as UTF-8")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        raise _unreadable(_place(before, file), f"byte 0x{content[error.start]:02x} is not UTF-8 text",
                          "save the file as UTF-8") from error


def refuse_foreign(text: str, file: str) -> None:
    """Raise TopologyError at the first character that YAML does not allow."""
    match = _FOREIGN.search(text)
    if match:
        raise _unreadable(_place(text[: match.start()], file), f"character U+{ord(match[0]):04X} is not allowed",
                          "is this a text file?")


def _place(before: str, file: str) -> Place:
    return Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _unreadable(place: Place, reason: str, remedy: str) -> TopologyError:
    return TopologyError([Problem(place, "", reason, remedy)])
