"""Completion scripts, tried in the shells themselves: verbs, options, choices and files."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from twin.cli import main
from twin.cli.command_line import VERBS, parser
from twin.cli.shell_completion.parser_description import described

BASH = """
source {script}
COMP_WORDS=({words}) COMP_CWORD={last}
{last_word}
_twin
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
ZSHRC = """
fpath=({folder} $fpath)
autoload -Uz compinit && compinit -D -u
source {script}
compadd() {{
  local -a found
  if [[ " ${{@[1,(i)(-|--)]}} " == *" -"[OAD]" "* ]]; then builtin compadd "$@"; return; fi
  builtin compadd -A found "$@"
  print -rl -- $found >> {answer}
  builtin compadd "$@"
}}
answer() {{ zle complete-word; exit }}
zle -N answer
bindkey '^X' answer
cd {folder}
"""
"""Notes every candidate, completes when control-X is pressed, and ends."""

NAMES = """#!/bin/sh
test "$1 $2" = "completion --names" && echo "a-$3" && echo "b-$3-of-${5:-the-only-one}"
"""
"""A program in place of ours: two names of the kind that it is asked for, with the twin."""

Completes = Callable[[str], set[str]]


def script(shell: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The script that the program prints for a shell, in a file."""
    assert main(["completion", shell]) == 0
    file = folder / f"twin.{shell}"
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    return file


def bash(file: Path, line: str) -> set[str]:
    """What bash offers at the end of a line."""
    words = line.split(" ")
    program = BASH.format(script=file, words=" ".join(words[:-1]), last=len(words) - 1,
                          last_word=f"COMP_WORDS+=('{words[-1]}')")
    ended = subprocess.run(["bash", "--norc", "-c", program], cwd=file.parent, capture_output=True, text=True,
                           check=True)
    assert ended.stderr == ""
    return set(ended.stdout.split())


def zsh(file: Path, line: str) -> set[str]:
    """What zsh offers at the end of a line: typed on a terminal, as zsh completes nowhere else."""
    answer = file.parent / "answer"
    answer.write_text("")
    (file.parent / ".zshrc").write_text(ZSHRC.format(folder=file.parent, script=file, answer=answer))
    child, terminal = pty.fork()
    if child == 0:
        os.execvpe("zsh", ["zsh", "-d", "-i"], {**os.environ, "ZDOTDIR": str(file.parent), "TERM": "dumb"})
    os.write(terminal, f"{line}\x18".encode())
    while read(terminal):
        pass
    os.waitpid(child, 0)
    os.close(terminal)
    return set(answer.read_text().split())


def read(terminal: int) -> bytes:
    """What a terminal shows next; nothing once the shell is gone."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def fish(file: Path, line: str) -> set[str]:
    """What fish offers at the end of a line."""
    ended = subprocess.run(["fish", "--no-config", "-c", f"source {file}; complete -C '{line}'"], cwd=file.parent,
                           capture_output=True, text=True, check=True)
    assert ended.stderr == ""
    return {offer.split("\t")[0] for offer in ended.stdout.splitlines()}


SHELLS = {"bash": bash, "zsh": zsh, "fish": fish}


@pytest.fixture(params=SHELLS)
def completes(request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str],
              monkeypatch: pytest.MonkeyPatch) -> Completes:
    """How one of the shells completes."""
    shell: str = request.param
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    file = script(shell, tmp_path, capsys)
    (tmp_path / "valley.yaml").touch()
    (tmp_path / "vault").mkdir()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "twin").write_text(NAMES)
    (tmp_path / "bin" / "twin").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    return lambda line: SHELLS[shell](file, line)


def test_verbs_are_offered_first(completes: Completes) -> None:
    """All that begin with what is typed."""
    assert {"check", "compare", "campaign", "completion"} <= completes("twin c")
    assert "verify" not in completes("twin c")
    assert set(VERBS) <= completes("twin ")


def test_options_are_those_of_the_verb(completes: Completes) -> None:
    """Not those of others, and none that is hidden."""
    offered = completes("twin verify --")
    assert {"--json", "--lab", "--no-baseline", "--seed"} <= offered
    assert not offered & {"--no-contrast", "--policies", "--double"}


def test_an_option_with_choices_offers_them(completes: Completes) -> None:
    """And nothing else."""
    assert completes("twin verify --lab ") == {"virtual", "wall", "native"}


def test_an_argument_with_choices_offers_them(completes: Completes) -> None:
    """Before any option."""
    assert {"cut", "mend", "degrade"} <= completes("twin fault ")


def test_files_are_offered_for_a_file(completes: Completes) -> None:
    """And folders, in which there may be one."""
    assert {offer.rstrip("/") for offer in completes("twin check va")} == {"valley.yaml", "vault"}


def test_folders_alone_are_offered_for_a_folder(completes: Completes) -> None:
    """Runs are folders."""
    for line in ("twin report va", "twin verify --out va"):
        assert {offer.rstrip("/") for offer in completes(line)} == {"vault"}


@pytest.mark.parametrize(("line", "names"), [
    ("twin down ", {"a-twin", "b-twin-of-the-only-one"}),
    ("twin capture --twin ", {"a-twin", "b-twin-of-the-only-one"}),
    ("twin capture a", {"a-place"}),
    ("twin capture --twin lesson b", {"b-place-of-lesson"}),
    ("twin fault --twin lesson cut b", {"b-place-of-lesson"}),
    ("twin load start --on b", {"b-line-of-the-only-one"}),
    ("twin verify --from lesson.json --only b", {"b-class-of-lesson.json"}),
    ("twin up valley.yaml --policy b", {"b-policy-of-valley.yaml"}),
    ("twin up valley.yaml --load b", {"b-load-of-valley.yaml"}),
    ("twin trial valley.yaml b", {"b-trial-of-valley.yaml"}),
    ("twin policies valley.yaml --policies b", {"b-policy-of-valley.yaml"}),
    ("twin campaign valley.yaml --cut b", {"b-place-of-valley.yaml"}),
    ("twin impair ring-1 --delay 1ms --distribution a", {"a-distribution"})])
def test_names_are_those_of_the_twin(completes: Completes, line: str, names: set[str]) -> None:
    """Of the twin that the line names, up or saved, or of its description, else of the only one that is up."""
    assert names <= completes(line)


def test_each_argument_has_names_of_its_kind(completes: Completes) -> None:
    """A line first, then a profile."""
    assert "a-line" in completes("twin profile a")
    assert "a-profile" in completes("twin profile homes-1 a")


def test_the_json_has_every_verb_and_argument(capsys: pytest.CaptureFixture[str]) -> None:
    """For whoever makes a script for another shell."""
    assert main(["completion", "--json"]) == 0
    printed = capsys.readouterr().out
    for verb in described(parser()):
        assert f'"{verb.name}"' in printed
        assert all(f'"{name}"' in printed for option in verb.options for name in option.names)
