"""Lines tested by ITU-T Y.1564, RFC 2544 and RFC 6349: run the tests, and show the results."""

from __future__ import annotations

from collections.abc import Sequence

from twin.core.records import to_json
from twin.jobs.trials import DEFAULTS, TrialOptions, TrialRun, command, run_trials
from twin.model import Network
from twin.report.language.catalogue import Language
from twin.report.language.words import Words
from twin.report.page import html
from twin.report.summary import fidelity
from twin.report.terminal import trials

__all__ = ["TrialOptions", "TrialRun", "run_trials", "trials_html", "trials_json", "trials_text"]


def trials_text(trials_run: Sequence[TrialRun], *, where: str = "", language: Language = Language.ENGLISH) -> str:
    """A table for each trial, for a terminal. where: of the full report, for the last line."""
    words = Words(language)
    tables = [f"{words.say('table.fidelity')} {fidelity(trial.certificate, words)}\n"
              f"{trials.render(trial.report, words)}\n" for trial in trials_run]
    return "".join(tables) + (f"{words.say('where', place=where)}\n" if where else "")


def trials_json(trials_run: Sequence[TrialRun]) -> str:
    """Every trial with its exit code as JSON."""
    return to_json([{"exit_code": trial.exit_code, **trials.plain(trial.sheet)} for trial in trials_run])


def trials_html(network: Network, trials_run: Sequence[TrialRun], options: TrialOptions = DEFAULTS) -> str:
    """The trials as one HTML file. options: those they were run with, for the command that repeats them."""
    return html.render_trials(network, [trial.sheet for trial in trials_run], command(network, trials_run, options),
                              Words(options.language))
