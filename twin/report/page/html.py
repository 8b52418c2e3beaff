"""The report of a run, a campaign or trials as one HTML file that needs nothing else: no network, no other file."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from string import Template

from twin.judge.restoration.failure_results import Campaign
from twin.judge.run_record import Run
from twin.judge.sweep.drawings import Drawing
from twin.judge.sweep.results import Sweep
from twin.model import Network
from twin.plan.blueprint import Blueprint
from twin.report import policy_comparison
from twin.report.language.words import ENGLISH, Words
from twin.report.markup import Markup, element, join
from twin.report.page import campaign_page, costing_page, policies_page, run_page, sizing_page, sweep_page
from twin.report.page import trials_page as page_of_trials
from twin.report.page.table import table
from twin.report.policy_comparison import PolicyComparison
from twin.report.resources import resource
from twin.report.summary import headline
from twin.report.sweep import text as sweep_text
from twin.report.terminal import campaign as campaign_words
from twin.report.terminal import trials
from twin.report.terminal.trials import Sheet
from twin.territory.economics.results import Costing
from twin.territory.sizing.results import Sizing


def render(run: Run, words: Words = ENGLISH) -> str:
    """The whole page. Texts of the run are escaped; only the page's own script may run (content security policy)."""
    return _page(f"{run.network.name}: {headline(run, words)}", run_page.body(run, words), words)


def render_campaign(campaign: Campaign, words: Words = ENGLISH) -> str:
    """The whole page of a campaign."""
    return _page(f"{campaign.network.name}: {campaign_words.headline(campaign, words)}",
                 campaign_page.body(campaign, words), words)


def render_policies(comparison: PolicyComparison, words: Words = ENGLISH) -> str:
    """The page of a comparison of policies."""
    title = f"{comparison.best.run.network.name}: {policy_comparison.headline(comparison, words)}"
    return _page(title, policies_page.body(comparison, words), words)


def render_sweep(sweep: Sweep, drawings: Sequence[Drawing], words: Words = ENGLISH) -> str:
    """The page of a sweep, with these pictures."""
    return _page(f"{sweep.name}: {sweep_text.headline(sweep, words)}", sweep_page.body(sweep, drawings, words), words)


def render_trials(network: Network, sheets: Sequence[Sheet], command: str, words: Words = ENGLISH) -> str:
    """The page of trials. command: the command line that gives the same again."""
    return _page(f"{network.name}: {trials.headline(sheets, words)}",
                 page_of_trials.body(network, sheets, command, words), words)


def render_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], note: str) -> str:
    """A page with one table of texts, and a note below."""
    cells = [element("tr", *(element("td", text) for text in row)) for row in rows]
    head = element("header", element("h1", title), class_="top")
    return _page(title, join([head, element("section", table(heads, cells), element("p", note))]), ENGLISH)


def render_sizing(network: Network, blueprint: Blueprint, sizing: Sizing, words: Words = ENGLISH) -> str:
    """The page of a sizing."""
    return _page(f"{network.name}: {sizing_page.headline(sizing, words)}",
                 sizing_page.body(network, blueprint, sizing, words), words)


def render_costing(costing: Costing, words: Words = ENGLISH) -> str:
    """The page of a costing."""
    title = f"{costing.network}: {costing_page.headline(costing, words)}"
    return _page(title, costing_page.body(costing, words), words)


def _page(title: str, body: Markup, words: Words) -> str:
    style, script = (resource("colours.css") + resource("drawing/drawing.css") + resource("page/page.css")
                     + resource("sweep/pictures/pictures.css") + _palette(),
                     resource("page/page.js"))
    main = element("main", body, **{f"data_{key}": words.say(f"page.{key}") for key in ("light", "dark", "find")})
    return Template(resource("page/page.html")).substitute(
        language=words.language, title=join([title]), style=Markup(style), script=script, body=main,
        script_hash=b64encode(sha256(script.encode()).digest()).decode())


def _palette() -> str:
    """The rules that give each of the eight class colours to bars, lines, edges and keys."""
    rule = Template(".back-$k{background:var(--class-$k)}.line-$k{stroke:var(--class-$k)}.edge-$k{border-color:"
                    "var(--class-$k)}.tint-$k{--accent:var(--class-$k)}.tone-$k{--accent:var(--class-$k)}\n")
    return "".join(rule.substitute(k=k) for k in range(8))
