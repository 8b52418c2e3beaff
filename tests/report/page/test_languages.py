"""Reports in both languages: the catalogues, figures as French writes them, and that no English is left on a page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest

import twin
from tests.report import test_campaign as failures
from tests.report import test_policy_comparison as policies
from tests.report import test_trials as lines
from tests.report.sample import sample_run
from twin.judge.verdict import Outcome
from twin.lab.lab_types import LABS
from twin.model import Direction, Medium, Metric
from twin.report import policy_comparison
from twin.report.drawing.scene import Kind
from twin.report.language.catalogue import Language, texts, translated
from twin.report.language.words import PACKAGE, Words
from twin.report.page import html
from twin.report.terminal import campaign, trials, verdict_table
from twin.report.utilisation import Resource
from twin.territory.economics.results import Structure

FRENCH = Words(Language.FRENCH)
ROOT = Path(twin.__file__).parent
REPORT = {path: path.read_text(encoding="utf-8") for path in (ROOT / "report").rglob("*.py")}
ENGLISH = re.compile(r"\b(?:the|of|is|are|was|were|with|without|and|by|not|than|from|at|for|to|missed|all|how|what|"
                     r"packets|spans?|lines|targets?|load|delay|loss|worst|failed|measured|predicted|least|most|full)\b",
                     re.IGNORECASE)
"""Words that French does not have."""
SHOWN = ("title", "aria-label", "data-label", "data-find", "data-light", "data-dark")
"""Attributes that people read or hear."""


class Texts(HTMLParser):
    """All that people read of a page: texts, and what is said by attributes; not code."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._inside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [value for name, value in attrs if name in SHOWN and value]
        if tag in ("style", "script", "code"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside and data.strip():
            self.texts.append(data.strip())


def english(texts: list[str], own: Iterator[str]) -> list[str]:
    """Texts that hold English words beside those of the description itself."""
    known = sorted(set(own), key=len, reverse=True)
    left = []
    for text in texts:
        rest = text
        for name in known:
            rest = rest.replace(name, "")
        if ENGLISH.search(rest):
            left.append(text)
    return left


def own_texts() -> Iterator[str]:
    """What the description of the sample run says itself."""
    network = sample_run().network
    yield network.about
    for section in ("sites", "switches", "dslams", "relays", "head_ends", "spans", "rings", "profiles", "lines",
                    "classes", "services", "workloads"):
        yield f"({section})"
        for entry in getattr(network, section):
            yield from (text for text in (entry.name, entry.basis, getattr(entry, "title", "")) if text)


@pytest.mark.parametrize("package", [PACKAGE, "twin.api.training"])
def test_both_languages_have_the_same_texts(package: str) -> None:
    """The same keys with the same placeholders, none empty; the report's in order."""
    known, french = (texts(package, language) for language in Language)
    assert known.keys() == french.keys()
    assert package != PACKAGE or list(known) == list(french) == sorted(known)
    for key, text in known.items():
        assert text.strip() or key == "colon"
        apart = set(re.findall(r"\{\w+\}", text)) ^ set(re.findall(r"\{\w+\}", french[key]))
        assert apart <= ({"{count}"} if key.endswith(".one") else set()), key


def test_every_text_is_said_and_every_key_is_known() -> None:
    """Keys that the code writes out are in the catalogue, and each of the catalogue is written out or built."""
    source = "".join(REPORT.values())
    written = set(re.findall(r'["\']([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*)["\']', source))
    used = set(re.findall(r'\.say\(["\']([\w.-]+)["\']', source))
    heads = tuple(set(re.findall(r'say\(f"([\w-]+(?:\.[\w-]+)*\.)\{', source)) | {"head.", "metric."})
    known = {key.removesuffix(".one").removesuffix(".other") for key in texts(PACKAGE, Language.ENGLISH)}
    assert used - known == set()
    assert {key for key in known - written if not key.startswith(heads) and not key.endswith(".note")} == set()


@pytest.mark.parametrize(("head", "values"), [
    ("clock", LABS), ("costing", [kind.value for kind in Structure]), ("kind", [kind.value for kind in Kind]),
    ("legend", [kind.value for kind in Kind]), ("medium", [kind.value for kind in Medium]),
    ("metric", [f"{metric.value}.{form}" for metric in Metric for form in ("short", "title")]),
    ("outcome", [kind.value for kind in Outcome]), ("resource", [kind.name.lower() for kind in Resource]),
    ("trial.line", [kind.value for kind in Direction]),
])
def test_keys_that_are_built_are_known(head: str, values: Iterable[str]) -> None:
    """Whatever the value is, such as a lab that few use."""
    assert {f"{head}.{value}" for value in values} <= texts(PACKAGE, Language.ENGLISH).keys()


def test_recorded_texts_have_the_same_placeholders() -> None:
    """In French as in English, and what is between them stands in the sources."""
    source = re.sub(r"\"\s*\n\s*f?\"", "", "".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py")))
    for english_text, french in json.loads((files(PACKAGE) / "recorded.fr.json").read_text(encoding="utf-8")).items():
        assert sorted(re.findall(r"\{\w+\}", english_text)) == sorted(re.findall(r"\{\w+\}", french)), english_text
        parts = re.split(r"\{\w+\}|[,;:] |(?<=CIR)|in bursts", english_text)
        longest = max(parts, key=len).strip(" .;:")
        assert longest in source, longest


@pytest.mark.parametrize(("shown", "french"), [
    ("31.2 ms", "31,2\u00a0ms"), ("12.3%", "12,3\u00a0%"), ("14.9 ms ± 2.5 %", "14,9\u00a0ms\u00a0±\u00a02,5\u00a0%"),
    ("≤ 26.7 ms", "≤\u00a026,7\u00a0ms"), ("1.5 kB", "1,5\u00a0ko"), ("40 B", "40\u00a0o"), ("10.1.2.3", "10.1.2.3"),
    ("mazamet-2048-1.call.down", "mazamet-2048-1.call.down"), ("+0.02 %", "+0,02\u00a0%"), ("–", "–"),
])
def test_french_figures(shown: str, french: str) -> None:
    """A decimal comma, a no-break space before units, octets; names and addresses stay."""
    assert FRENCH.figure(shown) == french
    assert Words().figure(shown) == shown


def test_zero_is_singular_in_french() -> None:
    """And plural in English."""
    assert Words().say("targets", count=0) == "0 targets"
    assert FRENCH.say("targets", count=0) == "0 objectif"
    assert FRENCH.say("targets", count=1200) == "1\u202f200 objectifs"


def test_names_in_recorded_texts_are_not_translated() -> None:
    """A class may be called as a thing is; a sentence within another is in French too."""
    templates = {"packets": "paquets", "{things} of class {name}": "{things} de classe {name}"}
    assert translated("packets of class packets", templates, FRENCH.figure) == "paquets de classe packets"
    assert FRENCH.recorded("by theory (network calculus); measured alone: nothing was sent").startswith(
        "par la théorie (calcul réseau)")


def test_no_english_is_left_on_the_french_page() -> None:
    """Of a run: beside what its description says."""
    page = html.render(sample_run(), FRENCH)
    assert '<html lang="fr">' in page
    assert english(Texts(page).texts, own_texts()) == []


def pages() -> Iterator[tuple[str, str]]:
    """The other pages and texts, in French: what they are of."""
    runs, words = policies.comparison(), FRENCH
    yield "policies", html.render_policies(runs, words)
    yield "policies, text", policy_comparison.text(runs, words)
    yield "campaign", html.render_campaign(failures.campaign(), words)
    yield "campaign, text", campaign.text(failures.campaign(), words=words)
    network, sheets = lines.network(), lines.sheets(0.8)
    yield "trials", html.render_trials(network, sheets, "twin trial x.yaml", words)
    yield from ((sheet.report.name, trials.render(sheet.report, words)) for sheet in sheets)


@pytest.mark.parametrize(("of", "page"), [pytest.param(*page, id=page[0]) for page in pages()])
def test_no_english_is_left_on_the_other_pages(of: str, page: str) -> None:
    """Of policies, campaigns and trials, and in their texts."""
    texts = Texts(page).texts if page.startswith("<") else page.splitlines()
    own = [*own_texts(), *failures_texts()]
    assert english(texts, iter(own)) == [], of


def failures_texts() -> Iterator[str]:
    """What the descriptions of the other pages say themselves."""
    for network in (failures.campaign().network, lines.network()):
        yield network.about


def test_no_english_is_left_in_the_french_table() -> None:
    """Of a run in a terminal, every verdict shown; no line is wider than the table."""
    table = verdict_table.render(sample_run(), every=True, where="runs/x", words=FRENCH)
    assert english(table.splitlines(), own_texts()) == []
    assert max(map(len, table.splitlines())) <= verdict_table.WIDTH
    assert not any(line.endswith("…") for line in table.splitlines() if line.startswith("  usage"))
