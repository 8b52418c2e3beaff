"""The examples for CI servers are sound: their files parse, their commands are ours, and measure before they judge."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.imports import ROOT
from tests.report.sample import sample_run
from twin.api import judge_gate, read_measured, save_figures, store_run
from twin.cli.command_line import parser

FOLDER = ROOT / "docs" / "ci"


def gitlab() -> Iterator[str]:
    """The commands of the job, in order."""
    job = yaml.safe_load((FOLDER / "gitlab-ci.yml").read_text())["network-gate"]
    yield from (*job["script"], *job["after_script"])


def github() -> Iterator[str]:
    """Those of the steps."""
    whole: dict[Any, Any] = yaml.safe_load((FOLDER / "github-actions.yml").read_text())
    for step in whole["jobs"]["network-gate"]["steps"]:
        yield from step.get("run", "").splitlines()


def jenkins() -> Iterator[str]:
    """Those of `sh`; the braces of the pipeline are closed."""
    text = (FOLDER / "Jenkinsfile").read_text()
    assert text.count("{") == text.count("}")
    yield from re.findall(r"\bsh '([^'\n]+)'", text)


SERVERS = pytest.mark.parametrize("commands", [[*gitlab()], [*github()], [*jenkins()]],
                                  ids=["gitlab", "github", "jenkins"])


@SERVERS
def test_every_command_is_understood(commands: list[str]) -> None:
    """By a shell, and by our parser."""
    for command in commands:
        subprocess.run(("bash", "-n", "-c", command), check=True)
        words = shlex.split(command.partition("||")[0], comments=True)
        if words[0] == "twin":
            parser([words[1]]).parse_args(words[1:])


@SERVERS
def test_the_gate_follows_the_measurement(commands: list[str]) -> None:
    """A missed or inconclusive target leaves the judgement to the gate, any other failure of verify stops the job."""
    verbs = [shlex.split(command)[1] for command in commands if command.startswith("twin ")]
    assert verbs == ["check", "verify", "compare"]
    (verify,) = (command for command in commands if command.startswith("twin verify"))
    ends = verify.partition("||")[2].partition("#")[0]
    for code, stops in ((0, False), (1, False), (5, False), (2, True), (3, True), (4, True)):
        ended = subprocess.run(("bash", "-ec", f"(exit {code}) || {ends}"), check=False).returncode
        assert (ended != 0) is stops


@SERVERS
def test_the_rules_of_the_examples_are_rules(commands: list[str], tmp_path: Path) -> None:
    """They speak of what a run has."""
    run = sample_run()
    store_run(run, tmp_path)
    save_figures(read_measured(tmp_path), tmp_path / "figures.json")
    (compare,) = (shlex.split(command) for command in commands if command.startswith("twin compare"))
    arguments = parser(["compare"]).parse_args(compare[1:])
    rules = [rule for rule in arguments.fail_on.split(",") if ":" in rule]
    before = read_measured(tmp_path / "figures.json")
    assert rules and not any(decision.breaks for decision in judge_gate(rules, before, run))


def test_they_say_the_same() -> None:
    """One gate on all three."""
    gates = {next(command for command in commands if command.startswith("twin compare")).strip()
             for commands in ([*gitlab()], [*github()], [*jenkins()])}
    assert len(gates) == 1
