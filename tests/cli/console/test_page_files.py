"""The files of the page: catalogues of both languages, and what was published by others."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

import twin
from traffic.live.window import Window
from twin.api.console.page_files import PAGE, page_files
from twin.core.units import NS_PER_S
from twin.jobs.classroom.seats import SeatState
from twin.jobs.training.exercise import Cause, Gate, Way
from twin.judge.live.fidelity import Moment, fidelity
from twin.judge.live.sliding_window import SlidingWindow
from twin.model import Metric
from twin.report.drawing.scene import Kind

FOLDER = Path(twin.__file__).parent / "api" / "console" / "page"
VENDOR = FOLDER / "vendor"
OWN = {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8")
       for pattern in ("*.js", "sections/*.js") for path in FOLDER.glob(pattern)}
WORDS = {language: json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8")) for language in ("en", "fr")}
LARGEST = 700_000
"""Bytes of all files of others."""


def test_both_languages_have_the_same_words() -> None:
    """The same keys with the same placeholders, in order, none empty."""
    assert list(WORDS["en"]) == list(WORDS["fr"]) == sorted(WORDS["en"])
    for key, text in WORDS["en"].items():
        assert text and WORDS["fr"][key]
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", WORDS["fr"][key])), key


def test_every_word_that_the_page_says_is_in_the_catalogues() -> None:
    """And every word of the catalogues is said, plainly or with a name that a twin knows."""
    plain = {key for text in OWN.values() for key in re.findall(r'\bsay\("([\w.-]+)"', text)}
    plain |= {key for text in OWN.values() for pair in re.findall(r'say\([^"`()]*\? "([\w.-]+)" : "([\w.-]+)"', text)
              for key in pair}
    heads = {head for text in OWN.values() for head in re.findall(r"\b(?:say|named)\(`([\w-]+)\.\$\{", text)}
    known = {key.removesuffix(".one").removesuffix(".other") for key in WORDS["en"]}
    assert plain - known == set()
    assert {key for key in known - plain if key.split(".")[0] not in heads} == set()


def test_messages_have_the_same_placeholders_in_french() -> None:
    """And each is one that the program has: its longest part without placeholders stands in the sources."""
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(twin.__file__).parent.rglob("*.py"))
    texts = re.sub(r"[\"']\s*\n\s*f?[\"']", "", sources)
    for template, text in json.loads((FOLDER / "messages.fr.json").read_text(encoding="utf-8")).items():
        assert sorted(re.findall(r"\{\w+\}", template)) == sorted(re.findall(r"\{\w+\}", text)), template
        if not template.startswith("tcpdump: "):
            parts = re.split(r"\{\w+\}%?|\"|; |is broken|is not|span|node|there is no [\w, -]+", template)
            longest = max(parts, key=len)
            assert longest.strip(" ;:") in texts, longest


def test_why_nothing_is_judged_is_said_in_french() -> None:
    """Each reason for which a live twin is not trusted, or nothing is known of it."""
    window, lost = SlidingWindow(10), dict.fromkeys("abcde", 7)
    window.add(Window(1, 20 * NS_PER_S, NS_PER_S, {}))
    reasons = {*fidelity(window, [Moment(20 * NS_PER_S, lost, 0.5)], 20 * NS_PER_S).reasons,
               *fidelity(SlidingWindow(10), [], NS_PER_S).reasons}
    window.add(Window(2, 40 * NS_PER_S, 0, {}))
    reasons |= {*fidelity(window, [], 60 * NS_PER_S).reasons}
    templates = [re.sub(r"\\\{\w+\\\}", ".+", re.escape(template)) for template in
                 json.loads((FOLDER / "messages.fr.json").read_text(encoding="utf-8"))]
    assert len(reasons) == 5
    assert [reason for reason in reasons if not any(re.fullmatch(known, reason) for known in templates)] == []


def test_every_cause_state_and_gate_has_a_name() -> None:
    """Of an exercise and of a class, in both languages."""
    words = (("cause", Cause), ("way", Way), ("gate", Gate), ("seat-state", SeatState))
    assert {f"{head}.{word.value}" for head, kind in words for word in kind} == {
        key for key in WORDS["fr"] if key.split(".")[0] in dict(words)}


def test_every_metric_and_kind_of_node_has_a_name() -> None:
    """In both languages."""
    assert {f"metric.{metric.value}" for metric in Metric} == {key for key in WORDS["fr"] if key.startswith("metric.")}
    assert {f"kind.{kind.value}" for kind in Kind} == {key for key in WORDS["fr"] if key.startswith("kind.")}


def test_what_others_published_is_as_they_published_it() -> None:
    """Each file has its SHA-256, version and licence; none is there without, and together they are small."""
    rows = json.loads((VENDOR / "manifest.json").read_text())
    sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.iterdir()
            if path.name != "manifest.json"}
    assert {row["file"]: row["sha256"] for row in rows} == sums
    assert all(row["version"] and row["licence"] for row in rows)
    assert {row["package"] for row in rows} == {row["package"] for row in rows if "LICENSE" in row["file"]}
    assert sum(path.stat().st_size for path in VENDOR.iterdir()) <= LARGEST


def test_all_that_the_page_refers_to_is_served() -> None:
    """Every module and style sheet, and nothing from elsewhere."""
    files = page_files()
    html = files[PAGE].content.decode()
    named = set(re.findall(r'(?:href|src)="([^"]+)"', html)) | {path[2:] for path in re.findall(r'"(\./[^"]+)"', html)}
    modules = {path for text in OWN.values() for path in re.findall(r'from "\./([^"]+)"', text)}
    assert named | modules <= files.keys()
    assert "vendor/manifest.json" in files and not any(path.endswith(".txt") for path in files)


@pytest.mark.parametrize("name", sorted(OWN))
def test_the_page_writes_no_markup_of_others(name: str) -> None:
    """Names of a description never become elements: no innerHTML, no evaluation."""
    assert re.findall(r"innerHTML|insertAdjacentHTML|\beval\b|new Function|https?://(?!www\.w3\.org)", OWN[name]) == []
