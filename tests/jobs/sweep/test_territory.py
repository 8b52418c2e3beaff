"""Points that are sized and costed say what `twin size` and `twin cost` say, by stage, by take-up, by seed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.jobs.sweep.studies import study_file
from tests.jobs.sweep.test_study_file import refused
from tests.jobs.sweep.test_sweep import HereWorkers, rows
from twin import api
from twin.core.units import PPM
from twin.jobs.sweep.runner import run_sweep

CASTRES = Path("topologies/castres-mazamet.yaml").resolve()
STUDY = f"""study: 1
network: {CASTRES}
design: cross
parameters:
  take-up: {{key: demand.stages.launch.households, values: [5 %, 10 %]}}
stages: [launch, mature]
seeds: [1, 2]
compute: [{{kind: theory}}, {{kind: sizing, draws: 3}}, {{kind: cost, draws: 3}}]
"""


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> tuple[api.Sweep, HereWorkers, Path]:
    """The study, computed in this process."""
    folder, workers = tmp_path_factory.mktemp("territory"), HereWorkers()
    return run_sweep(study_file(folder, STUDY), folder / "out", workers), workers, folder / "out"


def test_each_result_is_computed_once_for_all_that_it_depends_on(computed: tuple[api.Sweep, HereWorkers, Path]) -> None:
    """Theory knows neither stages nor seeds."""
    sweep, workers, _ = computed
    assert sweep.exit_code == 0 and len(sweep.points) == 8
    assert sweep.parameters == ("take-up", "stage", "seed")
    assert len(workers.carried_out) == 2 + 8 + 8


def test_a_sizing_is_that_of_the_verb(computed: tuple[api.Sweep, HereWorkers, Path]) -> None:
    """Take-up held, probabilities, the number of upgrades; the take-up of the stage is the target."""
    point = next(point for point in computed[0].points if [*point.settings.values()] == ["5 %", "mature", "2"])
    sizing = api.size_network(api.load(CASTRES), "mature", api.SizingOptions(3, 2))
    responses = point.responses
    first = sizing.break_evens[0]
    assert responses["sizing.holds-to"].flow == first.use
    assert responses["sizing.holds-to"].value == pytest.approx(100 * (first.households or 0), rel=1e-5)
    assert responses["sizing.holds-to"].target == 100 * sizing.stage.households / PPM
    assert responses["sizing.upgrades"].value == len(sizing.drivers.upgrades)
    assert (responses["sizing.met"].value or 0) + (responses["sizing.missed"].value or 0) == len(sizing.break_evens)
    for target in sizing.targets:
        if target.cut is None:
            assert responses[f"sizing.{target.use}.holds"].value == pytest.approx(100 * target.week)


def test_a_cost_is_that_of_the_verb(computed: tuple[api.Sweep, HereWorkers, Path]) -> None:
    """What is invested, as described and with all upgrades, and what it is worth; the budget is the target."""
    point = next(point for point in computed[0].points if [*point.settings.values()] == ["5 %", "launch", "1"])
    costing = api.cost_network(api.load(CASTRES), "launch", api.CostOptions(3, 2, 1))
    costs = {name: response.value for name, response in point.responses.items()}
    assert costs["cost.investment"] == pytest.approx(costing.investment, abs=0.01)
    assert costs["cost.as-described"] == pytest.approx(costing.designs[0].investment, abs=0.01)
    assert costs["cost.value"] == pytest.approx(costing.value, abs=0.01)
    assert costs["cost.investment-holds-to"] == pytest.approx(100 * costing.designs[-1].holds_to, rel=1e-5)
    assert point.responses["cost.investment"].target == costing.budget


def test_more_take_up_costs_more(computed: tuple[api.Sweep, HereWorkers, Path]) -> None:
    """The parameter is a path into the demand."""
    launched = [row for row in rows(computed[2]) if (row["stage"], row["seed"]) == ("launch", "1")]
    first, second = (float(row["cost.investment [EUR]"]) for row in launched)
    assert [row["take-up"] for row in launched] == ["5 %", "10 %"] and first < second


@pytest.mark.parametrize(("change", "message"), [
    (("policies: [strict, none]", "stages: [launch]"), '"launch" is not in'),
    (("[{kind: theory}]", "[{kind: sizing}]"), "has no demand with stages and uses"),
    (("[{kind: theory}]", "[{kind: cost}]"), "says nothing of what must be paid for"),
    (("[{kind: theory}]", "[{kind: theory}]\ndraw: [{kind: effects, of: theory.mett}]"), 'did you mean "theory.met"?'),
    (("[{kind: theory}]", "[{kind: theory}]\ndraw: [{kind: effects, of: sizing.met}]"), "is no response of what"),
    (("[{kind: theory}]", "[{kind: theory}]\ndraw: [{kind: effects, of: theory.call.mean-dely}]"),
     'did you mean "theory.call.mean-delay"?'),
])
def test_what_a_description_lacks_is_said_at_once(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    """Before anything is computed, at its place in the study."""
    problems = refused(tmp_path, change)
    assert any(message in problem for problem in problems), problems
    assert all(problem.startswith("rates.yaml:") for problem in problems)


def test_a_stage_that_is_no_stage_is_no_parameter(tmp_path: Path) -> None:
    """A slip of the pen in a path into the demand is not taken for a new stage."""
    slip = STUDY.replace("stages.launch", "stages.lanch")
    with pytest.raises(api.TopologyError, match=r'"lanch" is not in demand\.stages'):
        run_sweep(study_file(tmp_path, slip), tmp_path / "out", HereWorkers())
