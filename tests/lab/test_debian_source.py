"""Which kernel source is taken, from recorded output of apt and recorded source lists."""

from pathlib import Path

import pytest

from twin.core.errors import CannotRun
from twin.lab.kernel import debian_source
from twin.lab.kernel.debian_source import (
    Archive,
    SourcePackage,
    debian_mirror,
    find_package,
    installed_source,
    newest_package,
    source_packages,
)

BACKPORTS = """\
linux-source-7.2 | 7.2.9-1~bpo13+1 | http://deb.debian.org/debian trixie-backports/main amd64 Packages
linux-source-7.2 | 7.2.12-1~bpo13+1 | http://deb.debian.org/debian trixie-backports/main amd64 Packages
linux-source-7.3 | 7.3.1-1~exp1 | http://deb.debian.org/debian trixie-backports/main amd64 Packages
linux-source-6.12 | 6.12.90-1 | http://deb.debian.org/debian trixie/main amd64 Packages
"""


def test_the_newest_package_of_the_tested_series_is_taken() -> None:
    """7.2.12 is newer than 7.2.9, and a newer series than the tested one is not preferred."""
    assert newest_package(source_packages(BACKPORTS)) == SourcePackage("7.2", "7.2.12-1~bpo13+1")


def test_without_the_tested_series_the_newest_that_is_new_enough_is_taken() -> None:
    """Suites move on; a kernel too old for seccomp is never taken."""
    rest = source_packages(BACKPORTS.replace("-7.2 ", "-6.17 "))
    assert newest_package(rest) == SourcePackage("7.3", "7.3.1-1~exp1")
    old = "linux-source-6.12 | 6.12.90-1 | http://x trixie/main amd64 Packages\n"
    assert newest_package(source_packages(old)) is None


def test_an_offer_says_its_package_and_the_kernels_own_version() -> None:
    """Debian's revision is not part of the kernel's version."""
    offer = SourcePackage("7.2", "7.2.12-1~bpo13+1")
    assert (offer.package, offer.upstream) == ("linux-source-7.2", "7.2.12")


@pytest.mark.parametrize(("text", "expected"), [
    ("Types: deb\n# a note\nURIs: http://mirror.example/debian/\nSuites: bookworm\n", "http://mirror.example/debian"),
    ("deb [signed-by=/k.gpg arch=amd64] https://m.example/debian bookworm main\n", "https://m.example/debian"),
    ("deb http://security.debian.org/debian-security bookworm-security main\n", debian_source.DEFAULT_MIRROR),
    ("# deb http://off.example/debian bookworm main\n", debian_source.DEFAULT_MIRROR),
    ("", debian_source.DEFAULT_MIRROR),
])
def test_the_machines_own_mirror_is_used(text: str, expected: str) -> None:
    """Both forms of source lists are read; the security archive and comments are not mirrors."""
    assert debian_mirror([text]) == expected


class RecordedArchive(Archive):
    """An archive whose suites are given."""

    served: dict[str, str]

    def __init__(self, served: dict[str, str]) -> None:
        super().__init__(Path("/nowhere"))
        object.__setattr__(self, "served", served)

    def select_suite(self, suite: str) -> tuple[SourcePackage, ...]:
        """What was recorded, or a suite that cannot be read."""
        if suite not in self.served:
            raise CannotRun(f"no {suite}", "see the network")
        return source_packages(self.served[suite])


def test_suites_are_asked_until_one_serves_the_tested_series() -> None:
    """A suite that cannot be read does not end the search."""
    archive = RecordedArchive({"forky": BACKPORTS.replace("-7.2 ", "-6.17 "), "sid": BACKPORTS})
    assert find_package(archive).series == "7.2"


def test_when_no_suite_can_be_read_the_reason_and_the_remedy_are_told() -> None:
    """No network is this machine's fault, not the input's."""
    with pytest.raises(CannotRun, match="no sid"):
        find_package(RecordedArchive({}))


def test_a_source_that_is_installed_already_is_found_if_it_is_new_enough(tmp_path: Path) -> None:
    """A machine without network can build from a package that it has."""
    for name in ("linux-source-6.1.tar.xz", "linux-source-6.17.tar.xz", "linux-source-7.2.tar.xz", "other.tar.xz"):
        (tmp_path / name).touch()
    assert installed_source(tmp_path) == tmp_path / "linux-source-7.2.tar.xz"
    (tmp_path / "linux-source-7.2.tar.xz").unlink()
    (tmp_path / "linux-source-6.17.tar.xz").unlink()
    assert installed_source(tmp_path) is None
