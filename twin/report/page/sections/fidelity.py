"""The section about fidelity: the certificate with its probes and second instruments, and theory under load."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from twin.judge.verdict import Certificate, CrossCheck, Outcome, Probe
from twin.report.markup import Markup, element, join
from twin.report.page.section import Section, Source
from twin.report.page.sections import theory
from twin.report.page.table import table
from twin.report.summary import deviation, strain
from twin.report.summary import fidelity as in_a_line
from twin.report.wording import SIGNS, count

WORST = 6
"""Probes that are shown at once; the others unfold."""
_COLOUR = {True: Outcome.MET, False: Outcome.MISSED}


def fidelity(given: Source) -> Markup:
    """The fidelity certificate of the run, and of its baseline."""
    run = given.run
    valid = run.qos.certificate.valid
    lead = ("Before any verdict, the emulation is checked against theory. "
            + ("All checks passed." if valid else "A check failed: all verdicts are inconclusive."))
    parts = [element("p", lead), _folded("with QoS", run.qos.certificate)]
    if run.baseline is not None:
        parts.append(_folded("without QoS", run.baseline.certificate))
    return element("section", element("h2", "Fidelity"), *parts, theory.summary(run), id="fidelity")


def _folded(side: str, certificate: Certificate) -> Markup:
    """The tables of a certificate, folded unless a check failed."""
    return element("details", element("summary", f"The run {side}: {in_a_line(certificate)}"),
                   _certificate(side, certificate), open=not certificate.valid)


def _certificate(side: str, certificate: Certificate) -> Markup:
    ordered = sorted(certificate.probes, key=strain, reverse=True)
    worst, rest = ordered[:WORST], ordered[WORST:]
    table = _probes(f"Run {side}, {certificate.clock} clock: the probes furthest from theory", worst)
    others = element("details", element("summary", f"The other {count(len(rest), 'probe')}"),
                     _probes("The other probes", rest)) if rest else Markup()
    text = (f"Maximum timer lag {certificate.timer_lag / 1e6:g} ms; {certificate.strays} packets dropped "
            "outside the model.")
    reasons = [element("p", reason, class_="missed") for reason in certificate.reasons]
    unchecked = [element("p", f"{text}.", class_="note") for text in certificate.unchecked]
    return join([table, others, element("p", text, class_="note"), _cross_checks(certificate.cross_checks), *unchecked,
                 *reasons])


def _cross_checks(cross_checks: Sequence[CrossCheck]) -> Markup:
    """Figures by two instruments: both values, their difference, and the tolerance."""
    if not cross_checks:
        return Markup()
    heads = ("figure", "ours", "other", "by", "difference", "tolerance", "")
    rows = []
    for check in cross_checks:
        ours, theirs = ("nothing" if value is None else f"{value:.9g} {check.unit}".rstrip()
                        for value in (check.ours, check.theirs))
        difference = "–" if check.ours is None or check.theirs is None else _difference(check.ours, check.theirs)
        tolerance = f"±{check.tolerance * 100:.3g} %" if check.tolerance else "exact"
        sign = _COLOUR[check.holds]
        cells = (ours, theirs, check.instrument, difference, tolerance)
        rows.append(element("tr", element("th", check.what, scope="row"), *(element("td", cell) for cell in cells),
                            element("td", SIGNS[sign], class_=sign.value,
                                    title="agree" if check.holds else "do not agree")))
    return table(heads, rows, "cross-checks", "Cross-checks: each kind of figure by two instruments")


def _difference(ours: float, theirs: float) -> str:
    return f"{(theirs / ours - 1) * 100:+.3f} %".replace("-", "−") if ours else f"{theirs - ours:+g}"


def _probes(caption: str, probes: Iterable[Probe]) -> Markup:
    heads = ("probe", "expected", "measured", "deviation", "of the tolerance", "")
    return table(heads, map(_probe, probes), "probes", caption)


def _probe(probe: Probe) -> Markup:
    used, off = strain(probe), f"{deviation(probe):+.3f} %".replace("-", "−")
    sign = _COLOUR[probe.holds]
    gauge = element("div", element("i", style=f"width:{min(used, 1) * 100:.1f}%"), class_="gauge", aria_hidden="true")
    return element("tr", element("th", probe.name, scope="row"), element("td", f"{probe.expected:.6g} {probe.unit}"),
                   element("td", f"{probe.measured:.6g} {probe.unit}"), element("td", off),
                   element("td", gauge, f"±{probe.tolerance * 100:.3f} %"),
                   element("td", SIGNS[sign], class_=sign.value,
                           title="within tolerance" if probe.holds else "outside the tolerance"))


SECTION = Section("fidelity", "Fidelity", fidelity)
