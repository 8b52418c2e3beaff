"""Views of live twins in Prometheus' text format, read by a reader of its own."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as some
from prometheus_client.parser import text_string_to_metric_families

from tests.docs.test_documents import quoted, rows
from tests.report.exposition.exposition_reader import Labels, read
from tests.report.terminal.test_live_view import CUT, seen
from twin.core.units import NS_PER_S
from twin.report.exposition.live_metrics import FAMILIES, exposition
from twin.report.exposition.text_format import Family, Sample, text

UNITS = ("seconds", "bytes", "ratio", "packets", "per_second", "total")
WITHOUT_UNIT = {"twin_info", "twin_fidelity", "twin_broken", "twin_target_outcome"}


def labels(**pairs: str) -> Labels:
    """Labels of a sample of the twin."""
    return frozenset({**pairs, "twin": "lesson"}.items())


def test_a_view_in_base_units() -> None:
    """100 kbit/s each in two classes are counted in bytes, 30 ms are 0.03 s, a fifth lost is 0.2."""
    families = read(exposition("lesson", seen(lost=100, faults=(CUT,))))
    way = {"span": "homes-1", "direction": "forward"}
    call = {"flow": "homes-1.call.up", "workload": "call", "line": "homes-1", "class": "voice"}
    assert families["twin_span_sent_bytes_total"].samples[labels(**way, **{"class": "data"})] == 12_500
    assert families["twin_span_dropped_packets_total"].samples[labels(**way, **{"class": "data"})] == 3
    assert families["twin_span_backlog_bytes"].samples[labels(**way, **{"class": "data"})] == 500
    assert families["twin_span_rate_bytes_per_second"].samples[labels(**way)] == 64_000
    assert families["twin_flow_mean_delay_seconds"].samples[labels(**call)] == pytest.approx(0.03)
    assert families["twin_flow_loss_ratio"].samples[labels(**call)] == pytest.approx(0.2)
    assert families["twin_broken"].samples == {labels(name="north-east", fault="cut"): 1}
    assert families["twin_info"].samples == {labels(network="minimal", policy="strict"): 1}
    outcomes = families["twin_target_outcome"].samples
    assert [outcomes[labels(**call, metric="loss", outcome=word)] for word in ("met", "missed", "unknown")] == [0, 1, 0]


def test_what_cannot_be_trusted_says_so() -> None:
    """No target is met or missed; stolen time that nobody counts is absent, not 0."""
    families = read(exposition("lesson", seen(lost=100, lateness=NS_PER_S)))
    assert families["twin_fidelity"].samples == {
        labels(state="trusted"): 0, labels(state="untrusted"): 1, labels(state="unknown"): 0}
    assert families["twin_timer_lateness_seconds"].samples == {labels(): 1.0}
    assert {value for key, value in families["twin_target_outcome"].samples.items()
            if ("outcome", "unknown") not in key} == {0}
    assert "twin_stolen_time_ratio" not in families


def test_the_documents_list_every_metric() -> None:
    """With its meaning, and no other."""
    assert {quoted(cell)[0]: about for cell, about in rows("docs/methods.md", "metric of a live twin")} == {
        family.name: family.about for family in FAMILIES}


def test_a_scraper_reads_the_same() -> None:
    """The parser of Prometheus' own client finds the families, types, labels and values that the strict reader finds;
    it calls a counter without its ending."""
    written = exposition("lesson", seen(lost=100, faults=(CUT,)))
    families, scraped = read(written), [*text_string_to_metric_families(written)]
    assert [family.type for family in scraped] == [family.kind for family in families.values()]
    assert {sample.name for family in scraped for sample in family.samples} == families.keys()
    for family, (name, ours) in zip(scraped, families.items(), strict=True):
        assert (family.name, bool(family.documentation)) == (name.removesuffix("_total"), True)
        assert {frozenset(sample.labels.items()): sample.value for sample in family.samples} == ours.samples


def test_names_end_in_their_unit() -> None:
    """In base units, as Prometheus recommends; marks and scores have none."""
    bare = {family.name for family in FAMILIES if not family.name.endswith(UNITS)} - WITHOUT_UNIT
    assert all(re.fullmatch(r"twin_flow_\w+", name) for name in bare)
    assert bare.isdisjoint({f"twin_flow_{name}" for name in ("mean_delay", "loss", "goodput")})


@given(some.dictionaries(some.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True), some.text(), max_size=4),
       some.floats(allow_nan=False) | some.integers(-2**62, 2**62), some.text(min_size=1))
def test_any_label_and_value_is_read_back(pairs: dict[str, str], value: float, about: str) -> None:
    """Quotes, backslashes and ends of lines too; whole numbers to the last digit."""
    written = text([(Family("some_gauge", about), [Sample(value, pairs)])], {})
    ((key, number),) = read(written)["some_gauge"].samples.items()
    assert number == float(value) and math.isfinite(number) == math.isfinite(value)
    assert dict(key) == pairs
    ((scraped,),) = (family.samples for family in text_string_to_metric_families(written))
    assert (scraped.labels, float(scraped.value)) == (pairs, number)


@pytest.mark.parametrize("wrong", [
    "a 1", "# TYPE a gauge\na 1\n", "# HELP a b\n# TYPE a counter\na 1\n", "# HELP a b\n# TYPE a gauge\na one\n",
    "# HELP a b\n# TYPE a gauge\nb 1\n", "# HELP a b\n# TYPE a gauge\na 1\na 2\n",
    '# HELP a b\n# TYPE a gauge\na{x="1",x="2"} 1\n', '# HELP a b\n# TYPE a gauge\na{x="\\q"} 1\n',
    "# HELP a_total b\n# TYPE a_total counter\na_total -1\n", "\n"])
def test_the_reader_is_strict(wrong: str) -> None:
    """What no scraper would take is refused."""
    with pytest.raises(ValueError):
        read(wrong)
