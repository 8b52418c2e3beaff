"""What a trainee reads, in both languages: the sheet, the gates, the explanation after hand-in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from twin.api.training import walkthrough
from twin.api.training.method import tests_made
from twin.api.training.session import TrainingSession
from twin.jobs.training.acts import Graded
from twin.jobs.training.exercise import Cause, Exercise, Way
from twin.jobs.training.points import parts
from twin.model.yaml.value_types import keys_of
from twin.plan.configuration_changes import kind_of
from twin.report.language.catalogue import Language, filled, texts

PACKAGE = "twin.api.training"


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts in one language, "fr" or "en"."""

    language: Language

    def say(self, key: str, **values: object) -> str:
        """The text of a key with its values."""
        return filled(texts(PACKAGE, self.language), self.language, key, values)

    def sheet(self, exercise: Exercise) -> str:
        """The sheet: what is reported, where to look, what may be done."""
        return "\n".join(self._sheet(exercise)) + "\n"

    def _sheet(self, exercise: Exercise) -> Iterator[str]:
        yield f"{exercise.name}: {exercise.title.text(self.language)}"
        yield self.say("level", level=exercise.level, minutes=exercise.minutes)
        yield from self._section("report", exercise.story.text(self.language))
        yield from self._section("look", exercise.look.text(self.language))
        if exercise.guide:
            yield from self._section("guide", *(f"{number}. {step.text(self.language)}"
                                                for number, step in enumerate(exercise.guide, start=1)))
        yield from self._section("how", *(self.say(f"step-{step}") for step in
                                          ("test", "diagnose", "change", "check", "hand-in")))
        yield f"  {self.say('directions')}: {', '.join(Way)}"
        yield f"  {self.say('causes')}: {', '.join(Cause)}"
        kinds = [f"{kind}   {self.say('keys', keys=', '.join(key.spelling for key in keys_of(kind_of(kind))))}"
                 for kind in exercise.may]
        yield from self._section("may", *(kinds or [self.say("nothing-to-change")]))

    def gates(self, graded: Graded, *, exam: bool) -> str:
        """Which gates were passed, and why not; in an examination, only whether all were."""
        passed = all(result.passed for result in graded.gates)
        lines = [] if exam else [
            f"{'✓' if result.passed else '✗'} {result.gate.value} {self.say(result.gate.value)}"
            + "".join(f"\n     {reason}" for reason in result.reasons) for result in graded.gates]
        return "\n".join([*lines, self.say("all-passed" if passed else "not-passed")]) + "\n"

    def explanation(self, session: TrainingSession, graded: Graded) -> str:
        """After hand-in: the points by their parts, the trouble, what was there to see, and why other repairs fail."""
        exercise, right = session.exercise, session.exercise.diagnosis
        lines = [self.say("points", points=graded.points)]
        lines += [f"  {self.say(part)}: {number}" for part, number in
                  parts(right, session.acts(), graded.gates, graded.ruled_out).items()]
        lines += ["", self.say("right", place=right.place, direction=right.direction, cause=right.cause)]
        lines += [exercise.debriefing.text(self.language)]
        if exercise.evidence:
            lines += ["", self.say("evidence-was")]
            lines += [*self._walk(session)] or [f"  {evidence.title}" for evidence in exercise.evidence]
        lines += self._tests(session)
        if exercise.wrong:
            lines += ["", self.say("wrong-repairs")]
            lines += [f"  {repair.title}: {repair.why.text(self.language)}" for repair in exercise.wrong]
        return "\n".join([*lines, "", self.say("digests", digests=" ".join(graded.digests))]) + "\n"

    def _tests(self, session: TrainingSession) -> Iterator[str]:
        """What each test of the trainee ruled out."""
        made = tests_made(session)
        yield from ("", self.say("tests-made")) if made else ()
        for test in made:
            causes = ", ".join(test.rules_out) or self.say("no-hypothesis")
            yield "  " + self.say("ruled-out", command=test.command, causes=causes, ruled=len(test.rules_out),
                                  hypotheses=test.hypotheses)

    def _walk(self, session: TrainingSession) -> Iterator[str]:
        """What each command of the evidence showed in this very run, before the first change and at the end."""
        for before, after in walkthrough.kept(session.folder):
            yield f"  {before.command}"
            yield f"    {self.say('shown-then', line=before.line)}"
            yield f"    {self.say('shown-now', line=after.line)}"

    def _section(self, title: str, *paragraphs: str) -> Iterator[str]:
        yield ""
        yield self.say(title)
        for paragraph in paragraphs:
            yield from (f"  {line}" for line in paragraph.splitlines())
