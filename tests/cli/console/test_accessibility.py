"""The page for everybody: axe finds nothing serious in any view, in both languages, on a laptop and on a phone.

axe-core 4.14.1 (MPL-2.0, https://github.com/dequelabs/axe-core) lies beside this file as it was published.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.cli.console.recorded_texts import FLOWS, GROUPS, METERS, QUEUES
from tests.cli.console.served import served
from tests.cli.console.test_stored_runs import stored
from tests.report.sample import sample_run

AXE = Path(__file__).parent / "axe" / "axe.min.js"
SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
CHECK = """async () => (await axe.run(document)).violations
    .filter((found) => ["serious", "critical"].includes(found.impact))
    .map((found) => `${found.id}: ${found.nodes.map((node) => node.html).join(" | ")}`)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Without a sandbox, as tests may run as root; it shows our own page alone."""
    with sync_playwright() as playwright:
        with_browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield with_browser
        with_browser.close()


def findings(page: Page) -> list[str]:
    """What axe finds that is serious."""
    page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    violations: list[str] = page.evaluate(CHECK)
    return violations


def test_axe_is_as_it_was_published() -> None:
    """By its sum."""
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() == SHA256


def test_axe_finds_what_is_wrong(browser: Browser) -> None:
    """A picture without a text; so that an empty list says something."""
    page = browser.new_page()
    page.set_content('<html lang="en"><title>x</title><main><img src="data:,"></main></html>')
    assert [line.partition(":")[0] for line in findings(page)] == ["image-alt"]
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("locale", "width"), [("en-GB", 1280), ("fr-FR", 390)])
def test_no_view_has_a_serious_finding(browser: Browser, tmp_path: Path, locale: str, width: int,
                                       scheme: Literal["light", "dark"]) -> None:
    """At the start, with a span, with a node, with terminals and stored runs open."""
    stored(tmp_path / "first", sample_run())
    stored(tmp_path / "second", sample_run())
    with served(tmp_path) as console:
        console.twin.texts |= {"north-east": {"north": QUEUES},
                               "east": {"flows": FLOWS, "groups": GROUPS, "meters": METERS}}
        context = browser.new_context(viewport={"width": width, "height": 800}, locale=locale, color_scheme=scheme)
        page = context.new_page()
        page.goto(console.rules.address)
        expect(page.locator(".map svg:visible")).to_have_count(1)
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        assert findings(page) == []
        page.locator('[data-span="north-east"]:visible .touch').click(force=True)
        expect(page.locator(".kernel table")).to_have_count(1)
        assert findings(page) == []
        page.locator('[data-node="east"]:visible').click(force=True)
        expect(page.locator(".kernel table")).to_have_count(3)
        page.locator(".terminals form button").click()
        expect(page.locator(".shell .xterm-rows")).to_be_visible()
        page.locator(".runs button").first.click()
        expect(page.locator(".runs input")).to_have_count(2)
        for box in page.locator(".runs input").all():
            box.check()
        page.locator(".runs .buttons button").click()
        expect(page.locator(".runs h3")).to_be_visible()
        assert findings(page) == []
        context.close()
