"""Which determinations exist for whom."""

from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.owning import is_staff, own_only
from services.vouchers.contracts.models import Contract
from services.vouchers.issuance.models import Voucher
from services.vouchers.redemption.models import Redemption
from services.vouchers.redemption.queries import seen_by


async def determination_is_seen(session: AsyncSession, determination_id: UUID, caller: Caller) -> bool:
    """The city's staff sees all, a holder that of its voucher, and both parties that of a redemption or a contract."""
    if is_staff(caller):
        return True
    held = exists().where(Voucher.determination_id == determination_id, *own_only(caller, Voucher.holder_id))
    redeemed = exists().where(Redemption.determination_id == determination_id, *seen_by(caller))
    party = own_only(caller, Contract.holder_id, Contract.organisation_id)
    reserved = exists().where(Contract.determination_id == determination_id, *party)
    return bool(await session.scalar(select(or_(held, redeemed, reserved))))
