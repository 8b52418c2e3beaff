"""The page in a real browser: Debian's Chromium, opened by the printed address, with a fake twin behind the console."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.cli.console.recorded_texts import FLOWS, GROUPS, METERS, OF_CELL, QUEUES
from tests.cli.console.served import Served, served
from tests.cli.console.views import WITHOUT_QOS, seen
from twin.core.errors import EmulationError
from twin.core.units import NS_PER_S, Ratio, Time
from twin.model import FaultKind, Impairments
from twin.plan.blueprint import FaultPlan

CHROMIUM = shutil.which("chromium")
WIDE, NARROW = (1280, 800), (390, 844)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Without a sandbox, as tests may run as root; it shows our own page alone."""
    assert CHROMIUM, "the tests of the console need Debian's package chromium: scripts/setup installs it"
    with sync_playwright() as playwright:
        with_browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield with_browser
        with_browser.close()


@contextmanager
def opened(browser: Browser, console: Served, *, size: tuple[int, int] = WIDE, locale: str = "en-GB") -> Iterator[Page]:
    """The page, opened by the printed address; no error may stand in the browser's log."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale=locale)
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(console.rules.address)
    expect(page.locator(".map svg:visible")).to_have_count(1)
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def console() -> Iterator[Served]:
    """A console of its own for each test."""
    with served() as up:
        yield up


def test_a_span_is_cut_on_the_map(browser: Browser, console: Served) -> None:
    """The map shows its load in stripes; it is chosen, cut, seen to be broken in the drawing and in the events."""
    with opened(browser, console) as page:
        assert "token" not in page.url
        span = page.locator('[data-span="north-east"]:visible')
        expect(span.locator(".stripe")).to_have_count(1)
        expect(span).to_have_accessible_name("north-east: north – east, 0.1% of the rate used")
        span.locator(".touch").click(force=True)
        page.get_by_role("button", name="Cut", exact=True).click()
        expect(page.locator(".busy")).to_have_count(0)
        assert console.twin.commands == [("cut", "north-east")]
        console.twin.views.put(seen(broken=console.twin.broken))
        expect(span).to_have_class("span fibre ring chosen broken")
        expect(page.locator(".log")).to_contain_text("cut: north-east")
        page.get_by_role("button", name="Restore", exact=True).click()
        expect(page.locator(".busy")).to_have_count(0)
        console.twin.views.put(seen())
        expect(span).not_to_have_class("broken")
        expect(page.locator(".log li").first).to_contain_text("restored: north-east")


def test_a_degraded_span_is_not_shown_as_cut(browser: Browser, console: Served) -> None:
    """It still carries its load; the drawing, the name for screen readers, the detail and the events say how it is."""
    loss = FaultPlan(Time(0), FaultKind.DEGRADE, "north-east", impairments=Impairments(loss=Ratio(10_000)))
    with opened(browser, console) as page:
        console.twin.views.put(seen(faults=(loss,)))
        span = page.locator('[data-span="north-east"]:visible')
        expect(span).to_have_class("span fibre ring degraded")
        expect(span.locator(".stripe")).to_have_count(1)
        expect(span).to_have_accessible_name("north-east: north – east, 0.1% of the rate used, degraded: loss 1%")
        span.locator(".touch").click(force=True)
        expect(page.locator(".detail strong")).to_have_text("degraded: loss 1%")
        expect(page.locator(".log")).to_contain_text("degraded: north-east")


def test_lights_turn_with_the_targets(browser: Browser, console: Served) -> None:
    """A call whose packets are lost is red with a cross; where the clock cannot be trusted nothing is judged."""
    with opened(browser, console) as page:
        light = page.locator('[data-workload="call"]')
        console.twin.views.put(seen(lost=400))
        expect(light).to_have_class("light missed")
        light.locator("summary").click()
        expect(light).to_contain_text("80%")
        console.twin.views.put(seen(lost=400, lateness=10**9))
        expect(light).to_have_class("light unknown")
        expect(page.locator(".lamp")).to_contain_text("Not trusted")
        light.get_by_role("button", name="Stop call").click()
        expect(page.locator(".busy")).to_have_count(0)
        assert console.twin.commands == [("stop-load", "call")]


def test_line_groups_shine_on_the_map(browser: Browser, console: Served) -> None:
    """Below their node, as their calls go; a click shows the subscribers there."""
    with opened(browser, console) as page:
        light = page.locator('.wide [data-group="homes"]')
        console.twin.views.put(seen(lost=400))
        expect(light).to_have_class("group missed")
        expect(light.locator("text")).to_have_text("✗")
        expect(page.locator('.wide [data-node="east-dslam"]')).to_have_attribute(
            "aria-label", "east-dslam (DSLAM), homes (2 emulated lines): missed")
        console.twin.views.put(seen(lost=400, lateness=10**9))
        expect(light).to_have_class("group unknown")
        light.click()
        expect(page.get_by_role("heading", name="Subscribers of east-dslam")).to_be_visible()


def test_quality_of_service_is_a_switch(browser: Browser, console: Served) -> None:
    """Off asks for the policy without QoS; then it shows what stands, not what was asked for."""
    with opened(browser, console) as page:
        switch = page.get_by_role("switch")
        expect(switch).to_have_text("QoS on")
        switch.click()
        expect(page.locator(".busy")).to_have_count(0)
        assert console.twin.commands == [("use-policy", "none")]
        expect(switch).to_have_text("QoS on")
        console.twin.views.put(replace(seen(), blueprint=WITHOUT_QOS))
        expect(switch).to_have_text("QoS off")


def test_a_refusal_is_shown(browser: Browser, console: Served) -> None:
    """With the reason that the twin gives; the twin that ends, too."""
    with opened(browser, console) as page:
        span = page.locator('[data-span="north-east"]:visible')
        span.focus()
        page.keyboard.press("Enter")
        page.get_by_label("Rate", exact=True).fill("10 Mbit/s")
        page.get_by_label("Jitter").fill("5 ms")
        page.get_by_role("button", name="Impair").click()
        expect(page.locator(".busy")).to_have_count(0)
        assert console.twin.commands == [("degrade", "north-east", "rate 10 Mbit/s", "jitter 5 ms")]
        console.twin.views.put(EmulationError('the twin "fake" is gone'))
        expect(page.get_by_role("alert")).to_contain_text('the twin "fake" is gone')


def test_a_line_is_impaired_and_sold_as_another_profile(browser: Browser, console: Served) -> None:
    """Both ways of its rate; the profiles of its technology, its own chosen, which is no change."""
    with opened(browser, console, locale="fr-FR") as page:
        page.get_by_role("button", name="homes-1", exact=True).click()
        degrade = page.get_by_role("button", name="Dégrader")
        expect(degrade).to_be_disabled()
        page.get_by_label("Débit depuis l’abonné").fill("128 kbit/s")
        degrade.click()
        expect(page.locator(".busy")).to_have_count(0)
        change = page.get_by_role("button", name="Changer le profil")
        expect(change).to_be_disabled()
        page.get_by_label("Profil").select_option("dsl-2m")
        change.click()
        expect(page.locator(".busy")).to_have_count(0)
        assert console.twin.commands == [("degrade", "homes-1", "up 128 kbit/s"),
                                         ("change-profile", "homes-1", "dsl-2m")]


def test_the_language_is_the_browsers_or_the_readers(browser: Browser, console: Served) -> None:
    """French for a French browser; the switch is kept when the page is loaded again."""
    with opened(browser, console, locale="fr-FR") as page:
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        expect(page.get_by_role("heading", name="Abonnés")).to_be_visible()
        expect(page.locator('[data-span="north-east"]:visible')).to_have_accessible_name(
            "north-east : north – east, 0,1 % du débit utilisé")
        page.get_by_role("button", name="EN", exact=True).click()
        expect(page.get_by_role("heading", name="Subscribers")).to_be_visible()
        page.reload()
        expect(page.get_by_role("heading", name="Subscribers")).to_be_visible()


@pytest.mark.parametrize("locale", ["fr-FR", "en-GB"])
@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_nothing_is_wider_than_the_window(browser: Browser, console: Served, size: tuple[int, int],
                                          locale: str) -> None:
    """On a laptop and on a phone, with a span chosen; wide tables scroll for themselves."""
    with opened(browser, console, size=size, locale=locale) as page:
        page.locator('[data-span="north-east"]:visible .touch').click(force=True)
        expect(page.locator(".fields").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_everything_is_reached_by_keyboard(browser: Browser, console: Served) -> None:
    """From the top by Tab alone: the switch, a light, a span, a node, a subscriber's line; all have a name."""
    with opened(browser, console) as page:
        reached = set()
        for _ in range(80):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("""() => {
                const at = document.activeElement;
                const written = at.textContent.trim() || (at.labels?.[0]?.textContent ?? "").trim();
                return at.dataset.span ?? at.dataset.node ?? at.getAttribute("role") ?? written;
            }"""))
        assert {"switch", "north-east", "west", "homes-1", "Reset"} <= reached
        assert "" not in reached


