"""What happens to a claim when money reaches its bank or comes back, whole or in parts (XZ-33)."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import ClaimPaid
from kernel import clock
from kernel.moves import status_after
from services.funds.loan_pool.claims.models import LossClaim
from services.funds.loan_pool.claims.states import MOVES, Fact
from services.funds.loan_pool.movements.service import note
from services.funds.loan_pool.movements.states import Fact as Moved
from services.funds.payments.models import PaymentOrder


def money_arrived(session: AsyncSession, claim: LossClaim, order: PaymentOrder, on: date) -> ClaimPaid:
    """The case is granted when all that was approved has arrived. The claim is held; what is told of it is answered."""
    claim.paid_fen += order.amount_fen
    whole = claim.paid_fen == claim.approved_fen
    claim.status = status_after(Fact.PAID if whole else Fact.PART_PAID, claim.status, MOVES)
    claim.paid_on = max(on, claim.paid_on or on)
    note(session, Moved.CLAIM_PAID, claim, amount_fen=order.amount_fen, at=clock.now(claim.city_code))
    return ClaimPaid(
        case_id=claim.case_id,
        case_outcome="granted" if whole else None,
        claim_id=claim.id,
        bank_id=claim.bank_id,
        payment_order_id=order.id,
        amount_fen=order.amount_fen,
        settled_on=on,
    )


def money_came_back(
    session: AsyncSession, claim: LossClaim, order: PaymentOrder, *, last_paid_on: date | None = None
) -> None:
    """The approval stands. `last_paid_on`: the day of what has not come back, where there is any. The claim is held."""
    claim.paid_fen -= order.amount_fen
    fact = Fact.PART_RETURNED if claim.paid_fen else Fact.PAYMENT_RETURNED
    claim.status, claim.paid_on = status_after(fact, claim.status, MOVES), last_paid_on
    note(session, Moved.CLAIM_PAYMENT_RETURNED, claim, amount_fen=order.amount_fen, at=clock.now(claim.city_code))
