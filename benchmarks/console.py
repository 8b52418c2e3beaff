"""How fast the console shows what happens, and what it costs: `python -m benchmarks.console`.

Castres-Mazamet is up with its load, in the wall lab; the page is in Debian's Chromium, started by us and drawn for
real. From a change to the pixel: from the moment at which a span is cut or restored through the library to the first
frame of the page that shows it, by the clock of this machine, which both read. Cost: processor time of the console's
process while tabs are open (websockets that read everything), as a part of one core.
"""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Page, sync_playwright
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from benchmarks.support.figure import Figure, at_most, main
from twin import api
from twin.jobs.live.channel import WindowReady

ROOT = Path(__file__).resolve().parents[1]
DESCRIPTION = ROOT / "topologies" / "castres-mazamet.yaml"
NAME = f"benchmark-{os.getpid()}"
SPAN = "mazamet-castres"
CHANGES, SECONDS, WINDOWS = 40, 15, 15
PATIENCE_MS = 600_000
"""Of the browser, on a machine that does other things too: what a terminal prints may come at 0.5 MB/s there."""
PRINTED = 100_000_000
"""Bytes that a terminal prints."""
TABS = {10: 10.0, 100: 30.0}
"""Per cent of a core that the console may take, by tabs."""
WATCH = """(span) => { const look = () => {
    const broken = document.querySelector(`.map svg.wide [data-span="${span}"]`).classList.contains("broken");
    if (window.wanted !== broken) return;
    window.wanted = null;
    requestAnimationFrame(() => window.drawn(Date.now()));
  };
  const changes = { attributes: true, childList: true, subtree: true };
  new MutationObserver(look).observe(document.querySelector(".map"), changes); }"""
"""Note when the first frame shows the state of the span that is wanted, ms since 1970."""
WANT = """(cut) => { window.wanted = cut; window.shown = new Promise((drawn) => { window.drawn = drawn; }); }"""
SHOWN = """(patience) => Promise.race([window.shown, new Promise((_, late) => setTimeout(late, patience, "late"))])"""
"""Promises, as the page's policy forbids what Playwright evaluates later than at once, in `wait_for_function`."""
GAPS = """() => { window.longest = 0; let last = performance.now();
  const frame = (now) => { window.longest = Math.max(window.longest, now - last); last = now;
    requestAnimationFrame(frame); };
  requestAnimationFrame(frame); }"""


@contextmanager
def console() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A console of the twin: its process, and the address that it prints."""
    program = "import sys; from twin.cli import main; sys.exit(main())"
    with subprocess.Popen((sys.executable, "-c", program, "console", "--json", NAME), stdout=subprocess.PIPE, text=True,
                          cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())["address"]
        finally:
            process.terminate()


def latencies(twin: api.LiveTwin, page: Page) -> list[float]:
    """From each change to the frame that shows it, ms."""
    page.evaluate(WATCH, SPAN)
    took = []
    for number in range(CHANGES):
        cut = number % 2 == 0
        page.evaluate(WANT, cut)
        began = time.time() * 1000
        (twin.cut if cut else twin.restore)(SPAN)
        took.append(page.evaluate(SHOWN, PATIENCE_MS) - began)
    return took


def paint(page: Page, address: str) -> float:
    """From the request to the map with what it carries, s."""
    began = time.monotonic()
    page.goto(address)
    page.locator(".map svg.wide .stripe").first.wait_for()
    return time.monotonic() - began


def printing(process: subprocess.Popen[str], page: Page) -> Iterator[Figure]:
    """A terminal that prints a lot: for how long the page stood still, and what it took of the console's memory."""
    page.locator(".terminals form button").click()
    rows = page.locator(".shell .xterm-rows")
    rows.wait_for()
    before, began = memory(process.pid), time.monotonic()
    page.evaluate(GAPS)
    page.keyboard.type(f"head -c {PRINTED} /dev/zero | tr '\\0' x; echo; echo all-$((40 + 2))\n")
    rows.get_by_text("all-42").wait_for()
    took = time.monotonic() - began
    yield at_most(f"longest time between two frames while a terminal prints {PRINTED / 1e6:g} MB", 1000,
                  page.evaluate("window.longest"), "ms", f"{took:.0f} s")
    yield at_most("memory that the console takes for it", 16, (memory(process.pid) - before) / 2**20, "MiB")


def memory(pid: int) -> int:
    """Bytes of memory that a process has used at most (proc(5))."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def tab(address: str) -> ClientConnection:
    """A page's websocket."""
    host, _, secret = address.removeprefix("http://").partition("/?token=")
    cookie = f"twin-console-{host.partition(':')[2]}={secret}"
    return connect(f"ws://{host}/api/events", origin=Origin(f"http://{host}"), max_size=None, compression=None,
                   additional_headers={"Cookie": cookie})


