"""The head and the foot of the page: the verdict in a sentence, the certificate, what is assumed, how to repeat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from twin.judge.run import Run
from twin.judge.verdict import Certificate, Outcome, Probe, Witnessed
from twin.report.markup import Markup, element, join
from twin.report.page.sections import theory
from twin.report.page.sections.services import tally
from twin.report.page.table import table
from twin.report.summary import Counts, Group, assumed_entries, counts, deviation, headline, strain, worst_sentence
from twin.report.wording import SIGNS, count

WORST = 6
"""Probes that are shown at once; the others unfold."""
_COLOUR = {True: Outcome.MET, False: Outcome.MISSED}


def head(run: Run, groups: Iterable[Group]) -> Markup:
    """Name, headline, figures of the run, and a line for each service that leads to its section."""
    context, total = run.context, counts(run.verdicts)
    outcome = total.outcome if run.qos.certificate.valid else Outcome.INCONCLUSIVE
    figures = (("seed", str(context.seed)), ("lab", context.lab), ("measured", f"{context.seconds:g} s"),
               ("emulated", f"{context.emulated_seconds:g} s in {context.wall_seconds:.1f} s"),
               ("started", context.started_at), ("digest", context.digest[:16]))
    terms = [element("div", element("dt", name), element("dd", value)) for name, value in figures]
    return element(
        "header", element("p", run.network.name, class_="name"), element("h1", headline(run)),
        element("p", worst_sentence(run), class_="lead") if worst_sentence(run) else Markup(),
        element("p", run.network.about, class_="about") if run.network.about else Markup(), _numbers(total),
        element("dl", *terms, class_="terms"), _contents(groups), class_=f"top is-{outcome.value}")


def _numbers(total: Counts) -> Markup:
    parts = ((Outcome.MET, total.met), (Outcome.MISSED, total.missed), (Outcome.INCONCLUSIVE, total.inconclusive))
    return element("p", *(element("span", element("b", str(number)), f" {SIGNS[kind]} {kind.value}",
                                  class_=kind.value if number else "none") for kind, number in parts), class_="numbers")


def _contents(groups: Iterable[Group]) -> Markup:
    links = [element("li", element("a", group.title, href=f"#service-{group.service}"), " ", tally(group.counts))
             for group in groups]
    others = (("fidelity", "Fidelity"), ("network", "Network"), ("repeat", "Assumptions and repeating"))
    fixed = [element("li", element("a", title, href=f"#{name}")) for name, title in others]
    return element("nav", element("ul", *links, *fixed), aria_label="Contents")


def certificates(run: Run) -> Markup:
    """The fidelity certificate of the run, and of its contrast."""
    valid = run.qos.certificate.valid
    lead = ("Before anything is concluded, the emulation is held against theory. "
            + ("It agrees." if valid else "It does not agree: nothing is concluded."))
    parts = [element("p", lead), _certificate("with QoS", run.qos.certificate)]
    if run.contrast is not None:
        agrees = "agrees too" if run.contrast.certificate.valid else "does not agree"
        parts.append(element("details", element("summary", f"The run without QoS {agrees}"),
                             _certificate("without QoS", run.contrast.certificate),
                             open=not run.contrast.certificate.valid))
    return element("section", element("h2", "Fidelity"), *parts, theory.summary(run), id="fidelity")


def _certificate(side: str, certificate: Certificate) -> Markup:
    ordered = sorted(certificate.probes, key=strain, reverse=True)
    worst, rest = ordered[:WORST], ordered[WORST:]
    table = _probes(f"Run {side}, {certificate.clock} clock: the probes furthest from theory", worst)
    others = element("details", element("summary", f"The other {count(len(rest), 'probe')}"),
                     _probes("The other probes", rest)) if rest else Markup()
    text = (f"Largest lateness of a timer {certificate.timer_lag / 1e6:g} ms; {certificate.strays} packets dropped "
            "outside the model.")
    reasons = [element("p", reason, class_="missed") for reason in certificate.reasons]
    return join([table, others, element("p", text, class_="note"), _witnesses(certificate.witnessed), *reasons])


def _witnesses(witnessed: Sequence[Witnessed]) -> Markup:
    """Figures by two instruments: what each says, how far they are apart, and how far they may be."""
    if not witnessed:
        return Markup()
    heads = ("figure", "our instrument", "second witness", "", "apart", "tolerance", "")
    rows = []
    for one in witnessed:
        ours, theirs = ("nothing" if value is None else f"{value:.9g} {one.unit}".rstrip()
                        for value in (one.ours, one.theirs))
        apart = "–" if one.ours is None or one.theirs is None else _apart(one.ours, one.theirs)
        room = f"±{one.tolerance * 100:.3g} %" if one.tolerance else "exact"
        sign = _COLOUR[one.holds]
        cells = (ours, theirs, one.instrument, apart, room)
        rows.append(element("tr", element("th", one.what, scope="row"), *(element("td", cell) for cell in cells),
                            element("td", SIGNS[sign], class_=sign.value,
                                    title="agree" if one.holds else "do not agree")))
    return table(heads, rows, "witnesses", "Two witnesses for each kind of figure: ours and another instrument's")


def _apart(ours: float, theirs: float) -> str:
    return f"{(theirs / ours - 1) * 100:+.3f} %".replace("-", "−") if ours else f"{theirs - ours:+g}"


def _probes(caption: str, probes: Iterable[Probe]) -> Markup:
    heads = ("probe", "theory", "measured", "off by", "of the tolerance", "")
    return table(heads, map(_probe, probes), "probes", caption)


def _probe(probe: Probe) -> Markup:
    used, off = strain(probe), f"{deviation(probe):+.3f} %".replace("-", "−")
    sign = _COLOUR[probe.holds]
    gauge = element("div", element("i", style=f"width:{min(used, 1) * 100:.1f}%"), class_="gauge", aria_hidden="true")
    return element("tr", element("th", probe.name, scope="row"), element("td", f"{probe.expected:.6g} {probe.unit}"),
                   element("td", f"{probe.measured:.6g} {probe.unit}"), element("td", off),
                   element("td", gauge, f"±{probe.tolerance * 100:.3f} %"),
                   element("td", SIGNS[sign], class_=sign.value, title="holds" if probe.holds else "does not hold"))


def repeat(run: Run, command: str) -> Markup:
    """Assumptions, versions, and the command that gives the same digest again."""
    context = run.context
    guessed = assumed_entries(run.network)
    parts = [element("h2", "Assumptions and repeating")]
    if context.assumptions:
        parts += [element("h3", "What the emulation adds or assumes"),
                  element("ul", *(element("li", text) for text in context.assumptions))]
    if guessed:
        items = [element("li", element("b", name), f" ({section}): {basis}") for section, name, basis in guessed]
        parts.append(element("details", element("summary", f"{len(items)} entries of the description are assumed"),
                             element("ul", *items, class_="columns")))
    versions = [element("div", element("dt", name), element("dd", text)) for name, text in context.versions.items()]
    parts += [element("h3", "The same again"), element("pre", element("code", command), tabindex="0"),
              element("p", "With the same versions, the virtual lab gives the same digest:"),
              element("p", element("code", context.digest)),
              element("dl", *versions, class_="terms")]
    return element("section", *parts, id="repeat")


def command(run: Run) -> str:
    """The command line that repeats a run; names come from the description and hold only letters, digits and "-"."""
    context = run.context
    contrast = "" if run.contrast else " --no-baseline"
    return (f"twin verify {run.network.name}.yaml --seconds {context.seconds:g} --seed {context.seed} "
            f"--lab {context.lab}{contrast}")
