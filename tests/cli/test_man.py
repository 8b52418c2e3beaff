"""The manual page: all that help says, in roff that renders without a warning."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from twin.cli import main
from twin.cli.command_line import VERBS, parser
from twin.cli.shell_completion.parser_description import VerbHelp, described
from twin.core.errors import ExitCode

VERB_HELP = described(parser())


@pytest.fixture
def page(capsys: pytest.CaptureFixture[str]) -> str:
    """The page in roff."""
    assert main(["man"]) == 0
    return capsys.readouterr().out


def test_the_page_renders_without_a_warning(page: str) -> None:
    """By groff with every warning on, with its sections and nothing of roff's own left."""
    if shutil.which("groff") is None:
        pytest.skip("groff is not installed")
    ended = subprocess.run(["groff", "-man", "-ww", "-Tascii", "-P-c"], input=page, capture_output=True, text=True,
                           check=True)
    assert ended.stderr == ""
    plain = subprocess.run(["sed", "s/.\x08//g"], input=ended.stdout, capture_output=True, text=True, check=True).stdout
    for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "VERBS", "EXIT STATUS", "FILES", "EXAMPLES"):
        assert f"\n{section}\n" in f"\n{plain}"
    assert "twin verify topologies/castres-mazamet.yaml --seed 7" in plain


@pytest.mark.parametrize("verb", VERB_HELP, ids=VERBS)
def test_every_verb_stands_in_it_with_every_option(verb: VerbHelp, page: str) -> None:
    """Under a heading of its own, with what its help says of it."""
    section = page.split(f".SS {verb.name}\n")[1].split("\n.S")[0].replace(r"\-", "-")
    assert section.startswith(f"{verb.about}.\n")
    for option in (*verb.options, *verb.positional):
        assert rf"\fB{option.title}\fR" in section and option.help in section


def test_every_exit_code_stands_in_it(page: str) -> None:
    """With what it means."""
    listed = page.split(".SH EXIT STATUS")[1].split(".SH FILES")[0]
    assert all(f"\\fB{int(code)}\\fR\n{code.meaning}\n" in listed for code in ExitCode)


def test_json_has_the_same_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """A record for each verb."""
    assert main(["man", "--json"]) == 0
    assert [verb["name"] for verb in json.loads(capsys.readouterr().out)] == list(VERBS)
