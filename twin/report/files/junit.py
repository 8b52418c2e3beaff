"""JUnit XML of a run: one test case for each verdict. Inconclusive is an error, never a skip.

All verdicts come from one measurement, so that no case has a time of its own: each gets an equal share of the time that
the run took on the wall clock, and the sum over cases is that of the run, as readers assume.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from twin.judge.run_record import Run
from twin.judge.verdict import Outcome, Verdict
from twin.report.language.wording import remarks
from twin.report.summary import fidelity, groups, headline, sentence

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""


def render(run: Run) -> str:
    """The JUnit document: a suite for each service; classname is "network.service", name "flow metric".

    Missed is a failure; inconclusive is an error, and so is a run without any verdict: a reader that counts failures
    and errors never passes what was not shown.
    """
    root = Element("testsuites", {"name": run.network.name})
    for group in groups(run):
        _suite(root, run, group.service, group.verdicts)
    if not run.verdicts:
        _suite(root, run, "nothing", ())
    _time(root, run.context.wall_seconds)
    _total(root)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, run: Run, service: str, verdicts: tuple[Verdict, ...]) -> None:
    suite = SubElement(root, "testsuite", {"name": _clean(f"{run.network.name}.{service}"),
                                           "timestamp": _local_form(run.context.started_at)})
    _properties(suite, [("seed", str(run.context.seed)), ("lab", run.context.lab), ("digest", run.context.digest),
                        ("fidelity", fidelity(run.qos.certificate))])
    for verdict in verdicts:
        _case(suite, f"{run.network.name}.{service}", verdict)
    if not verdicts:
        case = SubElement(suite, "testcase", {"classname": _clean(run.network.name), "name": "verdicts"})
        SubElement(case, "error", {"type": Outcome.INCONCLUSIVE.value, "message": _clean(headline(run))})


def _case(suite: Element, place: str, verdict: Verdict) -> None:
    name = _clean(f"{verdict.flow} {verdict.metric}")
    case = SubElement(suite, "testcase", {"classname": _clean(place), "name": name})
    _properties(case, _figures(verdict))
    element = {Outcome.MISSED: "failure", Outcome.INCONCLUSIVE: "error"}.get(verdict.verdict)
    if element:
        problem = SubElement(case, element, {"type": verdict.verdict.value, "message": _clean(sentence(verdict))})
        problem.text = _clean(f"{verdict.metric.row.title} of {verdict.flow}: {remarks(verdict)}")


def _figures(verdict: Verdict) -> Iterator[tuple[str, str]]:
    for name in ("value", "target", "baseline", "predicted", "samples", "confidence", "basis", "proves_qos"):
        figure = getattr(verdict, name)
        if figure is not None:
            yield name, str(figure).lower()
    yield "unit", verdict.unit


def _properties(parent: Element, pairs: Iterable[tuple[str, str]]) -> None:
    properties = SubElement(parent, "properties")
    for name, value in pairs:
        SubElement(properties, "property", {"name": name, "value": _clean(value)})


def _time(root: Element, seconds: float) -> None:
    """Write the time of every case."""
    cases = list(root.iter("testcase"))
    for case in cases:
        case.set("time", f"{seconds / len(cases):.6f}")


def _total(root: Element) -> None:
    """Write the counts and times that readers expect on suites, and on the whole."""
    for element in (root, *root.iter("testsuite")):
        for attribute, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
            element.set(attribute, str(sum(1 for _ in element.iter(tag))))
        element.set("skipped", "0")
        element.set("time", f"{sum(float(case.get('time', '0')) for case in element.iter('testcase')):.6f}")


def _local_form(moment: str) -> str:
    """A moment in UTC without its zone: the schema of JUnit knows none."""
    return moment[:19]


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
