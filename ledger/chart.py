"""The chart of accounts of a city: opened by the service that owns the books, never edited, closed when empty."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from ledger.entries import Account
from ledger.posting import call
from ledger.refusals import AccountNotEmpty, AccountTaken, UnknownAccount

_OPEN = f"SELECT conflicting FROM ledger_open_accounts({', '.join(f'${place}' for place in range(1, 12))})"
_CLOSE = "SELECT ledger_close_account($1, $2) AS outcome"


async def open_accounts(session: AsyncSession, accounts: Sequence[Account], *, city_code: str) -> None:
    """Open what is not open yet. Raises AccountTaken when a code already stands for something else."""
    if not accounts:
        return
    row = await call(
        session,
        _OPEN,
        (
            city_code,
            clock.now(city_code),
            [account.code for account in accounts],
            [str(account.kind) for account in accounts],
            [str(account.normal_side) for account in accounts],
            [account.spendable for account in accounts],
            [account.name_zh for account in accounts],
            [account.name_en for account in accounts],
            [account.programme for account in accounts],
            [account.policy_year for account in accounts],
            [account.payer_level for account in accounts],
        ),
    )
    if row["conflicting"]:
        raise AccountTaken(accounts=list(row["conflicting"]))


async def close_account(session: AsyncSession, code: str, *, city_code: str) -> None:
    """No more entries. Raises AccountNotEmpty while it has a balance or a hold."""
    outcome = (await call(session, _CLOSE, (city_code, code)))["outcome"]
    if outcome == "unknown_account":
        raise UnknownAccount
    if outcome == "not_empty":
        raise AccountNotEmpty
