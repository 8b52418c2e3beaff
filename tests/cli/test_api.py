"""The library: every name is there, is what it is called, and costs nothing until it is used."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.docs.imports import ROOT, modules, tree
from tests.report.sample import sample_run
from twin import api
from twin.api.lazy_names import homes

MINIMAL = ROOT / "topologies" / "minimal.yaml"


def declared() -> dict[str, str]:
    """Each name that type checkers see in the library, and the module that it comes from."""
    block = next(node for node in tree("twin.api").body if isinstance(node, ast.If))
    return {alias.asname or alias.name: str(node.module) for node in block.body if isinstance(node, ast.ImportFrom)
            for alias in node.names}


def test_type_checkers_and_programs_see_the_same_names() -> None:
    """What is declared, what is listed, and what is there when used, with its home, are one."""
    assert homes(Path(api.__file__).read_text(encoding="utf-8")) == declared()
    assert [*api.__all__] == sorted(declared()) == dir(api) and len(api.__all__) > 150


def test_homes_are_read_from_imports_alone() -> None:
    """A name is listed if it is imported under its own name; text and imports at the top are none."""
    source = ("from pathlib import Path\nif TYPE_CHECKING:\n    from twin.plan import plan as plan\n"
              "    from twin.plan import Blueprint\n# from twin.plan import load as load\n")
    assert homes(source) == {"plan": "twin.plan"}


@pytest.mark.parametrize("name", api.__all__)
def test_every_name_is_there_and_documented(name: str) -> None:
    """It can be had, and a function or class says what it is for."""
    value = getattr(api, name)
    assert not callable(value) or value.__doc__


def test_no_name_is_a_module() -> None:
    """A file of the package never hides a function of its name."""
    assert {name for name in api.__all__ if f"twin.api.{name}" in modules()} == set()


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As of any module."""
    with pytest.raises(AttributeError, match="verfy"):
        _ = api.verfy  # type: ignore[attr-defined]


def test_what_is_not_used_is_not_loaded() -> None:
    """Importing the library loads no part of it; checking a description loads no lab and no report of runs."""
    program = ("import sys; from twin import api; bare = len([m for m in sys.modules if m.startswith('twin.')]); "
               f"api.check({str(MINIMAL)!r}); print(bare, *(m for m in sys.modules if m.startswith('twin.')))")
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    bare, *loaded = ended.stdout.split()
    assert int(bare) == 2  # itself, and the table of its names
    assert not {"twin.lab", "twin.judge", "twin.predict", "twin.jobs.experiment", "twin.report.page.html"} & set(loaded)


def test_a_description_is_checked() -> None:
    """A valid one is counted, as text and as JSON; one that is not raises every problem."""
    checked = api.check(MINIMAL)
    assert checked == api.check(str(MINIMAL)) == api.check(api.load(MINIMAL))
    assert api.check_text(checked).startswith("minimal: valid (4 switches, ")
    assert json.loads(api.check_json(checked))["flows"] == checked.counts["flows"] == 6
    with pytest.raises(api.TopologyError) as caught:
        api.read("twin: 1", "mine.yaml")
    assert len(caught.value.problems) > 1


def test_a_plan_is_predicted() -> None:
    """Under the network's own policy or another; every heading of the text is of the field's words."""
    network = api.load(MINIMAL)
    predicted, other = api.predict(network), api.predict(network, api.policy_named(network, "none"))
    assert predicted.exit_code is api.ExitCode.MET and predicted.blueprint == api.plan(network)
    assert other.blueprint.policy.name == "none" and other.targets != predicted.targets
    assert [line for line in api.plan_text(predicted).splitlines() if line and line[0] != " "] == [
        "minimal, policy strict", "Switches", "Spans: rate, delay, and the scheduler of each direction", "Schedulers",
        "DSL: reach of each profile's rates, and lines beyond it", "Hosts", "Flows: paths and predicted performance",
        "Targets, predicted: 18 met, 0 undetermined, 0 infeasible"]
    assert set(json.loads(api.plan_json(predicted))) > {"switches", "grades", "air", "theory", "targets"}


