"""The virtual machine itself: QEMU, with KVM where that works; what it tells on its serial line; when it is stuck."""

from __future__ import annotations

import os
import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vm.tools import CACHE

MEMORY_MB, CORES = 4096, 2
"""As the Vagrantfile says."""
PROCESSORS = {"kvm": "host", "tcg": "Nehalem"}
KVM_TRIAL_S = 30
"""Seconds in which a kernel under KVM must have said something."""
STUCK_S, STUCK_SHARE = 600, 0.01
"""A machine that has said nothing for so long, and used less than this share of a core meanwhile, is stuck."""
CONSOLE = CACHE / "console.log"


@contextmanager
def qemu(image: Path, accelerator: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """QEMU, which ends with the block, and with us."""
    command = ("setpriv", "--pdeathsig", "KILL", "nice", "-n", os.environ.get("VM_TEST_NICE", "10"),
               "qemu-system-x86_64", "-accel", accelerator, "-cpu", PROCESSORS[accelerator], "-m", str(MEMORY_MB),
               "-smp", str(CORES), "-nodefaults", "-no-reboot", "-display", "none", "-nic", "none",
               "-kernel", str(image / "kernel"), *words)
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          env={**os.environ, "TMPDIR": str(CACHE)}) as machine:
        try:
            yield machine
        finally:
            machine.kill()


def kvm_works(image: Path) -> bool:
    """Whether a kernel speaks under KVM: on some machines /dev/kvm is there, and nothing runs."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return False
    with qemu(image, "kvm", "-serial", "stdio", "-append", "console=ttyS0 panic=-1") as machine:
        assert machine.stdout is not None
        ready, _, _ = select.select([machine.stdout], [], [], KVM_TRIAL_S)
        return bool(ready and os.read(machine.stdout.fileno(), 1))


def console_lines(image: Path, files: Path, accelerator: str) -> Iterator[list[str]]:
    """Run the machine with the disk of this one's files; what it tells, line by line, until it ends or is stuck.

    Writes to its own disk go to a file without a name.
    """
    with qemu(image, accelerator, "-initrd", str(image / "initrd"),
              "-append", "root=/dev/vda rw console=ttyS0 quiet",
              "-drive", f"file={image / 'disk'},format=raw,if=virtio,snapshot=on",
              "-drive", f"file={files},format=raw,if=virtio,readonly=on",
              "-serial", f"file:{CONSOLE}", "-serial", "stdio") as machine:
        yield from _lines(machine)


def _lines(machine: subprocess.Popen[bytes]) -> Iterator[list[str]]:
    assert machine.stdout is not None
    rest, used = b"", _cpu_seconds(machine.pid)
    while True:
        ready, _, _ = select.select([machine.stdout], [], [], STUCK_S)
        if not ready:
            before, used = used, _cpu_seconds(machine.pid)
            if used - before < STUCK_SHARE * STUCK_S:
                return
            continue
        chunk = os.read(machine.stdout.fileno(), 65536)
        if not chunk:
            return
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line.decode(errors="replace").rstrip("\r").split("\t") for line in whole if line.strip())


def _cpu_seconds(pid: int) -> float:
    """CPU seconds of a process (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
