"""`twin train list|start|sheet|diagnose|hint|change|check|hand-in|replay|...`: exercises on a faulty network."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from twin import api
from twin.cli.progress import shown
from twin.cli.verb import Verb, json_argument, language_argument, language_of

WHAT = ("list", "start", "sheet", "diagnose", "hint", "change", "check", "hand-in", "reset", "score", "stop", "prove",
        "replay", "new", "instructor", "test", "table")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=WHAT, metavar="ACT", help="one of: list exercises; start one; show its sheet; "
                        "diagnose PLACE DIRECTION CAUSE; take a hint; change KIND key=value ...; check the gates; "
                        "hand-in for good; reset the network to how it began; score; stop the twin; prove FILE: "
                        "measure all that an exercise says of itself; replay SESSION step by step; new NAME: write an "
                        "exercise to begin with; instructor NAME: the page with all that is hidden; "
                        "instructor: the timetable of the course; test NODE COMMAND ...: run a command as a test of a "
                        "hypothesis; table FILE: compute which hypotheses each test rules out")
    parser.add_argument("words", metavar="WORD", nargs="*", help="what goes with it: of start, an exercise or its file")
    parser.add_argument("--exercise", metavar="NAME", default="", help="which exercise, where several are under way")
    parser.add_argument("--seed", metavar="N", type=int, help="draws places and directions (default: at random)")
    parser.add_argument("--exam", action="store_true", help="no hints, and only passed or failed is told")
    parser.add_argument("--seeds", metavar="N", type=int, help="of prove: with so many seeds, of which each grades "
                        "alone (default: one grading, as the exercise says)")
    parser.add_argument("--because", metavar="COMMAND", default="", help="of diagnose: a node and a command whose "
                        "output shows the trouble")
    language_argument(parser)
    json_argument(parser)


def _run(arguments: argparse.Namespace) -> int:
    acts: Mapping[str, Callable[[argparse.Namespace, api.Wording], int]] = {
        "list": _list, "start": _start, "sheet": _sheet, "diagnose": _diagnose, "hint": _hint, "change": _change,
        "check": _check, "hand-in": _check, "reset": _reset, "score": _score, "stop": _stop, "prove": _prove,
        "replay": _replay, "new": _new, "instructor": _instructor,
        "test": _test, "table": _table}
    return acts[arguments.what](arguments, api.Wording(language_of(arguments)))


def _instructor(arguments: argparse.Namespace, wording: api.Wording) -> int:
    if arguments.words:
        file = _exercise_file(arguments)
        page = api.instructor_page([drawn.exercise for drawn in api.all_draws(file)], wording.language)
    else:
        page = api.course_timetable([*map(api.read_exercise, api.exercise_files())], wording.language)
    return _show(arguments, page, {"page": page})


def _test(arguments: argparse.Namespace, _wording: api.Wording) -> int:
    if len(arguments.words) < 2:
        raise api.UsageError("write: twin train test NODE COMMAND ...; options of the command after --")
    output = api.open_session(arguments.exercise).test(arguments.words[0], arguments.words[1:])
    text = output.decode(errors="replace")
    return _show(arguments, text, {"output": text})


def _table(arguments: argparse.Namespace, wording: api.Wording) -> int:
    file = _exercise_file(arguments)
    with shown() as on_progress:
        written = api.compute_test_table(file, on_progress)
    return _show(arguments, f"{written}\n", {"table": str(written)})


def _list(arguments: argparse.Namespace, wording: api.Wording) -> int:
    files = [*api.exercise_files(Path(*arguments.words))] if arguments.words else [*api.exercise_files()]
    exercises = [*api.course(api.read_exercise(file) for file in files)]
    if arguments.json:
        print(json.dumps([{"name": exercise.name, "level": exercise.level, "minutes": exercise.minutes,
                           "title": exercise.title.text(wording.language)} for exercise in exercises]))
    else:
        for exercise in exercises:
            print(f"{exercise.name:<24} {wording.say('level', level=exercise.level, minutes=exercise.minutes)}   "
                  f"{exercise.title.text(wording.language)}")
    return api.ExitCode.MET


def _exercise_file(arguments: argparse.Namespace) -> Path:
    """The file that a name or path means."""
    word = _single(arguments, "one exercise; see: twin train list")
    return next((known for known in api.exercise_files() if known.stem == word), Path(word))


def _start(arguments: argparse.Namespace, wording: api.Wording) -> int:
    file = _exercise_file(arguments)
    with shown() as on_progress:
        session = api.start_training(file, seed=arguments.seed, exam=arguments.exam,
                                     on_line=lambda line: on_progress(line, None))
    return _show(arguments, wording.sheet(session.exercise) + "\n"
                 + wording.say("started", name=session.twin_name) + "\n", {"twin": session.twin_name})


def _sheet(arguments: argparse.Namespace, wording: api.Wording) -> int:
    if arguments.words:
        exercise = next(drawn.exercise for drawn in api.all_draws(Path(arguments.words[0])))
    else:
        exercise = api.open_session(arguments.exercise).exercise
    return _show(arguments, wording.sheet(exercise), {"name": exercise.name, "sheet": wording.sheet(exercise)})


def _diagnose(arguments: argparse.Namespace, wording: api.Wording) -> int:
    if len(arguments.words) != 3:
        raise api.UsageError("write: twin train diagnose PLACE DIRECTION CAUSE")
    session = api.open_session(arguments.exercise)
    place, direction, cause = arguments.words
    act = session.diagnose(place, direction, cause, arguments.because.split())
    text = wording.say("diagnosed", place=place, direction=direction, cause=cause)
    if act.evidence:
        text += f"; {wording.say('shown' if act.shown else 'not-shown')}"
    return _show(arguments, text + "\n", {"place": place, "direction": direction, "cause": cause, "shown": act.shown})


def _hint(arguments: argparse.Namespace, wording: api.Wording) -> int:
    hint = api.open_session(arguments.exercise).hint()
    text = hint.text.text(wording.language)
    return _show(arguments, wording.say("hint", cost=hint.cost, text=text) + "\n", {"cost": hint.cost, "text": text})


def _change(arguments: argparse.Namespace, wording: api.Wording) -> int:
    if not arguments.words:
        raise api.UsageError("write: twin train change KIND key=value ...; the sheet lists the kinds")
    kind, *pairs = arguments.words
    api.open_session(arguments.exercise).change(kind, pairs)
    return _show(arguments, wording.say("changed", kind=kind) + "\n", {"changed": kind})


def _check(arguments: argparse.Namespace, wording: api.Wording) -> int:
    session, final = api.open_session(arguments.exercise), arguments.what == "hand-in"
    with shown() as on_progress:
        grade, graded = session.check(on_progress, final=final)
    text = wording.gates(graded, exam=session.exam)
    if final and not session.exam:
        text += "\n" + wording.explanation(session, graded)
    plain = {"passed": grade.passed, "points": graded.points, "digests": graded.digests} | (
        {} if session.exam else {"gates": {result.gate.value: list(result.reasons) for result in graded.gates}})
    _show(arguments, text, plain)
    return api.ExitCode.MET if grade.passed else api.ExitCode.MISSED


def _reset(arguments: argparse.Namespace, wording: api.Wording) -> int:
    api.open_session(arguments.exercise).reset()
    return _show(arguments, wording.say("was-reset") + "\n", {"reset": True})


def _score(arguments: argparse.Namespace, wording: api.Wording) -> int:
    session = api.open_session(arguments.exercise)
    graded = api.handed_in(session.acts())
    if graded is None:
        return _show(arguments, wording.say("under-way") + "\n", {"handed-in": False})
    return _show(arguments, wording.gates(graded, exam=session.exam) + wording.say("done", points=graded.points) + "\n",
                 {"handed-in": True, "points": graded.points, "digests": graded.digests})


def _stop(arguments: argparse.Namespace, wording: api.Wording) -> int:
    session = api.open_session(arguments.exercise)
    session.stop()
    return _show(arguments, wording.say("stopped", folder=session.folder) + "\n", {"folder": str(session.folder)})


def _prove(arguments: argparse.Namespace, _wording: api.Wording) -> int:
    if not arguments.words:
        raise api.UsageError("name the file of an exercise, or several")
    if arguments.seeds is not None and arguments.seeds < 1:
        raise api.UsageError("--seeds is at least 1")
    proofs = [_proof(arguments, Path(word)) for word in arguments.words]
    if arguments.json:
        print(json.dumps([{"exercise": name, "draw": claim.seed, "claim": claim.what, "against": claim.against}
                          for name, claims, _ in proofs for claim in claims], ensure_ascii=False))
    else:
        print("\n".join(_proof_rows(proofs)))
    return api.ExitCode.MET if all(api.sound_claims(claims) for _, claims, _ in proofs) else api.ExitCode.MISSED


def _proof(arguments: argparse.Namespace, file: Path) -> tuple[str, list[api.Claim], float]:
    """An exercise's name, its claims, each printed once it is known, and how many seconds that took."""
    began = time.monotonic()
    with shown() as on_progress:
        claims = list(api.prove_exercise(file, on_progress, gradings=arguments.seeds))
    for claim in () if arguments.json else claims:
        print(f"{'✗' if claim.against else '✓'} {file.stem}, draw {claim.seed}: {claim.what}"
              + f"\n    {claim.against}" * bool(claim.against), flush=True)
    return file.stem, claims, time.monotonic() - began


