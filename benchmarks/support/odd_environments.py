"""The odd environments of benchmarks.environments: how each is made, and what a user must get there."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
STAGE = Path("/mnt")
"""Where folders of root's environments are put together; hidden in their mount namespaces alone."""
NOBODY = 47_110
"""A user who is in no list of users."""
MIB = 2**20
MINIMAL = "topologies/minimal.yaml"
VERIFY = ("verify", MINIMAL, "--seconds", "1", "--no-baseline", "--out")
INTO = (*VERIFY, "{0}/new")
Make = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Environment:
    """words: of twin; {0} is the folder of the trial, which holds a stored run. code: the exit code that must come.
    says: a regular expression that must be found in what it wrote. make: changes the process before it becomes twin.
    root: whether only root can make it, in a mount namespace. python: the interpreter."""

    words: tuple[str, ...]
    code: int
    says: str = ""
    make: Make = lambda folder: None
    root: bool = False
    python: str = sys.executable


def mount(*words: str | Path) -> None:
    """Mount as mount(8) does."""
    subprocess.run(("mount", "-n", *words), check=True)


def closed(*numbers: int) -> Make:
    """Without some of the standard streams."""
    def make(_: Path) -> None:
        for number in numbers:
            os.close(number)
    return make


def full_output(_: Path) -> None:
    """Standard output has no room."""
    os.dup2(os.open("/dev/full", os.O_WRONLY), 1)


def output_without_reader(_: Path) -> None:
    """Standard output is a pipe that nobody reads any more."""
    reading, writing = os.pipe()
    os.close(reading)
    os.dup2(writing, 1)


def variables(**given: str) -> Make:
    """With these environment variables; {0} is the folder of the trial."""
    return lambda folder: os.environ.update({name: value.format(folder) for name, value in given.items()})


def limit(kind: int, most: int) -> Make:
    """With a resource limit (setrlimit(2))."""
    return lambda _: resource.setrlimit(kind, (most, most))


def disk(size: str, name: str = "new") -> Make:
    """A disk of this size where a folder of the trial would be."""
    def make(folder: Path) -> None:
        (folder / name).mkdir()
        mount("-t", "tmpfs", "-o", f"size={size}", "none", folder / name)
    return make


def cache(change: Callable[[Path], None]) -> Make:
    """A cache of its own, filled by a first use, with a change; the lab kernel is that of the user."""
    def make(folder: Path) -> None:
        os.environ["TWIN_KERNEL"] = str(kernel().parent)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        subprocess.run((sys.executable, "-c", "from twin.lab.boundary import code_snapshot, host_inputs\n"
                        "code_snapshot.snapshot(); host_inputs.gather().result()"), check=True)
        change(folder / "cache" / "metro-twin")
    return make


def full_cache(folder: Path) -> None:
    """A cache on a disk that has no room for the code; the lab kernel is that of the user."""
    os.environ["TWIN_KERNEL"] = str(kernel().parent)
    disk("300k", "cache")(folder)
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")


def kernel() -> Path:
    """The folder of the user's lab kernel."""
    from twin.lab import kernel_cache
    return kernel_cache.require_kernel().linux.parent


def without_own_kernel() -> tuple[int, str]:
    """What a user gets whose own lab kernel cannot be used: that of the machine serves, where root has installed it."""
    from twin.lab.kernel_cache import SHARED, build_key
    return (5, "16 met") if any(SHARED.glob(f"*-{build_key()}")) else (3, "twin kernel build")


