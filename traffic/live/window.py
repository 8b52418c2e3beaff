"""A window of a live load: what became of each flow within about a second, as a value and as bytes. Pure.

A line of JSON says what follows: which flows, of which shape, with how many samples; then the columns of all flows, one
after the other, as signed 64-bit numbers in the byte order of the machine, which is the reader's own.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from traffic.sample_files import Bytes, Calls, Packets, Samples, Transactions, Viewed

SHAPES: Mapping[str, type[Samples]] = {"packets": Packets, "viewed": Viewed, "bytes": Bytes,
                                       "transactions": Transactions, "calls": Calls}
"""The kinds of samples, as in traffic.sample_files."""
_NAMES = {shape: name for name, shape in SHAPES.items()}


@dataclass(frozen=True, slots=True)
class FlowWindow:
    """What became of one flow. origin: from which moment its samples count their times, ns since 1970; another one
    than before means that the flow was stopped and started again. errors: why it ended, if it did."""

    origin: int
    samples: Samples | None
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """All flows that ran. until: they are known up to this moment, ns since 1970. lateness: of the latest timer since
    the window before, ns."""

    number: int
    until: int
    lateness: int
    flows: Mapping[str, FlowWindow]


def window_file(folder: Path, number: int) -> Path:
    """Where a window is written."""
    return folder / f"{number:07d}.window"


def encode(window: Window) -> bytes:
    """The bytes of a window."""
    columns = array("q")
    heads = {}
    for name, flow in window.flows.items():
        heads[name] = _head(flow)
        for column in _columns(flow.samples):
            columns.extend(column)
    head = {"number": window.number, "until": window.until, "lateness": window.lateness, "flows": heads}
    return json.dumps(head, separators=(",", ":")).encode() + b"\n" + columns.tobytes()


def decode(text: bytes) -> Window:
    """Read back what `encode` wrote. Raises ValueError on anything else."""
    line, _, body = text.partition(b"\n")
    try:
        head = json.loads(line)
        numbers = memoryview(body).cast("q")
        flows, place = {}, 0
        for name, fields_of in head["flows"].items():
            flows[name], place = _flow(fields_of, numbers, place)
        if place != len(numbers):
            raise ValueError(f"{len(numbers)} numbers where {place} are meant")
        return Window(head["number"], head["until"], head["lateness"], flows)
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError(f"not a window of a live load: {fault!r}") from fault


def _head(flow: FlowWindow) -> dict[str, object]:
    head: dict[str, object] = {"origin": flow.origin}
    if flow.errors:
        head["errors"] = flow.errors
    if flow.samples is not None:
        head |= {"shape": _NAMES[type(flow.samples)], "count": [len(column) for column in _columns(flow.samples)]}
        if isinstance(flow.samples, Packets | Viewed):
            head["size"] = flow.samples.size
    return head


def _columns(samples: Samples | None) -> Iterator[tuple[int, ...]]:
    """The columns of samples, in the order of their fields."""
    for field in fields(samples) if samples is not None else ():
        value = getattr(samples, field.name)
        if isinstance(value, tuple):
            yield value


def _flow(head: Mapping[str, object], numbers: memoryview, place: int) -> tuple[FlowWindow, int]:
    """One flow, and where the next one's columns begin."""
    samples, counts = None, head.get("count", [])
    columns = []
    for count in counts if isinstance(counts, list) else []:
        columns.append(tuple(numbers[place:place + count]))
        place += count
    if "shape" in head:
        shape: Callable[..., Samples] = SHAPES[str(head["shape"])]
        names = [field.name for field in fields(SHAPES[str(head["shape"])]) if field.name not in head]
        sizes = {"size": head["size"]} if "size" in head else {}
        samples = shape(**dict(zip(names, columns, strict=True)), **sizes)
    errors = head.get("errors", [])
    return FlowWindow(int(str(head["origin"])), samples, tuple(errors) if isinstance(errors, list) else ()), place
