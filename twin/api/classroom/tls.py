"""The certificate by which a class is reached over the LAN: made here by openssl, for one address, kept with the class.

It is signed by itself (RFC 5280), so a browser warns; its fingerprint is printed, to be compared with what it shows.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
import ssl
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from twin.core.errors import CannotRun, UsageError

DAYS = 30
PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class Certificate:
    """Certificate and key, PEM. fingerprint: SHA-256, as browsers show it."""

    file: Path
    key: Path
    fingerprint: str


def lan_address(text: str) -> str:
    """An address of this machine to listen on. Raises UsageError for what is none, or every one."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError as fault:
        raise UsageError(f"--lan: {text} is no IP address; name that of this machine in the LAN") from fault
    if address.version != 4 or address.is_unspecified or address.is_multicast:
        raise UsageError(f"--lan: {text} is not the IPv4 address of one interface; name that of this machine")
    return str(address)


def certificate(folder: Path, address: str) -> Certificate:
    """The certificate of a class for an address, made where there is none. Raises CannotRun without openssl."""
    file, key = folder / f"certificate-{address}.pem", folder / f"key-{address}.pem"
    if not (file.exists() and key.exists()):
        _make(file, key, address)
    der = ssl.PEM_cert_to_DER_cert(file.read_text())
    return Certificate(file, key, _fingerprint(der))


def _fingerprint(der: bytes) -> str:
    return ":".join(f"{byte:02X}" for byte in sha256(der).digest())


def _make(file: Path, key: Path, address: str) -> None:
    program = shutil.which("openssl")
    if program is None:
        raise CannotRun("a class over the LAN needs openssl for its certificate", "sudo apt-get install openssl")
    os.close(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE))
    made = subprocess.run(
        [program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", str(DAYS), "-subj", "/CN=Metro Twin class", "-addext", f"subjectAltName=IP:{address}",
         "-keyout", str(key), "-out", str(file)], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        reason = "".join(made.stderr.strip().splitlines()[-1:])
        raise CannotRun(f"openssl cannot make a certificate: {reason}", "see: man openssl")
