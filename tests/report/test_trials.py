"""Trials as people see them: the page, the table and JSON, of trials on a device whose answer is known."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

from tests.jobs.trials.simulated_device import Device, carried_out
from tests.report.sample import small_run, verdict
from twin.core.units import Rate, Size
from twin.model import AcceptanceCriteria, Method, Name, Network, Trial
from twin.plan.trials.measurements import Row
from twin.report.files.run_folder import store_trials
from twin.report.page.html import render_trials
from twin.report.terminal.trials import Sheet, deviation, headline

SOLD = AcceptanceCriteria(Name("service"), Rate(1_000_000), Rate(500_000))
TRUSTED = small_run(verdict()).qos.certificate
FRAMES = (Size(64), Size(512))


def sheets(rate: float) -> list[Sheet]:
    """One of each method on a device of that rate."""
    device = Device(rate, queue=10_000)
    plain = {method: carried_out(method, device, SOLD) for method in Method if method is not Method.RFC2544}
    done = plain | {Method.RFC2544: carried_out(Method.RFC2544, device, SOLD, frames=FRAMES)}
    return [Sheet(replace(done[method], name=method.value), TRUSTED) for method in Method]


def network() -> Network:
    """A network with the trials of `sheets`."""
    trials = tuple(Trial(Name(method.value), method, Name("line"), (SOLD,), frames=FRAMES) for method in Method)
    return replace(small_run(verdict()).network, trials=trials)


def page(rate: float) -> str:
    """The page of the trials."""
    return render_trials(network(), sheets(rate), "twin trial x.yaml")


def test_every_figure_of_every_trial_is_on_the_page() -> None:
    """Each trial with its standard, tests, charts, and the theory beside."""
    shown = page(1_500_000)
    for text in ("No failures in 3 trials", "ITU-T Y.1564", "RFC 2544", "RFC 6349", "back-to-back", "system recovery",
                 "window 25 %", "CIR + 125 % of EIR", "committed rate 1 Mbit/s", "twin trial x.yaml", "theory",
                 "deviation"):
        assert text in shown
    assert len(re.findall("<svg", shown)) == 5
    assert not re.search(r'(?:src|href)="(?!#|data:)', shown)


def test_what_failed_is_said_where_it_failed() -> None:
    """In the headline, at the test, at the step, with the reason."""
    shown = page(900_000)
    assert "2 of 3 trials failed: y1564, rfc2544." in shown
    assert "loses more than agreed, the rate does not arrive" in shown
    assert "less than the committed rate" in shown


def test_a_lab_that_cannot_be_trusted_concludes_nothing() -> None:
    """Whatever the method found."""
    doubtful = [replace(sheet, certificate=replace(TRUSTED, valid=False)) for sheet in sheets(900_000)[:1]]
    assert headline(doubtful) == "Inconclusive: the fidelity checks failed for y1564."


def test_the_files_hold_what_the_page_shows(tmp_path: Path) -> None:
    """trials.json as --json prints it, report.html beside it."""
    store_trials(network(), sheets(900_000), "twin trial x.yaml", tmp_path)
    kept = json.loads((tmp_path / "trials.json").read_text())
    assert [(trial["name"], trial["passed"], trial["valid"]) for trial in kept] == [
        ("y1564", False, True), ("rfc2544", False, True), ("rfc6349", True, True)]
    assert (tmp_path / "report.html").read_text().startswith("<!DOCTYPE html>")


def test_how_far_a_figure_is_from_theory() -> None:
    """Of the figure that theory tells of; nothing where it tells nothing."""
    assert deviation(Row("t", "s", {"delay": 1.02, "delay_theory": 1.0})) == "+2.00 %"
    assert deviation(Row("t", "s", {"loss": 0.0, "loss_theory": 0.0})) == "0 %"
    assert deviation(Row("t", "s", {"delay": 1.0})) == deviation(Row("t", "s", {"delay_theory": 1.0})) == ""
