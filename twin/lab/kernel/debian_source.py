"""The lab kernel's source: Debian's linux-source package, fetched by apt with lists and cache of our own.

Only this module decides which kernel is built. Debian 12's own source is older than user mode Linux with seccomp
(6.16), so a newer suite is read with lists and cache of our own: nothing is added to the machine, root is not needed,
and apt checks the archive's signature and the package's hash as always.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from twin.core.errors import CannotRun

TESTED_SERIES = "7.2"
"""The series that the lab is tested with; taken wherever it is served."""
OLDEST_SERIES = (6, 16)
"""The first series whose user mode Linux can use seccomp instead of ptrace."""
SUITES = ("trixie-backports", "forky", "sid")
"""Debian suites that carry such a source, smallest list first."""
DEFAULT_MIRROR = "http://deb.debian.org/debian"
KEYRINGS = tuple(Path(f"/usr/share/keyrings/debian-archive-keyring.{ending}") for ending in ("pgp", "gpg"))
MACHINE_SOURCES = (Path("/etc/apt/sources.list"), Path("/etc/apt/sources.list.d"))

_ARCHIVE = re.compile(r"^(?:deb(?:-src)?\s+(?:\[[^]]*\]\s+)?|URIs:\s*)(?P<uri>\S+/debian/?)(?=\s|$)", re.MULTILINE)
_ROW = re.compile(r"^\s*linux-source-(?P<series>\d+\.\d+)\s*\|\s*(?P<version>\S+)\s*\|", re.MULTILINE)

_SETTINGS = """\
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
#clear Acquire::IndexTargets;
Acquire::IndexTargets::deb::Packages {{
  MetaKey "$(COMPONENT)/binary-$(ARCHITECTURE)/Packages";
  ShortDescription "Packages"; Description "$(RELEASE)/$(COMPONENT) Packages"; Optional "0"; }};
Acquire::Languages "none";
Acquire::Retries "2";
APT::Sandbox::User "root";
Dir::Etc "{folder}/etc";
Dir::State::lists "{folder}/lists";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache";
"""
"""Settings that override the machine's; all others (a proxy, say) stay the machine's."""

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class SourcePackage:
    """One source package that an archive serves: the kernel's series ("7.2") and the package's version."""

    series: str
    version: str

    @property
    def package(self) -> str:
        """The package's name."""
        return f"linux-source-{self.series}"

    @property
    def upstream(self) -> str:
        """The kernel's version without Debian's revision: "7.2.12"."""
        return self.version.split("-")[0].split("~")[0]


def debian_mirror(texts: Iterable[str]) -> str:
    """The Debian archive that the machine's own source lists name first, or the public one."""
    for text in texts:
        archive = _ARCHIVE.search(text)
        if archive:
            return archive["uri"].rstrip("/")
    return DEFAULT_MIRROR


def source_packages(madison: str) -> tuple[SourcePackage, ...]:
    """The kernel sources in the output of `apt-cache madison`, those too old left out."""
    rows = (SourcePackage(row["series"], row["version"]) for row in _ROW.finditer(madison))
    return tuple(offer for offer in rows if _numbers(offer.series) >= OLDEST_SERIES)


def newest_package(packages: Sequence[SourcePackage]) -> SourcePackage | None:
    """The newest package of the tested series, else the newest of all, else None."""
    return max(packages, key=lambda offer: (offer.series == TESTED_SERIES, _numbers(offer.version)), default=None)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def machine_lists() -> tuple[str, ...]:
    """The texts of the machine's apt source lists."""
    main, folder = MACHINE_SOURCES
    paths = [main, *sorted(folder.glob("*.sources")), *sorted(folder.glob("*.list"))]
    return tuple(path.read_text(errors="replace") for path in paths if os.access(path, os.R_OK))


