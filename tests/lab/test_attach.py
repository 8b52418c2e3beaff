"""Labs that outlive their command: brought up, attached to, asked, left, ended. Needs the lab kernel."""

import base64
import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from twin.core.errors import EmulationError, UsageError
from twin.lab import GUEST_PYTHON, WALL, Job
from twin.lab.session import attach
from twin.lab.session.guest_agent import OUTPUT_WINDOW
from twin.lab.session.json_stream import JsonStream
from twin.lab.session.running_lab import RunningLab

INSIDE = """
from twin.lab.session.guest_agent import GuestAgent
from twin.lab.session.json_stream import open_host_stream

def answer(question):
    if question["what"] == "nothing":
        raise ValueError("nothing cannot be asked")
    for number in range(question.get("reports", 0)):
        agent.send_periodic({"report": number, "text": "x" * 2**16})
    return {"heard": question["what"]}

def enter(node, argv):
    if node != "here":
        raise LookupError(f'no node "{node}"')
    return argv

print("building", flush=True)
agent = GuestAgent(open_host_stream(), answer, enter)
agent.send_event({"ready": True})
agent.serve()
open("/run/twin/out/tidied", "w").close()
"""


@pytest.fixture
def up(tmp_path: Path) -> Iterator[RunningLab]:
    """A lab that is up under a name of its own."""
    job = Job((GUEST_PYTHON, "-c", INSIDE), out=tmp_path, memory=2**28)
    with attach.start(f"test-{os.getpid()}", WALL, job, on_line=lambda line: None) as lab:
        lab.hold()
        yield lab
        if lab.name in attach.running():
            lab.end()


def test_a_client_that_does_not_read_keeps_its_lab(up: RunningLab) -> None:
    """A program that holds a twin may look elsewhere for an hour: it misses readings, and goes on."""
    with attach.attach(up.name) as another:
        another.ask({"what": "reports", "reports": 300})
    assert up.ask({"what": "time"}) == {"heard": "time"}


def test_a_question_is_answered_and_a_refusal_is_an_error(up: RunningLab) -> None:
    """What the command inside raises comes back in its words."""
    assert up.ask({"what": "time"}) == {"heard": "time"}
    with pytest.raises(UsageError, match="nothing cannot be asked"):
        up.ask({"what": "nothing"})


def test_a_lab_that_waits_for_nothing_is_not_waited_for(tmp_path: Path) -> None:
    """Nobody answers, and its process sleeps; neither a question nor the end is waited for."""
    ours, theirs = socket.socketpair()
    with theirs, subprocess.Popen(("sleep", "1000")) as daemon, \
            RunningLab("idle", JsonStream.on_socket(ours), tmp_path, daemon.pid) as lab:
        with pytest.raises(EmulationError, match='"idle" did not answer: its lab was idle and silent'):
            lab.ask({"what": "time"}, patience_s=0.04)
        with pytest.raises(EmulationError, match='"idle" did not end: its lab was idle and silent'):
            lab.end(patience_s=0.04)
        daemon.kill()


def test_the_process_at_the_other_end_is_known(tmp_path: Path) -> None:
    """Of a socket that has a name: the one that listens."""
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "socket"))
        server.listen()
        client.connect(str(tmp_path / "socket"))
        assert attach.listening_process(client) == os.getpid()


def test_a_lab_is_found_again_by_its_name(up: RunningLab) -> None:
    """Two may be attached at once; each gets its own answers."""
    assert up.name in attach.running()
    with attach.attach(up.name) as second:
        assert second.ask({"what": "second"}) == {"heard": "second"}
        assert up.ask({"what": "first"}) == {"heard": "first"}
    assert up.ask({"what": "still"}) == {"heard": "still"}


def test_a_name_can_be_taken_once(up: RunningLab, tmp_path: Path) -> None:
    """The message says how to end the first."""
    with pytest.raises(UsageError, match=f"twin down {up.name}"):
        attach.start(up.name, WALL, Job(("true",), out=tmp_path), on_line=lambda line: None)


@pytest.mark.parametrize("name", ["../../x", "", ".hidden", "a/b", "x" * 61, "a b", "-x", "a\n"])
def test_a_name_that_is_no_part_of_a_path_is_refused(name: str) -> None:
    """It would be that of a folder elsewhere."""
    with pytest.raises(UsageError, match="cannot be called"):
        attach.require_free(name)


