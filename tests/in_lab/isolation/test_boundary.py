"""Nobody gets out of a node of a live twin, and what people do in nodes goes on working."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from twin import api
from twin.lab import GUEST_PYTHON, WALL, Job
from twin.lab.guest_init import NODE_PROCESSES

MINIMAL = Path(__file__).parents[3] / "topologies" / "minimal.yaml"
INTRUDER = Path(__file__).with_name("break_out.py").read_text()
FORKS = """
import os, signal
children = []
try:
    while len(children) < 1500:
        if not (child := os.fork()):
            signal.pause()
        children.append(child)
except OSError:
    pass
for child in children:
    os.kill(child, signal.SIGKILL)
print(len(children))
"""
"""Forks until that is refused, and says how often it was not."""
AS_ROOT: tuple[str, ...] = ()
AS_USER = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--")


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[api.LiveTwin]:
    """The minimal network, up for the time of these tests."""
    name, out = f"test-boundary-{os.getpid()}", tmp_path_factory.mktemp("live")
    with api.live_twin(api.load(MINIMAL), name=name, out=out) as up:
        yield up


def output(twin: api.LiveTwin, node: str, *command: str) -> str:
    """What a command in a node prints; it must succeed."""
    done = twin.run(node, command)
    assert done.exit_status == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.mark.parametrize("user", [AS_ROOT, AS_USER], ids=["root", "user"])
@pytest.mark.parametrize("node", ["homes-1", "east"])
def test_no_way_leads_out_of_a_node(twin: api.LiveTwin, tmp_path: Path, node: str, user: tuple[str, ...]) -> None:
    """Of a host and of a switch: not to the host's files, the run's folder, code, or other processes."""
    secret = tmp_path / "secret"
    secret.write_text("mine")
    assert json.loads(output(twin, node, *user, "python3", "-c", INTRUDER, str(secret), str(tmp_path))) == []
    assert os.listdir(tmp_path) == ["secret"]


def test_no_way_leads_out_of_mininets_command_line(twin: api.LiveTwin, tmp_path: Path) -> None:
    """Its `py` and `sh` run in the same sandbox, and its hosts get their commands from the agent."""
    lines = ['py open("/run/twin/out/x", "w")', "sh mount -t hostfs none /mnt -o /", "homes-1 touch /run/twin/out/y",
             'py print(net.get("homes-1").cmd("ping -c 1 softswitch"))', "exit"]
    script = f'printf "%s\\n" {" ".join(map(repr, lines))} | {GUEST_PYTHON} -m twin.jobs.live.mininet_cli'
    done = twin.run("", ["bash", "-c", script])
    shown = (done.stdout + done.stderr).decode()
    assert shown.count("Read-only file system") == 2 and "permission denied" in shown
    assert "1 received" in shown


def once_it_listens(server: str, client: str) -> str:
    """The words of a shell that runs a client as soon as its server says that it listens, and waits for both."""
    until = 'while read -r line; do case "$line" in *istening*) break;; esac; done'
    return f"{server} 2>&1 | {{ {until}; {client}; cat > /dev/null; }}"


def test_what_people_do_in_nodes_works(twin: api.LiveTwin) -> None:
    """ping, iperf3, tcpdump (which changes its user), Python, an interface's own settings, an editor, files."""
    assert "1 received" in output(twin, "homes-1", "ping", "-c", "1", "softswitch")
    download = once_it_listens("iperf3 -s -1 --forceflush", "iperf3 -c homes-1 -n 1M")
    assert "receiver" in output(twin, "homes-1", "sh", "-c", download)
    capture = once_it_listens("tcpdump -i eth0 -w /tmp/c -U -c 1 icmp", "ping -c 1 softswitch")
    assert "ICMP echo" in output(twin, "homes-1", "sh", "-c", f"{capture} && tcpdump -r /tmp/c")
    assert "eth0" in output(twin, "homes-1", "python3", "-c", "import os; print(os.listdir('/sys/class/net'))")
    output(twin, "homes-1", "sh", "-c", "ip link set eth0 txqueuelen 900 && sysctl -w net.ipv4.tcp_ecn=1")
    assert "here" in output(twin, "homes-1", "sh", "-c", "echo here > ~/file && cat /tmp/file")


def test_nobody_takes_the_labs_memory_or_processes_away(twin: api.LiveTwin) -> None:
    """Who fills what can be written, or forks without end, is refused, and the network goes on."""
    fill = "for folder in /tmp /var/tmp /dev/shm; do dd if=/dev/zero of=$folder/full bs=1M; done; rm /tmp/full"
    filled = twin.run("homes-1", ["sh", "-c", f"{fill} /var/tmp/full /dev/shm/full"]).stderr.decode()
    assert filled.count("No space left on device") == 3
    forked = int(output(twin, "homes-1", "python3", "-c", FORKS).splitlines()[-1])
    assert 100 < forked <= NODE_PROCESSES
    assert twin.deviations() == {} and "1 received" in output(twin, "homes-1", "ping", "-c", "1", "softswitch")


def test_a_shell_in_a_node_has_a_terminal(twin: api.LiveTwin) -> None:
    """Bash with job control; the terminal is one of the sandbox."""
    script = 'script -qc "bash -i" /dev/null <<< "tty; sleep 9 & jobs; exit"'
    assert "/dev/pts/" in output(twin, "homes-1", "bash", "-c", script)


def test_root_of_the_whole_lab_reaches_nothing_but_its_run(tmp_path: Path) -> None:
    """Even with all capabilities, where everything can be mounted: the process of the lab is confined on the host."""
    secret, folder, out = tmp_path / "secret", tmp_path / "folder", tmp_path / "out"
    secret.write_text("mine")
    folder.mkdir()
    lines: list[str] = []
    WALL.run(Job((GUEST_PYTHON, "-c", INTRUDER, str(secret), str(folder)), out), on_line=lines.append)
    assert {way for way in json.loads(lines[-1]) if "host" in way or "later run" in way} == set()
    assert secret.read_text() == "mine" and not list(folder.iterdir())
