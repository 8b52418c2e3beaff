"""Where to write the names in a drawing so that they cover neither each other nor, if it can be, nodes and spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from twin.report.drawing.box_placement import Box, Surroundings, chosen_places
from twin.report.drawing.initial_positions import Point
from twin.report.drawing.layout import Frame, Segment


@dataclass(frozen=True, slots=True)
class Wanted:
    """A text to write beside a point. size: height of the letters, px; clearance: free distance from the point.
    optional: left out where it would cover something."""

    text: str
    at: Point
    size: float
    clearance: float
    strong: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A text and where it starts: x of its anchor ("start", "middle" or "end"), y of its base line."""

    text: str
    x: float
    y: float
    anchor: str
    size: float
    strong: bool


def place(wanted: Sequence[Wanted], points: Sequence[Point], segments: Sequence[Segment], frame: Frame) -> list[Label]:
    """A label for each wanted text, in the same order, save for optional ones that find no room. points: nodes to keep
    clear of; segments: spans."""
    nodes = [Box(x - 9, y - 9, x + 9, y + 9) for x, y in points]
    options = [[(label, box_of(label)) for label in _options(each)] for each in wanted]
    around = Surroundings(nodes, segments, _inside(frame), crossing=160, rank=5)
    places = chosen_places([[box for _, box in row] for row in options], around)
    spots = [row[place] for row, place in zip(options, places, strict=True)]
    kept = [index for index, text in enumerate(wanted) if not text.optional]
    for index, text in enumerate(wanted):
        if text.optional and _is_free(spots[index][1], [spots[k][1] for k in kept], nodes, segments, frame):
            kept.append(index)
    return [spots[index][0] for index in sorted(kept)]


def _is_free(box: Box, labels: Sequence[Box], nodes: Sequence[Box], segments: Sequence[Segment], frame: Frame) -> bool:
    """Whether a label covers neither others nor nodes nor spans, and stands within the frame."""
    return (not any(box.overlap(other) for other in (*labels, *nodes))
            and not any(box.crosses(segment) for segment in segments)
            and box.overlap(_inside(frame)) == box.area)


def _inside(frame: Frame) -> Box:
    """Where texts may stand."""
    return Box(3, 3, frame.width - 3, frame.height - 3)


def box_of(label: Label) -> Box:
    """The rectangle that a label covers, by a generous width of letters."""
    wide = len(label.text) * label.size * (0.63 if label.strong else 0.58)
    left = label.x - {"start": 0.0, "middle": wide / 2, "end": wide}[label.anchor]
    return Box(left - 2, label.y - label.size * 0.85, left + wide + 2, label.y + label.size * 0.28)


def _options(wanted: Wanted) -> list[Label]:
    """Spots round the point, preferred first: right, left, below, above, at the corners; then farther off."""
    (x, y), half = wanted.at, wanted.size * 0.33
    options = []
    for far in (1.0, 1.5, 2.2, 3.0):
        distance = wanted.clearance * far
        slant = distance * 0.75
        spots = ((x + distance, y + half, "start"), (x - distance, y + half, "end"),
                 (x, y + distance + wanted.size * 0.8, "middle"), (x, y - distance, "middle"),
                 *((x + right * slant, y + down * slant + half, "start" if right > 0 else "end")
                   for right, down in ((1, 1), (-1, 1), (1, -1), (-1, -1), (1, 0.5), (-1, 0.5), (1, -0.5), (-1, -0.5))))
        options += [Label(wanted.text, *spot, wanted.size, wanted.strong) for spot in spots]
    return options
