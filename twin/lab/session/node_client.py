"""Runs a command in a node from within the sandbox, which cannot enter nodes itself: `node_client.py NODE COMMAND...`.

It hands its standard streams to the agent of the lab (twin.lab.session.node_service), which starts the command in its
place, and ends with its exit status; when it is killed, the command is. Run by path, standard library only.
"""

from __future__ import annotations

import json
import os
import socket
import sys

SOCKET = "/run/twin/nodes"


def main(node: str, command: list[str]) -> int:
    """Ask, wait, and return the exit status; 127 where the agent cannot start the command."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as agent:
        agent.connect(SOCKET)
        request = {"node": node, "run": command, "environment": dict(os.environ)}
        socket.send_fds(agent, [json.dumps(request).encode()], [0, 1, 2])
        answer = json.loads(agent.recv(65536) or b"{}")
    if "error" in answer:
        print(answer["error"], file=sys.stderr)
    return int(answer.get("exit_status", 127))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