def test_a_terminal_is_opened_typed_into_and_left_by_a_key(browser: Browser, console: Served) -> None:
    """What is typed is shown as the shell gives it; F6 leaves, for the terminal keeps Tab; its end is said."""
    with opened(browser, console) as page:
        page.get_by_label("Node").select_option("homes-1")
        page.get_by_role("button", name="Open a terminal").click()
        shell = page.get_by_role("article", name="Terminal on homes-1")
        expect(shell.locator(".xterm-rows")).to_be_visible()
        page.keyboard.type("\x1b[38;2;200;100;50mping")
        expect(shell.locator(".xterm-rows")).to_contain_text("ping")
        page.keyboard.press("F6")
        expect(shell.get_by_role("button", name="Close homes-1")).to_be_focused()
        page.get_by_role("button", name="Open a terminal").click()
        expect(page.get_by_role("article").nth(1).locator(".xterm-rows")).to_be_visible()
        expect(page.get_by_role("article").nth(1).get_by_role("textbox")).to_be_focused()
        page.keyboard.type("exit")
        expect(page.get_by_role("article").nth(1)).to_contain_text("ended with status 7")
        page.get_by_role("button", name="Close homes-1").first.click()
        expect(page.get_by_role("article")).to_have_count(1)


def test_packets_of_a_filter_are_lit_on_the_map(browser: Browser, console: Served) -> None:
    """The spans that they pass are marked, and named with their counts; the mark goes with the trace."""
    with opened(browser, console) as page:
        span = page.locator('[data-span="north-east"]:visible')
        page.get_by_label("Follow the packets").fill("udp port 5060")
        page.get_by_role("button", name="Follow", exact=True).click()
        expect(span).to_have_class("span fibre ring lit passed")
        expect(page.locator(".followed")).to_contain_text("north-east 3→ ←3")
        assert console.twin.commands == [("trace", "udp port 5060")]
        page.get_by_role("button", name="Stop following").click()
        expect(span).to_have_class("span fibre ring")
        page.get_by_label("Follow the packets").fill("; reboot")
        page.get_by_role("button", name="Follow", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("syntax error")


def test_charts_scroll_with_what_is_seen(browser: Browser, console: Served) -> None:
    """Of the span that is chosen, by class, each way; beside each a table with the same values."""
    with opened(browser, console) as page:
        page.get_by_role("button", name="homes-1", exact=True).click()
        expect(page.locator(".chart canvas")).to_have_count(3)
        console.twin.views.put(replace(seen(size=25_000), at=seen().at + 2 * NS_PER_S))
        chart = page.get_by_role("figure", name="Load by class towards")
        chart.first.locator("summary").click()
        expect(chart.first.locator("tbody tr")).to_have_count(2)
        expect(chart.first.locator("tbody tr").first).to_contain_text("200 kbit/s")


def test_what_stands_in_the_kernel_is_shown(browser: Browser, console: Served) -> None:
    """Queues of the span that is chosen, read when it is chosen, and again when asked."""
    console.twin.texts["north-east"] = {"north": QUEUES}
    console.twin.texts["north"] = {"flows": FLOWS, "groups": GROUPS, "meters": METERS}
    with opened(browser, console) as page:
        page.locator('[data-span="north-east"]:visible .touch').click(force=True)
        kernel = page.get_by_role("region", name="In the kernel")
        expect(kernel.get_by_role("row")).to_have_count(8)
        expect(kernel).to_contain_text("rate 512Kbit ceil 512Kbit")
        console.twin.texts["north-east"] = {"north – east": OF_CELL}
        kernel.get_by_role("button", name="Read again").click()
        expect(kernel).to_contain_text("dcf 2:")
        page.locator('[data-node="north"]:visible').click(force=True)
        expect(kernel.get_by_role("row")).to_have_count(4 + 3 + 3)


def test_messages_are_in_the_readers_language(browser: Browser, console: Served) -> None:
    """A refusal, with the reason in it; why nothing is judged; the end of the twin."""
    with opened(browser, console, locale="fr-FR") as page:
        page.get_by_label("Suivre les paquets").fill("; reboot")
        page.get_by_role("button", name="Suivre", exact=True).click()
        expect(page.get_by_role("alert")).to_have_text(
            "suivi impossible : tcpdump ne comprend pas le filtre (erreur de syntaxe)")
        console.twin.views.put(seen(lateness=10**9))
        expect(page.locator(".lamp")).to_contain_text("un temporisateur a eu 1 s de retard, au-delà des 20 ms admis")
        console.twin.views.put(EmulationError(
            'the twin "fake" ended: the wall lab died (exit -9); its last lines:\n  | (nothing)'))
        expect(page.locator(".notice")).to_contain_text(
            "le jumeau « fake » s’est terminé : le laboratoire wall est mort (code -9)")