def _proof_rows(proofs: Sequence[tuple[str, Sequence[api.Claim], float]]) -> Iterator[str]:
    """A table: what each exercise claims, and how long that took."""
    yield f"\n{'exercise':<24} {'claims':>6} {'hold':>6} {'seconds':>8}"
    for name, claims, seconds in proofs:
        yield f"{name:<24} {len(claims):>6} {sum(not claim.against for claim in claims):>6} {seconds:>8.0f}"


def _replay(arguments: argparse.Namespace, wording: api.Wording) -> int:
    steps = api.replay(_single(arguments, "a session: the name of an exercise, or the folder of its session"))
    sys.stdout.write(api.replay_json(steps) if arguments.json else api.replay_text(steps, wording))
    return api.ExitCode.MET


def _new(arguments: argparse.Namespace, wording: api.Wording) -> int:
    file = api.new_exercise(_single(arguments, "the new exercise"))
    return _show(arguments, wording.say("written", file=file) + "\n", {"file": str(file)})


def _single(arguments: argparse.Namespace, what: str) -> str:
    if len(arguments.words) != 1:
        raise api.UsageError(f"name {what}")
    return str(arguments.words[0])


def _show(arguments: argparse.Namespace, text: str, plain: Mapping[str, object]) -> int:
    sys.stdout.write(json.dumps(plain, ensure_ascii=False) + "\n" if arguments.json else text)
    return api.ExitCode.MET


VERB = Verb("Exercises on a network in which something is wrong, judged by five gates",
            "twin train start minimal-meter", _arguments, _run)
