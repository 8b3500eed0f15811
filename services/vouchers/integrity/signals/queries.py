"""Reads of what stands out."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Row, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, JSONPATH
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.ext.asyncio import AsyncSession

from policy.models import DeterminationRow
from services.vouchers.integrity.signals.rules import Held, Pair
from services.vouchers.issuance.models import Voucher
from services.vouchers.redemption.models import Redemption

_SHARE = '$.trace[*] ? (@.step == "result" && @.name == "share_fen").value'


@dataclass(frozen=True, slots=True)
class Period:
    """Days of service of a city: first and last, or without an end."""

    city_code: str
    from_on: date | None = None
    until_on: date | None = None

    def served(self) -> list[ColumnElement[bool]]:
        """Redemptions of services within it."""
        return [Redemption.city_code == self.city_code, *self._within(Redemption.service_on)]

    def issued(self) -> list[ColumnElement[bool]]:
        """Vouchers issued within it."""
        return [Voucher.city_code == self.city_code, *self._within(Voucher.issued_on)]

    def _within(self, day: ColumnElement[date] | object) -> list[ColumnElement[bool]]:
        ends: list[ColumnElement[bool]] = []
        if self.from_on is not None:
            ends.append(day >= self.from_on)  # type: ignore[operator,arg-type]
        if self.until_on is not None:
            ends.append(day <= self.until_on)  # type: ignore[operator,arg-type]
        return ends


async def pairs(session: AsyncSession, period: Period) -> list[Pair]:
    """Every provider with every holder it served."""
    found = await session.execute(
        select(
            Voucher.holder_id,
            Redemption.organisation_id,
            func.count(),
            func.sum(Redemption.amount_fen),
        )
        .join(Voucher, Voucher.id == Redemption.voucher_id)
        .where(*period.served())
        .group_by(Voucher.holder_id, Redemption.organisation_id)
    )
    return [Pair(holder, provider, count, int(amount)) for holder, provider, count, amount in found]


async def holders(session: AsyncSession, period: Period) -> dict[UUID, Held]:
    """Who was issued vouchers, those with the most first."""
    face = func.sum(Voucher.face_fen)
    found = await session.execute(
        select(Voucher.holder_id, func.max(Voucher.holder_name), func.count(), face)
        .where(*period.issued())
        .group_by(Voucher.holder_id)
        .order_by(face.desc(), Voucher.holder_id)
    )
    return {row[0]: Held(row[0], row[1], row[2], int(row[3])) for row in found}


async def same_day(session: AsyncSession, period: Period, *, limit: int) -> list[Row[*tuple[object, ...]]]:
    """Several redemptions of one voucher by one provider for services of one day; the most first."""
    count, net = func.count(), func.sum(Redemption.contract_net_fen)
    return list(
        await session.execute(
            select(
                Redemption.voucher_id,
                Voucher.holder_id,
                Redemption.organisation_id.label("provider_id"),
                Redemption.service_on,
                count.label("redemptions"),
                func.sum(Redemption.amount_fen).label("amount_fen"),
                net.label("contract_net_fen"),
                func.max(Redemption.contract_net_fen).label("largest_net_fen"),
                func.max(Voucher.face_fen).label("face_fen"),
                func.array_agg(Redemption.id, type_=ARRAY(PG_UUID(as_uuid=True))).label("redemption_ids"),
            )
            .join(Voucher, Voucher.id == Redemption.voucher_id)
            .where(*period.served())
            .group_by(Redemption.voucher_id, Voucher.holder_id, Redemption.organisation_id, Redemption.service_on)
            .having(count > 1)
            .order_by(count.desc(), net.desc(), Redemption.voucher_id, Redemption.service_on)
            .limit(limit)
        )
    )


async def at_bound(session: AsyncSession, period: Period, *, limit: int) -> list[Row[*tuple[object, ...]]]:
    """Invoices whose share is to the fen what was left on the voucher; the largest first."""
    body = cast(DeterminationRow.body, JSONB)
    share = func.jsonb_path_query_first(body, cast(_SHARE, JSONPATH), type_=JSONB)
    remaining = body["inputs"]["remaining_fen"]
    return list(
        await session.execute(
            select(
                Redemption.id.label("redemption_id"),
                Redemption.voucher_id,
                Voucher.holder_id,
                Redemption.organisation_id.label("provider_id"),
                Redemption.service_on,
                Redemption.contract_net_fen,
                Redemption.amount_fen,
            )
            .join(Voucher, Voucher.id == Redemption.voucher_id)
            .join(DeterminationRow, DeterminationRow.id == Redemption.determination_id)
            .where(*period.served(), share == remaining)
            .order_by(Redemption.amount_fen.desc(), Redemption.id)
            .limit(limit)
        )
    )
