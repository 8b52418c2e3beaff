"""How a command of a node is started inside a lab: in the sandbox that process 1 has made (twin.lab.guest_init).

It sees the lab's programs and code read-only, no run's folder, and no process but those of nodes; it can configure
interfaces and capture packets as root, but neither mount nor enter anything. Its /sys shows its own interfaces.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from twin.lab.guest_init import SANDBOX_VARIABLE

GRANTED = ("+chown", "+dac_override", "+fowner", "+kill", "+net_admin", "+net_bind_service", "+net_broadcast",
           "+net_raw", "+setgid", "+setuid", "+sys_nice")
"""What root of a node may do (capabilities(7)): tcpdump changes its user, so it keeps that."""
OWN_SYSFS = 'mount -n -t sysfs -o ro sysfs /sys && exec "$@"'


def in_sandbox(command: Sequence[str], namespace: str | None = None) -> tuple[str, ...]:
    """The command that runs `command` in the sandbox, in a network namespace by name or else in the lab's own."""
    inside = ("nsenter", f"--target={os.environ[SANDBOX_VARIABLE]}", "--mount", "--pid")
    without_privileges = ("setpriv", "--inh-caps=-all", "--bounding-set=" + ",".join(("-all", *GRANTED)),
                          "--no-new-privs", "--", *command)
    if namespace is None:
        return (*inside, "--", *without_privileges)
    return (*inside, f"--net=/run/netns/{namespace}", "--", "unshare", "--mount", "--",
            "sh", "-c", OWN_SYSFS, "sh", *without_privileges)
