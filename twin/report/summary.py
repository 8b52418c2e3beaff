"""Arrange the verdicts of a run for reading: by service, by workload and metric, worst first; and sum them up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf
from typing import TypeVar

from twin.judge.run_record import Run
from twin.judge.verdict import Basis, Certificate, Outcome, Probe, Verdict
from twin.model import Metric, Network
from twin.plan.blueprint import Blueprint
from twin.report.language.words import ENGLISH, Words

K = TypeVar("K")
_RANK = {Outcome.MISSED: 0, Outcome.INCONCLUSIVE: 1, Outcome.MET: 2}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many verdicts came out how."""

    met: int
    missed: int
    inconclusive: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.met + self.missed + self.inconclusive

    @property
    def outcome(self) -> Outcome:
        """The outcome of all: missed if one is, met only if all are."""
        if self.missed:
            return Outcome.MISSED
        return Outcome.MET if self.met and not self.inconclusive else Outcome.INCONCLUSIVE

    def __str__(self) -> str:
        parts = [f"{self.met} met", f"{self.missed} missed"]
        return ", ".join([*parts, f"{self.inconclusive} inconclusive"] if self.inconclusive else parts)


@dataclass(frozen=True, slots=True)
class Row:
    """The verdicts on one metric of one workload, worst first (never empty)."""

    workload: str
    metric: Metric
    verdicts: tuple[Verdict, ...]

    @property
    def worst(self) -> Verdict:
        """The verdict that decides the row."""
        return self.verdicts[0]

    @property
    def counts(self) -> Counts:
        """How the row's verdicts came out."""
        return counts(self.verdicts)

    @property
    def no_evidence(self) -> bool:
        """Whether every flow meets its target, but also without QoS."""
        return all(v.verdict is Outcome.MET and v.proves_qos is False for v in self.verdicts)

    @property
    def by_theory(self) -> int:
        """How many flows' verdicts stand on theory, as the run is too short for them."""
        return sum(v.basis is Basis.THEORY for v in self.verdicts)

    @property
    def harmed(self) -> tuple[Verdict, ...]:
        """Targets that are missed with QoS and met without."""
        return tuple(v for v in self.verdicts if v.verdict is Outcome.MISSED and v.proves_qos is False)


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one service, worst first. service_class: "" where the network does not know the service."""

    service: str
    title: str
    service_class: str
    rows: tuple[Row, ...]

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All verdicts of the service."""
        return tuple(verdict for row in self.rows for verdict in row.verdicts)

    @property
    def counts(self) -> Counts:
        """How the service's verdicts came out."""
        return counts(self.verdicts)


def counts(verdicts: Iterable[Verdict]) -> Counts:
    """Count verdicts by outcome."""
    outcomes = [verdict.verdict for verdict in verdicts]
    return Counts(*(outcomes.count(kind) for kind in (Outcome.MET, Outcome.MISSED, Outcome.INCONCLUSIVE)))


def burden(verdict: Verdict) -> float:
    """How much of its target the value uses up: 1 is just met, above 1 is missed; -1 where there is no value."""
    return _used(verdict, verdict.value)


def _used(verdict: Verdict, value: float | None) -> float:
    if value is None:
        return -1.0
    part, whole = (value, verdict.target) if verdict.lower else (verdict.target, value)
    if whole == 0:
        return 0.0 if part == 0 else inf
    return part / whole


def badness(verdict: Verdict) -> tuple[int, float, float, str, str]:
    """A key that sorts verdicts worst first: missed, inconclusive, met; within these by burden, where that is the same
    by what would be without QoS, then by name."""
    return (_RANK[verdict.verdict], -burden(verdict), -_used(verdict, verdict.baseline), verdict.flow,
            verdict.metric.value)


def groups(run: Run) -> tuple[Group, ...]:
    """All verdicts of a run by service, in the order of the service classes (most urgent first), then by name."""
    return grouped_verdicts(run.network, run.blueprint, run.verdicts)


def grouped_verdicts(network: Network, blueprint: Blueprint, verdicts: Iterable[Verdict]) -> tuple[Group, ...]:
    """Verdicts by service, as `groups`."""
    services = {str(service.name): service for service in network.services}
    order = {name: index for index, name in enumerate(blueprint.classes)}
    by_service = []
    for name, of_service in _by(verdicts, lambda verdict: verdict.service).items():
        service = services.get(name)
        title = service.title if service and service.title else name
        by_service.append(Group(name, title, service.service_class if service else "", _rows(of_service)))
    return tuple(sorted(by_service, key=lambda group: (order.get(group.service_class, len(order)), group.service)))


