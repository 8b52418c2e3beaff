"""The verdicts of a run by commune and service: who gets what, for those who know the place rather than the network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from twin.judge.run_record import Run
from twin.judge.verdict import Outcome, Verdict
from twin.model import Network
from twin.report.summary import Counts, counts

ELSEWHERE = None
"""Where flows without a subscriber's line stand."""
_WORST_FIRST = (Outcome.MISSED, Outcome.INCONCLUSIVE, Outcome.MET)


@dataclass(frozen=True, slots=True)
class CommuneVerdicts:
    """The verdicts of one commune: how they came out, by service. title: ELSEWHERE between head-ends. lines:
    subscribers' lines there."""

    title: str | None
    lines: int
    by_service: Mapping[str, Counts]

    @property
    def outcome(self) -> Outcome:
        """Missed where one of its targets is, met only where all are."""
        outcomes = {each.outcome for each in self.by_service.values()}
        return next(outcome for outcome in _WORST_FIRST if outcome in outcomes)


def commune_verdicts(run: Run) -> tuple[CommuneVerdicts, ...]:
    """A row for each commune with verdicts, the worst first, then by title."""
    homes = {flow.name: flow.line_group for flow in run.blueprint.flows}
    where, lines = _communes(run.network)
    by_commune: dict[str | None, dict[str, list[Verdict]]] = {}
    for verdict in run.verdicts:
        title = where.get(homes.get(verdict.flow, ""), ELSEWHERE)
        by_commune.setdefault(title, {}).setdefault(verdict.service, []).append(verdict)
    rows = [CommuneVerdicts(title, lines.get(title or "", 0), {name: counts(those) for name, those in services.items()})
            for title, services in by_commune.items()]
    return tuple(sorted(rows, key=lambda row: (_WORST_FIRST.index(row.outcome), row.title or "")))


def _communes(network: Network) -> tuple[dict[str, str], dict[str, int]]:
    """The commune of each line group by its title, and how many lines each commune has."""
    titles = {site.name: site.title or site.name for site in network.sites}
    sites = {node.name: node.site for nodes in (network.switches, network.dslams, network.relays) for node in nodes}
    where = {str(group.name): titles[sites[group.at]] for group in network.lines}
    lines: dict[str, int] = {}
    for group in network.lines:
        lines[where[group.name]] = lines.get(where[group.name], 0) + group.subscribers
    return where, lines
