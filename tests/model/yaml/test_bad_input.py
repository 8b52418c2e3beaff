"""Whatever stands in a file, the loader answers with a network or with problems, never with anything else."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from twin.core.errors import Problem, TopologyError
from twin.model import Network
from twin.model.yaml import load, read
from twin.model.yaml.file_source import SIZE_LIMIT, text_of
from twin.model.yaml.problems import LIMIT

MINIMAL = (Path(__file__).parents[3] / "topologies" / "minimal.yaml").read_text(encoding="utf-8")
LINES = MINIMAL.splitlines(keepends=True)

SCRAPS = ["", "~", "null", "[]", "{}", "-1", "0", "99999999999999999999", "9" * 5000, "1e999", ".inf", "-.nan", "0x",
          "no", "10:30", "100", "100 mbit/s", "-5 ms", '"\\0"', '"\\x1b[31m"', "é", "\u2028", "*a", "&a x", "!!int 3",
          "<<: {a: b}", "? [a]", "[" * 40, "{a: " * 40, "a;rm -rf /", "$(reboot)", "../../etc/passwd", "north",
          "voice", "call", "|", ">", "%TAG ! x", "---", "...", "\ufeff", "\t", "'", '"', "#", ": ", "- ", "?", "\r"]


def outcome(text: str) -> Network | tuple[Problem, ...]:
    try:
        return read(text, "x.yaml")
    except TopologyError as error:
        assert error.problems
        assert str(error).isprintable() or "\n" in str(error)
        assert all(line.isprintable() for line in str(error).split("\n"))
        return error.problems


@given(st.binary(max_size=400))
def test_any_bytes_end_in_problems(content: bytes) -> None:
    """Bytes of any kind are refused in words."""
    try:
        text = text_of(content, "x.yaml")
    except TopologyError as error:
        assert error.problems[0].place.line >= 1
    else:
        assert not isinstance(outcome(text), Network)


@given(st.text(alphabet=st.sampled_from("ab01:-[]{}&*!|>'\"%@`#?,. \n\t~\\\ud800\x00é"), max_size=120))
def test_any_punctuation_ends_in_problems(text: str) -> None:
    """Texts dense in YAML's own characters are refused in words."""
    assert not isinstance(outcome(text), Network)


@settings(max_examples=300)
@given(st.integers(0, 2**32), st.integers(1, 6))
def test_any_change_of_a_good_file_is_answered(seed: int, changes: int) -> None:
    """A good file with scraps put in, words replaced, lines repeated, moved or dropped is read or refused in words."""
    draw = random.Random(seed)
    lines = list(LINES)
    for _ in range(changes):
        index = draw.randrange(len(lines))
        words = lines[index].split(" ")
        match draw.randrange(5):
            case 0:
                words[draw.randrange(len(words))] = draw.choice(SCRAPS)
                lines[index] = " ".join(words)
            case 1:
                column = draw.randrange(len(lines[index]))
                lines[index] = lines[index][:column] + draw.choice(SCRAPS) + lines[index][column:]
            case 2:
                lines.insert(draw.randrange(len(lines)), lines[index])
            case 3:
                lines[index] = " " * draw.randrange(4) + lines[index]
            case _:
                del lines[index]
    outcome("".join(lines))


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "{? "])
def test_any_nesting_is_refused_in_words(opening: str) -> None:
    """100,000 nested lists or mappings are one problem, and no exhausted stack."""
    problems = outcome(opening * 100_000)
    assert not isinstance(problems, Network)
    assert len(problems) == 1


@given(st.recursive(st.sampled_from(SCRAPS[:12]), lambda inner: st.one_of(
    st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]"),
    st.dictionaries(st.sampled_from(["name", "to", "site", "x"]), inner, max_size=4).map(
        lambda table: "{" + ", ".join(f"{key}: {value}" for key, value in table.items()) + "}"))),
    st.sampled_from(["sites", "switches", "dslams", "spans", "rings", "classes", "services", "profiles", "lines",
                     "workloads", "targets", "faults", "protection"]))
@example("{a: {}}", "lines")
def test_any_tree_under_any_section_is_answered(tree: str, section: str) -> None:
    """Each section takes any shape of value and says what is wrong with it."""
    outcome(f"{MINIMAL}\n".replace(f"\n{section}:", "\nunused:", 1) + f"{section}: {tree}\n")


def test_a_thousand_problems_are_cut_short() -> None:
    """Reading stops after so many problems and says so."""
    problems = outcome("twin: 1\n" + "".join(f"key{n}: 1\n" for n in range(5_000)))
    assert not isinstance(problems, Network)
    assert len(problems) == LIMIT + 1
    assert any("not judged" in problem.reason for problem in problems)


def test_a_large_file_is_not_read_whole(tmp_path: Path) -> None:
    """A file over the limit is one problem that names the limit; a sparse gigabyte is never read."""
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(2**30)
    with pytest.raises(TopologyError, match=f"larger than {SIZE_LIMIT // 2**20} MiB"):
        load(path)


@pytest.mark.parametrize("name", ["missing.yaml", ".", "a\0b.yaml", "x" * 300])
def test_a_file_that_cannot_be_opened_is_a_problem(tmp_path: Path, name: str) -> None:
    """No file, a folder, an impossible name: a problem with the system's reason."""
    with pytest.raises(TopologyError, match="cannot be read"):
        load(os.path.join(tmp_path, name))
