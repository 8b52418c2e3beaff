"""Texts changed at random as people, editors, disks and attackers change them; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

ODD = ("", "0", "-1", "1", "1e400", "9" * 400, ".nan", ".inf", "NaN", "null", "true", "~", "[]", "{}", "[[]]", "'",
       '"', "x" * 5000, "../../x", "\u202e", "\ud800", "\0", "é", "1 Gbit/s", "0 ms", "100 h", "1 km", "99999999 GB",
       "150 %", "*a", "&a [*a]", "<<: *a", "!!python/object:os.system", "- ", ": ", "#", "\t", "\n", "east", "voice",
       "homes", "call")
"""What is put in the place of a word."""
SIGNS = (" ", '"', ",", ":", "[", "{", "\0", "\xff", "\u2028", *map(chr, range(33, 127)))
"""What is put in the place of a character."""
WORD = re.compile(r"[\w./%-]+( (bit|kbit|Mbit|Gbit)/s| ms| s| km| m| %| kB| bytes)?")
Change = Callable[[str, Random, Sequence[str]], str]


def mutant(text: str, random: Random, lines: Sequence[str] = ()) -> str:
    """A text after one to four changes. lines: of other texts, of which some are put in."""
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        text = random.choice(CHANGES)(text, random, lines) or " "
    return text


def _one_character(text: str, random: Random, _: Sequence[str]) -> str:
    at = random.randrange(len(text))
    return text[:at] + random.choice(SIGNS) + text[at + 1:]


def _cut(text: str, random: Random, _: Sequence[str]) -> str:
    return text[:random.randrange(len(text))]


def _without_a_part(text: str, random: Random, _: Sequence[str]) -> str:
    at = random.randrange(len(text))
    return text[:at] + text[at + random.choice((1, 2, 10, 100)):]


def _another_word(text: str, random: Random, _: Sequence[str]) -> str:
    words = list(WORD.finditer(text))
    if not words:
        return text
    word = random.choice(words)
    other = random.choice(words)[0] if random.random() < 0.5 else random.choice(ODD)
    return text[:word.start()] + other + text[word.end():]


def _another_line(text: str, random: Random, lines: Sequence[str]) -> str:
    """A line removed, doubled, moved, indented, or put in from elsewhere."""
    own = text.split("\n")
    at, to = random.randrange(len(own)), random.randrange(len(own))
    match random.randrange(5):
        case 0:
            del own[at]
        case 1:
            own.insert(to, own[at])
        case 2:
            own.insert(to, own.pop(at))
        case 3:
            own[at] = " " * random.randrange(1, 5) + own[at]
        case _:
            own.insert(at, random.choice(lines or own))
    return "\n".join(own)


CHANGES: tuple[Change, ...] = (_one_character, _cut, _without_a_part, _another_word, _another_word, _another_word,
                               _another_line, _another_line)
