"""Reads of statistical reports. The staff of the city sees all, an operator those of its carriers."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, cast, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from kernel.auth import Caller
from kernel.owning import is_staff
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.registry.carriers.models import Carrier, CarrierLevel
from services.registry.carriers.queries import held_on
from services.registry.organisations.models import Organisation
from services.registry.organisations.queries import held_by
from services.registry.statistics.aggregates import Grouping, Reported
from services.registry.statistics.models import StatisticsEntry, StatisticsReport, StatisticsRevision, StatisticsRound
from services.registry.statistics.rules import Elsewhere
from services.registry.statistics.states import WAITING, Status

T = TypeVar("T")
PERIODS_MAX = 40  # of a trend: ten years of quarters
CITY = "city"
_GROUPS: dict[Grouping, Any] = {
    "city": StatisticsReport.city_code,
    "district": StatisticsReport.district_code,
    "kind": StatisticsReport.carrier_kind,
    "level": StatisticsReport.level,
    "period": StatisticsRound.period_until,
}


class Before(NamedTuple):
    """Figures of the report just before, and of the latest before; null where there is none."""

    preceding: Mapping[str, Any] | None
    latest: Mapping[str, Any] | None


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """The reports of the caller's city that exist for the caller."""
    in_city = StatisticsReport.city_code == caller.city
    if is_staff(caller):
        return in_city
    held = select(Organisation.id).where(Organisation.city_code == caller.city, held_by(caller))
    return in_city & StatisticsReport.operator_id.in_(held)


async def find_round(session: AsyncSession, round_id: UUID, *, caller: Caller) -> StatisticsRound:
    """Every period of the city is known to everybody in it. Raises NotFound."""
    wanted = select(StatisticsRound).where(StatisticsRound.id == round_id, StatisticsRound.city_code == caller.city)
    return _there(await session.scalar(wanted))


async def provisional_rounds(session: AsyncSession, city_code: str) -> Sequence[StatisticsRound]:
    """Those not closed whose last day may still move, locked in one order."""
    waiting = (StatisticsRound.city_code == city_code, StatisticsRound.closed_at.is_(None))
    found = select(StatisticsRound).where(*waiting, StatisticsRound.due_provisional).order_by(StatisticsRound.id)
    return (await session.scalars(found.with_for_update())).all()


async def read_round(session: AsyncSession, round_id: UUID) -> StatisticsRound:
    """For a timer, locked."""
    return await session.get_one(StatisticsRound, round_id, with_for_update=True)


async def list_rounds(
    session: AsyncSession, page: PageQuery, *, caller: Caller
) -> tuple[list[StatisticsRound], str | None]:
    """In the order they were opened."""
    statement = select(StatisticsRound).where(StatisticsRound.city_code == caller.city)
    return await page_of(session, statement, page, (StatisticsRound.recorded_at, StatisticsRound.id))


async def round_of_period(session: AsyncSession, city_code: str, period_from: date) -> UUID | None:
    """Whether the period was opened already."""
    wanted = (StatisticsRound.city_code == city_code, StatisticsRound.period_from == period_from)
    found: UUID | None = await session.scalar(select(StatisticsRound.id).where(*wanted))
    return found


async def carriers_to_ask(session: AsyncSession, city_code: str, kinds: Sequence[str], on: date) -> Sequence[Carrier]:
    """Carriers of these kinds that hold a level on the day, with premises and levels."""
    held = exists().where(CarrierLevel.carrier_id == Carrier.id, held_on(on))
    wanted = select(Carrier).where(Carrier.city_code == city_code, Carrier.kind.in_(kinds), held)
    loaded = (selectinload(Carrier.premises), selectinload(Carrier.levels))
    return (await session.scalars(wanted.options(*loaded).order_by(Carrier.id))).all()


async def find_report(session: AsyncSession, report_id: UUID, *, caller: Caller) -> StatisticsReport:
    """With its round and carrier. Raises NotFound."""
    return _there(await session.scalar(_whole().where(StatisticsReport.id == report_id, seen_by(caller))))


async def find_to_change(session: AsyncSession, report_id: UUID, *, caller: Caller) -> StatisticsReport:
    """Locked: who hands in and who decides come one after the other. Raises NotFound."""
    wanted = _whole().where(StatisticsReport.id == report_id, seen_by(caller))
    return _there(await session.scalar(wanted.with_for_update(of=StatisticsReport)))


async def list_reports(
    session: AsyncSession,
    page: PageQuery,
    *,
    caller: Caller,
    round_id: UUID | None,
    carrier_id: UUID | None,
    status: Status | None,
    is_late: bool | None,
) -> tuple[list[StatisticsReport], str | None]:
    """In the order they were asked for."""
    wanted = {
        StatisticsReport.round_id: round_id, StatisticsReport.carrier_id: carrier_id,
        StatisticsReport.status: status, StatisticsReport.is_late: is_late,
    }  # fmt: skip
    statement = _whole().where(seen_by(caller), *asked_for(wanted))
    return await page_of(session, statement, page, (StatisticsReport.recorded_at, StatisticsReport.id))


