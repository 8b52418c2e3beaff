"""A real player and a real stream: with QoS every picture comes through as it was sent, without it breaks up."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.in_lab.places import NETWORKS, ROOT
from twin.core.records import to_plain
from twin.lab import GUEST_OUT, GUEST_PYTHON, VIRTUAL, Job
from twin.model import Policy
from twin.model.yaml import load
from twin.plan import plan

SECONDS = 5
FRAMES = 25 * SECONDS
FILM = ("-f", "lavfi", "-i", f"testsrc2=size=352x288:rate=25:duration={SECONDS}", "-c:v", "mpeg2video", "-b:v", "900k",
        "-maxrate", "1000k", "-bufsize", "200k", "-g", "12", "-bf", "0", "-threads", "1")


def ffmpeg(*words: str) -> None:
    """Run ffmpeg on the host."""
    subprocess.run(("ffmpeg", "-nostdin", "-loglevel", "error", "-y", *words), check=True)


def pictures(file: Path) -> list[str]:
    """The checksum of each decoded picture."""
    return [line.rpartition(",")[2].strip() for line in file.read_text().splitlines() if not line.startswith("#")]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of five seconds as a transport stream, and the checksums of its pictures beside it."""
    folder = tmp_path_factory.mktemp("film")
    ffmpeg(*FILM, "-f", "mpegts", str(folder / "film.ts"))
    ffmpeg("-i", str(folder / "film.ts"), "-map", "0:v", "-f", "framemd5", str(folder / "pictures"))
    return folder


@pytest.fixture(scope="module")
def played(film: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What the player decoded with QoS and without, by policy."""
    network = load(NETWORKS / "player.yaml")
    folders = {}
    for policy in (Policy.QOS, Policy.NONE):
        folder = folders[str(policy.name)] = tmp_path_factory.mktemp(str(policy.name))
        shutil.copy(film / "film.ts", folder)
        (folder / "blueprint.json").write_text(json.dumps(to_plain(plan(network, policy))))
    argv = (GUEST_PYTHON, "-m", "tests.in_lab.iptv.ffmpeg_player", GUEST_OUT)
    jobs = [Job(argv, folder, packages=ROOT) for folder in folders.values()]
    for result in VIRTUAL.run_all(jobs, on_line=lambda lab, line: None):
        assert result.status == 0, "\n".join(result.tail)
    return {name: pictures(folder / "played") for name, folder in folders.items()}


def test_with_qos_every_picture_comes_through(film: Path, played: dict[str, list[str]]) -> None:
    """Bit for bit, beside a flood."""
    sent = pictures(film / "pictures")
    assert len(sent) == FRAMES
    assert played[str(Policy.QOS.name)] == sent


def test_without_qos_the_picture_breaks_up(film: Path, played: dict[str, list[str]]) -> None:
    """Most pictures are damaged, or do not come at all."""
    sent = pictures(film / "pictures")
    whole = set(sent) & set(played[str(Policy.NONE.name)])
    assert len(whole) < FRAMES / 2
