"""The section about fidelity: the certificate with its probes and second instruments, and theory under load."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from twin.judge.verdict import Certificate, CrossCheck, Outcome, Probe
from twin.report.language.wording import SIGNS
from twin.report.language.words import Words
from twin.report.markup import Markup, element, join
from twin.report.page.section import Section, Source
from twin.report.page.sections import theory
from twin.report.page.table import headings, table
from twin.report.summary import deviation, strain
from twin.report.summary import fidelity as in_a_line

WORST = 6
"""Probes that are shown at once; the others unfold."""
_COLOUR = {True: Outcome.MET, False: Outcome.MISSED}


def fidelity(given: Source) -> Markup:
    """The fidelity certificate of the run, and of its baseline."""
    run, words = given.run, given.words
    lead = words.say("fidelity.lead.passed" if run.qos.certificate.valid else "fidelity.lead.failed")
    parts = [element("p", lead), _folded("with", run.qos.certificate, words)]
    if run.baseline is not None:
        parts.append(_folded("without", run.baseline.certificate, words))
    return element("section", element("h2", words.say("fidelity")), *parts, theory.summary(run, words), id="fidelity")


def _folded(side: str, certificate: Certificate, words: Words) -> Markup:
    """The tables of a certificate, folded unless a check failed. side: with or without QoS."""
    title = words.say(f"fidelity.{side}", certificate=in_a_line(certificate, words))
    return element("details", element("summary", title), _certificate(side, certificate, words),
                   open=not certificate.valid)


def _certificate(side: str, certificate: Certificate, words: Words) -> Markup:
    ordered = sorted(certificate.probes, key=strain, reverse=True)
    worst, rest = ordered[:WORST], ordered[WORST:]
    table = _probes(words.say(f"fidelity.probes.{side}", clock=words.say(f"clock.{certificate.clock}")), worst, words)
    others = element("details", element("summary", words.say("fidelity.others", count=len(rest))),
                     _probes(words.say("fidelity.rest"), rest, words)) if rest else Markup()
    text = words.say("fidelity.lag-and-strays", lag=words.figure(f"{certificate.timer_lag / 1e6:g} ms"),
                     strays=certificate.strays)
    reasons = [element("p", words.recorded(reason), class_="missed") for reason in certificate.reasons]
    unchecked = [element("p", f"{words.recorded(text)}.", class_="note") for text in certificate.unchecked]
    return join([table, others, element("p", text, class_="note"), _cross_checks(certificate.cross_checks, words),
                 *unchecked, *reasons])


def _cross_checks(cross_checks: Sequence[CrossCheck], words: Words) -> Markup:
    """Figures by two instruments: both values, their difference, and the tolerance."""
    if not cross_checks:
        return Markup()
    heads = ("figure", "ours", "theirs", "by", "difference", "tolerance", "")
    rows = []
    for check in cross_checks:
        ours, theirs = (words.say("nothing") if value is None else
                        words.figure(f"{value:.9g} {words.recorded(check.unit)}".rstrip())
                        for value in (check.ours, check.theirs))
        difference = "–" if check.ours is None or check.theirs is None else _difference(check.ours, check.theirs)
        tolerance = f"±{check.tolerance * 100:.3g} %" if check.tolerance else words.say("exact")
        sign = _COLOUR[check.holds]
        cells = (ours, theirs, words.recorded(check.instrument), words.figure(difference), words.figure(tolerance))
        rows.append(element("tr", element("th", words.recorded(check.what), scope="row"),
                            *(element("td", cell) for cell in cells),
                            element("td", SIGNS[sign], class_=sign.value,
                                    title=words.say("agree" if check.holds else "disagree"))))
    return table(headings(heads, words), rows, "cross-checks", words.say("cross-checks.title"))


def _difference(ours: float, theirs: float) -> str:
    return f"{(theirs / ours - 1) * 100:+.3f} %".replace("-", "−") if ours else f"{theirs - ours:+g}"


def _probes(caption: str, probes: Iterable[Probe], words: Words) -> Markup:
    heads = ("probe", "expected", "measured", "deviation", "of-tolerance", "")
    return table(headings(heads, words), (_probe(probe, words) for probe in probes), "probes",
                 caption)


def _probe(probe: Probe, words: Words) -> Markup:
    used, off = strain(probe), f"{deviation(probe):+.3f} %".replace("-", "−")
    sign, unit = _COLOUR[probe.holds], words.recorded(probe.unit)
    gauge = element("div", element("i", style=f"width:{min(used, 1) * 100:.1f}%"), class_="gauge", aria_hidden="true")
    expected, measured, off = (words.figure(text) for text in (
        f"{probe.expected:.6g} {unit}", f"{probe.measured:.6g} {unit}", off))
    return element("tr", element("th", words.recorded(probe.name), scope="row"), element("td", expected),
                   element("td", measured), element("td", off),
                   element("td", gauge, words.figure(f"±{probe.tolerance * 100:.3f} %")),
                   element("td", SIGNS[sign], class_=sign.value,
                           title=words.say("within-tolerance" if probe.holds else "theory.outside")))


SECTION = Section("fidelity", "fidelity", fidelity)
