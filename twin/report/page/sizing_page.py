"""The page of a sizing: the map at several hours of a weekday, the fullest links over the week, the probability that
targets hold against take-up, and the tables of links, break-even take-up and upgrades."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from twin.core.errors import ExitCode
from twin.core.units import PPM
from twin.judge.verdict import Outcome, SpanLoad
from twin.model import Network
from twin.model.demand.week import DAY, WEEK
from twin.plan.blueprint import Blueprint
from twin.plan.interface_names import air_name
from twin.report.drawing.axes import Axis, linear
from twin.report.drawing.graph import drawing
from twin.report.drawing.layout import WIDE
from twin.report.drawing.loads import Loads
from twin.report.drawing.scene import Edge, Scene, scene
from twin.report.language.words import Words
from twin.report.markup import Markup, element, join
from twin.report.page.charts.plot import Mark, Plot, figure
from twin.report.page.table import table
from twin.territory.sizing.results import BOTH_WAYS, BreakEven, Curve, LinkWeek, Sizing, Upgrade

HOURS = (4, 10, 14, 18, 20, 22)
"""Of a weekday, on the map."""
FULLEST = 6
"""Links that are drawn over the week."""
SHARES = {"calls": 0, "television": 1, "committed": 2, "transfers": 3}
"""What a link carries, with its colour."""


def body(network: Network, blueprint: Blueprint, sizing: Sizing, words: Words) -> Markup:
    """The page without its frame."""
    whole = sorted((week for week in sizing.links if week.cut is None),
                   key=lambda week: -max(week.high) / week.link.capacity)
    return join([_head(network, sizing, words), _maps(scene(network, blueprint), whole, words),
                 _section("weeks", element("div", *(_week(week, words) for week in whole[:FULLEST]), class_="pair"),
                          words),
                 _section("curves", _curves(sizing.curves, words), words), _break_evens(sizing, words),
                 _upgrades(sizing, words), _links(whole, words)])


def _section(key: str, content: Markup, words: Words) -> Markup:
    return element("section", element("h2", words.say(f"sizing.{key}")),
                   element("p", words.say(f"sizing.{key}.note"), class_="note"), content, id=key)


def headline(sizing: Sizing, words: Words) -> str:
    """Up to which take-up all targets hold."""
    first = next((each.households for each in sizing.break_evens if each.households is not None), None)
    if sizing.exit_code is ExitCode.MET:
        return words.say("sizing.holds", stage=sizing.stage.title or sizing.stage.name)
    return words.say("sizing.breaks", stage=sizing.stage.title or sizing.stage.name,
                     share=words.ratio((first or 0.0) * PPM), link=sizing.break_evens[0].link)


def _head(network: Network, sizing: Sizing, words: Words) -> Markup:
    outcome = Outcome.MET if sizing.exit_code is ExitCode.MET else Outcome.MISSED
    terms = (("households", words.ratio(sizing.stage.households)), ("businesses", words.ratio(sizing.stage.businesses)),
             ("lines", f"{sum(each.mean for each in sizing.drivers.lines):.0f}"), ("draws", str(sizing.draws)),
             ("seed", str(sizing.seed)))
    listed = (element("div", element("dt", words.say(f"sizing.{key}")), element("dd", value)) for key, value in terms)
    return element("header", element("p", network.name, class_="name"), element("h1", headline(sizing, words)),
                   element("p", words.say("sizing.lead"), class_="lead"), element("dl", *listed, class_="terms"),
                   class_=f"top is-{outcome.value}")


def _maps(what: Scene, whole: Sequence[LinkWeek], words: Words) -> Markup:
    keys = [element("span", element("i", class_=f"swatch back-{colour}"), words.say(f"sizing.{share}"), class_="key")
            for share, colour in SHARES.items()]
    pictures = [element("figure", element("figcaption", element("b", words.say("sizing.hour", hour=hour))),
                        drawing(what, loads_at(what, whole, hour), SHARES, WIDE, words)) for hour in HOURS]
    return _section("maps", join([element("div", *keys, class_="legend"),
                                  element("div", *pictures, class_="pair")]), words)


def loads_at(what: Scene, whole: Sequence[LinkWeek], hour: int) -> Loads:
    """What links carry in an hour of the week, as drawings show it; the load of a cell on each of its hops alike."""
    weeks = {(week.link.name, week.link.towards): week for week in whole}
    return Loads({(load.span, load.forth): load for edge in what.edges for load in _of_edge(edge, what, weeks, hour)})


def _of_edge(edge: Edge, what: Scene, weeks: dict[tuple[str, str], LinkWeek], hour: int) -> Iterator[SpanLoad]:
    for name, towards, forth, part in (
            (edge.name, edge.b, True, 1), (edge.name, edge.a, False, 1), (edge.name, BOTH_WAYS, True, 1),
            (air_name(edge.cell or ""), BOTH_WAYS, True, sum(each.cell == edge.cell for each in what.edges))):
        if (week := weeks.get((name, towards))) is not None:
            rates = {share: getattr(week, share)[hour] / part for share in SHARES}
            yield SpanLoad(edge.name, forth, edge.capacity, rates, {})


def _week(week: LinkWeek, words: Words) -> Markup:
    """A link over the week: classes stacked, the 95th percentile as a line."""
    hours, base, shapes = [hour + 0.5 for hour in range(WEEK)], [0.0] * WEEK, []
    plot = Plot(Axis(0.0, WEEK, False, lambda hour: words.say("sizing.day", day=int(hour // DAY) + 1)),
                linear(max(*week.high, week.link.capacity if max(week.high) > 0.4 * week.link.capacity else 0.0),
                       words.rate))
    for share, colour in SHARES.items():
        top = [low + more for low, more in zip(base, getattr(week, share), strict=True)]
        shapes.append(plot.area([*zip(hours, top, strict=True)], [*zip(hours, base, strict=True)], f"fill-{colour}",
                                words.say(f"sizing.{share}")))
        base = top
    shapes.append(plot.curve(zip(hours, week.high, strict=True), "line-grey thin", words.say("sizing.high")))
    capacity = Mark(week.link.capacity, words.say("capacity", rate=words.rate(week.link.capacity)))
    title = f"{week.link.name} → {_towards(week, words)}"
    text = words.say("sizing.week.text", link=title, most=words.rate(max(week.high)))
    marks = [capacity] if week.link.capacity <= plot.y.high else []
    return element("figure", element("figcaption", element("b", title)), figure(plot, shapes, text=text, along=marks))


def _curves(curves: Sequence[Curve], words: Words) -> Markup:
    """The probability of each target against take-up, one chart each."""
    return element("div", *(_curve(curve, words) for curve in curves), class_="pair")


def _curve(curve: Curve, words: Words) -> Markup:
    low, high = curve.take_up[0], max(curve.take_up[-1], curve.take_up[0] * 2)
    plot = Plot(Axis(low, high, True, lambda share: words.ratio(share * PPM)),
                Axis(0.0, 1.05, False, lambda share: words.part(share, 0)))
    shape = plot.curve(zip(curve.take_up, curve.holds, strict=True), "line-3", curve.use)
    text = words.say("sizing.curve.text", use=curve.use)
    return element("figure", element("figcaption", element("b", curve.use)), figure(plot, [shape], text=text))


def _break_evens(sizing: Sizing, words: Words) -> Markup:
    heads = [words.say(f"sizing.head.{key}") for key in ("use", "take-up", "link", "hour", "cut", "holds")]
    holds = {each.use: each for each in sizing.targets if each.cut is None}
    rows = [_cells(each.use, [_share(each, words), each.link, words.say("sizing.hour", hour=each.hour % DAY),
                              each.cut or "–", words.part(holds[each.use].week)]) for each in sizing.break_evens]
    return _section("breaks-at", table(heads, rows, "loads"), words)


def _share(each: BreakEven, words: Words) -> str:
    return words.say("sizing.never") if each.households is None else words.ratio(each.households * PPM)


def _upgrades(sizing: Sizing, words: Words) -> Markup:
    if not sizing.drivers.upgrades:
        return Markup()
    heads = [words.say(f"sizing.head.{key}") for key in ("link", "old", "new", "medium", "after")]
    return _section("upgrades", table(heads, [_upgrade(step, sizing, words) for step in sizing.drivers.upgrades],
                                      "loads"), words)


def _upgrade(step: Upgrade, sizing: Sizing, words: Words) -> Markup:
    reach = min(step.after * sizing.stage.households, PPM)
    return _cells(step.link, [words.rate(step.old) if step.old else "–", words.rate(step.new),
                              words.say(f"medium.{step.medium.value}"), words.ratio(reach)])


def _links(whole: Sequence[LinkWeek], words: Words) -> Markup:
    heads = [words.say(f"sizing.head.{key}") for key in ("link", "towards", "carries", *SHARES, "high", "blocked",
                                                         "channels")]
    return _section("links", table(heads, [_link(week, words) for week in whole], "loads"), words)


def _link(week: LinkWeek, words: Words) -> Markup:
    hour = max(range(WEEK), key=lambda each: week.high[each])
    rates = (week.link.capacity, *(getattr(week, share)[hour] for share in SHARES), week.high[hour])
    return _cells(week.link.name, [_towards(week, words), *map(words.rate, rates), words.part(week.blocked[hour]),
                                   words.figure(f"{week.channels[hour]:.1f}")])


def _towards(week: LinkWeek, words: Words) -> str:
    return words.say("sizing.both-ways") if week.link.towards == BOTH_WAYS else week.link.towards


def _cells(name: str, cells: Sequence[str]) -> Markup:
    return element("tr", element("th", name, scope="row"), *(element("td", cell) for cell in cells))
