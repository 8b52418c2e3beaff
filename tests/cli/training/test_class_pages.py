"""The pages of a class: each person sees their own, nobody sees what is hidden, and both read well."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.cli.console.test_accessibility import findings
from tests.cli.training.classes import FakeTwins, opened, served, settled
from twin.api.classroom.class_acts import class_act_of, event_of
from twin.api.classroom.permissions import Visit, refusal
from twin.api.classroom.tls import certificate, lan_address
from twin.core.errors import UsageError
from twin.jobs.classroom.events import HandRaised
from twin.jobs.classroom.seats import Seat

SEAT = Seat("anna", 0)


@pytest.mark.parametrize(("instructor", "own", "works", "taken_over", "status"), [
    (False, True, False, "", None), (False, True, True, "", None), (False, False, False, "", 403),
    (True, False, False, "", None), (True, False, True, "", 409), (True, False, True, "claire", None),
    (True, False, True, "paul", 409), (False, True, True, "claire", 409), (False, True, False, "claire", None)])
def test_who_may_do_what_at_a_seat(instructor: bool, own: bool, works: bool, taken_over: str, status: int | None
                                      ) -> None:
    """Trainees work at their own seat alone; an instructor looks, and works where they have taken over."""
    answer = refusal(Visit("claire" if instructor else "anna", instructor, own, works),
                     Seat("anna", 0, taken_over=taken_over))
    assert (answer.status if answer else None) == status
    assert refusal(Visit("anna", False, False, False), None) is not None


def test_a_trainee_reads_no_secret_of_the_class(tmp_path: Path) -> None:
    """By whatever path: another's seat, the instructor's page, the files of the class, the exercise."""
    held = opened(tmp_path)
    settled(held, FakeTwins())
    hidden = [held.file.secret, "64 kbit/s", "rate=64", str(held.session("anna").drawn.seed),
              *(token for person, token in held.tokens.items() if person != "anna")]
    refused = ("/class/", "/class/api/tiles", "/class/api/results.csv", "/class/api/results.html",
               "/class/api/replay/anna", "/seat/dina/", "/seat/dina/api/seat", "/seat/ben-chloe/api/sheet",
               "/seat/nobody/", "/seat/dina/api/events")
    absent = tuple(f"/seat/anna/{path}" for path in (
        "class.json", "../class.json", "%2e%2e/class.json", "..%2f..%2fclass.json", "session.json", "acts.jsonl",
        "api/runs/class-monday", "addresses.txt", "/etc/passwd", "api/capture/..%2f..%2fclass.json"))
    with served(held) as pages:
        answers = {path: pages.ask("anna", path) for path in (*refused, *absent, "/seat/anna/", "/seat/anna/api/sheet",
                                                              "/seat/anna/api/seat", "/seat/anna/api/runs")}
        assert {path: answers[path][0] for path in refused if answers[path][0] != 403} == {}
        assert {path: answers[path][0] for path in absent if answers[path][0] < 400} == {}
        assert answers["/seat/anna/api/sheet"][0] == 200 and json.loads(answers["/seat/anna/api/runs"][1])["runs"] == []
        assert [(path, word) for path, (_, text) in answers.items() for word in hidden if word in text] == []
        assert pages.ask("", "/")[0] == 403
        acts = [pages.ask("anna", "/class/api/acts", {"act": {"kind": "pause", "seat": "dina"}}),
                pages.ask("anna", "/seat/dina/api/hand", {"raised": True})]
        assert [status for status, _ in acts] == [403, 403]


def test_a_seat_is_taken_over_and_given_back(tmp_path: Path) -> None:
    """A hint is taken by who works there; hands and messages reach the other side."""
    held = opened(tmp_path)
    settled(held, FakeTwins())
    hint = {"act": {"kind": "take-hint"}}
    with served(held) as pages:
        assert pages.ask("anna", "/seat/anna/api/hand", {"raised": True})[0] == 200
        seen = json.loads(pages.ask("claire", "/class/api/tiles")[1])["tiles"]
        assert [(tile["seat"], tile["hand"], tile["state"]) for tile in seen] == [
            ("anna", True, "working"), ("ben-chloe", False, "working"), ("dina", False, "waiting")]
        assert pages.ask("claire", "/seat/anna/api/acts", hint)[0] == 409
        for act in ({"kind": "take-over", "seat": "anna"}, {"kind": "send-message", "text": "look", "seat": "anna"}):
            assert pages.ask("claire", "/class/api/acts", {"act": act})[0] == 200
        assert pages.ask("anna", "/seat/anna/api/acts", hint)[0] == 409
        assert pages.ask("claire", "/seat/anna/api/acts", hint)[0] == 200
        seat = json.loads(pages.ask("anna", "/seat/anna/api/seat")[1])
        assert (seat["taken_over"], seat["hand"], seat["messages"]) == ("claire", False, ["look"])
        assert json.loads(pages.ask("dina", "/seat/dina/api/seat")[1])["messages"] == []
        assert pages.ask("claire", "/class/api/acts", {"act": {"kind": "give-back", "seat": "anna"}})[0] == 200
        assert pages.ask("anna", "/seat/anna/api/acts", hint)[0] == 200
        assert len(json.loads(pages.ask("claire", "/class/api/replay/anna")[1])["steps"]) == 3


@pytest.mark.parametrize("plain", [None, {}, {"act": {"kind": "pause"}}, {"act": {"kind": "sesame", "seat": "anna"}}])
def test_what_is_no_act_of_an_instructor_is_refused(plain: object) -> None:
    """In a sentence; so is an empty message."""
    with pytest.raises(UsageError, match="not an act of an instructor"):
        class_act_of(plain)
    with pytest.raises(UsageError, match="a message has"):
        event_of(class_act_of({"act": {"kind": "send-message", "text": " "}}), "claire")


def test_over_the_lan_a_class_is_reached_by_tls_alone(tmp_path: Path) -> None:
    """With a certificate for its address, whose key is for its owner alone; an address that is none is refused."""
    held = opened(tmp_path)
    made = certificate(held.folder, "127.0.0.1")
    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600 and len(made.fingerprint) == 95
    assert certificate(held.folder, "127.0.0.1") == made
    with served(held, made) as pages:
        assert pages.rules.address_of("anna").startswith("https://127.0.0.1:")
        assert pages.ask("anna", "/seat/anna/api/seat")[0] == 200
        assert "Secure" in pages.rules.set_cookie("x")
        plain = type(pages)(held, pages.rules)
        with pytest.raises(OSError):
            plain.ask("anna", "/seat/anna/api/seat")
    for wrong in ("0.0.0.0", "::", "example.org", "224.0.0.1", ""):
        with pytest.raises(UsageError, match="--lan"):
            lan_address(wrong)


@pytest.mark.parametrize(("locale", "width"), [("en-GB", 1280), ("fr-FR", 390)])
def test_the_pages_of_a_class_read_well(tmp_path: Path, locale: str, width: int) -> None:
    """The instructor's tiles and a seat that waits, which is told its place; axe finds nothing serious."""
    held = opened(tmp_path)
    settled(held, FakeTwins())
    held.journal.add(HandRaised("anna"))
    with served(held) as pages, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for person, place in (("claire", '[data-seat="anna"] .hand'), ("dina", ".seat")):
            page = browser.new_context(viewport={"width": width, "height": 800}, locale=locale).new_page()
            page.goto(pages.rules.address_of(person))
            expect(page.locator(place)).to_be_visible()
            assert findings(page) == []
            if person == "claire":
                expect(page.locator('[data-seat="anna"] .lamp.met')).to_be_visible()
                expect(page.locator('[data-seat="dina"] .lamp')).to_have_count(0)
            if person == "dina":
                expect(page.locator(".seat")).to_contain_text("1 of 1" if locale == "en-GB" else "1 sur 1")
                page.locator(".seat button").click()
                expect(page.locator(".seat button")).to_have_attribute("aria-pressed", "true")
        browser.close()
    assert held.journal.state().seats["dina"].hand
