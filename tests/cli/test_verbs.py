"""The command line: every verb has help with an example, errors are one message and the right exit code."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from pkgutil import iter_modules

import pytest

from tests.report.sample import small_run, verdict
from twin import api
from twin.cli import change_verbs, live_verbs, main, study_verbs, territory_verbs, training_verbs, verbs
from twin.cli.command_line import VERBS, parser
from twin.cli.shell_completion.parser_description import described
from twin.core.errors import ExitCode
from twin.judge.verdict import Outcome

ROOT = Path(__file__).parents[2]
MINIMAL = str(ROOT / "topologies" / "minimal.yaml")
OWN = ("topologies/", "studies/", "docs/", "exercises/")
"""Folders of the project that examples name."""


def test_every_file_of_a_verb_is_registered() -> None:
    """A verb is one file in a folder of verbs, and a row."""
    folders = verbs, territory_verbs, study_verbs, live_verbs, change_verbs, training_verbs
    assert {f"{folder.__name__}.{module.name}" for folder in folders
            for module in iter_modules(folder.__path__)} == {*VERBS.values()}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`twin VERB --help` shows an example that begins with the verb itself."""
    with pytest.raises(SystemExit) as end:
        main([verb, "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert end.value.code == 0
    assert f"twin {verb}" in shown.split("example:")[1]


def test_a_verbs_line_of_help_is_short() -> None:
    """One line that says what one gets, within 72 characters, without a full stop."""
    lines = {verb.name: verb.about for verb in described(parser())}
    assert {name: line for name, line in lines.items() if not 0 < len(line) <= 72 or line.endswith(".")} == {}


@pytest.mark.parametrize("verb", VERBS)
def test_every_example_parses(verb: str) -> None:
    """The example of a verb is a command that is understood."""
    (known,) = described(parser([verb]))
    words = shlex.split(known.example.removeprefix("source <(").removesuffix(")"))
    end = min((words.index(mark) for mark in (">", "|") if mark in words), default=None)
    assert words[0] == "twin" and parser([verb]).parse_args(words[1:end]).verb.about == known.about


@pytest.mark.parametrize("verb", VERBS)
def test_an_example_names_files_that_are_there(verb: str) -> None:
    """Those of the project's own folders, as a reader types them."""
    (known,) = described(parser([verb]))
    named = [word for word in shlex.split(known.example) if word.startswith(OWN)]
    assert [word for word in named if not (ROOT / word).exists()] == []


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """`twin --version`: the name and the version of the library."""
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0 and capsys.readouterr().out == f"twin {api.__version__}\n"


@pytest.mark.parametrize(("verb", "old", "new"), [
    ("plan", "--contrast", "--no-qos"), ("up", "--contrast", "--no-qos"), ("verify", "--no-contrast", "--no-baseline"),
])
def test_an_old_spelling_warns_and_works(verb: str, old: str, new: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is the same as the new one, which the warning on standard error names; help does not show it."""
    understood = vars(parser([verb]).parse_args([verb, MINIMAL, old]))
    output = capsys.readouterr()
    assert output.out == "" and f"{old} is now {new}" in output.err
    parsers_own = {"verb": None, "own": None}
    assert understood | parsers_own == vars(parser([verb]).parse_args([verb, MINIMAL, new])) | parsers_own
    assert capsys.readouterr().err == ""
    with pytest.raises(SystemExit):
        main([verb, "--help"])
    shown = capsys.readouterr().out
    assert new in shown and f"[{old}]" not in shown and f" {old} " not in shown


@pytest.mark.parametrize("words", [
    [], ["frobnicate"], ["verify"], ["plan", MINIMAL, "--policy"], ["check", MINIMAL, "--no"],
    ["plan", MINIMAL, "--no-qos", "--policy", "drr"],
])
def test_wrong_usage_is_exit_2_without_a_traceback(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """No verb, an unknown one, an argument or a value missing, an unknown option, two that exclude each other."""
    with pytest.raises(SystemExit) as end:
        main(words)
    output = capsys.readouterr()
    assert end.value.code == ExitCode.INPUT
    assert output.out == "" and "error:" in output.err and "Traceback" not in output.err


def test_an_argument_too_many_is_answered_with_the_usage_of_its_verb(capsys: pytest.CaptureFixture[str]) -> None:
    """Not with that of all verbs, which says nothing of it."""
    with pytest.raises(SystemExit) as end:
        main(["watch", "lesson"])
    shown = capsys.readouterr().err
    assert end.value.code == 2 and "--twin NAME" in shown
    assert "twin watch: error: unrecognized arguments: lesson" in shown


@pytest.mark.parametrize(("words", "says"), [
    (["train", "prove", "--seeds", "0", "an.yaml", "other.yaml"], "--seeds is at least 1"),
    (["trial", "no.yaml", "--json", "east"], "no.yaml"),
    (["class", "message", "--to", "anna", "to", "all"], "unrecognized arguments: all")])
def test_options_may_stand_before_and_between_arguments(words: list[str], says: str,
                                                        capsys: pytest.CaptureFixture[str]) -> None:
    """Also before those that may be left out; one too many is refused as ever."""
    try:
        assert main(words) == ExitCode.INPUT
    except SystemExit as end:
        assert end.code == ExitCode.INPUT
    shown = capsys.readouterr().err
    assert says in shown
    assert "all" in says or "unrecognized" not in shown


def test_an_unknown_policy_is_named_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    """Where one is asked for, and where several are compared; one that stands twice is refused, too."""
    for words in (["plan", MINIMAL, "--policy", "wfq"], ["policies", MINIMAL, "--policies", "drr,wfq"]):
        assert main(words) == ExitCode.INPUT
        assert 'no policy "wfq"; known: ' in capsys.readouterr().err
    assert main(["policies", MINIMAL, "--policies", "drr,drr"]) == ExitCode.INPUT
    assert '"drr" is named twice' in capsys.readouterr().err


def test_help_says_where_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    """`twin --help` names every verb and shows a whole command."""
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    verbs, _, example = capsys.readouterr().out.partition("example: ")
    assert end.value.code == 0
    assert [verb for verb in VERBS if f"    {verb}" not in verbs] == []
    assert example.startswith("twin verify topologies/minimal.yaml")


@pytest.mark.parametrize("verb", sorted(set(VERBS) - {"exec", "shell"}))
def test_every_verb_that_prints_can_print_json(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--json is among the options of every verb but the two that pass a terminal through."""
    with pytest.raises(SystemExit):
        main([verb, "--help"])
    assert "--json" in capsys.readouterr().out


def test_a_good_file_is_good(capsys: pytest.CaptureFixture[str]) -> None:
    """`twin check` on a good file counts what is in it."""
    assert main(["check", MINIMAL, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["flows"] == 6


def test_a_bad_file_is_exit_2_with_every_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Problems go to standard error with their places; nothing goes to standard output."""
    bad = tmp_path / "bad.yaml"
    bad.write_text(Path(MINIMAL).read_text().replace("512 kbit/s", "512").replace("codec: G.711", "codec: G.999"))
    assert main(["check", str(bad)]) == 2
    output = capsys.readouterr()
    assert output.out == "" and "has no unit" in output.err and "G.999" in output.err and "Traceback" not in output.err


def test_problems_come_as_json_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --json each problem has its file, line, column, path, reason and remedy."""
    assert main(["check", str(tmp_path / "none.yaml"), "--json"]) == 2
    problems = json.loads(capsys.readouterr().err)["problems"]
    assert problems and set(problems[0]) == {"file", "line", "column", "path", "reason", "remedy"}


def test_the_schema_printed_is_the_schema_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """topologies/schema.json is what `twin schema` prints."""
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == (Path(MINIMAL).parent / "schema.json").read_text()


def test_seconds_may_have_a_unit_and_must_make_sense(capsys: pytest.CaptureFixture[str]) -> None:
    """Half a second is too short, "2 lightyears" is no time; both are exit 2."""
    for wrong in ("0.5", "2 lightyears", "-3"):
        assert main(["verify", MINIMAL, f"--seconds={wrong}"]) == 2
        assert "--seconds" in capsys.readouterr().err


def test_a_run_that_is_not_there_is_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`twin report` on an empty folder says so without a traceback."""
    assert main(["report", str(tmp_path)]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_an_unknown_class_is_named_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    """--only with a class that is not there lists those that are."""
    assert main(["verify", MINIMAL, "--only", "vioce"]) == 2
    assert "known: data, voice" in capsys.readouterr().err


def test_a_comparison_fails_on_what_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 1 where a target broke, 0 where nobody asked, 2 for a word that is no change, with those that are."""
    before, after = tmp_path / "before", tmp_path / "after"
    for folder, outcome in ((before, Outcome.MET), (after, Outcome.MISSED)):
        folder.mkdir()
        api.store_run(small_run(verdict(verdict=outcome)), folder)
    words = ["compare", str(before), str(after)]
    assert main(words) == 0 and main([*words, "--fail-on", "gone,new"]) == 0
    assert main([*words, "--fail-on", "gone, broken"]) == ExitCode.MISSED
    assert main([*words, "--fail-on", "borken"]) == ExitCode.INPUT
    assert '"borken" is no change of a target; known: broken, worse, gone' in capsys.readouterr().err


def test_removing_a_lab_kernel_by_the_modules_option_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The message names both commands."""
    assert main(["kernel", "path", "--remove"]) == ExitCode.INPUT
    errors = capsys.readouterr().err
    assert "twin kernel module" in errors and "twin kernel clean" in errors
