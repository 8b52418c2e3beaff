"""The replay of a session for people and programs: what was done, when, with which evidence, and how it was graded."""

from __future__ import annotations

from pathlib import Path

from twin.api.training.session import RUNS, SESSION_FILE, TrainingSession, session_folder
from twin.api.training.text import Wording
from twin.core.errors import UsageError
from twin.core.records import to_json
from twin.jobs.training.acts import Changed, Diagnosed, Graded, Hinted, Started, Tried, WasReset
from twin.jobs.training.change_words import change_text
from twin.jobs.training.replay import ReplayStep, replay_steps

__all__ = ["ReplayStep", "replay", "replay_json", "replay_text"]


def replay(session: str | Path, *, reasons: bool | None = None) -> tuple[ReplayStep, ...]:
    """Every step of a session: of an exercise's name, of what lies in the folder of runs, or of a folder.

    reasons: with the gates of each grading (default: unless it is an examination). The chain of hashes is verified.
    Raises UsageError where there is no such session, and where its journal was changed.
    """
    folders = [Path(session), RUNS / session, session_folder(str(session))]
    folder = next((folder for folder in folders if (folder / SESSION_FILE).exists()), None)
    if folder is None:
        known = sorted(path.parent.name for path in RUNS.glob(f"*/{SESSION_FILE}"))
        raise UsageError(f'there is no session "{session}"; known: {", ".join(known) or "none"}')
    opened = TrainingSession(folder)
    return replay_steps(opened.lines(), reasons=not opened.exam if reasons is None else reasons)


def replay_json(steps: tuple[ReplayStep, ...]) -> str:
    """The steps as JSON, and that the chain holds up to its last hash."""
    return to_json({"steps": steps, "chain": steps[-1].chain if steps else ""})


def replay_text(steps: tuple[ReplayStep, ...], wording: Wording) -> str:
    """The steps for a terminal: a line each, with minutes and seconds since the start."""
    lines = [f"{_clock(step.elapsed)}  {_words_of(step, wording)}" for step in steps]
    last = steps[-1].chain[:16] if steps else ""
    return "\n".join([*lines, wording.say("chain", steps=len(steps), hash=last)]) + "\n"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60:4}:{int(seconds) % 60:02}"


def _words_of(step: ReplayStep, wording: Wording) -> str:
    match step.act:
        case Started(exercise, seed, exam, digest):
            mode = f", {wording.say('exam')}" * exam
            return wording.say("replay-started", exercise=exercise, seed=seed, mode=mode, digest=digest[:16])
        case Hinted(number, cost):
            return wording.say("replay-hint", number=number + 1, cost=cost)
        case Tried(command):
            return wording.say("replay-tried", command=command)
        case Diagnosed(diagnosis, evidence, shown):
            place, direction, cause = diagnosis.place, diagnosis.direction, diagnosis.cause
            named = wording.say("diagnosed", place=place, direction=direction, cause=cause)
            proof = f"; {evidence}: {wording.say('shown' if shown else 'not-shown')}" if evidence else ""
            return named + proof
        case Changed(change):
            return wording.say("changed", kind=change_text(change))
        case WasReset():
            return wording.say("was-reset")
        case Graded():
            return _graded(step.act, wording) if step.act.gates else wording.say("passed" if step.passed else "failed")


def _graded(act: Graded, wording: Wording) -> str:
    """The gates, with what speaks against each on a line of its own; nothing of them where they are not told."""
    head = wording.say("replay-handed-in" if act.handed_in else "replay-checked", points=act.points)
    marks = " ".join(f"{'✓' if result.passed else '✗'}{result.gate.value}" for result in act.gates)
    reasons = [f"\n         {result.gate.value}: {reason}" for result in act.gates for reason in result.reasons]
    return f"{head} {marks}".rstrip() + "".join(reasons)
