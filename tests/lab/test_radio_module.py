"""The qdisc of radio cells as a module: the folder that DKMS gets, and that it compiles for Debian's own kernel."""

from __future__ import annotations

import subprocess
from pathlib import Path

from twin.lab.radio_module import MODULE_FILES, PACKAGE, module_version, write_source

HEADERS = max(Path("/usr/src").glob("linux-headers-6.1.*-amd64"))
"""Debian 12's kernel, the oldest that the module is for."""


def test_the_module_compiles_without_a_warning(tmp_path: Path) -> None:
    """And tells the version by which a loaded one is recognised."""
    write_source(tmp_path / "source", "0123456789ab")
    made = subprocess.run(("make", "-C", str(HEADERS), f"M={tmp_path}/source", "DCF_VERSION=0123456789ab"), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert made.returncode == 0, made.stdout
    assert "warning" not in made.stdout
    module = (tmp_path / "source" / "sch_dcf.ko").read_bytes()
    assert b"\0version=0123456789ab\0" in module
    assert b"vermagic=6.1." in module


def test_dkms_gets_a_folder_with_everything(tmp_path: Path) -> None:
    """Its configuration names package and version; one that is there stays, and no part is left."""
    write_source(tmp_path / "source", "first")
    write_source(tmp_path / "source", "second")
    assert {path.name for path in (tmp_path / "source").iterdir()} == {file.name for file in MODULE_FILES}
    configuration = (tmp_path / "source" / "dkms.conf").read_text().splitlines()
    assert f'PACKAGE_NAME="{PACKAGE}"' in configuration
    assert 'PACKAGE_VERSION="first"' in configuration
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_the_version_is_twelve_hex_digits() -> None:
    """DKMS and sysfs take it as it is."""
    assert len(module_version()) == 12
    assert int(module_version(), 16) >= 0
