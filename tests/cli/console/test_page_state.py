"""What a page of the console shows: the plan, states made from views, their differences, the log."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from tests.cli.console.views import BLUEPRINT, CALL, NETWORK, WITHOUT_QOS, cut, seen
from twin.api.console.state.differences import applied, difference
from twin.api.console.state.event_log import KEPT
from twin.api.console.state.page_plan import page_plan
from twin.api.console.state.page_state import PageState, ended, next_state, plain_state
from twin.core.records import to_plain
from twin.core.units import NS_PER_MS, Rate, Ratio, Time
from twin.model import FaultKind, Impairments, Name
from twin.plan.blueprint import FaultPlan
from twin.plan.line_changes import LineChange, with_line_changes

NAMES = some.text("abc", max_size=2)
STATES: some.SearchStrategy[dict[str, Any]] = some.dictionaries(NAMES, some.recursive(
    some.integers() | some.text(max_size=3) | some.lists(some.integers(), max_size=3),
    lambda below: some.dictionaries(NAMES, below, max_size=4)), max_size=4)


@given(STATES, STATES)
def test_a_state_and_the_difference_to_another_make_the_other(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Whatever the two are; between equal ones there is none."""
    assert applied(before, difference(before, after)) == after
    assert difference(after, after) == {}


def test_the_examples_of_the_standard() -> None:
    """Of RFC 7396, section 3: the title changes, a name goes, a phone number comes, a list is a value."""
    before = {"title": "Goodbye!", "author": {"givenName": "John", "familyName": "Doe"},
              "tags": ["example", "sample"], "content": "This will be unchanged"}
    change = {"title": "Hello!", "phoneNumber": "+01-123-456-7890", "author": {"familyName": None}, "tags": ["example"]}
    after = {"title": "Hello!", "author": {"givenName": "John"}, "tags": ["example"],
             "content": "This will be unchanged", "phoneNumber": "+01-123-456-7890"}
    assert applied(before, change) == after and difference(before, after) == change


def test_a_state_has_loads_figures_and_targets() -> None:
    """100 kbit/s of voice, three packets dropped, 250 bytes waiting, so each for 20 ms; a mean delay of 30 ms that
    meets its target of 100 ms."""
    state = to_plain(next_state(PageState(), seen(), at=5))
    assert state["spans"]["north-east"] == {"forth": {
        "rates": {"voice": 100_000.0}, "dropped": {"voice": 3}, "backlog": {"voice": 250.0}, "delay": {"voice": 20e6}}}
    assert state["flows"][CALL]["mean-delay"] == 30e6
    target = state["targets"][CALL]["mean-delay"]
    assert (target["outcome"], target["value"], target["target"], target["lower"]) == ("met", 30.0, 100.0, True)
    assert state["fidelity"]["trusted"] is True


def test_what_two_views_share_is_made_once() -> None:
    """Flows and targets of a view that has the last one's, their plain values too; what comes of it is the same."""
    first = seen(lost=5)
    before = next_state(PageState(), first, at=5)
    plain = plain_state(before, PageState(), {})
    view = replace(first, at=first.at + 1, faults=cut("north-east"), loads=())
    now = next_state(before, view, 6, first)
    shared = plain_state(now, before, plain)
    assert now.flows is before.flows and now.targets is before.targets and shared["flows"] is plain["flows"]
    assert now == next_state(before, view, 6) and shared == to_plain(now)
    assert shared["spans"] != plain["spans"] and plain == to_plain(before)
    judged = replace(view, verdicts=())
    assert next_state(now, judged, 7, view).targets == {}


def test_no_value_of_a_state_is_null() -> None:
    """In a difference, null says that a key is gone."""
    assert "None" not in repr(to_plain(next_state(PageState(), seen(lost=500), at=5)))


def test_the_log_says_what_has_changed() -> None:
    """Started, cut, restored, not trusted, stopped, in the order in which it happened."""
    state = PageState()
    for at, view in enumerate((seen(), seen(broken=("north-east",)), seen(), seen(lateness=10**9), seen(flows=False))):
        state = next_state(state, view, at)
    entries = [(entry.at, entry.event, entry.names[:1], entry.number) for entry in state.log.values()]
    names = ("north-east",)
    assert entries[:3] == [(0, "started", (), 1), (1, "cut", names, 1), (2, "restored", names, 1)]
    assert [entry[1] for entry in entries[3:]] == ["untrusted", "stopped", "trusted"]
    assert "late" in entries[3][2][0]


def test_a_degraded_span_is_not_cut() -> None:
    """A page is told what it does to packets, and once more when that changes."""
    state = PageState()
    for at, loss in enumerate((10_000, 10_000, 20_000)):
        how = Impairments(loss=Ratio(loss), delay=Time(20 * NS_PER_MS))
        fault = FaultPlan(Time(0), FaultKind.DEGRADE, "east-west", impairments=how, rate=Rate(10_000_000))
        state = next_state(state, seen(faults=(fault, *cut("north-east"))), at)
    assert state.degraded == {"east-west": {"rate": 1e7, "loss": 2e4, "delay": 2e7}}
    assert state.broken == ("east-west", "north-east")
    assert [(entry.at, entry.event, entry.names) for entry in state.log.values() if entry.event != "started"] == [
        (0, "cut", ("north-east",)), (0, "degraded", ("east-west",)), (2, "degraded", ("east-west",))]


def test_another_policy_is_an_entry_of_the_log() -> None:
    """Once, as it changes; the first is none."""
    view = seen()
    state = next_state(PageState(), view, 1)
    for at, blueprint in enumerate((WITHOUT_QOS, WITHOUT_QOS, BLUEPRINT), 2):
        state = next_state(state, replace(view, blueprint=blueprint), at)
    assert [(entry.at, entry.names) for entry in state.log.values() if entry.event == "policy"] == [
        (2, ("none",)), (4, ("strict",))]


def test_the_log_forgets_what_is_old_and_goes_on_counting() -> None:
    """So that an entry never changes once a page has it."""
    state = PageState()
    for at in range(KEPT + 50):
        state = next_state(state, seen(broken=("north-east",) if at % 2 else ()), at)
    assert list(state.log) == [str(number) for number in range(51, KEPT + 51)]


def test_the_last_state_stays_when_the_twin_has_ended() -> None:
    """With the reason."""
    state = next_state(PageState(), seen(), 1)
    assert ended(state, "gone").flows == state.flows and ended(state, "gone").ended == "gone"


def test_a_plan_knows_every_span_line_and_flow() -> None:
    """What a state names is in it, and every span and node of the maps."""
    plan = to_plain(page_plan("home", NETWORK, BLUEPRINT))
    assert plan["spans"]["homes-1"]["line"] and not plan["spans"]["north-east"]["line"]
    assert plan["flows"][CALL] == {"workload": "call", "service": "telephony", "service_class": "voice",
                                   "line": "homes-1", "direction": "up"}
    assert [node["lines"] for node in plan["nodes"].values() if node["lines"]] == [["homes-1", "homes-2"]]
    assert plan["profiles"]["homes-1"] == ["dsl-512", "dsl-2m"]
    sold = with_line_changes(NETWORK, {"homes-1": LineChange(Name("dsl-2m"))})
    assert page_plan("home", sold, BLUEPRINT).profiles["homes-1"] == ("dsl-2m", "dsl-512")
    for drawing in (*plan["maps"]["fr"], *plan["maps"]["en"]):
        assert 'data-span="north-east"' in drawing and 'data-node="west"' in drawing
    assert (plan["policy"], plan["own_policy"], plan["metrics"]["mean-delay"]) == ("strict", "strict", ["ms", 1e6])
