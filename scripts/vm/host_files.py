"""What the virtual machine gets from this one: the project, wheels, the lab kernel, the steps; and the digest that its
virtual lab must reach."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from vm.tools import CACHE, PART, ROOT, interpreter, key, make_disk, python, run

SEED = 1
FREE_BYTES = 2**26


def host_disk(seconds: int) -> Path:
    """A disk with all of it, for labs that measure for some seconds; to be removed after use."""
    part = Path(tempfile.mkdtemp(prefix=PART, dir=CACHE))
    copy_project(part / "project")
    shutil.copytree(wheels(), part / "wheels")
    kernel = Path(python("from twin.lab.kernel_cache import require_kernel as f; print(f().linux.parent)").strip())
    shutil.copytree(kernel, part / "kernel" / kernel.name)
    for number, text in enumerate(provisioners(), start=1):
        (part / f"provision-{number}").write_text(text)
    (part / "settings").write_text(f"SECONDS_EACH={seconds} SEED={SEED}\n")
    shutil.copy2(ROOT / "scripts" / "vm" / "guest", part / "guest")
    run("chmod", "-R", "go=u-w", str(part))
    size = sum(path.stat().st_size for path in part.rglob("*") if path.is_file())
    disk = CACHE / f"{PART}files"
    make_disk(disk, part, size * 3 // 2 + FREE_BYTES)
    shutil.rmtree(part)
    return disk


def copy_project(target: Path) -> None:
    """The files of this checkout, changed and new ones too, without what is ignored."""
    for name in filter(None, run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def provisioners() -> list[str]:
    """What the Vagrantfile has the shell run, in order."""
    text = (ROOT / "Vagrantfile").read_text()
    return re.findall(r"inline: <<~SCRIPT\n(.*?)^\s*SCRIPT$", text, re.MULTILINE | re.DOTALL)


def wheels() -> Path:
    """A folder with the locked packages, fetched unless it is in the cache."""
    lock = ROOT / "requirements.lock"
    folder = CACHE / f"wheels-{key(lock.read_text())}"
    if not folder.exists():
        part = Path(tempfile.mkdtemp(prefix=PART, dir=CACHE))
        run(interpreter(), "-m", "pip", "--quiet", "--disable-pip-version-check", "download", "--require-hashes",
            "--no-deps", "--no-build-isolation", "--requirement", str(lock), "--dest", str(part))
        part.rename(folder)
    return folder


def host_digest(seconds: int) -> str:
    """The digest of the virtual lab on this machine, of the same code, seed and seconds."""
    with tempfile.TemporaryDirectory(prefix=PART, dir=CACHE) as folder:
        python("import sys; from twin.cli import main; sys.exit(main(sys.argv[1:]))", "verify",
               "topologies/minimal.yaml", "--seconds", str(seconds), "--seed", str(SEED), "--no-baseline",
               "--out", f"{folder}/run")
        match = re.search(r'"digest": "(\w+)"', Path(folder, "run", "context.json").read_text())
    return match[1] if match else ""
