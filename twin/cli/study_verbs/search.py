"""`twin search FILE`: random schedules of events against the controller, the worst outages, each failure shrunk."""

from __future__ import annotations

import argparse
from pathlib import Path

from twin import api
from twin.cli.progress import shown
from twin.cli.verb import Verb, file_argument, json_argument, out_folder


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser)
    json_argument(parser)
    parser.add_argument("--seeds", metavar="N", type=int, default=1000, help="how many schedules (default: 1000)")
    parser.add_argument("--first", metavar="N", type=int, default=0, help="the first seed (default: 0)")
    parser.add_argument("--jobs", metavar="N", type=int, help="processes (default: one per core)")
    parser.add_argument("--replay", metavar="SCHEDULE", type=Path, help="run this schedule alone: failure-N.json of an "
                        "earlier search")
    parser.add_argument("--out", metavar="FOLDER", type=Path, help="where failures are left, if there are any "
                        "(default: runs/<network>-search-<time>)")
    parser.add_argument("--force", action="store_true", help="replace the results that the folder holds")


def _run(arguments: argparse.Namespace) -> int:
    if arguments.seeds < 1 or (arguments.jobs is not None and arguments.jobs < 1):
        raise api.UsageError("--seeds, --jobs: at least one schedule and one process are needed")
    blueprint = api.plan(api.load(arguments.file))
    if arguments.replay is not None:
        text = arguments.replay.read_text(encoding="utf-8")
        result, where = api.replay_schedule(blueprint, api.read_schedule(text, str(arguments.replay))), ""
    else:
        seeds = range(arguments.first, arguments.first + arguments.seeds)
        with shown() as show:
            result = api.search(blueprint, seeds, show, arguments.jobs)
        where = _stored(arguments, result)
    print(api.search_json(result) if arguments.json else api.search_text(result, where), end="")
    return api.search_exit_code(result)


def _stored(arguments: argparse.Namespace, result: api.SearchResult) -> str:
    """Where the failures are; nothing is left where there are none and no folder was named."""
    if not result.failures and arguments.out is None:
        return ""
    out = out_folder(arguments, f"{result.network}-search")
    api.store_search(out, arguments.file, result, force=arguments.force)
    return str(out)


VERB = Verb("Random cuts, restarts and zapping: what breaks the controller, shrunk",
            "twin search topologies/castres-mazamet.yaml --seeds 200", _arguments, _run)