def cut_short(pattern: str) -> Callable[[Path], None]:
    """The first file of this pattern has lost its end, as where a disk was full."""
    def change(folder: Path) -> None:
        file = next(path for path in sorted(folder.rglob(pattern)) if path.stat().st_size > 100)
        os.truncate(file, file.stat().st_size // 2)
    return change


def cut_kernel(folder: Path) -> None:
    """A lab kernel that has lost its end."""
    copy = folder / "kernels" / kernel().name
    copy.parent.mkdir()
    subprocess.run(("cp", "-r", "--", kernel(), copy), check=True)
    os.truncate(copy / "linux", 2 * MIB)
    os.environ |= {"TWIN_KERNEL": str(copy.parent), "XDG_CACHE_HOME": str(folder / "cache")}


def changed(name: str, change: Callable[[str], str]) -> Make:
    """A file of the stored run is another."""
    def make(folder: Path) -> None:
        path = folder / "run" / name
        path.write_text(change(path.read_text()))
    return make


def described(text: str) -> Make:
    """A description "odd.yaml" that begins with this, before the small network's own keys."""
    def make(folder: Path) -> None:
        (folder / "odd.yaml").write_text((PROJECT / MINIMAL).read_text().replace("title: North", text, 1))
    return make


def nobody(_: Path) -> None:
    """A user without a home and without an entry in the list of users."""
    for source, target in ((PROJECT, STAGE / "project"), (Path(sys.prefix), STAGE / "venv")):
        target.mkdir()
        mount("--bind", source, target)
    packages = STAGE / "venv" / next(Path(sys.prefix, "lib").glob("python*/site-packages")).relative_to(sys.prefix)
    os.environ.pop("HOME", None)
    os.environ["PYTHONPATH"] = f"{STAGE / 'project'}{os.pathsep}{packages}"
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    os.chdir(STAGE / "project")


def taken(*folders: str) -> Make:
    """Somebody else has the name of our folder in these."""
    def make(_: Path) -> None:
        for folder in folders:
            mount("-t", "tmpfs", "none", folder)
            other = Path(folder, f"metro-twin-{os.getuid()}")
            other.mkdir(mode=0o700)
            os.chown(other, NOBODY, NOBODY)
    return make


def ignored_children(_: Path) -> None:
    """Its parent does not care for children, and neither does it: they cannot be waited for (signal(7))."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)


def mask_all(_: Path) -> None:
    """What it makes, nobody may use."""
    os.umask(0o777)


def no_folder(folder: Path) -> None:
    """The current folder is removed."""
    gone = folder / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()


ASCII = variables(LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
SYSTEM_PYTHON = os.path.realpath(sys.executable)
NO_CACHE = "HOME is not set.*\n.*XDG_CACHE_HOME"
REPORT, REPORT_JSON = ("report", "{0}/run"), ("report", "{0}/run", "--json")

ENVIRONMENTS: Mapping[str, Environment] = {
    "no HOME, no user: check": Environment(("check", MINIMAL), 0, "valid", nobody, True, SYSTEM_PYTHON),
    "no HOME, no user: plan": Environment(("plan", MINIMAL), 0, "Flows", nobody, True, SYSTEM_PYTHON),
    "no HOME, no user: verify": Environment((*VERIFY, "/tmp/none"), 3, NO_CACHE, nobody, True, SYSTEM_PYTHON),
    "no HOME, no user: doctor": Environment(("doctor",), 3, NO_CACHE, nobody, True, SYSTEM_PYTHON),
    "standard output closed": Environment(("check", MINIMAL), 0, "^$", closed(1)),
    "standard output closed: verify": Environment(INTO, 5, "measure", closed(1)),
    "all standard streams closed": Environment(("check", MINIMAL), 0, "^$", closed(0, 1, 2)),
    "standard error closed": Environment(("check", "none.yaml"), 2, "^$", closed(2)),
    "standard output full: plan": Environment(("plan", MINIMAL), 3, "standard output: No space", full_output),
    "standard output full: help": Environment(("--help",), 3, "standard output: No space", full_output),
    "reader of standard output gone": Environment(("plan", MINIMAL, "--json"), 141, "^$", output_without_reader),
    "only ASCII: report": Environment(REPORT, 5, r"\\u2713 call", ASCII),
    "only ASCII: JSON": Environment(REPORT_JSON, 5, '"network": "minimal"', ASCII),
    "only ASCII: a name in the message": Environment(("check", "réseau.yaml"), 2, r"r\\u.*seau.yaml", ASCII),
    "32 open files: verify": Environment(INTO, 3, "ulimit -n", limit(resource.RLIMIT_NOFILE, 32)),
    "600 MiB of address space: verify": Environment(INTO, 3, "ulimit -v", limit(resource.RLIMIT_AS, 600 * MIB)),
    "30 MiB of address space: plan": Environment(("plan", "topologies/castres-mazamet.yaml"), 3, "ulimit -v",
                                                 limit(resource.RLIMIT_AS, 30 * MIB)),
    "files of 1 MiB: verify": Environment(INTO, 3, "ulimit -f", limit(resource.RLIMIT_FSIZE, MIB)),
    "files of 10 KiB: report": Environment(REPORT, 3, "run.json: File too large", limit(resource.RLIMIT_FSIZE, 10_240)),
    "results on a disk of 16 KiB": Environment(INTO, 3, "/new: No space left.*\n.*free some", disk("16k"), True),
    "results on a disk of 100 KiB": Environment(INTO, 3, "disk of .*new/incomplete is full", disk("100k"), True),
    "results on a disk of 200 KiB": Environment(INTO, 3, "run.json: No space left", disk("200k"), True),
    "results on a disk that is read only": Environment(INTO, 3, "cannot be written: Read-only", disk("1m,ro"), True),
    "results below a file": Environment((*VERIFY, "{0}/run/run.json/new"), 3, "run.json/new cannot be written"),
    "cache on a full disk": Environment(INTO, 3, "cache .* cannot be written: No space", full_cache, True),
    "cache with code cut short": Environment(INTO, 5, "16 met", cache(cut_short("*.py"))),
    "cache with compiled code cut short": Environment(INTO, 5, "16 met", cache(cut_short("*.pyc"))),
    "cache with sums cut short": Environment(INTO, 5, "16 met", cache(cut_short("sums.json"))),
    "lab kernel cut short": Environment(INTO, *without_own_kernel(), cut_kernel),
    "no lab kernel": Environment(INTO, *without_own_kernel(), variables(XDG_CACHE_HOME="{0}/cache")),
    "somebody else's folder in /tmp": Environment(INTO, 5, "16 met", taken("/tmp"), True),
    "somebody else's folders everywhere": Environment(INTO, 3, "somebody else has", taken("/tmp", "/var/tmp"), True),
    "TMPDIR that is not there": Environment(INTO, 5, "16 met", variables(TMPDIR="/nowhere")),
    "children that nobody waits for": Environment(INTO, 5, "16 met", ignored_children),
    "the current folder is removed": Environment(("check", "x.yaml"), 2, "x.yaml", no_folder),
    "umask 777": Environment(INTO, 5, "16 met", mask_all),
    "a run cut short": Environment(REPORT, 2, "run.json is not a stored run", changed("run.json", lambda t: t[:9000])),
    "a run that is empty": Environment(REPORT, 2, "run.json is not a stored run", changed("run.json", lambda _: "")),
    "a run of another format": Environment(REPORT, 2, "has format 99", changed(
        "run.json", lambda text: re.sub('"format": [0-9]+', '"format": 99', text))),
    "a manifest cut short": Environment(REPORT, 2, "not the manifest", changed("manifest.json", lambda t: t[:40])),
    "a manifest of another file": Environment((*VERIFY, "{0}/run", "--force"), 2, "not the manifest", changed(
        "manifest.json", lambda text: text.replace("junit.xml", "../../x"))),
    "a title that turns the text round": Environment(("check", "{0}/odd.yaml"), 2, r"U\+202E",
                                                     described('title: "a\u202eb"')),
    "a name that leaves its folder": Environment(("up", MINIMAL, "--name", "../../x"), 2, "../../x"),
    "a fault of a twin that is not there": Environment(("fault", "degrade", "nosuch", "--loss", "1 %"), 2, "twin"),
    "a description that is a folder": Environment(("check", "topologies"), 2, "topologies"),
    "a description without an end": Environment(("check", "/dev/zero"), 2, "/dev/zero"),
    "a folder that holds a run": Environment((*VERIFY, "{0}/run"), 2, "--force"),
}
