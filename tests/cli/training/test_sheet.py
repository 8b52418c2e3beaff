"""The sheet of an exercise on the page: it hides what is hidden, does what the command line does, and reads well."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.cli.console.served import served
from tests.cli.console.test_accessibility import findings
from tests.cli.console.test_browser import browser, opened
from tests.cli.training.desks import desk
from twin.api.training.desk import (
    BeginAgain,
    Change,
    CheckGates,
    Desk,
    DeskAct,
    Diagnose,
    HandIn,
    RunTest,
    TakeHint,
    act_of,
)
from twin.api.training.method import MadeTest
from twin.api.training.text import Wording
from twin.core.errors import UsageError
from twin.core.records import to_json, to_plain
from twin.jobs.training.acts import Tried
from twin.jobs.training.exercise import Cause
from twin.jobs.training.journal import ActJournal
from twin.jobs.training.points import parts
from twin.report.language.catalogue import Language

__all__ = ["browser"]

RIGHT = Diagnose("homes-1", "up", "meter-too-low", "east-dslam", "ovs-ofctl dump-meters")
REPAIR = Change("meter", {"line": "homes-1", "class": "voice", "rate": "100 kbit/s"})
HIDDEN = ("64 kbit/s", "64000", "rate=64", "contract says", "was set to 64", "a secret", "held-out", '"seed"')
FRENCH = {"Place": "Lieu", "Direction": "Sens", "Cause": "Cause", "Diagnose": "Diagnostiquer", "Change": "Modifier",
          "Hand in": "Rendre", "Run the test": "Lancer le test", "for good": "définitivement"}


def text(at: Desk) -> str:
    """All that a page gets."""
    return to_json(to_plain(at.view()))


@pytest.mark.parametrize("exam", [False, True])
def test_nothing_hidden_is_on_a_sheet_before_it_is_handed_in(tmp_path: Path, exam: bool) -> None:
    """Neither trouble nor seed nor secret nor hint that was not taken; an examination never tells."""
    at = desk(tmp_path, exam=exam)
    for act in (RIGHT, REPAIR, CheckGates()):
        at.perform(act)
        assert [word for word in (*HIDDEN, "Who counts the losses?") if word in text(at)] == []
    assert ("north is not as planned" in text(at)) is False
    at.perform(HandIn())
    view = at.view().sheet
    assert view.passed and (view.debriefing is None) is exam
    assert ("was set to 64" in text(at)) is not exam
    assert (view.graded is not None and len(view.graded.gates) == 0) is exam


def test_acts_are_those_of_the_session(tmp_path: Path) -> None:
    """Diagnosis, hint, change, reset, check; each is a step; after hand-in nothing more."""
    at = desk(tmp_path)
    acts: tuple[DeskAct, ...] = (RunTest("east-dslam", "date -u"), RIGHT, TakeHint(), CheckGates(), REPAIR,
                                 BeginAgain(), REPAIR, HandIn())
    for act in acts:
        at.perform(act)
    view = at.view().sheet
    assert [type(step.act).__name__ for step in view.steps] == ["Tried", "Diagnosed", "Hinted", "Graded", "Changed",
                                                                "WasReset", "Changed", "Graded"]
    assert at.view().output == "east-dslam says date"
    assert view.diagnosis is not None and view.diagnosis.shown and view.sealed
    assert [hint.text.en for hint in view.hints] == ["Who counts the losses?"]
    with pytest.raises(UsageError, match="handed in"):
        at.perform(REPAIR)
    with pytest.raises(UsageError, match="handed in"):
        at.perform(TakeHint())


def test_a_test_needs_a_command(tmp_path: Path) -> None:
    """Blanks are none."""
    with pytest.raises(UsageError, match="write a command"):
        desk(tmp_path).perform(RunTest("east-dslam", " "))


def test_the_explanation_says_what_each_test_ruled_out(tmp_path: Path) -> None:
    """By its command; one that the exercise does not know rules out nothing. The page has words for every part of the
    points."""
    flows = "east-dslam ovs-ofctl -O OpenFlow13 dump-flows east-dslam table=2"
    at = desk(tmp_path)
    ActJournal(tmp_path).add(Tried(flows))
    for act in (RIGHT, REPAIR, HandIn()):
        at.perform(act)
    shown = at.view().sheet.debriefing
    assert shown is not None
    assert shown.tests == (MadeTest(flows, (Cause.QUEUES_SWAPPED,), 3),
                           MadeTest("east-dslam ovs-ofctl dump-meters", (), 3))
    graded = at.view().sheet.graded
    assert graded is not None
    english, french = (Wording(language).explanation(at.session, graded) for language in (Language.ENGLISH,
                                                                                         Language.FRENCH))
    assert f"{flows}: queues-swapped (1 of 3)" in english and f"{flows} : queues-swapped (1 sur 3)" in french
    words = json.loads((files("twin.api.console") / "page" / "en.json").read_text("utf-8"))
    assert {f"part.{part}" for part in parts(at.session.exercise.diagnosis, (), (), 1.0)} <= words.keys()


@pytest.mark.parametrize("plain", [None, [], {}, {"act": 1}, {"act": {"kind": "sesame"}}, {"act": {"kind": "diagnose"}},
                                   {"act": {"kind": "change", "change": 1}}, {"act": {"kind": "change", "values": []}},
                                   {"act": {"kind": "diagnose", "place": 1, "direction": "up", "cause": "x"}}])
def test_what_is_no_act_is_refused(plain: object) -> None:
    """In a sentence."""
    with pytest.raises(UsageError, match="not an act of the sheet"):
        act_of(plain)


def test_a_console_of_an_exercise_changes_nothing_beside_its_sheet(tmp_path: Path) -> None:
    """Cuts narrow a trouble down; policy, degradation and reset are not the trainee's. Without an exercise there is no
    sheet, and there are no acts."""
    with served(desk=desk(tmp_path)) as console:
        assert console.command({"kind": "cut", "name": "north-east"}).status == 200
        for command in ({"kind": "reset"}, {"kind": "use-policy", "policy": "none"},
                        {"kind": "degrade", "span": "north-east", "loss": "1 %"}):
            answer = console.command(command)
            assert answer.status == 400 and b"on its sheet alone" in answer.body
        assert console.twin.commands == [("cut", "north-east")]
        acts = [console.request("POST", "/api/acts", console.headers, json.dumps({"act": act}).encode())
                for act in ({"kind": "take-hint"}, {"kind": "sesame"})]
        assert [act.status for act in acts] == [200, 400]
        sheet = json.loads(console.request("GET", "/api/sheet", console.headers).body)["sheet"]
        assert [hint["text"]["fr"] for hint in sheet["hints"]] == ["Qui compte les pertes ?"]
    with served() as console:
        assert console.request("GET", "/api/sheet", console.headers).body == b"{}"
        assert console.request("POST", "/api/acts", console.headers, b'{"act": {"kind": "take-hint"}}').status == 409


@pytest.mark.parametrize(("locale", "size"), [("en-GB", (1280, 800)), ("fr-FR", (390, 844))])
def test_an_exercise_is_worked_on_the_page(browser: Browser, tmp_path: Path, locale: str, size: tuple[int, int]
                                           ) -> None:
    """From the diagnosis to the explanation, beside the terminals; axe finds nothing serious on the way."""
    english = locale == "en-GB"
    name = {word: word if english else french for word, french in FRENCH.items()}
    with served(desk=desk(tmp_path)) as console, opened(browser, console, size=size, locale=locale) as page:
        sheet = page.locator(".training .sheet")
        expect(page.locator(".training .terminals form")).to_be_visible()
        expect(page.locator("header [role=switch]")).to_have_count(0)
        assert findings(page) == []
        test = sheet.locator("form", has=page.get_by_role("button", name=name["Run the test"]))
        test.get_by_role("combobox").select_option("east-dslam")
        test.get_by_role("textbox").fill("date -u")
        test.get_by_role("button").click()
        sheet.get_by_text("east-dslam says date").wait_for()
        assert findings(page) == []
        for label, value in (("Place", "homes-1"), ("Direction", "up"), ("Cause", "meter-too-low")):
            sheet.get_by_role("combobox", name=name[label], exact=True).select_option(value)
        sheet.get_by_role("button", name=name["Diagnose"]).click()
        sheet.get_by_text("homes-1, up, meter too low" if english else "homes-1, montant, limiteur trop bas").wait_for()
        for key, value in REPAIR.values.items():
            sheet.get_by_label(key, exact=True).fill(value)
        sheet.get_by_role("button", name=name["Change"], exact=True).click()
        sheet.get_by_text("sealed" if english else "scellé").wait_for()
        sheet.get_by_label(name["for good"]).check()
        sheet.get_by_role("button", name=name["Hand in"], exact=True).click()
        sheet.get_by_text("The trouble was: homes-1" if english else "Le dérangement était : homes-1").wait_for()
        assert sheet.locator(".gates li").count() == 5
        assert findings(page) == []
