"""The trees of IPTV channels are read back from the switches of a live twin, and compared with who watches."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

from twin import api

TOWN = Path(__file__).parents[3] / "exercises" / "networks" / "town.yaml"


def test_a_port_that_lacks_in_a_group_is_seen(tmp_path: Path) -> None:
    """The switches forward as the viewers on two lines want it, and nothing differs; a group that was emptied by hand
    does, and no longer once it is as before."""
    with api.live_twin(api.load(TOWN), name=f"test-trees-{os.getpid()}", out=tmp_path) as twin:
        def ofctl(*words: str) -> str:
            return twin.run("castres", ["ovs-ofctl", "-O", "OpenFlow13", *words]).stdout.decode()

        assert all(islice(twin.watch(), 3))  # both lines have joined
        assert twin.deviations() == {}
        whole = next(line.strip() for line in ofctl("dump-groups", "castres").splitlines() if "type=all" in line)
        assert "bucket=" in whole
        empty = whole.partition(",bucket")[0]
        ofctl("mod-group", "castres", empty)
        assert twin.deviations() == {"castres": (f"-{empty}", f"+{whole}")}
        ofctl("mod-group", "castres", whole)
        assert twin.deviations() == {}
