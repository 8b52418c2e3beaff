"""`twin sweep STUDY`: every point of a study, by theory and in labs."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from twin import api
from twin.cli.progress import shown
from twin.cli.verb import Verb, file_argument, json_argument, language_argument, language_of, out_argument


def _arguments(parser: argparse.ArgumentParser) -> None:
    file_argument(parser, "the YAML file of the study")
    json_argument(parser)
    language_argument(parser)
    out_argument(parser, "the sweep; what it holds already is not computed again", "runs/<study>-sweep")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--dask", metavar="ADDRESS", help="compute on the Dask cluster of this scheduler, for example "
                       "tcp://127.0.0.1:8786")
    where.add_argument("--jobs", metavar="N", type=int, help="workers of this machine, each on a core of its own "
                       "(default: one per core)")


def _run(arguments: argparse.Namespace) -> int:
    out = arguments.out or Path("runs") / f"{arguments.file.stem}-sweep"
    language = language_of(arguments)
    workers = api.DaskWorkers(arguments.dask, _say) if arguments.dask else api.LocalWorkers(arguments.jobs)
    try:
        with shown() as show:
            sweep = api.run_sweep(arguments.file, out, workers, show, force=arguments.force, language=language)
    except KeyboardInterrupt:
        print(f"twin: interrupted; what was finished is kept in {out}", file=sys.stderr, flush=True)
        os._exit(api.ExitCode.INTERRUPTED)  # the workers end with this process
    text = api.sweep_json(sweep) if arguments.json else api.sweep_text(sweep, where=str(out), language=language)
    print(text, end="")
    return sweep.exit_code


def _say(words: str) -> None:
    print(f"twin: warning: {words}", file=sys.stderr, flush=True)


VERB = Verb("Compute every point of a study: theory, packets, tables, pictures", "twin sweep studies/line-rates.yaml",
            _arguments, _run)