@dataclass(frozen=True, slots=True)
class Archive:
    """A private apt in a folder of its own, for one suite at a time."""

    folder: Path

    def _apt(self, *words: str) -> str:
        """Run one of apt's tools with our settings; raises CannotRun with apt's error when it fails."""
        command = (words[0], "-c", str(self.folder / "apt.conf"), "-q", *words[1:])
        done = subprocess.run(command, cwd=self.folder, text=True, capture_output=True, stdin=subprocess.DEVNULL,
                              env={**os.environ, "LC_ALL": "C"}, check=False)
        if done.returncode:
            raise CannotRun(f"apt cannot get the kernel's source: {_apt_errors(done.stderr)}",
                            "see that Debian's archive can be reached, and that debian-archive-keyring is up to date")
        return done.stdout

    def select_suite(self, suite: str) -> tuple[SourcePackage, ...]:
        """Read the list of one suite; returns what it offers."""
        keyring = next((path for path in KEYRINGS if path.exists()), None)
        if keyring is None:
            raise CannotRun("Debian's archive keys are not installed", "sudo apt-get install debian-archive-keyring")
        for name in ("etc/preferences.d", "lists/partial", "cache/archives/partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "status").touch()
        (self.folder / "apt.conf").write_text(_SETTINGS.format(folder=self.folder))
        (self.folder / "etc/sources.list").write_text(
            f"deb [signed-by={keyring}] {debian_mirror(machine_lists())} {suite} main\n")
        self._apt("apt-get", "update", "--error-on=any")
        names = re.findall(r"^linux-source-\d+\.\d+(?= )",
                           self._apt("apt-cache", "search", "--names-only", "^linux-source-[0-9.]+$"), re.MULTILINE)
        return source_packages(self._apt("apt-cache", "madison", *names)) if names else ()

    def download(self, offer: SourcePackage, on_progress: Progress) -> Path:
        """Fetch the package into the folder; progress is a fraction. Raises CannotRun."""
        reader, writer = os.pipe()
        command = ("apt-get", "-c", str(self.folder / "apt.conf"), "-q", "-o", f"APT::Status-Fd={writer}",
                   "download", f"{offer.package}={offer.version}")
        with subprocess.Popen(command, cwd=self.folder, text=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, pass_fds=(writer,), env={**os.environ, "LC_ALL": "C"}) as apt:
            os.close(writer)
            with os.fdopen(reader) as statuses:
                for line in statuses:
                    if line.startswith("dlstatus:"):
                        on_progress(float(line.split(":")[2]) / 100)
            assert apt.stderr is not None
            complaint = apt.stderr.read()
        packages = sorted(self.folder.glob(f"{offer.package}_*.deb"))
        if apt.returncode or not packages:
            raise CannotRun(f"apt cannot download {offer.package}: {_apt_errors(complaint)}",
                            "see that Debian's archive can be reached and that the disk has room")
        return packages[0]


def _apt_errors(stderr: str) -> str:
    """apt's error messages, or the end of its output."""
    lines = stderr.strip().splitlines()
    return "; ".join([line[3:] for line in lines if line.startswith("E: ")] or lines[-2:]) or "it gave no reason"


def find_package(archive: Archive) -> SourcePackage:
    """Ask the suites one after the other for the tested series; settle for the newest that is new enough.

    Leaves the archive turned to the suite of the offer. Raises CannotRun when no suite could be read or none fits.
    """
    suite_of: dict[SourcePackage, str] = {}
    fault: CannotRun | None = None
    for suite in SUITES:
        try:
            here = archive.select_suite(suite)
        except CannotRun as refused:
            fault = refused
            continue
        suite_of |= {offer: suite for offer in here if offer not in suite_of}
        best = newest_package(here)
        if best is not None and best.series == TESTED_SERIES:
            return best
    best = newest_package(tuple(suite_of))
    if best is None:
        raise fault or CannotRun(f"no suite of Debian ({', '.join(SUITES)}) has a kernel source of 6.16 or newer",
                                 "install a linux-source package of 6.16 or newer; it is found in /usr/src")
    archive.select_suite(suite_of[best])
    return best


def installed_source(folder: Path = Path("/usr/src")) -> Path | None:
    """The newest kernel source tarball that the machine has installed and that is new enough, if any."""
    fitting = {}
    for path in folder.glob("linux-source-*.tar.xz"):
        name = re.fullmatch(r"linux-source-(\d+\.\d+)\.tar\.xz", path.name)
        if name and _numbers(name[1]) >= OLDEST_SERIES:
            fitting[path] = _numbers(name[1])
    return max(fitting, key=lambda path: fitting[path], default=None)


def require_apt() -> None:
    """Raise CannotRun where there is no apt: the source can then only be a tarball that is already here."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise CannotRun("this is not a Debian machine (apt-get is missing)",
                        "build on Debian 12, or put a linux-source-X.Y.tar.xz (6.16 or newer) into /usr/src")
