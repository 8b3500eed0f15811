"""The city's own account over HTTP."""

from typing import Annotated

from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.routing import SessionDep, router
from services.funds.paying_accounts.schemas import (
    PayingAccountId,
    PayingAccountIn,
    PayingAccountOut,
    PayingAccountsOut,
)
from services.funds.paying_accounts.service import accounts_of, approve_account, propose_account

routes = router(prefix="/v1/funds/paying-accounts", tags=["payments"])
MayManage = Annotated[Caller, may("payments:manage")]
MayRead = Annotated[Caller, may("payments:read")]


@routes.post("", status_code=201)
async def enter_paying_account(
    caller: MayManage, body: PayingAccountIn, session: SessionDep, _key: KeyRequired
) -> PayingAccountOut:
    """Enter the account the city pays from; another person approves it."""
    row = await propose_account(session, given=body, caller=caller, at=clock.now(caller.city))
    return PayingAccountOut.of(row)


@routes.post("/{account_id}/approval")
async def approve_paying_account(
    caller: MayManage, account_id: PayingAccountId, session: SessionDep, _key: KeyRequired
) -> PayingAccountOut:
    """Put an account into force, as another person than entered it."""
    row = await approve_account(session, account_id=account_id, caller=caller, at=clock.now(caller.city))
    return PayingAccountOut.of(row)


@routes.get("")
async def list_paying_accounts(caller: MayRead, session: SessionDep) -> PayingAccountsOut:
    """Every account ever entered, numbers masked; in force is the one approved last."""
    return PayingAccountsOut(items=[PayingAccountOut.of(row) for row in await accounts_of(session, caller.city)])