async def reports_of(session: AsyncSession, round_id: UUID) -> Sequence[StatisticsReport]:
    """All of a period, locked."""
    wanted = select(StatisticsReport).where(StatisticsReport.round_id == round_id).order_by(StatisticsReport.id)
    return (await session.scalars(wanted.with_for_update())).all()


async def pass_on_reports(session: AsyncSession, carriers: Collection[UUID], *, to: UUID) -> None:
    """Who runs the carriers now reports what is not accepted yet; what was accepted stays whose it was."""
    open_ones = (StatisticsReport.carrier_id.in_(carriers), StatisticsReport.status != Status.ACCEPTED)
    passed = {"operator_id": to, "version": StatisticsReport.version + 1}
    await session.execute(update(StatisticsReport).where(*open_ones).values(**passed))


async def waiting_reports(session: AsyncSession, round_id: UUID) -> Sequence[StatisticsReport]:
    """Of which nothing in order has come; locked."""
    wanted = _whole().where(StatisticsReport.round_id == round_id, StatisticsReport.status.in_(WAITING))
    return (await session.scalars(wanted.order_by(StatisticsReport.id).with_for_update(of=StatisticsReport))).all()


async def earlier_statuses(session: AsyncSession, carriers: Sequence[UUID], before: date) -> dict[UUID, list[Status]]:
    """What became of each carrier's earlier reports, the newest first."""
    wanted = select(StatisticsReport.carrier_id, StatisticsReport.status).join(StatisticsReport.round)
    found: dict[UUID, list[Status]] = {}
    if carriers:
        mine = (StatisticsReport.carrier_id.in_(carriers), StatisticsRound.period_until < before)
        for row in await session.execute(wanted.where(*mine).order_by(StatisticsRound.period_until.desc())):
            found.setdefault(row.carrier_id, []).append(row.status)
    return found


async def figures_before(session: AsyncSession, carrier_id: UUID, period_from: date) -> Before:
    """What the carrier reported last before the period: accepted figures before others."""
    figures = func.coalesce(StatisticsReport.accepted_figures, StatisticsReport.figures)
    wanted = select(StatisticsRound.period_until, figures.label("figures")).join(StatisticsReport.round)
    mine = (StatisticsReport.carrier_id == carrier_id, StatisticsReport.revision > 0)
    latest = wanted.where(*mine, StatisticsRound.period_until < period_from)
    row = (await session.execute(latest.order_by(StatisticsRound.period_until.desc()).limit(1))).first()
    if row is None:
        return Before(None, None)
    return Before(row.figures if row.period_until == period_from - timedelta(days=1) else None, row.figures)


async def figures_after(session: AsyncSession, carrier_id: UUID, period_until: date) -> Mapping[str, Any] | None:
    """What the carrier reported for the period just after, if it has."""
    wanted = select(StatisticsReport.figures).join(StatisticsReport.round)
    mine = (StatisticsReport.carrier_id == carrier_id, StatisticsRound.period_from == period_until + timedelta(days=1))
    found: Mapping[str, Any] | None = await session.scalar(wanted.where(*mine))
    return found


async def hold_operator(session: AsyncSession, round_id: UUID, operator_id: UUID) -> None:
    """One report at a time finds out what the operator's others count."""
    key = f"statistics:{round_id}:{operator_id}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


async def counted_elsewhere(session: AsyncSession, report: StatisticsReport) -> list[Elsewhere]:
    """What the operator's other reports of the period count once."""
    columns = (StatisticsEntry.kind, StatisticsEntry.code, StatisticsEntry.name, StatisticsEntry.carrier_id)
    # The report says whose it is now; an entry says who handed it in.
    counting = select(*columns).join(StatisticsReport, StatisticsReport.id == StatisticsEntry.report_id)
    others = counting.where(
        StatisticsEntry.round_id == report.round_id,
        StatisticsEntry.is_newest,
        StatisticsReport.operator_id == report.operator_id,
        StatisticsEntry.report_id != report.id,
    )
    return [Elsewhere(row.kind, row.code, row.name, str(row.carrier_id)) for row in await session.execute(others)]


async def replace_entries(session: AsyncSession, report: StatisticsReport, rows: list[dict[str, Any]]) -> None:
    """What the newest revision counts once, in place of what the one before did; what was accepted stays beside it."""
    await keep_entries_of(session, report, report.accepted_revision)
    mine = update(StatisticsEntry).where(StatisticsEntry.report_id == report.id)
    await session.execute(mine.values(is_newest=False))
    if rows:
        await session.execute(insert(StatisticsEntry), rows)


async def keep_entries_of(session: AsyncSession, report: StatisticsReport, revision: int | None) -> None:
    """And of no other revision of the report; None keeps none."""
    others = (StatisticsEntry.report_id == report.id, StatisticsEntry.revision.is_distinct_from(revision))
    await session.execute(delete(StatisticsEntry).where(*others))


