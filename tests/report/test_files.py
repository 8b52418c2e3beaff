"""The files of a run: JSON that can be read back, JUnit that no reader takes for a pass by mistake."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.report.sample import AIR, sample_run, small_run, verdict
from twin.core.errors import UsageError
from twin.judge.verdict import RUN_FORMAT, Outcome
from twin.report.files import json_files, junit
from twin.report.files.run_folder import store
from twin.report.summary import sentence


def test_run_survives_its_file(tmp_path: Path) -> None:
    """What is written to run.json is read back as the same value."""
    run = sample_run()
    (tmp_path / json_files.RUN_FILE).write_text(json_files.run_text(run), encoding="utf-8")
    assert json_files.load_run(tmp_path) == run
    assert json_files.load_run(tmp_path / json_files.RUN_FILE) == run


def test_folder_holds_every_file(tmp_path: Path) -> None:
    """A stored run leaves its JSON, JUnit and HTML files, whole, and nothing half-written."""
    store(sample_run(), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"run.json", "verdicts.json", "context.json", "junit.xml",
                                                          "report.html"}
    assert json_files.load_run(tmp_path) == sample_run()
    assert json.loads((tmp_path / "context.json").read_text(encoding="utf-8"))["certificate"]["valid"] is True


def test_verdicts_file_has_the_promised_fields() -> None:
    """verdicts.json holds network, seed, lab and digest, and each verdict with value, baseline and prediction."""
    run = sample_run()
    plain = json.loads(json_files.verdicts_text(run))
    assert (plain["network"], plain["seed"], plain["lab"]) == (run.network.name, run.context.seed, run.context.lab)
    assert plain["digest"] == run.context.digest
    assert len(plain["verdicts"]) == len(run.verdicts)
    wanted = {"service", "flow", "metric", "target", "value", "unit", "samples", "confidence", "verdict", "baseline",
              "predicted"}
    assert all(wanted <= each.keys() for each in plain["verdicts"])
    assert json.loads(json_files.verdicts_text(small_run()))["verdicts"] == []


@pytest.mark.parametrize("content", ["", "[]", "{}", "null", "no json", '{"network": 5}', '{"context": {}}'])
def test_other_files_are_refused_by_name(tmp_path: Path, content: str) -> None:
    """A run.json that is none is a usage error that names the file."""
    path = tmp_path / json_files.RUN_FILE
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=r"run\.json"):
        json_files.load_run(tmp_path)


def test_missing_folder_is_a_usage_error(tmp_path: Path) -> None:
    """A folder without a run says what to do."""
    with pytest.raises(UsageError, match="twin verify"):
        json_files.load_run(tmp_path / "nowhere")


def test_an_older_shape_is_refused_by_its_format() -> None:
    """Before anything else of it is read, and with the remedy."""
    with pytest.raises(UsageError, match=f"has format 2, but this version reads format {RUN_FORMAT}; verify the "
                                         "network again"):
        json_files.read_run('{"context": {"format": 2}, "contrast": null}')


@given(at=st.integers(0), sign=st.characters(codec="utf-8"), cut=st.booleans())
def test_a_run_that_was_changed_is_refused(at: int, sign: str, cut: bool) -> None:
    """By one character, or cut short: a verdict would be another than the measured one."""
    text = _small_text()
    at %= len(text) - 1
    changed = text[:at] if cut else text[:at] + sign + text[at + 1:]
    assume(changed != text)
    with pytest.raises(UsageError, match="verify the network again"):
        json_files.read_run(changed)


@cache
def _small_text() -> str:
    return json_files.run_text(small_run(verdict()))


def test_another_format_is_refused(tmp_path: Path) -> None:
    """A run of a later program is not read as if it were of this one."""
    run = sample_run()
    later = replace(run, context=replace(run.context, format=99))
    (tmp_path / json_files.RUN_FILE).write_text(json_files.run_text(later), encoding="utf-8")
    with pytest.raises(UsageError, match="format 99"):
        json_files.load_run(tmp_path)


def test_junit_tells_outcomes_apart() -> None:
    """Met passes, missed is a failure with the sentence, inconclusive an error; nothing is skipped."""
    missed = verdict(flow="b", value=140.0, verdict=Outcome.MISSED)
    unsure = verdict(flow="c", verdict=Outcome.INCONCLUSIVE, reason="too few packets")
    root = ElementTree.fromstring(junit.render(small_run(verdict(), missed, unsure)))
    assert (root.get("tests"), root.get("failures"), root.get("errors"), root.get("skipped")) == ("3", "1", "1", "0")
    cases = {case.get("name", "").split()[0]: case for case in root.iter("testcase")}
    failure, error = cases["b"].find("failure"), cases["c"].find("error")
    assert failure is not None and failure.get("message") == sentence(missed)
    assert error is not None and "too few packets" in error.get("message", "")
    assert {child.tag for child in cases["mazamet-2048-1.call.down"]} == {"properties"}
    assert all(case.get("classname") == "castres-like.telephony" for case in cases.values())
    figures = {each.get("name"): each.get("value") for each in cases["b"].iter("property")}
    assert (figures["value"], figures["target"], figures["baseline"], figures["samples"]) == (
        "140.0", "100.0", "412.0", "3000")


def test_junit_has_the_time_of_the_run() -> None:
    """Cases share it, so that the sums that readers make are right; suites say when it began."""
    run = small_run(verdict(), verdict(service="video"), verdict(service="video", flow="b"))
    root = ElementTree.fromstring(junit.render(run))
    assert float(root.get("time", "")) == pytest.approx(run.context.wall_seconds, abs=1e-5)
    for element in (root, *root.iter("testsuite")):
        cases = [float(case.get("time", "")) for case in element.iter("testcase")]
        assert float(element.get("time", "")) == pytest.approx(sum(cases)) and min(cases) > 1
    assert {suite.get("timestamp") for suite in root.iter("testsuite")} == {"2026-03-14T09:26:53"}
    assert [suite.get("tests") for suite in root.iter("testsuite")] == ["1", "2"]


def test_junit_without_verdicts_is_an_error() -> None:
    """A run that judged nothing does not pass."""
    root = ElementTree.fromstring(junit.render(small_run()))
    assert (root.get("tests"), root.get("errors")) == ("1", "1")


def test_junit_holds_what_xml_cannot() -> None:
    """Control characters in a reason do not break the document."""
    root = ElementTree.fromstring(junit.render(small_run(verdict(verdict=Outcome.MISSED, reason="a\x00b\x1b <&>"))))
    assert root.get("failures") == "1"


def test_what_the_air_carried_is_told_to_programs() -> None:
    """In verdicts.json, and in run.json, which is read back."""
    run = sample_run()
    aired = replace(run, qos=replace(run.qos, air=(AIR,)))
    (row,) = json.loads(json_files.verdicts_text(aired))["air"]
    assert (row["cell"], row["busy"], row["frames"], row["dropped"]) == ("hill", 0.432, 5000, 2)
    assert json_files.read_run(json_files.run_text(aired)) == aired
