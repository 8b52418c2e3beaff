"""Who may speak to the console: a browser of this machine that was opened with the printed address. Pure rules.

The server listens on the loopback address alone, but every page that a browser shows can send requests there, and
under DNS rebinding with a Host of the attacker's. So Host and Origin are held against fixed lists, never against each
other, and a secret is asked for: the address has it once, and it is exchanged for a cookie that scripts cannot read
and other sites do not send (RFC 6265bis). Cookies do not know ports: the port is part of the cookie's name.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

NAMES = ("127.0.0.1", "localhost", "[::1]")
"""What a browser of this machine calls it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An HTTP status, and why in a sentence."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Request:
    """What is looked at of a request. changes: it may change something, as do all but GET and HEAD, and sockets.
    authorization: the header, by which a program shows the secret that a browser has in a cookie (RFC 6750)."""

    host: str
    origin: str | None
    cookie: str
    changes: bool
    authorization: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """The rules of a console on a port. secret: 32 random bytes as text. name: under which it is reached, where that is
    not the loopback address; then by TLS. others: the secrets of other people, by their names; "" has `secret`."""

    port: int
    secret: str = field(repr=False)
    name: str = ""
    others: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def scheme(self) -> str:
        """Of its addresses."""
        return "https" if self.name else "http"

    @property
    def address(self) -> str:
        """What is printed."""
        return self.address_of("")

    def address_of(self, person: str) -> str:
        """What a person opens it with."""
        secret = self.others[person] if person else self.secret
        return f"{self.scheme}://{self.name or NAMES[0]}:{self.port}/?token={secret}"

    @property
    def cookie(self) -> str:
        """The name of the cookie."""
        return f"twin-console-{self.port}"

    def hosts(self) -> frozenset[str]:
        """What Host may be."""
        return frozenset(f"{name}:{self.port}" for name in ([self.name] if self.name else NAMES))

    def set_cookie(self, token: str) -> str:
        """The header that gives a browser the cookie of a token."""
        return f"{self.cookie}={token}; HttpOnly; SameSite=Strict; Path=/{'; Secure' if self.name else ''}"

    def person(self, token: str) -> str | None:
        """Whose secret it is, None for nobody's; in a time that does not depend on it."""
        known = {"": self.secret, **self.others}
        holders = [name for name, secret in known.items() if hmac.compare_digest(token.encode(), secret.encode())]
        return holders[0] if holders else None

    def token_of(self, request: Request) -> str:
        """What a request shows: the secret of the header, or of the cookie."""
        scheme, _, bearer = request.authorization.partition(" ")
        return bearer if scheme.lower() == "bearer" else _cookie(request.cookie, self.cookie)

    def misplaced(self, request: Request) -> Refusal | None:
        """Why a request does not come from a page of this console; None where it may."""
        if request.host not in self.hosts():
            return Refusal(421, "this console answers only under the address that was printed")
        origins = {f"{self.scheme}://{host}" for host in self.hosts()}
        if request.origin is None and request.changes:
            return Refusal(403, "a request that may change something must say from which page it comes (Origin)")
        if request.origin is not None and request.origin not in origins:
            return Refusal(403, "requests of other pages are refused")
        return None

    def refusal(self, request: Request) -> Refusal | None:
        """Why a request is refused; None where it is allowed."""
        if (misplaced := self.misplaced(request)) is not None:
            return misplaced
        if self.person(self.token_of(request)) is None:
            return Refusal(403, "open the console by the address that it printed")
        return None


def _cookie(header: str, name: str) -> str:
    """The value of a cookie, "" where there is none."""
    pairs = (pair.strip().partition("=") for pair in header.split(";"))
    return next((value for key, _, value in pairs if key == name), "")


def security_headers(nonce: str) -> dict[str, str]:
    """What goes with every response. nonce: of the scripts that stand in the page itself, and of the style sheets that
    a terminal adds to it, which also writes the colours of its cells as attributes."""
    policy = ("default-src 'none'", f"script-src 'self' 'nonce-{nonce}'", f"style-src 'self' 'nonce-{nonce}'",
              "style-src-attr 'unsafe-inline'", "img-src 'self'",
              "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'")
    return {"Content-Security-Policy": "; ".join(policy), "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
            "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"}


def report_headers() -> dict[str, str]:
    """What goes with a stored report: it has its own styles and scripts, and is kept apart from the console (sandbox
    without same origin: it can neither send the cookie nor read an answer)."""
    policy = ("default-src 'none'", "script-src 'unsafe-inline'", "style-src 'unsafe-inline'", "img-src data:",
              "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "sandbox allow-scripts")
    return {**security_headers(""), "Content-Security-Policy": "; ".join(policy)}