def tally(total: Counts, words: Words) -> str:
    """How verdicts came out, in words."""
    parts = [words.say("tally.met", number=total.met), words.say("tally.missed", number=total.missed)]
    return ", ".join([*parts, words.say("tally.inconclusive", number=total.inconclusive)]
                     if total.inconclusive else parts)


def headline(run: Run, words: Words = ENGLISH) -> str:
    """The whole run in one sentence; `worst_sentence` is the next."""
    total = counts(run.verdicts)
    if not run.qos.certificate.valid:
        return words.say("run.untrusted")
    if not total.total:
        return words.say("run.nothing")
    if total.missed:
        return words.say("run.missed", count=total.missed, targets=words.say("targets", count=total.total))
    if total.inconclusive:
        return words.say("run.inconclusive", number=total.inconclusive, total=total.total)
    return words.say("run.met", count=total.total)


def sentence(verdict: Verdict, words: Words = ENGLISH) -> str:
    """A whole sentence for one verdict, for those who read nothing else."""
    parts = {"workload": verdict.workload, "source": verdict.source, "sink": verdict.sink,
             "metric": words.title(verdict.metric), "target": words.say(
                 "verdict.at-most" if verdict.lower else "verdict.at-least",
                 bound=words.show(verdict.target, verdict.unit))}
    if verdict.verdict is not Outcome.INCONCLUSIVE:
        value = words.show_beside(verdict.value, verdict.unit, verdict.target)
        return words.say("verdict.sentence", **parts, value=value)
    if not verdict.reason:
        return words.say("verdict.inconclusive", **parts)
    return words.say("verdict.inconclusive.why", **parts, reason=words.recorded(verdict.reason))


def worst_sentence(run: Run, words: Words = ENGLISH) -> str:
    """The worst missed or inconclusive target in one sentence; "" where all are met."""
    worst = min(run.verdicts, key=badness, default=None)
    return "" if worst is None or worst.verdict is Outcome.MET else \
        words.say("verdict.worst", sentence=sentence(worst, words))


def fidelity(certificate: Certificate, words: Words = ENGLISH) -> str:
    """The fidelity certificate in one line: whether it is valid, the probe nearest its tolerance, lag and strays."""
    good = sum(probe.holds for probe in certificate.probes)
    parts = [words.say("fidelity.within", good=good, probes=words.say("probes", count=len(certificate.probes)))]
    if certificate.probes:
        worst = max(certificate.probes, key=strain)
        used = words.figure(f"{deviation(worst):+.3g} % (±{worst.tolerance * 100:g} %)")
        parts.append(f"{words.recorded(worst.name)} {used}")
    if certificate.cross_checks:
        agree = sum(check.holds for check in certificate.cross_checks)
        parts.append(words.say("fidelity.agree", agree=agree,
                               checks=words.say("cross-checks", count=len(certificate.cross_checks))))
    parts.append(words.say("fidelity.lag", lag=words.figure(f"{certificate.timer_lag / 1e6:g} ms")))
    parts.append(words.say("fidelity.strays", count=certificate.strays))
    return words.say("fidelity.passed" if certificate.valid else "fidelity.failed",
                     parts=", ".join([*parts, *map(words.recorded, certificate.reasons)]))


def deviation(probe: Probe) -> float:
    """How far a probe's measurement is off theory, in percent."""
    if probe.expected == 0:
        return 0.0 if probe.measured == 0 else inf
    return (probe.measured / probe.expected - 1) * 100


def strain(probe: Probe) -> float:
    """How much of its tolerance a probe uses up: above 1 it fails."""
    off = abs(deviation(probe)) / 100
    return off / probe.tolerance if probe.tolerance else (0.0 if off == 0 else inf)


def assumed_entries(network: Network) -> tuple[tuple[str, str, str], ...]:
    """Entries of the description whose figures are marked as assumed or unknown: section, name, basis."""
    sections = ("sites", "switches", "dslams", "relays", "head_ends", "spans", "rings", "profiles", "lines", "classes",
                "services", "workloads")
    return tuple(
        (section.replace("_", "-"), entry.name, entry.basis)
        for section in sections
        for entry in getattr(network, section)
        if any(word in entry.basis.lower() for word in ("assum", "unknown"))
    )


def _rows(verdicts: Iterable[Verdict]) -> tuple[Row, ...]:
    rows = []
    for (workload, metric), members in _by(verdicts, lambda verdict: (verdict.workload, verdict.metric)).items():
        rows.append(Row(workload, metric, tuple(sorted(members, key=badness))))
    return tuple(sorted(rows, key=lambda row: badness(row.worst)))


def _by(verdicts: Iterable[Verdict], key: Callable[[Verdict], K]) -> dict[K, list[Verdict]]:
    grouped_by: dict[K, list[Verdict]] = {}
    for verdict in verdicts:
        grouped_by.setdefault(key(verdict), []).append(verdict)
    return grouped_by
