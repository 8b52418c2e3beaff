"""The HTML report: it needs nothing else, it hides nothing, and no text of a run can break out of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.sample import AIR, sample_run, small_run, verdict
from twin.judge.run_record import Run
from twin.judge.verdict import Certificate, Outcome, SpanLoad
from twin.report.drawing.axes import Axis, linear, spanning
from twin.report.markup import element
from twin.report.page import html

VOID = {"meta", "link", "br", "hr", "input", "img"}
EVIL = '</style></script><script>alert("x")</script><img src=x onerror=alert(1)>\'"&'


class Page(HTMLParser):
    """Reads a page: checks that elements nest, and collects texts, attributes and ids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("script", "style"):
            self.text += data


@pytest.fixture(scope="module")
def page() -> Page:
    """The sample run's page."""
    return Page(html.render(sample_run()))


def test_elements_nest(page: Page) -> None:
    """Every element that is opened is closed, in order."""
    assert page.open == []


def test_needs_nothing_else(page: Page) -> None:
    """No element fetches anything: links lead within the page, and the page may load nothing."""
    for tag, name, value in page.attributes:
        if name in ("src", "href", "srcset", "action", "data", "poster"):
            assert (value or "").startswith(("#", "data:,")), (tag, name, value)
        assert not name.startswith("on")
    assert "@import" not in html.render(sample_run())
    assert "url(" not in html.render(sample_run())


def test_links_lead_somewhere(page: Page) -> None:
    """Each link of the contents has its section, and no id stands twice."""
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert all((value or "")[1:] in ids for tag, name, value in page.attributes if tag == "a" and name == "href")


def test_says_the_main_things(page: Page) -> None:
    """Headline, seed, digest, lab, every service, the command that repeats it, and the assumptions stand on it."""
    run = sample_run()
    missed = sum(v.verdict is Outcome.MISSED for v in run.verdicts)
    for words in (f"{missed} of {len(run.verdicts)} targets are missed", run.context.digest, "virtual", "Telephony",
                  "Television", "Digital services", "--seed 7", run.context.assumptions[0],
                  "no evidence for QoS", "mazamet-2048-1.probe-1500.up"):
        assert words in page.text


def test_figures_have_words(page: Page) -> None:
    """Every picture that carries meaning has a text alternative."""
    named = sum(tag == "svg" and name == "role" for tag, name, _ in page.attributes)
    labels = sum(tag == "svg" and name == "aria-label" and bool(value) for tag, name, value in page.attributes)
    drawings = sum(tag == "svg" and name == "class" and value == "drawing" for tag, name, value in page.attributes)
    assert named == labels + drawings > 5


def test_texts_cannot_break_out() -> None:
    """Titles and reasons made of markup come out as text."""
    run = sample_run()
    network = replace(run.network, about=EVIL, services=tuple(replace(s, title=EVIL) for s in run.network.services),
                      sites=tuple(replace(s, title=EVIL, basis=f"assumed {EVIL}") for s in run.network.sites))
    first = replace(run.verdicts[0], reason=EVIL)
    evil = replace(run, network=network, verdicts=(first, *run.verdicts[1:]),
                   context=replace(run.context, assumptions=(EVIL,), started_at=EVIL))
    page, plain = Page(html.render(evil)), Page(html.render(run))
    assert page.tags.count("script") == plain.tags.count("script") == 1
    assert page.tags.count("style") == 1
    assert "img" not in page.tags
    assert EVIL in page.text


