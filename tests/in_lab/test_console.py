"""The console of a real twin in a real browser: opened by the printed address, it shows the twin and works it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from twin import api

ROOT = Path(__file__).parents[2]
MINIMAL = ROOT / "topologies" / "minimal.yaml"
NAME = f"pytest-{os.getpid()}-minimal"
EF = "46"
"""The DSCP of calls, as tshark writes it (RFC 3246)."""
PATIENCE_MS = 60_000
COMMAND = (sys.executable, "-c", "import sys; from twin.cli import main; sys.exit(main())", "console", "--json")


@pytest.fixture(scope="module")
def twin(live: Callable[[str | Path], api.LiveTwin]) -> api.LiveTwin:
    """The minimal network, up for the time of these tests, by the fixture that operators have."""
    assert live(MINIMAL) is live(MINIMAL) and live(MINIMAL).name == NAME
    return live(MINIMAL)


@pytest.fixture
def page(twin: api.LiveTwin) -> Iterator[Page]:
    """Its page, opened by the address that the command prints; SIGINT ends the console, and it alone."""
    console = subprocess.Popen((*COMMAND, NAME), stdout=subprocess.PIPE, text=True)
    assert console.stdout is not None
    address = json.loads(console.stdout.readline())["address"]
    errors: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        opened = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB").new_page()
        opened.set_default_timeout(PATIENCE_MS)
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.goto(address)
        expect(opened.locator(".map svg:visible")).to_have_count(1, timeout=PATIENCE_MS)
        yield opened
        browser.close()
    console.send_signal(signal.SIGINT)
    assert console.wait(60) == 0 and errors == []
    assert NAME in api.running_twins()


def test_a_span_is_cut_and_restored_on_the_page(twin: api.LiveTwin, page: Page) -> None:
    """The twin's state changes, and the page shows it; then traffic takes the other direction of the ring."""
    span, detour = (page.locator(f'[data-span="{name}"]:visible') for name in ("north-east", "east-west"))
    expect(span.locator(".stripe").first).to_be_attached(timeout=PATIENCE_MS)
    span.locator(".touch").click(force=True)
    page.get_by_role("button", name="Cut", exact=True).click()
    expect(page.locator(".log")).to_contain_text("cut: north-east", timeout=PATIENCE_MS)
    assert twin.status().broken == ("north-east",)
    expect(detour.locator(".stripe").first).to_be_attached(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Restore", exact=True).click()
    expect(page.locator(".log")).to_contain_text("restored: north-east", timeout=PATIENCE_MS)
    assert twin.status().broken == ()


def test_packets_of_a_span_are_a_download(twin: api.LiveTwin, page: Page) -> None:
    """A pcap file with nanoseconds (its magic number) that tshark reads to its end: packets of calls with their mark,
    in order of time; a filter that tcpdump does not take is refused."""
    page.locator('[data-span="north-east"]:visible').press("Enter")
    page.get_by_label("Seconds").fill("2")
    page.get_by_label("Filter", exact=True).fill("no such filter")
    page.get_by_role("button", name="Capture").click()
    expect(page.get_by_role("alert")).to_contain_text("nothing can be captured", timeout=PATIENCE_MS)
    page.get_by_label("Filter", exact=True).fill("udp")
    with page.expect_download(timeout=PATIENCE_MS) as download:
        page.get_by_role("button", name="Capture").click()
    content = download.value.path().read_bytes()
    assert download.value.suggested_filename == "north-east.pcap"
    assert content[:4] == bytes.fromhex("4d3cb2a1") and len(content) > 10_000
    fields = ("frame.time_epoch", "ip.proto", "ip.dsfield.dscp")
    words = ("tshark", "-nr", "-", "-T", "fields", *(word for name in fields for word in ("-e", name)))
    listed = subprocess.run(words, input=content, capture_output=True, check=True).stdout.decode().splitlines()
    times, protocols, marks = zip(*(packet.split("\t") for packet in listed), strict=True)
    assert len(listed) > 50 and {*protocols} == {"17"} and EF in marks
    assert [*times] == sorted(times, key=Decimal) and any(not time.endswith("000") for time in times)


def test_load_and_policy_change_on_the_page(twin: api.LiveTwin, page: Page) -> None:
    """Calls stop and start again; without QoS all classes share one queue, and the load goes on."""
    light = page.locator('[data-workload="call"]')
    expect(light).to_contain_text("4 flows", timeout=PATIENCE_MS)
    light.locator("summary").click()
    light.get_by_role("button", name="Stop call").click()
    expect(light).to_contain_text("0 flows", timeout=PATIENCE_MS)
    light.get_by_role("button", name="Start call").click()
    expect(light).to_contain_text("4 flows", timeout=PATIENCE_MS)
    page.get_by_role("switch").click()
    expect(page.get_by_role("switch")).to_have_text("QoS off", timeout=PATIENCE_MS)
    expect(light).to_contain_text("4 flows", timeout=PATIENCE_MS)
    assert twin.status().policy == "none"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_console_of_a_file_ends_with_its_twin(tmp_path: Path, number: signal.Signals) -> None:
    """However it ends, the twin that it has brought up is shut down."""
    name = f"{NAME}-{number.name.lower()}"
    description = tmp_path / f"{name}.yaml"
    description.write_text(MINIMAL.read_text().replace("name: minimal", f"name: {name}"))
    console = subprocess.Popen((*COMMAND, str(description)), stdout=subprocess.PIPE, cwd=tmp_path,
                               env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert console.stdout is not None
    assert json.loads(console.stdout.readline())["twin"] == name and name in api.running_twins()
    with api.attach(name) as watching:
        console.send_signal(number)
        assert console.wait(60) == (-number if number is signal.SIGKILL else 0)
        with pytest.raises(api.EmulationError):
            for _ in watching.events():
                pass


def test_a_console_that_is_killed_leaves_a_twin_that_it_has_found(twin: api.LiveTwin) -> None:
    """With its faults and its load; the next console shows it as it stands."""
    twin.cut("north-east")
    with subprocess.Popen((*COMMAND, NAME), stdout=subprocess.PIPE, text=True) as console:
        assert console.stdout is not None and console.stdout.readline()
        console.kill()
    assert twin.status().broken == ("north-east",) and twin.status().flows
    twin.restore("north-east")


def test_a_terminal_pings_on_the_page(page: Page) -> None:
    """And survives a flood of output, which the shell sends no faster than it is shown: 20 MB, then one line."""
    page.get_by_label("Node").select_option("homes-1")
    page.get_by_role("button", name="Open a terminal").click()
    screen = page.locator(".shell .xterm-rows")
    expect(screen).to_contain_text("#", timeout=PATIENCE_MS)
    page.keyboard.type("ping -c 1 softswitch\n")
    expect(screen).to_contain_text("1 received", timeout=PATIENCE_MS)
    page.keyboard.type("yes 0123456789012345678901234567890123456789 | head -c 20000000; echo do''ne\n")
    expect(screen).to_contain_text("done", timeout=PATIENCE_MS)


def test_packets_of_a_call_are_lit_from_home_to_softswitch(page: Page) -> None:
    """On the spans of their path, as the twin counts them, and on no other."""
    page.get_by_label("Follow the packets").fill("udp port 16384")
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.locator('[data-span="north-east"]:visible')).to_contain_class("passed", timeout=PATIENCE_MS)
    expect(page.locator('[data-span="east-west"]:visible')).not_to_contain_class("passed")
    page.locator('[data-node="east"]:visible').first.click(force=True)
    expect(page.locator(".kernel")).to_contain_text("goto_table", timeout=PATIENCE_MS)