async def list_revisions(
    session: AsyncSession, page: PageQuery, *, report: StatisticsReport
) -> tuple[list[StatisticsRevision], str | None]:
    """In the order they were handed in."""
    statement = _with_decisions().where(StatisticsRevision.report_id == report.id)
    return await page_of(session, statement, page, (StatisticsRevision.recorded_at, StatisticsRevision.id))


async def find_revision(session: AsyncSession, report_id: UUID, number: int) -> StatisticsRevision:
    """Raises NotFound."""
    same = (StatisticsRevision.report_id == report_id, StatisticsRevision.number == number)
    return _there(await session.scalar(_with_decisions().where(*same)))


async def accepted_figures(
    session: AsyncSession,
    city_code: str,
    *,
    by: Grouping,
    measures: Sequence[str],
    round_id: UUID | None,
    closed: bool = False,
) -> list[Reported]:
    """Accepted reports of one period, or of the newest ones (that are over), added up by group in the database."""
    figures = StatisticsReport.accepted_figures
    sums = [func.coalesce(func.sum(cast(figures[name].astext, BigInteger)), 0) for name in measures]
    firms = func.coalesce(func.sum(StatisticsReport.accepted_firms), 0)
    group = _GROUPS[by].label("grouped")
    wanted = select(group, func.count(), firms, *sums).join(StatisticsReport.round)
    wanted = wanted.where(StatisticsReport.city_code == city_code, StatisticsReport.accepted_revision.is_not(None))
    if round_id is not None:
        wanted = wanted.where(StatisticsReport.round_id == round_id)
    else:
        newest = select(StatisticsRound.id).where(StatisticsRound.city_code == city_code)
        if closed:
            newest = newest.where(StatisticsRound.closed_at.is_not(None))
        newest = newest.order_by(StatisticsRound.period_until.desc()).limit(PERIODS_MAX)
        wanted = wanted.where(StatisticsReport.round_id.in_(newest))
    return [
        Reported(
            CITY if by == CITY else str(key or ""),
            dict(zip(measures, map(int, added), strict=True)),
            int(behind_it),
            carriers,
        )
        for key, carriers, behind_it, *added in await session.execute(wanted.group_by(group))
    ]


async def count_reported_firms(session: AsyncSession, city_code: str, *, since: date | None, until: date) -> int:
    """Tech SMEs with a credit code that first moved into any carrier within the days, as accepted revisions have it."""
    began = func.min(StatisticsEntry.since)
    firms = select(StatisticsEntry.code).join(StatisticsReport, StatisticsReport.id == StatisticsEntry.report_id)
    firms = firms.where(
        StatisticsEntry.city_code == city_code,
        StatisticsEntry.kind == "tenant",
        StatisticsEntry.code.is_not(None),
        StatisticsEntry.revision == StatisticsReport.accepted_revision,
    ).group_by(StatisticsEntry.code)
    firms = firms.having(began <= until, func.bool_or(StatisticsEntry.is_tech_sme))
    if since is not None:
        firms = firms.having(began >= since)
    return await session.scalar(select(func.count()).select_from(firms.subquery())) or 0


async def status_counts(session: AsyncSession, round_id: UUID) -> dict[tuple[Status, bool | None], int]:
    """How many reports of a period stand where, late ones apart."""
    grouped = (StatisticsReport.status, StatisticsReport.is_late)
    wanted = select(*grouped, func.count()).where(StatisticsReport.round_id == round_id).group_by(*grouped)
    return {(row[0], row[1]): row[2] for row in await session.execute(wanted)}


async def behind(session: AsyncSession, round_id: UUID, most: int) -> Sequence[StatisticsReport]:
    """Reports of a period of which nothing in order has come, with their carriers."""
    wanted = _whole().where(StatisticsReport.round_id == round_id, StatisticsReport.status.in_(WAITING))
    return (await session.scalars(wanted.order_by(StatisticsReport.id).limit(most))).all()


async def newest_round(session: AsyncSession, city_code: str, *, closed: bool = False) -> StatisticsRound | None:
    """The latest period that was opened, or of those that are over."""
    wanted = select(StatisticsRound).where(StatisticsRound.city_code == city_code)
    if closed:
        wanted = wanted.where(StatisticsRound.closed_at.is_not(None))
    found: StatisticsRound | None = await session.scalar(wanted.order_by(StatisticsRound.period_from.desc()).limit(1))
    return found


def _with_decisions() -> Select[StatisticsRevision]:
    return select(StatisticsRevision).options(selectinload(StatisticsRevision.decisions))


def _whole() -> Select[StatisticsReport]:
    loaded = (selectinload(StatisticsReport.round), selectinload(StatisticsReport.carrier))
    return select(StatisticsReport).options(*loaded).execution_options(populate_existing=True)


def _there(row: T | None) -> T:
    if row is None:
        raise NotFound
    return row
