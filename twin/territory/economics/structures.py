"""Who pays for the network: the semi-public company as owner, a concession, a lease."""

from __future__ import annotations

from collections.abc import Iterator

from twin.core.units import PPM
from twin.model import Costs
from twin.territory.economics.accounts import Accounts
from twin.territory.economics.results import Share, Structure
from twin.territory.economics.theory.investment import Floats, present_value


def shares(costs: Costs, accounts: Accounts) -> Iterator[Share]:
    """What each side pays under each structure; accounts: of one point."""
    public, private = costs.public_rate / PPM, costs.private_rate / PPM
    part = costs.public_share / PPM
    yield _company(accounts, part, part * public + (1 - part) * private)
    spent, lacking = _worth(accounts.spent, private), max(0.0, -_worth(accounts.balance, private))
    yield Share(Structure.CONCESSION, private, 0.0, spent - lacking, lacking)
    spent, rent = _worth(accounts.spent, public), _worth(accounts.running, private)
    lacking = max(0.0, spent - rent)
    yield Share(Structure.LEASE, public, spent - lacking, max(0.0, -rent), lacking)


def _company(accounts: Accounts, part: float, rate: float) -> Share:
    """Its shareholders pay what it earns back; the public alone what it never does."""
    spent, lacking = _worth(accounts.spent, rate), max(0.0, -_worth(accounts.balance, rate))
    return Share(Structure.OWNER, rate, part * (spent - lacking), (1 - part) * (spent - lacking), lacking)


def _worth(payments: Floats, rate: float) -> float:
    return float(present_value(payments, rate)[0])
