"""Runs in a lab: a real sender and a real player of a transport stream, both ffmpeg, with a network between them.

`python -m tests.in_lab.iptv.ffmpeg_player FOLDER`: brings the blueprint in FOLDER up, sends film.ts to the channel's
group from its head-end, plays it at the line beside a flood, and leaves what the player decoded in FOLDER/played.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

from traffic.engine.sockets import Sockets
from twin.core.records import from_plain
from twin.emulation import up
from twin.jobs.experiment.controller_process import controller
from twin.plan.blueprint import Blueprint

FLOOD_PACKET, FLOOD_INTERVAL = bytes(1472), 0.008
"""1.5 Mbit/s of IP packets."""
FLOOD_SECONDS = 9.0
TUNED_IN = 1.0
"""Seconds that the player is given to join before the film begins."""
ASKED = 0.1
"""Seconds after which the general query of the start has passed. Linux answers a query that meets a join within the
query's 10 s, and forgets the report of the join."""
QUIET = ("ffmpeg", "-nostdin", "-loglevel", "error", "-threads", "1")


def in_namespace(namespace: str, *command: str) -> subprocess.Popen[bytes]:
    """Start a command in a host."""
    return subprocess.Popen(("ip", "netns", "exec", namespace, *command), stdin=subprocess.DEVNULL)


def flood(blueprint: Blueprint) -> None:
    """Send what the line cannot carry beside the film."""
    hosts = {host.name: host for host in blueprint.hosts}
    sockets = Sockets(hosts, 0)
    sock = sockets.udp(("internet", 7000), None)
    until = time.monotonic() + FLOOD_SECONDS
    while time.monotonic() < until:
        sock.sendto(FLOOD_PACKET, (hosts["home-1"].address, 7000))
        time.sleep(FLOOD_INTERVAL)
    sockets.close()


def play(blueprint: Blueprint, folder: Path) -> None:
    """Let the player tune in, then send the film; both end by themselves."""
    (channel,) = blueprint.iptv_channels
    place = f"udp://{channel.group}:{channel.port}"
    player = in_namespace("home-1", *QUIET, "-i", f"{place}?timeout=3000000&buffer_size=1000000", "-map", "0:v", "-f",
                    "framemd5", str(folder / "played"))
    time.sleep(TUNED_IN)
    sender = in_namespace(channel.source, *QUIET, "-re", "-i", str(folder / "film.ts"), "-c", "copy", "-f", "mpegts",
                    "-muxrate", str(channel.rate), f"{place}?localport={channel.port}&pkt_size=1316&ttl=16")
    sender.wait()
    player.wait()


def main(folder: Path) -> None:
    """Everything."""
    blueprint = from_plain(Blueprint, json.loads((folder / "blueprint.json").read_text()))
    with (controller(folder / "blueprint.json", folder / "controller.log") as ryu,
          up(blueprint, 1, logs=folder)):
        ryu.await_ready()
        time.sleep(ASKED)
        beside = threading.Thread(target=flood, args=(blueprint,))
        beside.start()
        play(blueprint, folder)
        beside.join()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
