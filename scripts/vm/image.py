"""The image of the virtual machine: Debian 12 with all packages and two users, made by mmdebstrap and cached."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from vm.tools import CACHE, PART, ROOT, key, make_disk, run

MIRRORS = ("http://deb.debian.org/debian bookworm main",
           "http://deb.debian.org/debian bookworm-updates main",
           "http://deb.debian.org/debian-security bookworm-security main")
MACHINE_PACKAGES = ("systemd-sysv", "udev", "dbus", "sudo", "make", "dkms", "linux-image-cloud-amd64",
                    "linux-headers-cloud-amd64")
"""What a Vagrant box has of itself, and what the first provisioner installs: the machine has no network."""
DISK_BYTES = 6 * 2**30
UNIT = """\
[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/mount -o ro /dev/vdb /mnt
ExecStart=/mnt/guest
[Install]
WantedBy=default.target
"""
"""The service that runs the steps, which are on the second disk."""
MASKED = ("apt-daily.timer", "apt-daily-upgrade.timer", "man-db.timer", "e2scrub_all.timer", "fstrim.timer",
          "openvswitch-switch.service", "serial-getty@ttyS0.service")
"""What would run beside the steps. A login prompt hangs the line up on which their output goes (vhangup(2))."""


def machine_image() -> Path:
    """The folder with disk, kernel and initrd, made unless it is there."""
    packages = sorted({*MACHINE_PACKAGES, *setup_packages()})
    image = CACHE / f"image-{key(UNIT, *MASKED, *packages, *MIRRORS)}"
    if not image.exists():
        part = Path(tempfile.mkdtemp(prefix=PART, dir=CACHE))
        tree, result = part / "root", part / "image"
        bootstrap(tree, packages)
        customize(tree)
        result.mkdir()
        for name, target in (("vmlinuz", "kernel"), ("initrd.img", "initrd")):
            shutil.copyfile(max((tree / "boot").glob(f"{name}-*")), result / target)
        make_disk(result / "disk", tree, DISK_BYTES)
        result.rename(image)
        shutil.rmtree(part)
    return image


def setup_packages() -> list[str]:
    """What scripts/setup wants of Debian."""
    listed = re.search(r"^packages=\((.*?)^\)", (ROOT / "scripts" / "setup").read_text(), re.MULTILINE | re.DOTALL)
    assert listed is not None
    return listed[1].split()


def bootstrap(tree: Path, packages: Sequence[str]) -> None:
    """Debian with these packages in a folder; what is mounted meanwhile is in a namespace that ends with us."""
    run("setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child",
        "mmdebstrap", "--mode=root", "--variant=apt", "--format=directory", f"--include={','.join(packages)}",
        "bookworm", str(tree), *(f"deb {mirror}" for mirror in MIRRORS))


def customize(tree: Path) -> None:
    """Two users, the first with sudo; no network for apt; the service that runs the steps."""
    for user in ("vagrant", "second"):
        run("chroot", str(tree), "useradd", "--create-home", "--shell", "/bin/bash", user)
    shutil.rmtree(tree / "etc/apt/sources.list.d", ignore_errors=True)
    for name, text in {"sudoers.d/vagrant": "vagrant ALL=(ALL) NOPASSWD:ALL\n", "apt/sources.list": "",
                       "fstab": "/dev/vda / ext4 defaults 0 0\n", "hostname": "metro-twin\n",
                       "hosts": "127.0.0.1 localhost metro-twin\n",
                       "systemd/system/vm-test.service": UNIT}.items():
        (tree / "etc" / name).write_text(text)
    run("systemctl", f"--root={tree}", "enable", "vm-test.service")
    run("systemctl", f"--root={tree}", "mask", *MASKED)
