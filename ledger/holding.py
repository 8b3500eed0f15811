"""Holds: pending → posted | voided | expired. Captured by an entry with `Capture`; ended here or by their due date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock, context
from kernel.ids import new_id
from ledger.entries import Hold
from ledger.posting import call
from ledger.refusals import refusal, together

_PLACE = f"SELECT * FROM ledger_place_holds({', '.join(f'${place}' for place in range(1, 13))})"
_VOID = "SELECT ledger_void_hold($1, $2, $3, $4, $5) AS outcome"
_SWEEP = "SELECT ledger_sweep_holds($1, $2, $3) AS ended"


@dataclass(frozen=True, slots=True)
class Held:
    """A hold that stands. `duplicate`: the key was known, and this is the hold it placed the first time."""

    hold_id: UUID
    duplicate: bool = False


async def place_hold(session: AsyncSession, hold: Hold, *, city_code: str, key: str, actor: str | None = None) -> Held:
    """Set money aside. Raises Insufficient, NotSpendable, UnknownAccount, AccountClosed, KeyReused."""
    (held,) = await place_holds(session, [(key, hold)], city_code=city_code, actor=actor)
    return held


async def place_holds(
    session: AsyncSession, keyed: Sequence[tuple[str, Hold]], *, city_code: str, actor: str | None = None
) -> list[Held]:
    """All or nothing, keys first; raises one refusal with the reasons of every refused hold."""
    holds = [hold for _, hold in keyed]
    row = await call(
        session,
        _PLACE,
        (
            city_code,
            clock.now(city_code),
            [new_id() for _ in holds],
            [key for key, _ in keyed],
            [hold.account for hold in holds],
            [hold.amount_fen for hold in holds],
            [hold.due_at for hold in holds],
            [hold.fact for hold in holds],
            [hold.reference for hold in holds],
            [hold.determination_id for hold in holds],
            [hold.case_id for hold in holds],
            [actor or context.current().actor or "system"] * len(holds),
        ),
    )
    refused = [
        refusal(outcome, account=hold.account, available_fen=available)
        for outcome, available, hold in zip(row["outcomes"], row["available"], holds, strict=True)
        if outcome not in {"pending", "duplicate"}
    ]
    if refused:
        raise together(refused)
    return [
        Held(hold_id, outcome == "duplicate") for outcome, hold_id in zip(row["outcomes"], row["hold_ids"], strict=True)
    ]


async def void_hold(
    session: AsyncSession, hold_id: UUID, *, city_code: str, reason: str, actor: str | None = None
) -> None:
    """Give it back; doing it again changes nothing. Raises HoldExpired, HoldEnded, HoldUnknown."""
    values = (city_code, clock.now(city_code), hold_id, actor or context.current().actor or "system", reason)
    outcome = (await call(session, _VOID, values))["outcome"]
    if outcome != "voided":
        raise refusal(outcome)


async def expire_due_holds(
    session: AsyncSession, *, city_code: str, now: datetime | None = None, accounts_max: int = 200
) -> int:
    """The sweep: end the due holds of up to `accounts_max` accounts nobody is posting to. How many holds ended."""
    values = (city_code, now or clock.now(city_code), accounts_max)
    return int((await call(session, _SWEEP, values))["ended"])
