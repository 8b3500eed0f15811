"""What each service says of itself for the overview of a city: `GET /internal/overview?city=…`. Amounts in fen."""

from datetime import datetime

from contracts.base import Reply


class BrokenCheck(Reply):
    """An invariant that does not hold, and in how many places (counted up to a hundred)."""

    check: str
    zh: str
    en: str
    breaks: int


class StandingReply(Reply):
    """What should be nought: jobs past their time, events that were given up on, and invariants of its own broken."""

    overdue_jobs: int
    parked_events: int
    broken: tuple[BrokenCheck, ...] = ()


class FundsOverview(Reply):
    """All budget lines together: of what was `appropriated`, `allotted` is what was released to be used.

    `encumbered` is promised and not spent yet, tranches of vouchers too; `paid` has left for the bank. `reserve` is
    what the fund behind the loan pool still has free, null where no programme of the city shares losses.
    """

    appropriated_fen: int
    allotted_fen: int
    encumbered_fen: int
    spent_fen: int
    paid_fen: int
    loans: int
    loans_fen: int
    claims_open: int
    claims_open_fen: int
    claims_paid_fen: int
    reserve_fen: int | None
    standing: StandingReply


class VouchersOverview(Reply):
    """Vouchers somebody may still use, and redemptions funds has not booked yet."""

    outstanding: int
    outstanding_fen: int
    in_transit: int
    in_transit_fen: int
    standing: StandingReply


class LevelCount(Reply):
    """Carriers that hold a level today; one that holds several is counted at each."""

    level: str
    is_key: bool
    carriers: int


class RegistryOverview(Reply):
    """`carriers` hold any level at all, each counted once."""

    carriers: int
    levels: tuple[LevelCount, ...]
    standing: StandingReply


class EventsOverview(Reply):
    """Published events that have not begun."""

    to_come: int
    next_at: datetime | None
    standing: StandingReply


class AssuranceReply(Reply):
    """The self-audit of funds, now: `GET /internal/assurance?city=…`."""

    green: bool
    checks: int
    broken: tuple[BrokenCheck, ...]
