"""The samples of each flow, and the files that hold them.

A flow's file is gzip CSV without a time stamp in its header, so that equal samples are equal bytes. Four shapes:

    packets       seq,sent_ns,received_ns,size      received_ns is empty where the packet was lost; size: IP bytes;
                                                    `,dscp` follows where it was recorded, empty if lost
    viewed        joined_ns,sent_ns,received_ns,access,size     as packets; joined_ns: when its channel was joined
    bytes         at_ns,bytes                       TCP payload that had arrived by then, since the start
    transactions  started_ns,ended_ns,bytes         ended_ns is empty where the page did not come to its end
    calls         dialled_ns,rung_ns,answered_ns,ended_ns,status
                                                    empty where it did not come to that; status: of SIP, 0 for none yet

Times are ns since the start of the measurement, by the one clock of the lab.
"""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import sub
from pathlib import Path

LOST = -1
"""received_ns or ended_ns of what never arrived."""


@dataclass(frozen=True, slots=True)
class Packets:
    """Per-packet samples, in order of sequence number: parallel columns of equal length."""

    sent: tuple[int, ...]
    received: tuple[int, ...]
    size: int
    marks: tuple[int, ...] = ()
    """The DSCP with which each packet arrived (LOST: it did not), where it was recorded."""

    @property
    def delays(self) -> tuple[int, ...]:
        """One-way delays in ns of the packets that arrived, in order of sequence."""
        if LOST not in self.received:
            return tuple(map(sub, self.received, self.sent))
        return tuple(r - s for s, r in zip(self.sent, self.received, strict=True) if r != LOST)


@dataclass(frozen=True, slots=True)
class Viewed:
    """The packets of the IPTV channels that one subscriber watched, in order of time: parallel columns of equal length.

    joined: when the packet's channel was joined. access: 1 where it begins a random access point.
    """

    joined: tuple[int, ...]
    sent: tuple[int, ...]
    received: tuple[int, ...]
    access: tuple[int, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Bytes:
    """Progress of TCP: at each time, the payload bytes that had arrived since the start."""

    at: tuple[int, ...]
    total: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Transactions:
    """Requests: when each was sent, when its last byte came (LOST: never), how large it was."""

    started: tuple[int, ...]
    ended: tuple[int, ...]
    size: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls: when each was dialled, when it rang, was answered and ended or was refused (LOST: it did not come to
    that), and the final status of SIP (RFC 3261), 0 where there was none."""

    dialled: tuple[int, ...]
    rung: tuple[int, ...]
    answered: tuple[int, ...]
    ended: tuple[int, ...]
    status: tuple[int, ...]


Samples = Packets | Viewed | Bytes | Transactions | Calls

_PACKETS = "seq,sent_ns,received_ns,size"
_MARKED = _PACKETS + ",dscp"
_HEADS: dict[type, str] = {
    Packets: _PACKETS,
    Viewed: "joined_ns,sent_ns,received_ns,access,size",
    Bytes: "at_ns,bytes",
    Transactions: "started_ns,ended_ns,bytes",
    Calls: "dialled_ns,rung_ns,answered_ns,ended_ns,status",
}


def encode(samples: Samples) -> bytes:
    """The CSV text of `samples`."""
    head = _MARKED if isinstance(samples, Packets) and samples.marks else _HEADS[type(samples)]
    return "\n".join([head, *_rows(samples), ""]).encode()


def decode(text: bytes) -> Samples:
    """Read back what `encode` wrote. Raises ValueError on anything else."""
    head, _, body = text.partition(b"\n")
    named = head.decode(errors="replace")
    shape = {_MARKED: Packets, **{name: kind for kind, name in _HEADS.items()}}.get(named)
    if shape is None:
        raise ValueError(f"not a file of samples: it begins with {named[:60]!r}")
    width = head.count(b",") + 1
    columns = _columns(body, width)
    if shape is Packets:
        _, sent, received, size, *marks = columns
        return Packets(sent, received, size[0] if size else 0, *marks)
    if shape is Viewed:
        joined, sent, received, access, size = columns
        return Viewed(joined, sent, received, access, size[0] if size else 0)
    if shape is Bytes:
        return Bytes(*columns)
    return Calls(*columns) if shape is Calls else Transactions(*columns)


def _columns(body: bytes, width: int) -> list[tuple[int, ...]]:
    """The columns of rows of numbers, LOST where a cell is empty; all cells at once, for a run has millions."""
    rows = body.count(b"\n")
    lost = b",%d," % LOST
    flat = body.replace(b",,", lost).replace(b",,", lost).replace(b",\n", lost[:-1] + b"\n").replace(b"\n", b",")
    flat = flat.rstrip(b",")
    cells = tuple(map(int, flat.split(b","))) if rows else ()
    if len(cells) != rows * width:
        raise ValueError(f"{rows} rows of {width} cells hold {len(cells)} numbers")
    return [cells[column::width] for column in range(width)]


def write(folder: Path, flow: str, samples: Samples) -> Path:
    """Write the samples of one flow into `folder`; returns the file's path."""
    path = folder / f"{flow}.csv.gz"
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1, mtime=0, filename="") as file:
        file.write(encode(samples))
    path.write_bytes(packed.getvalue())
    return path


def read(path: Path) -> Samples:
    """Read the samples of one flow."""
    return decode(gzip.decompress(path.read_bytes()))


def digest(folder: Path) -> str:
    """SHA-256 over the names and samples of all flows in `folder`, in order of name."""
    total = hashlib.sha256()
    for path in sorted(folder.glob("*.csv.gz")):
        total.update(path.name.encode() + b"\0" + hashlib.sha256(gzip.decompress(path.read_bytes())).digest())
    return total.hexdigest()


def _rows(samples: Samples) -> Iterator[str]:
    if isinstance(samples, Packets):
        size = samples.size
        for seq, (sent, received) in enumerate(zip(samples.sent, samples.received, strict=True)):
            mark = f",{samples.marks[seq] if samples.marks[seq] != LOST else ''}" if samples.marks else ""
            yield f"{seq},{sent},{received if received != LOST else ''},{size}{mark}"
    elif isinstance(samples, Viewed):
        for joined, sent, received, access in zip(samples.joined, samples.sent, samples.received, samples.access,
                                                  strict=True):
            yield f"{joined},{sent},{received if received != LOST else ''},{access},{samples.size}"
    elif isinstance(samples, Bytes):
        yield from _pairs(zip(samples.at, samples.total, strict=True))
    elif isinstance(samples, Calls):
        for dialled, *moments, status in zip(samples.dialled, samples.rung, samples.answered, samples.ended,
                                             samples.status, strict=True):
            yield ",".join([str(dialled), *("" if at == LOST else str(at) for at in moments), str(status)])
    else:
        for started, ended, size in zip(samples.started, samples.ended, samples.size, strict=True):
            yield f"{started},{ended if ended != LOST else ''},{size}"


def _pairs(rows: Iterable[tuple[int, int]]) -> Iterator[str]:
    return (f"{first},{second}" for first, second in rows)
