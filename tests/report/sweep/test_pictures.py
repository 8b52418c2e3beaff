"""Pictures of sweeps are sound SVG that say what they show."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.judge.sweep.made_up import made_up
from tests.report.page.test_languages import FRENCH, Texts, english
from twin.judge.sweep.drawings import Drawing, Effects, Frontier, HeatMap, ParetoFront
from twin.judge.sweep.results import Response
from twin.model import Name
from twin.report.page.html import render_sweep
from twin.report.sweep.pictures import picture
from twin.report.sweep.pictures.canvas import document
from twin.report.sweep.tables import as_csv
from twin.report.sweep.text import text

SWEEP = made_up({"rate": ("1 Mbit/s", "2 Mbit/s"), "policy": ("strict", "a<b")}, lambda rate, policy: (
    Response(float(rate[0]) * 40, "ms", target=60.0, low=1.0), Response(float(len(policy)), "kbit/s", lower=False)))
DRAWINGS: tuple[Drawing, ...] = (
    HeatMap("theory.figure", Name("rate"), Name("policy")), ParetoFront("theory.figure", "theory.other"),
    Frontier("theory.figure", Name("rate")), Effects("theory.figure"))


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_every_picture_is_a_document(drawing: Drawing) -> None:
    """With a title, and names of a study escaped."""
    root = ElementTree.fromstring(document(picture(SWEEP, drawing)))
    assert root[1].tag.endswith("title") and root[1].text


def test_a_picture_of_nothing_is_empty() -> None:
    """Where no point has the response."""
    assert picture(SWEEP, Effects("packets.figure")) == ""


def test_a_heat_map_frames_what_misses() -> None:
    """80 ms of 60 in two cells, 40 ms in the others."""
    drawn = picture(SWEEP, DRAWINGS[0])
    assert drawn.count('class="cell missed"') == 2 and drawn.count('class="cell"') == 2


def test_a_frontier_marks_the_crossing() -> None:
    """Once for each of two lines, half-way from 40 to 80 ms."""
    drawn = picture(SWEEP, DRAWINGS[2])
    assert drawn.count('class="crossing"') == 2 and "2 of 2 lines cross the target" in drawn


def test_the_page_has_all_pictures() -> None:
    """And nothing unescaped."""
    page = render_sweep(SWEEP, DRAWINGS)
    assert page.count("<figure>") == 4 and "a<b" not in page


def test_the_page_in_french_has_no_english() -> None:
    """Headline, heads, titles of pictures and what is said of their points; figures as French writes them."""
    page = render_sweep(SWEEP, DRAWINGS, FRENCH)
    own = iter(("theory.figure", "theory.other", "made-up"))
    assert english(Texts(page).texts, own) == []
    assert "4 points de made-up" in page and "≤\u00a060\u00a0ms" in text(SWEEP, words=FRENCH)
    assert "2 courbes sur 2 franchissent l’objectif" in page


def test_the_table_has_a_row_for_each_point() -> None:
    """Settings, figures with unit and both ends of what is known, remarks."""
    head, first, *rest = as_csv(SWEEP).splitlines()
    assert head == ("point,rate,policy,theory.figure [ms],theory.figure low [ms],theory.other [kbit/s],theory digest,"
                    "theory remark")
    assert first == "1,1 Mbit/s,strict,40,1,6,," and len(rest) == 3


def test_the_summary_has_a_line_for_each_response() -> None:
    """With its target."""
    assert "≤ 60 ms" in text(SWEEP) and "4 points of made-up." in text(SWEEP)