def test_dialled_calls_have_the_words_of_teletraffic() -> None:
    """Admission limit, capacity, offered load and blocking of each span."""
    predicted = api.predict(api.load(ROOT / "topologies" / "telephony.yaml"))
    heading = "\nDialled calls: admission limit, capacity at 1 % blocking, offered load, Erlang-B blocking\n"
    assert heading in api.plan_text(predicted)


@pytest.mark.parametrize(("form", "begin"), [("svg", "<svg"), ("dot", "graph "), ("mermaid", "graph LR")])
def test_a_network_is_drawn(form: str, begin: str) -> None:
    """In each of the languages; another is a UsageError that names them."""
    network = api.load(MINIMAL)
    assert form in api.GRAPH_FORMATS and api.draw(network, form).startswith(begin)
    with pytest.raises(api.UsageError, match=", ".join(api.GRAPH_FORMATS)):
        api.draw(network, "png")


def test_a_run_is_rendered_stored_read_and_compared(tmp_path: Path) -> None:
    """As text, HTML, JSON and JUnit XML; what is read is what was stored, and compared with itself it is the same."""
    run = sample_run()
    api.store_run(run, tmp_path)
    again = api.read_run(tmp_path)
    assert again == run
    assert api.run_text(run, where="here").endswith("report: here\n") and "<!DOCTYPE html>" in api.run_html(run)
    assert len(json.loads(api.run_json(run))["verdicts"]) == len(run.verdicts)
    assert ElementTree.fromstring(api.run_junit(run)).tag == "testsuites"
    assert all(verdict.sink in api.verdict_line(verdict) for verdict in run.verdicts)
    changes = api.compare_runs(run, again)
    assert changes.same_digest and not changes.worse
    assert json.loads(api.comparison_json(changes))["same_digest"] and "identical" in api.comparison_text(changes)


def test_what_cannot_be_run_is_refused_before_anything_starts(tmp_path: Path) -> None:
    """A class, a policy, a trial and a pair that the description does not have."""
    network = api.load(MINIMAL)
    with pytest.raises(api.UsageError, match='no service class "vioce"'):
        api.verify(network, tmp_path, api.RunOptions(only="vioce"))
    with pytest.raises(api.UsageError, match='no policy "wfq"'):
        api.compare_policies(network, tmp_path, ["wfq"])
    with pytest.raises(api.UsageError, match="no trials"):
        api.run_trials(network, tmp_path)
    with pytest.raises(api.UsageError):
        api.run_campaign(network, tmp_path, api.CampaignOptions(together=(("north-east", "nowhere"),)))


@pytest.mark.parametrize("section", ["Descriptions", "Plan and prediction"])
def test_the_examples_that_need_no_lab_run(section: str, tmp_path: Path) -> None:
    """As docs/library.md shows them, in a folder with the descriptions."""
    page = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    example = page.split(f"## {section}\n")[1].split("```python\n")[1].split("```")[0]
    (tmp_path / "topologies").symlink_to(ROOT / "topologies")
    ended = subprocess.run([sys.executable, "-c", example], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
                           capture_output=True, text=True)
    assert ended.stderr == "" and "minimal" in ended.stdout


def test_machine_checks_are_shown_with_their_remedies() -> None:
    """What is missing and needed ends with MACHINE."""
    checks = (api.Check("a compiler", True, "gcc"), api.Check("a kernel", False, "none", "twin kernel build"))
    assert api.machine_exit_code(checks) is api.ExitCode.MACHINE and api.machine_exit_code(checks[:1]) == 0
    assert api.machine_text(checks).splitlines()[1].startswith("MISS a kernel")
    assert "remedy: twin kernel build" in api.machine_text(checks)
    assert json.loads(api.machine_json(checks))[1]["remedy"] == "twin kernel build"