def drained(socket: ClientConnection, count: list[int], place: int) -> None:
    """Read everything that comes, and count it."""
    try:
        while socket.recv():
            count[place] += 1
    except WebSocketException:
        return


def share(process: subprocess.Popen[str], address: str, tabs: int) -> tuple[float, list[int]]:
    """Per cent of a core that the console takes with so many tabs, and how many states each got meanwhile."""
    counts = [0] * tabs
    with ExitStack() as sockets:
        for place in range(tabs):
            socket = sockets.enter_context(tab(address))
            threading.Thread(target=drained, args=(socket, counts, place), daemon=True).start()
        time.sleep(2)
        before, began, seen = processor_s(process.pid), time.monotonic(), [*counts]
        time.sleep(SECONDS)
        used = (processor_s(process.pid) - before) / (time.monotonic() - began)
        return 100 * used, [now - then for now, then in zip(counts, seen, strict=True)]


def processor_s(pid: int) -> float:
    """Processor time of a process so far, s (proc(5): utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def lateness(twin: api.LiveTwin) -> list[float]:
    """Of the latest timer in each of some windows of a second, ms."""
    windows = (event.lateness / 1e6 for event in twin.events() if isinstance(event, WindowReady))
    return [next(windows) for _ in range(WINDOWS)]


def shown(values: Sequence[float]) -> str:
    """Median and largest."""
    return f"median {median(values):.2f} ms, largest {max(values):.2f} ms"


def captured(twin: api.LiveTwin) -> Iterator[Figure]:
    """A capture of the span with all that it carries: packets lost, and time stamps out of order."""
    pcap = b""
    with twin.capture(SPAN) as capture:
        while not pcap:
            pcap += capture.read() or b""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            pcap += capture.read() or b""
        capture.stop()
        while (chunk := capture.read()) is not None:
            pcap += chunk
        counts = capture.counts()
    headers = [*records(pcap)]
    moments = [moment for moment, _ in headers]
    took = moments[-1] - moments[0] if moments else 0
    rate = sum(size for _, size in headers) * 8e3 / took if took else 0.0
    yield at_most("packets that a capture loses", 0, counts.dropped, "",
                  f"{counts.captured} captured, {rate:.1f} Mbit/s")
    yield at_most("its time stamps out of order", 0, sum(after < before for before, after in pairwise(moments)), "")


def records(pcap: bytes) -> Iterator[tuple[int, int]]:
    """Time stamp, ns, and bytes on the wire of each packet of a file with nanoseconds (pcap-savefile(5))."""
    place = 24
    while place + 16 <= len(pcap):
        seconds, rest, held, size = struct.unpack_from("<IIII", pcap, place)
        yield seconds * 10**9 + rest, size
        place += 16 + held


def measured(twin: api.LiveTwin) -> Iterator[Figure]:
    """All figures of a twin that is up."""
    alone = lateness(twin)
    yield from captured(twin)
    with console() as (process, address), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.set_default_timeout(PATIENCE_MS)
        yield at_most("from the address that is printed to the map with its load", 1, paint(page, address), "s")
        with api.attach(NAME) as watching:
            watched = lateness(watching)
        took = latencies(twin, page)
        yield at_most("from a cut or its end to the pixel, median", 250, median(took), "ms")
        yield at_most("from a cut or its end to the pixel, 95 %", 500, quantiles(took, n=20)[-1], "ms",
                      f"{len(took)} changes")
        page.goto("about:blank")
        for tabs, limit in TABS.items():
            used, counts = share(process, address, tabs)
            yield at_most(f"console's processor time, {tabs} tabs", limit, used, "% of a core",
                          f"{min(counts)} to {max(counts)} states a tab in {SECONDS} s")
        twin.stop_load("all")  # It leaves a terminal a tenth of the lab's core, and 100 MB take ten minutes.
        page.goto(address)
        yield from printing(process, page)
        browser.close()
    yield Figure("latest timer of the load, without a console", "-", shown(alone))
    yield Figure("latest timer of the load, with a page open", "-", shown(watched))


def figures() -> list[Figure]:
    """All rows."""
    network, began = api.load(DESCRIPTION), time.monotonic()
    with tempfile.TemporaryDirectory() as folder, api.live_twin(network, name=NAME, out=Path(folder)) as twin:
        next(twin.events())
        first = at_most("from twin up with its load to the first event", 6, time.monotonic() - began, "s")
        next(twin.watch())
        return [first, *measured(twin)]


if __name__ == "__main__":
    main(figures)
