"""What the page opens with: the verdicts by commune and service, and what was full."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.report.sample import AIR, sample_run, verdict
from tests.report.test_page import Page
from twin.judge.run_record import Run
from twin.judge.verdict import Outcome, SpanLoad
from twin.report.communes import ELSEWHERE, commune_verdicts
from twin.report.page import html
from twin.report.summary import counts
from twin.report.utilisation import Resource, full, utilisations


def with_loads(*loads: SpanLoad) -> Run:
    """The sample run with these loads, and the air of a cell."""
    run = sample_run()
    return replace(run, qos=replace(run.qos, loads=loads, air=(AIR,)))


def test_every_verdict_counts_in_its_commune_and_service() -> None:
    """None is lost and none counted twice, and a missed one brings its commune to the top."""
    run = sample_run()
    rows = commune_verdicts(run)
    assert sum(each.total for row in rows for each in row.by_service.values()) == len(run.verdicts)
    mazamet = next(row for row in rows if row.title == "Mazamet")
    assert mazamet.by_service["telephony"] == counts(
        v for v in run.verdicts if v.service == "telephony" and v.flow.startswith("mazamet-"))
    assert mazamet.lines == sum(group.subscribers for group in run.network.lines if group.name.startswith("mazamet-"))
    order = [row.outcome for row in rows]
    assert order == sorted(order, key=[Outcome.MISSED, Outcome.INCONCLUSIVE, Outcome.MET].index)


def test_a_flow_without_a_line_stands_elsewhere() -> None:
    """Not in somebody's commune."""
    (row,) = commune_verdicts(replace(sample_run(), verdicts=(verdict(flow="softswitch.call"),)))
    assert (row.title, row.lines, row.outcome) == (ELSEWHERE, 0, Outcome.MET)


def test_what_is_full_is_first_by_direction_cell_and_line_group() -> None:
    """The fullest line stands for its group; the directions of a fibre apart."""
    run = sample_run()
    ring = next(span for span in run.blueprint.spans if span.name == run.network.rings[0].spans[0])
    lines = [host.span for host in run.blueprint.hosts if host.line_group == "mazamet-2048"]
    assert len(lines) > 1
    resources = utilisations(with_loads(
        SpanLoad(ring.name, True, 100, {"voice": 30.0, "data": 65.0}, {"data": 7}),
        SpanLoad(ring.name, False, 100, {"voice": 10.0}, {}),
        *(SpanLoad(name, True, 100, {"data": 20.0 + k}, {}) for k, name in enumerate(lines))))
    assert [(resource.resource, round(resource.used, 3), resource.dropped) for resource in resources] == [
        (Resource.SPAN, 0.95, 7), (Resource.CELL, AIR.busy, AIR.dropped),
        (Resource.LINE, round(0.2 + 0.01 * (len(lines) - 1), 3), 0), (Resource.SPAN, 0.1, 0)]
    assert [resource.name for resource in full(resources)] == [f"{ring.a.node} → {ring.b.node}"]


def test_the_directions_of_a_radio_hop_share_its_capacity() -> None:
    """They are one row, with their sum."""
    hop = next(span for span in sample_run().blueprint.spans if span.shared)
    (resource,) = (resource for resource in utilisations(with_loads(
        SpanLoad(hop.name, True, 100, {"data": 60.0}, {"data": 1}), SpanLoad(hop.name, False, 100, {"data": 35.0}, {})))
        if resource.resource is Resource.SPAN)
    assert (round(resource.used, 9), resource.dropped, resource.name) == (0.95, 1, f"{hop.a.node} ↔ {hop.b.node}")


def test_the_page_opens_with_it_and_ends_with_the_certificate() -> None:
    """Verdict, commune and service, what is full, the map, services, and the tables of the certificate folded."""
    text = Page(html.render(sample_run())).text
    order = ["targets are missed", "Verdicts by commune and service", "What is full", "Loads are drawn beside",
             "All flows against", "Before any verdict", "--seed 7"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    page = html.render(sample_run())
    assert '<details><summary>The run with QoS: ' in page and '<details><summary>The run without QoS: ' in page


def test_nothing_judged_and_nothing_counted_is_no_overview() -> None:
    """The section does not stand there empty, nor in the contents."""
    run = sample_run()
    bare = replace(run, verdicts=(), qos=replace(run.qos, loads=()))
    assert 'id="overview"' not in html.render(bare)


def test_no_table_is_wider_than_a_phone() -> None:
    """Each lies in a box that scrolls, but those whose columns shrink or become rows on a narrow screen."""
    page = html.render(sample_run())
    bare = re.findall(r'(?<!<div class="scroll" tabindex="0">)<table( class="[a-z-]+")?', page)
    assert {*bare} == {' class="targets"', ' class="delay-breakdown"'}
