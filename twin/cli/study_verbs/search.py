"""`twin search FILE`: random schedules of events against the controller or in labs, what came nearest to a violation,
each failure shrunk."""

from __future__ import annotations

import argparse
from pathlib import Path

from twin import api
from twin.cli.progress import shown
from twin.cli.verb import Verb, file_argument, json_argument, out_folder

SCHEDULES = 1000


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    json_argument(parser)
    parser.add_argument("--seeds", metavar="N", type=int, help=f"how many schedules (default: {SCHEDULES})")
    parser.add_argument("--labs", metavar="N", type=int, help="run so many schedules in labs, with real switches and "
                        "packets, instead of the simulated network")
    parser.add_argument("--first", metavar="N", type=int, help="the first seed (default: 0)")
    parser.add_argument("--jobs", metavar="N", type=int, help="processes, or labs side by side (default: one per core)")
    parser.add_argument("--replay", metavar="SCHEDULE", type=Path, help="run this schedule alone, where it was found, "
                        "or with --labs 1 in a lab: failure-N.json of an earlier search")
    parser.add_argument("--out", metavar="FOLDER", type=Path, help="where failures are left, if there are any "
                        "(default: runs/<network>-search-<time>)")
    parser.add_argument("--force", action="store_true", help="replace the results that the folder holds")


def _run(arguments: argparse.Namespace) -> int:
    _check(arguments)
    network = api.load(arguments.file)
    if arguments.replay is not None:
        result, where = _replayed(arguments, network), ""
    else:
        first = arguments.first or 0
        seeds = range(first, first + (arguments.labs or arguments.seeds or SCHEDULES))
        with shown() as show:
            result = (api.search_labs(network, seeds, show, arguments.jobs) if arguments.labs
                      else api.search(api.plan(network), seeds, show, arguments.jobs))
        where = _stored(arguments, result)
    print(api.search_json(result) if arguments.json else api.search_text(result, where), end="")
    return api.search_exit_code(result)


def _check(arguments: argparse.Namespace) -> None:
    if any(given is not None and given < 1 for given in (arguments.seeds, arguments.labs, arguments.jobs)):
        raise api.UsageError("--seeds, --labs, --jobs: at least one schedule and one process are needed")
    if arguments.seeds is not None and arguments.labs is not None:
        raise api.UsageError("--seeds and --labs both say how many schedules run, one in the simulated network and one "
                             "in labs; write one of them")
    many = [f"--{name}" for name in ("seeds", "first", "jobs", "out", "force")
            if getattr(arguments, name) is not None and getattr(arguments, name) is not False]  # the first may be 0
    if arguments.replay is not None and (many or (arguments.labs or 1) > 1):
        raise api.UsageError(f"--replay runs one schedule, and leaves no files; leave {many[0]} out" if many else
                             "--replay runs one schedule; write --labs 1 to run it in a lab")


def _replayed(arguments: argparse.Namespace, network: api.Network) -> api.SearchResult:
    text = arguments.replay.read_text(encoding="utf-8")
    schedule = api.read_schedule(text, str(arguments.replay))
    if arguments.labs or api.runs_in_lab(text):
        return api.replay_in_lab(network, schedule)
    return api.replay_schedule(api.plan(network), schedule)


def _stored(arguments: argparse.Namespace, result: api.SearchResult) -> str:
    """Where the failures are; nothing is left where there are none and no folder was named."""
    if not result.failures and arguments.out is None:
        return ""
    out = out_folder(arguments, f"{result.network}-search")
    api.store_search(out, arguments.file, result, force=arguments.force)
    return str(out)


VERB = Verb("Random cuts, restarts and zapping: what breaks the controller, shrunk",
            "twin search topologies/castres-mazamet.yaml --seeds 200", _arguments, _run)
