"""The library, in the order in which it is used:

    from pathlib import Path
    from twin.api import RunOptions, load, verdict_line, verify

    network = load("topologies/castres-mazamet.yaml")                            # TopologyError lists every problem
    run = verify(network, Path("runs/mine"), RunOptions(seconds=60, seed=7))     # boots the labs, measures, judges
    for verdict in run.verdicts:
        print(verdict_line(verdict))

A name is loaded when it is first used, so that importing the library costs nothing. The lines below that name them are
the only list: checkers of types read them, `lazy_names` too. docs/library.md shows each name.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin.api.lazy_names import homes

if TYPE_CHECKING:
    from twin.api.checking import Checked as Checked
    from twin.api.checking import check as check
    from twin.api.checking import check_json as check_json
    from twin.api.checking import check_text as check_text
    from twin.api.classroom.holding import ClassOpened as ClassOpened
    from twin.api.classroom.holding import SchedulerEvent as SchedulerEvent
    from twin.api.classroom.holding import class_status as class_status
    from twin.api.classroom.holding import end_class as end_class
    from twin.api.classroom.holding import hold_class as hold_class
    from twin.api.classroom.holding import send_class_message as send_class_message
    from twin.api.classroom.holding import store_class_results as store_class_results
    from twin.api.console.opening import serve_console as serve_console
    from twin.api.drawing import GRAPH_FORMATS as GRAPH_FORMATS
    from twin.api.drawing import draw as draw
    from twin.api.live.channel_schema import channel_schema_text as channel_schema_text
    from twin.api.live.journal import JournalEntry as JournalEntry
    from twin.api.live.journal import journal as journal
    from twin.api.live.journal import journal_json as journal_json
    from twin.api.live.journal import journal_text as journal_text
    from twin.api.live.live_twin import Capture as Capture
    from twin.api.live.live_twin import CommandResult as CommandResult
    from twin.api.live.live_twin import LiveStatus as LiveStatus
    from twin.api.live.live_twin import LiveTwin as LiveTwin
    from twin.api.live.live_twin import Terminal as Terminal
    from twin.api.live.live_twin import Trace as Trace
    from twin.api.live.live_twin import View as View
    from twin.api.live.live_twin import attach as attach
    from twin.api.live.live_twin import running_twins as running_twins
    from twin.api.live.logs import LogLine as LogLine
    from twin.api.live.logs import log_files as log_files
    from twin.api.live.logs import log_lines as log_lines
    from twin.api.live.names import NAME_KINDS as NAME_KINDS
    from twin.api.live.names import names as names
    from twin.api.live.start import SavedTwin as SavedTwin
    from twin.api.live.start import bring_up as bring_up
    from twin.api.live.start import bring_up_saved as bring_up_saved
    from twin.api.live.start import live_twin as live_twin
    from twin.api.live.start import saved_twin as saved_twin
    from twin.api.live.start import saved_twin_json as saved_twin_json
    from twin.api.live.text import broken_text as broken_text
    from twin.api.live.text import event_json as event_json
    from twin.api.live.text import load_text as load_text
    from twin.api.live.text import prometheus_text as prometheus_text
    from twin.api.live.text import status_json as status_json
    from twin.api.live.text import status_text as status_text
    from twin.api.live.text import view_text as view_text
    from twin.api.machine import Check as Check
    from twin.api.machine import LabKernel as LabKernel
    from twin.api.machine import RadioModule as RadioModule
    from twin.api.machine import build_kernel as build_kernel
    from twin.api.machine import check_machine as check_machine
    from twin.api.machine import find_kernel as find_kernel
    from twin.api.machine import install_kernel as install_kernel
    from twin.api.machine import install_radio_module as install_radio_module
    from twin.api.machine import machine_exit_code as machine_exit_code
    from twin.api.machine import machine_json as machine_json
    from twin.api.machine import machine_text as machine_text
    from twin.api.machine import remove_kernels as remove_kernels
    from twin.api.machine import remove_radio_module as remove_radio_module
    from twin.api.planning import PlannedPerformance as PlannedPerformance
    from twin.api.planning import plan_json as plan_json
    from twin.api.planning import plan_text as plan_text
    from twin.api.planning import predict as predict
    from twin.api.runs import Change as Change
    from twin.api.runs import Comparison as Comparison
    from twin.api.runs import Run as Run
    from twin.api.runs import comparison_json as comparison_json
    from twin.api.runs import comparison_text as comparison_text
    from twin.api.runs import read_run as read_run
    from twin.api.runs import run_html as run_html
    from twin.api.runs import run_json as run_json
    from twin.api.runs import run_junit as run_junit
    from twin.api.runs import run_text as run_text
    from twin.api.runs import store_run as store_run
    from twin.api.runs import verdict_line as verdict_line
    from twin.api.studies.campaigns import LEAST_SECONDS as LEAST_SECONDS
    from twin.api.studies.campaigns import Campaign as Campaign
    from twin.api.studies.campaigns import CampaignOptions as CampaignOptions
    from twin.api.studies.campaigns import campaign_html as campaign_html
    from twin.api.studies.campaigns import campaign_json as campaign_json
    from twin.api.studies.campaigns import campaign_text as campaign_text
    from twin.api.studies.campaigns import run_campaign as run_campaign
    from twin.api.studies.policies import PolicyComparison as PolicyComparison
    from twin.api.studies.policies import compare_policies as compare_policies
    from twin.api.studies.policies import policies_html as policies_html
    from twin.api.studies.policies import policies_json as policies_json
    from twin.api.studies.policies import policies_text as policies_text
    from twin.api.studies.regression_gate import changes_and_rules as changes_and_rules
    from twin.api.studies.regression_gate import compare_runs as compare_runs
    from twin.api.studies.regression_gate import gate_markdown as gate_markdown
    from twin.api.studies.regression_gate import gate_text as gate_text
    from twin.api.studies.regression_gate import judge_gate as judge_gate
    from twin.api.studies.regression_gate import read_measured as read_measured
    from twin.api.studies.regression_gate import save_figures as save_figures
    from twin.api.studies.search import SearchResult as SearchResult
    from twin.api.studies.search import read_schedule as read_schedule
    from twin.api.studies.search import replay_in_lab as replay_in_lab
    from twin.api.studies.search import replay_schedule as replay_schedule
    from twin.api.studies.search import runs_in_lab as runs_in_lab
    from twin.api.studies.search import search as search
    from twin.api.studies.search import search_exit_code as search_exit_code
    from twin.api.studies.search import search_json as search_json
    from twin.api.studies.search import search_labs as search_labs
    from twin.api.studies.search import search_text as search_text
    from twin.api.studies.search import store_search as store_search
    from twin.api.studies.sweeps import DaskWorkers as DaskWorkers
    from twin.api.studies.sweeps import LocalWorkers as LocalWorkers
    from twin.api.studies.sweeps import Sweep as Sweep
    from twin.api.studies.sweeps import run_sweep as run_sweep
    from twin.api.studies.sweeps import sweep_csv as sweep_csv
    from twin.api.studies.sweeps import sweep_json as sweep_json
    from twin.api.studies.sweeps import sweep_text as sweep_text
    from twin.api.territory.cost import Costing as Costing
    from twin.api.territory.cost import CostOptions as CostOptions
    from twin.api.territory.cost import cost_network as cost_network
    from twin.api.territory.cost import costing_csv as costing_csv
    from twin.api.territory.cost import costing_html as costing_html
    from twin.api.territory.cost import costing_json as costing_json
    from twin.api.territory.cost import costing_svg as costing_svg
    from twin.api.territory.cost import costing_text as costing_text
    from twin.api.territory.cost import store_costing as store_costing
    from twin.api.territory.draft import Draft as Draft
    from twin.api.territory.draft import draft_asked as draft_asked
    from twin.api.territory.draft import draft_json as draft_json
    from twin.api.territory.draft import draft_of_communes as draft_of_communes
    from twin.api.territory.draft import draft_synthetic as draft_synthetic
    from twin.api.territory.draft import store_draft as store_draft
    from twin.api.territory.interchange import EXPORT_FORMATS as EXPORT_FORMATS
    from twin.api.territory.interchange import Export as Export
    from twin.api.territory.interchange import export_network as export_network
    from twin.api.territory.interchange import import_file as import_file
    from twin.api.territory.sizing import Sizing as Sizing
    from twin.api.territory.sizing import SizingOptions as SizingOptions
    from twin.api.territory.sizing import size_network as size_network
    from twin.api.territory.sizing import sizing_csv as sizing_csv
    from twin.api.territory.sizing import sizing_html as sizing_html
    from twin.api.territory.sizing import sizing_json as sizing_json
    from twin.api.territory.sizing import sizing_text as sizing_text
    from twin.api.territory.sizing import store_sizing as store_sizing
    from twin.api.training.authoring import new_exercise as new_exercise
    from twin.api.training.instructor import instructor_page as instructor_page
    from twin.api.training.proving import Claim as Claim
    from twin.api.training.proving import compute_test_table as compute_test_table
    from twin.api.training.proving import prove_exercise as prove_exercise
    from twin.api.training.proving import sound_claims as sound_claims
    from twin.api.training.replaying import ReplayStep as ReplayStep
    from twin.api.training.replaying import replay as replay
    from twin.api.training.replaying import replay_json as replay_json
    from twin.api.training.replaying import replay_text as replay_text
    from twin.api.training.session import TrainingSession as TrainingSession
    from twin.api.training.session import exercise_files as exercise_files
    from twin.api.training.session import open_session as open_session
    from twin.api.training.session import start_training as start_training
    from twin.api.training.text import Wording as Wording
    from twin.api.training.timetable import course_timetable as course_timetable
    from twin.api.trials import TrialOptions as TrialOptions
    from twin.api.trials import TrialRun as TrialRun
    from twin.api.trials import run_trials as run_trials
    from twin.api.trials import trials_html as trials_html
    from twin.api.trials import trials_json as trials_json
    from twin.api.trials import trials_text as trials_text
    from twin.core.errors import CannotRun as CannotRun
    from twin.core.errors import EmulationError as EmulationError
    from twin.core.errors import ExitCode as ExitCode
    from twin.core.errors import TopologyError as TopologyError
    from twin.core.errors import TwinError as TwinError
    from twin.core.errors import UsageError as UsageError
    from twin.jobs.training.acts import handed_in as handed_in
    from twin.jobs.training.exercise_file import all_draws as all_draws
    from twin.jobs.training.exercise_file import course as course
    from twin.jobs.training.exercise_file import draw_exercise as draw_exercise
    from twin.jobs.training.exercise_file import read_exercise as read_exercise
    from twin.jobs.verify import RunOptions as RunOptions
    from twin.jobs.verify import verify as verify
    from twin.model import Network as Network
    from twin.model import Policy as Policy
    from twin.model.yaml import load as load
    from twin.model.yaml import read as read
    from twin.model.yaml.json_schema import schema_text as schema_text
    from twin.plan import Blueprint as Blueprint
    from twin.plan import known_policies as known_policies
    from twin.plan import plan as plan
    from twin.plan.emulated_lines import line_profiles as line_profiles
    from twin.plan.qos.policies import policy_named as policy_named
    from twin.report.language.catalogue import Language as Language

__version__ = "0.1.0"

_HOMES = homes(Path(__file__).read_text(encoding="utf-8"))

__all__ = sorted(_HOMES)


def _load(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


if not TYPE_CHECKING:  # so that mypy finds names that do not exist
    __getattr__ = _load


def __dir__() -> list[str]:
    return __all__
