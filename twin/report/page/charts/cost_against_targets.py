"""Cost against targets held, as a picture: what each design of a costing takes, and up to which take-up it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from twin.core.units import PPM, PRICES, show_price, show_ratio
from twin.report.drawing.axes import Axis, linear, spanning
from twin.report.markup import Markup, element, path
from twin.report.sweep.pictures.canvas import document, dot, frame, label, of_axis, x, y
from twin.territory.economics.results import Costing, Design

Axes = tuple[Axis, Axis]


def svg(costing: Costing) -> str:
    """An SVG document of its own: the network alone, and with the lines that it can hold."""
    designs = costing.designs
    axes = (spanning([design.holds_to for design in designs], lambda part: show_ratio(part * PPM)),
            linear(max([design.investment for design in designs] + [costing.budget or 0.0]), _money))
    shapes = [*_bounds(costing, axes), *_course(designs, axes)]
    return document(frame(_title(costing), ("take-up of households up to which every target holds", of_axis(axes[0])),
                          ("invested", of_axis(axes[1])), shapes))


def _money(euros: float) -> str:
    return show_price(euros * PRICES["EUR"])


def _title(costing: Costing) -> str:
    best = max((design.holds_to for design in costing.designs if design.within), default=None)
    if costing.budget is None or best is None:
        return f"{costing.network}: cost against targets held"
    return f"{costing.network}: {_money(costing.budget)} hold every target up to {show_ratio(best * PPM)} of households"


def _bounds(costing: Costing, axes: Axes) -> Iterator[Markup]:
    """The budget, and the take-up from which the network pays for itself."""
    if costing.budget is not None:
        height = y(axes[1].at(costing.budget))
        yield element("path", d=path([(x(0), height), (x(1), height)]), class_="bound")
        yield label(f"budget {_money(costing.budget)}", x(0) + 6, height - 6, anchor="start")
    if costing.break_even is not None and costing.break_even < axes[0].high:
        left = x(axes[0].at(costing.break_even))
        yield element("path", d=path([(left, y(0)), (left, y(1))]), class_="bound")
        yield label(f"pays for itself from {show_ratio(costing.break_even * PPM)} on", left - 6, y(0) - 8, anchor="end")


def _course(designs: Sequence[Design], axes: Axes) -> Iterator[Markup]:
    """A line of the network alone and one of all, and a dot for each design."""
    alone = [(x(axes[0].at(design.holds_to)), y(axes[1].at(design.network))) for design in designs]
    together = [(x(axes[0].at(design.holds_to)), y(axes[1].at(design.investment))) for design in designs]
    for corners, kind in ((alone, "line c3"), (together, "line c0")):
        yield element("path", d=path(corners), class_=kind)
    yield label("the network alone", alone[0][0], alone[0][1] + 18, anchor="start")
    yield label("with so many lines", together[-1][0] - 28, together[-1][1] + 2, anchor="end")
    for place, design in zip(together, designs, strict=True):
        kind = "point" if design.within is None else "kept" if design.within else "broken"
        yield dot(*place, kind, f"{design.upgrades} upgrades, last of {design.link or 'none'}: "
                  f"{show_ratio(design.holds_to * PPM)}, {_money(design.investment)}")
