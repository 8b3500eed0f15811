"""Which determinations exist for whom."""

from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from services.vouchers.access import own_organisation
from services.vouchers.contracts.models import Contract
from services.vouchers.issuance.models import Voucher
from services.vouchers.redemption.models import Redemption
from services.vouchers.redemption.queries import seen_by


async def determination_is_seen(session: AsyncSession, determination_id: UUID, caller: Caller) -> bool:
    """The city's staff sees all, a holder that of its voucher, and both parties that of a redemption or a contract."""
    own = own_organisation(caller)
    if own is None:
        return True
    held = exists().where(Voucher.determination_id == determination_id, Voucher.holder_id == own)
    redeemed = exists().where(Redemption.determination_id == determination_id, *seen_by(caller))
    party = or_(Contract.holder_id == own, Contract.organisation_id == own)
    reserved = exists().where(Contract.determination_id == determination_id, party)
    return bool(await session.scalar(select(or_(held, redeemed, reserved))))
