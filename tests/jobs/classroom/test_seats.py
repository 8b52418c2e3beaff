"""Who works and who waits: whatever happens, no more twins are up than the machine holds, and nobody waits for ever."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from twin.jobs.classroom.events import (
    ClassEvent,
    Ended,
    GivenBack,
    HandedIn,
    HandLowered,
    HandRaised,
    MessageSent,
    Opened,
    Paused,
    Resumed,
    TakenOver,
    TwinDown,
    TwinFailed,
    TwinStarting,
    TwinUp,
)
from twin.jobs.classroom.seats import ClassState, SeatState, after, after_power_loss, class_state, next_steps

NAMES = ("anna", "ben", "chloe", "dina")
OPENED = Opened("minimal-meter", "d" * 64, NAMES)


def settled(state: ClassState, live: int) -> ClassState:
    """The class once all that is to be done was done."""
    for _ in range(100):
        steps = next_steps(state, live)
        if not steps.start and not steps.end:
            return state
        for name in steps.end:
            state = after(state, TwinDown(name))
        for name in steps.start:
            state = after(after(state, TwinStarting(name)), TwinUp(name))
    raise AssertionError("it never settles")


def up(state: ClassState) -> list[str]:
    """The seats whose twins are."""
    return [seat.name for seat in state.seats.values() if seat.up]


def states(state: ClassState) -> dict[str, str]:
    """What each seat does."""
    return {seat.name: seat.state.value for seat in state.seats.values()}


def test_as_many_work_as_the_machine_holds() -> None:
    """The first of the roster; the others wait and know their place."""
    state = settled(class_state([OPENED]), 2)
    assert up(state) == ["anna", "ben"] and state.queue() == ("chloe", "dina")


def test_a_twin_is_kept_after_hand_in_until_somebody_waits() -> None:
    """Then the seat that has handed in gives its place."""
    alone = settled(after(settled(class_state([OPENED]), 4), HandedIn("anna")), 4)
    assert up(alone) == list(NAMES)
    crowded = settled(after(settled(class_state([OPENED]), 2), HandedIn("anna")), 2)
    assert up(crowded) == ["ben", "chloe"] and states(crowded)["anna"] == "handed-in"


def test_a_seat_that_is_paused_gives_its_place_and_waits_last() -> None:
    """Until it is resumed."""
    state = settled(after(settled(class_state([OPENED]), 2), Paused("anna")), 2)
    assert up(state) == ["ben", "chloe"] and states(state)["anna"] == "paused"
    assert after(state, Resumed("anna")).queue() == ("dina", "anna")


def test_a_twin_that_ends_by_itself_is_brought_up_again_before_others() -> None:
    """A node that was rebooted, a controller that was killed: the seat keeps its place."""
    state = after(settled(class_state([OPENED]), 2), TwinDown("anna", lost=True))
    assert state.queue() == ("anna", "chloe", "dina")
    assert up(settled(state, 2)) == ["anna", "ben"]


def test_a_twin_that_cannot_be_brought_up_does_not_stop_the_class() -> None:
    """The reason is there for the instructor, who can try again."""
    state = settled(after(after(class_state([OPENED]), TwinStarting("anna")), TwinFailed("anna", "no memory")), 2)
    assert up(state) == ["ben", "chloe"] and state.seats["anna"].reason == "no memory"
    assert states(after(state, Resumed("anna")))["anna"] == "waiting"


def test_one_twin_is_brought_up_at_a_time() -> None:
    """Each takes a core meanwhile."""
    assert next_steps(class_state([OPENED]), 4).start == ("anna",)
    assert next_steps(class_state([OPENED, TwinStarting("anna")]), 4).start == ()


def test_after_a_power_loss_seats_wait_whose_twins_are_gone() -> None:
    """Those that outlived the service go on; who had handed in stays so; the class goes on in the same order."""
    before = after(settled(class_state([OPENED]), 3), HandedIn("chloe"))
    state = class_state([])
    for event in (OPENED, TwinUp("anna"), TwinUp("ben"), TwinUp("chloe"), HandedIn("chloe"),
                  *after_power_loss(before, ["ben"]), OPENED):
        state = after(state, event)
    assert states(state) == {"anna": "waiting", "ben": "working", "chloe": "handed-in", "dina": "waiting"}
    assert up(state) == ["ben"] and state.queue()[0] == "anna"


def test_messages_go_to_all_or_to_a_seat() -> None:
    """In order."""
    state = class_state([OPENED, MessageSent("hello"), MessageSent("look at the meters", "ben")])
    assert state.messages_to("anna") == ("hello",) and state.messages_to("ben") == ("hello", "look at the meters")


def test_who_is_taken_over_has_been_helped() -> None:
    """The hand is down, and the instructor named."""
    seat = class_state([OPENED, HandRaised("ben"), TakenOver("ben", "claire")]).seats["ben"]
    assert (seat.hand, seat.taken_over) == (False, "claire")


seats = st.sampled_from([*NAMES, "nobody"])
happenings = st.one_of(
    seats.map(HandedIn), seats.map(Paused), seats.map(Resumed), seats.map(HandRaised), seats.map(HandLowered),
    seats.map(GivenBack), seats.map(lambda name: TwinDown(name, lost=True)), st.just(MessageSent("m")), st.just(OPENED),
    seats.map(lambda name: TakenOver(name, "claire")))


@given(st.lists(happenings, max_size=30), st.integers(1, 5))
def test_whatever_happens_the_class_settles(events: Sequence[ClassEvent], live: int) -> None:
    """Never more twins than the machine holds; nobody waits while there is a place; at the end nothing is up."""
    state = settled(class_state([OPENED]), live)
    for event in events:
        # A twin can only be lost that is up.
        if not (isinstance(event, TwinDown) and not (event.seat in state.seats and state.seats[event.seat].up)):
            state = settled(after(state, event), live)
        assert len(up(state)) <= live
        assert not state.queue() or len(up(state)) == live
        working = [seat for seat in state.seats.values() if seat.state is SeatState.WORKING]
        assert all(seat.up for seat in working)
    assert up(settled(after(state, Ended()), live)) == []
