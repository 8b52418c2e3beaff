"""The library, in the order in which it is used:

    from pathlib import Path
    from twin.api import RunOptions, load, verdict_line, verify

    network = load("topologies/castres-mazamet.yaml")                            # TopologyError lists every problem
    run = verify(network, Path("runs/mine"), RunOptions(seconds=60, seed=7))     # boots the labs, measures, judges
    for verdict in run.verdicts:
        print(verdict_line(verdict))

A name is loaded when it is first used, so that importing the library costs nothing. docs/library.md shows each.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from twin.api.lazy_names import HOMES

if TYPE_CHECKING:
    from twin.api.checking import Checked, check, check_json, check_text
    from twin.api.classroom.holding import (
        ClassOpened,
        class_status,
        end_class,
        hold_class,
        send_class_message,
        store_class_results,
    )
    from twin.api.console.opening import serve_console
    from twin.api.drawing import GRAPH_FORMATS, draw
    from twin.api.live.channel_schema import channel_schema_text
    from twin.api.live.journal import JournalEntry, journal, journal_json, journal_text
    from twin.api.live.live_twin import (
        Capture,
        CommandResult,
        LiveStatus,
        LiveTwin,
        Terminal,
        Trace,
        View,
        attach,
        running_twins,
    )
    from twin.api.live.logs import LogLine, log_files, log_lines
    from twin.api.live.names import NAME_KINDS, names
    from twin.api.live.start import SavedTwin, bring_up, bring_up_saved, live_twin, saved_twin, saved_twin_json
    from twin.api.live.text import event_json, load_text, prometheus_text, status_json, status_text, view_text
    from twin.api.machine import (
        Check,
        LabKernel,
        RadioModule,
        build_kernel,
        check_machine,
        find_kernel,
        install_kernel,
        install_radio_module,
        machine_exit_code,
        machine_json,
        machine_text,
        remove_kernels,
        remove_radio_module,
    )
    from twin.api.planning import PlannedPerformance, plan_json, plan_text, predict
    from twin.api.runs import (
        Change,
        Comparison,
        Run,
        comparison_json,
        comparison_text,
        read_run,
        run_html,
        run_json,
        run_junit,
        run_text,
        store_run,
        verdict_line,
    )
    from twin.api.studies.campaigns import (
        LEAST_SECONDS,
        Campaign,
        CampaignOptions,
        campaign_html,
        campaign_json,
        campaign_text,
        run_campaign,
    )
    from twin.api.studies.policies import (
        PolicyComparison,
        compare_policies,
        policies_html,
        policies_json,
        policies_text,
    )
    from twin.api.studies.regression_gate import (
        changes_and_rules,
        compare_runs,
        gate_markdown,
        gate_text,
        judge_gate,
        read_measured,
        save_figures,
    )
    from twin.api.studies.search import (
        SearchResult,
        read_schedule,
        replay_schedule,
        search,
        search_exit_code,
        search_json,
        search_text,
        store_search,
    )
    from twin.api.studies.sweeps import DaskWorkers, LocalWorkers, Sweep, run_sweep, sweep_csv, sweep_json, sweep_text
    from twin.api.territory.cost import (
        Costing,
        CostOptions,
        cost_network,
        costing_csv,
        costing_json,
        costing_svg,
        costing_text,
    )
    from twin.api.territory.draft import (
        Draft,
        draft_asked,
        draft_json,
        draft_of_communes,
        draft_synthetic,
        store_draft,
    )
    from twin.api.territory.interchange import EXPORT_FORMATS, Export, export_network, import_file
    from twin.api.territory.sizing import (
        Sizing,
        SizingOptions,
        size_network,
        sizing_csv,
        sizing_html,
        sizing_json,
        sizing_text,
        store_sizing,
    )
    from twin.api.training.authoring import new_exercise
    from twin.api.training.instructor import instructor_page
    from twin.api.training.proving import Claim, compute_test_table, prove_exercise, sound_claims
    from twin.api.training.replaying import ReplayStep, replay, replay_json, replay_text
    from twin.api.training.session import TrainingSession, exercise_files, open_session, start_training
    from twin.api.training.text import Wording
    from twin.api.trials import TrialOptions, TrialRun, run_trials, trials_html, trials_json, trials_text
    from twin.core.errors import CannotRun, EmulationError, ExitCode, TopologyError, TwinError, UsageError
    from twin.jobs.training.acts import handed_in
    from twin.jobs.training.exercise_file import all_draws, course, draw_exercise, read_exercise
    from twin.jobs.verify import RunOptions, verify
    from twin.model import Network, Policy
    from twin.model.yaml import load, read
    from twin.model.yaml.json_schema import schema_text
    from twin.plan import Blueprint, known_policies, plan
    from twin.plan.emulated_lines import line_profiles
    from twin.plan.qos.policies import policy_named
    from twin.report.language.catalogue import Language

__version__ = "0.1.0"

__all__ = [
    "EXPORT_FORMATS", "GRAPH_FORMATS", "LEAST_SECONDS", "NAME_KINDS", "Blueprint", "Campaign", "CampaignOptions",
    "CannotRun", "Capture", "Change", "Check", "Checked", "Claim", "ClassOpened", "CommandResult", "Comparison",
    "CostOptions", "Costing", "DaskWorkers", "Draft", "EmulationError", "ExitCode", "Export", "JournalEntry",
    "LabKernel", "Language", "LiveStatus", "LiveTwin", "LocalWorkers", "LogLine", "Network", "PlannedPerformance",
    "Policy", "PolicyComparison", "RadioModule", "ReplayStep", "Run", "RunOptions", "SavedTwin", "SearchResult",
    "Sizing", "SizingOptions", "Sweep", "Terminal", "TopologyError", "Trace", "TrainingSession", "TrialOptions",
    "TrialRun", "TwinError", "UsageError", "View", "Wording", "all_draws", "attach", "bring_up", "bring_up_saved",
    "build_kernel", "campaign_html", "campaign_json", "campaign_text", "changes_and_rules", "channel_schema_text",
    "check", "check_json", "check_machine", "check_text", "class_status", "compare_policies", "compare_runs",
    "comparison_json", "comparison_text", "compute_test_table", "cost_network", "costing_csv", "costing_json",
    "costing_svg", "costing_text", "course", "draft_asked", "draft_json", "draft_of_communes", "draft_synthetic",
    "draw", "draw_exercise", "end_class", "event_json", "exercise_files", "export_network", "find_kernel",
    "gate_markdown", "gate_text", "handed_in", "hold_class", "import_file", "install_kernel",
    "install_radio_module", "instructor_page", "journal", "journal_json", "journal_text", "judge_gate",
    "known_policies", "line_profiles", "live_twin", "load", "load_text", "log_files", "log_lines",
    "machine_exit_code", "machine_json", "machine_text", "names", "new_exercise", "open_session", "plan",
    "plan_json", "plan_text", "policies_html", "policies_json", "policies_text", "policy_named", "predict",
    "prometheus_text", "prove_exercise", "read", "read_exercise", "read_measured", "read_run", "read_schedule",
    "remove_kernels", "remove_radio_module", "replay", "replay_json", "replay_schedule", "replay_text",
    "run_campaign", "run_html", "run_json", "run_junit", "run_sweep", "run_text", "run_trials", "running_twins",
    "save_figures", "saved_twin", "saved_twin_json", "schema_text", "search", "search_exit_code", "search_json",
    "search_text", "send_class_message", "serve_console", "size_network", "sizing_csv", "sizing_html",
    "sizing_json", "sizing_text", "sound_claims", "start_training", "status_json", "status_text",
    "store_class_results", "store_draft", "store_run", "store_search", "store_sizing", "sweep_csv", "sweep_json",
    "sweep_text", "trials_html", "trials_json", "trials_text", "verdict_line", "verify", "view_text",
]


def __getattr__(name: str) -> Any:
    home = next((home for home, names in HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(home), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
