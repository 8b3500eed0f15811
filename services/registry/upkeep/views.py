"""What became of a recognition, read as one: its term, end, renewals, changes, and what follows for tax."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import context
from kernel.auth import Caller
from policy.schema import Programme
from policy.store import policy_today
from services.registry.carriers.models import CarrierLevel
from services.registry.recognition.queries import find_kept
from services.registry.upkeep.queries import changes_of, end_of, renewals_of, valid_until
from services.registry.upkeep.rules import month_after, month_of, tax_applies
from services.registry.upkeep.schemas import ChangeOut, RenewalOut, TaxInformationOut, UpkeepOut
from services.registry.upkeep.service import NotStanding


async def read_upkeep(session: AsyncSession, recognition_id: UUID, *, caller: Caller) -> UpkeepOut:
    """Raises NotFound; NotStanding (409) for what was never recognised."""
    row = await find_kept(session, recognition_id, caller=caller)
    given = select(CarrierLevel).where(CarrierLevel.recognition_id == row.id)
    level: CarrierLevel | None = await session.scalar(given)
    if level is None:
        raise NotStanding
    end = await end_of(session, row.id)
    snapshot = await policy_today(session, row.city_code)
    kind = row.form.get("carrier_kind")
    taxes = [
        programme
        for programme in snapshot.pack.of_kind("tax_information")
        if tax_applies(programme.terms, {"level": str(level.level), "carrier_kind": kind})
    ]
    return UpkeepOut(
        recognition_id=row.id,
        recognised_on=level.recognised_on,
        valid_until=await valid_until(session, row.id),
        ended_on=level.ended_on,
        end_cause=end.cause if end else None,
        renewals=[RenewalOut.model_validate(one) for one in await renewals_of(session, row)],
        changes=[ChangeOut.model_validate(one) for one in await changes_of(session, row)],
        tax=[_tax(programme, level) for programme in taxes],
    )


def _tax(programme: Programme, level: CarrierLevel) -> TaxInformationOut:
    names: dict[str, Any] = {"zh": programme.zh, "en": programme.en}
    month = month_after(level.recognised_on)
    texts = {
        "zh": f"{names['zh']}:认定次月({month})起可向税务部门申报,由税务部门依国家规定办理。",
        "en": f"{names['en']}: to be claimed from the month after recognition ({month}); the tax authority decides.",
    }
    return TaxInformationOut(
        programme=programme.id,
        clauses=list(programme.clauses),
        from_month=month,
        until_month=month_of(level.ended_on) if level.ended_on else None,
        text=texts["en" if context.current().language == "en" else "zh"],
    )
