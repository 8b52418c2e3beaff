"""Features of this machine's own kernel that the native lab lacks, tested in a temporary network namespace."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import Mapping
from functools import cache

from twin.lab.radio_module import loaded_version, module_version

FEATURE_TESTS: Mapping[str, tuple[str, ...]] = {
    "veth": ("ip link add needs-a type veth peer name needs-b",),
    "ifb": ("ip link add needs-c type ifb",),
    "netem": ("tc qdisc replace dev lo root netem delay 1ms rate 1mbit",),
    "htb": ("tc qdisc replace dev lo root htb",),
    "ets": ("tc qdisc replace dev lo root ets bands 3 strict 1",),
    "fq": ("tc qdisc replace dev lo root fq",),
    "fq_codel": ("tc qdisc replace dev lo root fq_codel",),
    "mirred": ("tc qdisc add dev lo clsact",
               "tc filter add dev lo ingress matchall action mirred egress redirect dev lo"),
    "openvswitch": (f"{sys.executable} -m twin.lab.host_kernel_features",),
}
"""Each feature, and the commands that succeed where the kernel has it."""

_NETLINK_GENERIC = 16
_NEW_QDISC, _NLM_F_ACK, _CREATE = 36, 4, 0x400
_CTRL_GETFAMILY, _GENL_ID_CTRL, _FAMILY_NAME, _NLM_F_REQUEST, _NLMSG_ERROR = 3, 16, 2, 1, 2


def has_generic_family(name: str) -> bool:
    """Whether the kernel has a generic netlink family, after loading its module if it can (netlink(7))."""
    text = name.encode() + b"\0"
    attribute = struct.pack("=HH", 4 + len(text), _FAMILY_NAME) + text + b"\0" * (-len(text) % 4)
    body = struct.pack("=BBH", _CTRL_GETFAMILY, 1, 0) + attribute
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_GENERIC) as link:
        link.send(struct.pack("=IHHII", 16 + len(body), _GENL_ID_CTRL, _NLM_F_REQUEST, 1, 0) + body)
        kind: int = struct.unpack_from("=IHHII", link.recv(8192))[1]
    return kind != _NLMSG_ERROR


@cache
def dcf_qdisc_lacks() -> str:
    """Why this machine's kernel cannot be the air of radio cells (sch_dcf.c), "" where it can; needs root.

    The question has the kernel load the module, if there is one.
    """
    if not _succeeds((f"{sys.executable} -m twin.lab.host_kernel_features air",)):
        return "it lacks the qdisc dcf"
    version = loaded_version()
    return "" if version in (None, module_version()) else f"its module of the qdisc dcf is another version ({version})"


def knows_qdisc(kind: str) -> bool:
    """Whether the kernel knows a kind of qdisc, asked for one without options on the loopback interface."""
    loopback = 1
    body = struct.pack("=BxxxiIII", 0, loopback, 0x10000, 0xFFFFFFFF, 0)
    body += struct.pack("=HH", 4 + len(kind) + 1, 1) + kind.encode() + b"\0" + b"\0" * (-(len(kind) + 1) % 4)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as link:
        link.send(struct.pack("=IHHII", 16 + len(body), _NEW_QDISC, _NLM_F_REQUEST | _NLM_F_ACK | _CREATE, 1, 0) + body)
        answer: int = struct.unpack_from("=16xi", link.recv(8192))[0]
    return -answer != errno.ENOENT


@cache
def missing_features() -> tuple[str, ...]:
    """The features that this machine's kernel lacks, or ("root",) when they cannot be tested."""
    if os.geteuid() != 0:
        return ("root",)
    if shutil.which("unshare") is None:
        return ("unshare",)
    return tuple(name for name, commands in FEATURE_TESTS.items() if not _succeeds(commands))


def _succeeds(commands: tuple[str, ...]) -> bool:
    """Run commands one after the other in a network namespace of their own; True when none failed."""
    script = " && ".join(commands)
    done = subprocess.run(("unshare", "--net", "sh", "-c", script), capture_output=True, stdin=subprocess.DEVNULL,
                          check=False)
    return done.returncode == 0


if __name__ == "__main__":
    there = knows_qdisc("dcf") if sys.argv[1:] == ["air"] else has_generic_family("ovs_datapath")
    sys.exit(0 if there else 1)
