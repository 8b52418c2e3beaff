"""Who may speak to the console."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from twin.api.console.access import Access, Request, security_headers

RULES = Access(8000, "s" * 43)
COOKIE = f"theme=dark; twin-console-8000={'s' * 43}"
OURS = "http://localhost:8000"


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
def test_a_page_of_the_console_is_let_in(host: str) -> None:
    """By each name of the loopback address; to read, it need not say where it comes from."""
    assert RULES.refusal(Request(host, None, COOKIE, changes=False)) is None
    assert RULES.refusal(Request(host, f"http://{host}", COOKIE, changes=True)) is None


@pytest.mark.parametrize(("request_", "status"), [
    (Request("evil.example:8000", None, COOKIE, changes=False), 421),
    (Request("evil.example:8000", "http://evil.example:8000", COOKIE, changes=True), 421),
    (Request("localhost:8001", None, COOKIE, changes=False), 421),
    (Request("localhost", None, COOKIE, changes=False), 421),
    (Request("", None, COOKIE, changes=False), 421),
    (Request("localhost:8000", "http://evil.example", COOKIE, changes=False), 403),
    (Request("localhost:8000", "null", COOKIE, changes=True), 403),
    (Request("localhost:8000", "https://localhost:8000", COOKIE, changes=True), 403),
    (Request("localhost:8000", "http://localhost:8001", COOKIE, changes=True), 403),
    (Request("localhost:8000", None, COOKIE, changes=True), 403),
    (Request("localhost:8000", OURS, "", changes=True), 403),
    (Request("localhost:8000", OURS, "twin-console-8000=", changes=True), 403),
    (Request("localhost:8000", OURS, f"twin-console-8001={'s' * 43}", changes=True), 403),
    (Request("localhost:8000", OURS, "twin-console-8000=\u00e9\u00e9", changes=True), 403),
    (Request("localhost:8000", OURS, "=;=;\x00", changes=True), 403),
])
def test_everybody_else_is_refused(request_: Request, status: int) -> None:
    """Foreign hosts (rebinding), foreign, absent and opaque origins, no cookie or that of another console."""
    refusal = RULES.refusal(request_)
    assert refusal is not None and refusal.status == status and refusal.reason


def test_the_secret_is_only_in_the_address_and_the_cookie() -> None:
    """Not where a rule is printed; scripts cannot read the cookie, and other sites do not send it."""
    assert "sss" not in repr(RULES) and RULES.address.endswith("/?token=" + "s" * 43)
    assert "; HttpOnly; SameSite=Strict; Path=/" in RULES.set_cookie(RULES.secret)


def test_the_page_may_load_nothing_from_elsewhere() -> None:
    """Nor be shown in another page."""
    policy = security_headers("n0nce")["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and "frame-ancestors 'none'" in policy and "http" not in policy
    assert "unsafe" not in policy.replace("style-src-attr 'unsafe-inline'", "") and "'nonce-n0nce'" in policy


@pytest.mark.parametrize(("authorization", "allowed"), [
    (f"Bearer {'s' * 43}", True), (f"bearer {'s' * 43}", True), ("Bearer", False), ("Bearer wrong", False),
    (f"Basic {'s' * 43}", False), ("s" * 43, False)])
def test_a_program_shows_the_secret_itself(authorization: str, allowed: bool) -> None:
    """As a scraper of metrics does, which keeps no cookie; from another page it is of no use."""
    refusal = RULES.refusal(Request("127.0.0.1:8000", None, "", changes=False, authorization=authorization))
    assert (refusal is None) == allowed
    foreign = Request("127.0.0.1:8000", "http://evil.example", "", changes=False, authorization=authorization)
    assert RULES.refusal(foreign) is not None


def test_the_port_of_a_virtual_machine_is_the_same_outside() -> None:
    """So that Host and Origin are those of the address that is printed; only loopback addresses are joined."""
    text = (Path(__file__).parents[3] / "Vagrantfile").read_text()
    forwarded = re.search(r'"-L", "127\.0\.0\.1:(.*?):127\.0\.0\.1:(.*?)"', text)
    assert forwarded is not None and forwarded[1] == forwarded[2] == "#{CONSOLE_PORT}"
    port = re.search(r"^CONSOLE_PORT = (\d+)$", text, re.MULTILINE)
    guide = (Path(__file__).parents[3] / "docs" / "guide.md").read_text()
    assert port is not None and f"make console PORT={port[1]}" in guide and "forwarded_port" not in text