@pytest.mark.parametrize("change", [
    lambda run: replace(run, baseline=None),
    lambda run: replace(run, delay_breakdown={}),
    lambda run: replace(run, verdicts=()),
    lambda run: replace(run, qos=replace(run.qos, loads=(), figures=())),
    lambda run: replace(run, qos=replace(run.qos, certificate=Certificate(False, "wall", (), 5, 1, ("lost",)))),
    lambda run: replace(run, verdicts=tuple(replace(v, value=None, baseline=None, predicted=None, samples=0,
                                                    verdict=Outcome.INCONCLUSIVE) for v in run.verdicts)),
    lambda run: replace(run, qos=replace(run.qos, figures=tuple(
        replace(f, delays=f.delays and replace(f.delays, counts=(7,)), throughput=replace(f.throughput, values=()))
        for f in run.qos.figures))),
])
def test_partial_runs_still_render(change: Callable[[Run], Run]) -> None:
    """A run that lacks something renders what it has."""
    run = change(sample_run())
    assert isinstance(run, Run)
    assert Page(html.render(run)).open == []


def test_same_run_same_page() -> None:
    """Rendering depends on nothing but the run."""
    assert html.render(sample_run()) == html.render(sample_run())


def test_script_is_allowed_by_its_hash_alone(page: Page) -> None:
    """The content security policy names the one script's hash, and nothing may be loaded."""
    policy = next(value for tag, name, value in page.attributes if name == "content" and "default-src" in (value or ""))
    assert policy is not None
    assert re.search(r"default-src 'none'; .*script-src 'sha256-[A-Za-z0-9+/]{43}='", policy)


def test_outcome_is_not_told_by_colour_alone() -> None:
    """A missed target is named as such in words or signs."""
    text = Page(html.render(small_run(verdict(value=150.0, verdict=Outcome.MISSED)))).text
    assert "✗" in text
    assert "1 missed" in text or "✗ missed" in text


@given(st.text())
def test_texts_are_escaped(text: str) -> None:
    """Whatever the text, an element holds it as text and as attribute."""
    read = Page(element("p", text, title=text))
    assert read.tags == ["p"]
    assert read.text.replace("\r\n", "\n") == text.replace("\r\n", "\n")


@given(st.lists(st.floats(min_value=1e-3, max_value=1e12), min_size=1))
def test_axes_hold_their_values(values: list[float]) -> None:
    """Every value has a place between the ends, in the values' order; ticks too."""
    for axis in (spanning(values, str), linear(max(values), str)):
        places = [axis.at(value) for value in sorted(values)]
        assert all(0 <= place <= 1 for place in places)
        assert places == sorted(places)
        assert all(-1e-9 <= place <= 1 + 1e-9 for place, _ in axis.ticks())


@pytest.mark.parametrize(("low", "high", "logarithmic"), [(0.0, 100.0, False), (1.0, 1000.0, True), (5.0, 7.0, False)])
def test_axis_has_a_few_ticks(low: float, high: float, logarithmic: bool) -> None:
    """An axis has at least two and not many more than six letters."""
    assert 2 <= len(Axis(low, high, logarithmic, str).ticks()) <= 8


def test_a_station_that_sends_over_several_hops_has_a_row_of_its_own() -> None:
    """Its queues stand before none of them alone."""
    run = sample_run()
    station = SpanLoad("hill/east", True, 6_000_000, {"voice": 600_000.0, "internet": 2_400_000.0}, {"internet": 7})
    text = Page(html.render(replace(run, qos=replace(run.qos, loads=(*run.qos.loads, station))))).text
    assert "hill/eastall its hopsradio6 Mbit/s600 kbit/s" in text and "2.4 Mbit/s750.0%" in text


def test_the_air_has_a_row_a_cell_and_stands_where_there_is_one(page: Page) -> None:
    """Measured beside predicted, and how busy it was without QoS."""
    run = sample_run()
    assert run.baseline is not None
    vale = replace(AIR, cell="vale", busy_low=0.0, collision_probability=None)
    aired = replace(run, qos=replace(run.qos, air=(AIR, vale)),
                    baseline=replace(run.baseline, air=(replace(AIR, busy=0.777),)))
    text = Page(html.render(aired)).text
    assert "Airtime" in text and "Airtime" not in page.text
    assert "hill43.2%41.0% to 47.5%5\u202f0003.00%3.12%20168277.7%" in text
    assert "vale43.2%≤ 47.5%5\u202f0003.00%–201682–" in text
