"""The command line in odd environments: streams, languages, limits, files, interrupts; benchmarks.environments has
more."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from benchmarks import environments
from benchmarks.support.odd_environments import ENVIRONMENTS
from tests.report.sample import small_run, verdict
from twin.report.files.run_folder import store

SAMPLE = (
    "standard output closed", "all standard streams closed", "standard error closed", "standard output full: plan",
    "standard output full: help", "reader of standard output gone", "only ASCII: a name in the message",
    "600 MiB of address space: verify", "30 MiB of address space: plan", "files of 1 MiB: verify",
    "files of 10 KiB: report", "results below a file", "lab kernel cut short", "the current folder is removed",
    "a run cut short", "a name that leaves its folder", "a description without an end",
)
INTERRUPTED = """
import sys

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[-1]:
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupt())
from twin.cli import main
sys.exit(main())
"""
"""An interrupt that comes while a module is looked for, the last word of the command."""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder for trials, with a stored run."""
    with TemporaryDirectory() as name:
        stored = Path(name, "stored")
        stored.mkdir()
        store(small_run(verdict()), stored)
        yield Path(name)


@pytest.mark.parametrize("name", SAMPLE)
def test_a_user_gets_the_right_exit_code_and_words(name: str, folder: Path) -> None:
    """And never a traceback."""
    code, words = environments.outcome(name, folder)
    assert list(environments.faults(ENVIRONMENTS[name], code, words)) == []


@pytest.mark.parametrize("module", ["twin.cli.standard_streams", "twin.cli.command_line", "argparse", "twin.api",
                                    "twin.cli.verbs.check", "yaml"])
def test_an_interrupt_while_it_starts_is_one_sentence(module: str) -> None:
    """Whichever module is being imported."""
    ended = subprocess.run((sys.executable, "-c", INTERRUPTED, "check", module), capture_output=True, text=True,
                           check=False)
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr == "twin: interrupted; nothing is left running\n"