def test_ending_lets_the_command_inside_tidy_up_and_leaves_nothing(up: RunningLab, tmp_path: Path) -> None:
    """The folder is gone when `end` returns."""
    up.end()
    assert (tmp_path / "tidied").exists()
    assert up.name not in attach.running()


EXEC = """
import sys
from twin.lab.session import attach
with attach.attach(sys.argv[1]) as lab:
    sys.exit(lab.run(sys.argv[2], sys.argv[3:], terminal=False))
"""


def test_a_command_runs_in_a_node_with_our_streams_and_its_status_comes_back(up: RunningLab) -> None:
    """A megabyte through both ends, the two output streams apart."""
    text = "abc\n" * 250_000
    command = (sys.executable, "-c", EXEC, up.name, "here", "sh", "-c", "tr a-c A-C; echo oh >&2; exit 6")
    done = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (6, "oh\n")
    assert done.stdout == text.upper()


def test_a_command_waits_for_whoever_takes_its_output(up: RunningLab) -> None:
    """Of 32 MiB no more than a window is on its way while nothing is taken; then all of it comes, and others are
    served meanwhile."""
    number = up.start_command("here", ["head", "-c", str(2**25), "/dev/zero"], size=(24, 80))
    came = 0
    while came < OUTPUT_WINDOW:
        came += len(_output(up, number))
    with attach.attach(up.name) as other:
        assert other.ask({"what": "time"}) == {"heard": "time"}
    assert up.command_message(number, 0) is None
    up.take(number, came)
    while chunk := _output(up, number):
        up.take(number, len(chunk))
        came += len(chunk)
    assert came == 2**25


def _output(up: RunningLab, number: int) -> bytes:
    """The next output of a command, b"" when it has ended."""
    message = up.command_message(number, 60.0) or {}
    assert message
    return base64.b64decode(message.get("output", ""))


def test_a_command_in_an_unknown_node_is_refused(up: RunningLab) -> None:
    """The refusal names the node."""
    with pytest.raises(UsageError, match='no node "there"'):
        up.run("there", ["true"], terminal=False)


def test_a_shell_gets_a_terminal_of_its_own(up: RunningLab) -> None:
    """Seen from a pseudo-terminal: the size is ours, keys arrive, the terminal is given back as it was."""
    master, slave = os.openpty()
    program = EXEC.replace("terminal=False", "terminal=True")
    script = "stty size; read a; echo got $a; tty; exit 7"
    command = (sys.executable, "-c", program, up.name, "here", "sh", "-c", script)
    environment = {**os.environ, "COLUMNS": "101", "LINES": "33"}
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environment) as shell:
        os.close(slave)
        os.write(master, b"word\n")
        shown = b""
        while select.select([master], [], [], 60)[0]:
            try:
                shown += os.read(master, 4096)
            except OSError:
                break
        assert shell.wait() == 7
    os.close(master)
    assert b"33 101" in shown
    assert b"got word" in shown
    assert b"/dev/pts/" in shown


HOLDER = """
import sys
from pathlib import Path
from twin.lab import WALL, Job
from twin.lab.session import attach
job = Job(("sh", "-c", "echo building; sleep 3600"), out=Path(sys.argv[1]), memory=2**28)
attach.start(sys.argv[2], WALL, job, on_line=lambda line: print(line, flush=True))
"""


def test_a_lab_whose_starter_dies_before_it_is_ready_ends(tmp_path: Path) -> None:
    """kill -9 of `twin up` halfway leaves no lab behind."""
    name = f"orphan-{os.getpid()}"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path), name], stdout=subprocess.PIPE,
                          text=True) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "building\n"
        with attach.attach(name) as second:
            starter.kill()
            with pytest.raises(EmulationError, match="ended"):
                while True:
                    second.next(60)


def test_a_lab_that_ends_before_it_is_ready_is_an_error_with_its_reason(tmp_path: Path) -> None:
    """What it printed last was given to the listener; the status is reported."""
    lines: list[str] = []
    with pytest.raises(EmulationError, match="ended with status 3"):
        attach.start(f"short-{os.getpid()}", WALL, Job(("sh", "-c", "echo oh; exit 3"), out=tmp_path, memory=2**28),
                     on_line=lines.append)
    assert lines == ["oh"]
