"""Use cases of issuance: issue a voucher, make its code, let it expire."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import ACTIVE, ControllerGroupReply, OrganisationReply
from contracts.vouchers import VoucherIssued
from kernel import clock
from kernel.auth import Caller
from kernel.ids import encode_id, new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict
from kernel.routing import Work
from kernel.timers import Timer, schedule
from ledger.posting import post, post_keyed
from policy.determinations import Determination
from policy.snapshots import Snapshot
from policy.store import decide_and_keep, policy_for
from services.vouchers import codes
from services.vouchers.applications import states as cases
from services.vouchers.applications.models import AcceptedCase
from services.vouchers.applications.queries import accepted_case
from services.vouchers.applications.service import must_not_await, undecided
from services.vouchers.chart import BOOK
from services.vouchers.integrity.bars.queries import barred_days
from services.vouchers.integrity.bars.rules import barred_until
from services.vouchers.issuance.lapsing import lapse
from services.vouchers.issuance.models import HolderYear, Voucher
from services.vouchers.issuance.postings import voucher_issued
from services.vouchers.issuance.queries import voucher_for
from services.vouchers.issuance.rules import (
    Application,
    holder_facts,
    issue_findings,
    issued_facts,
    own_and_merged,
)
from services.vouchers.issuance.states import MOVES, Fact, Status
from services.vouchers.policy_answers import refuse_together, voucher_clauses
from services.vouchers.programmes.models import Tranche
from services.vouchers.programmes.queries import tranche_of, unissued_fen

EXPIRES = "voucher.expires"
ISSUE = "issue"
DAY = timedelta(days=1)
NOBODY = UUID(int=0)


async def application_of(work: Work, *, case_id: UUID | None, holder_id: UUID | None, caller: Caller) -> Application:
    """An accepted case is decided under the policy it was accepted under, a holder without one under today's."""
    if case_id is None:
        return Application(holder_id or NOBODY, clock.today(caller.city), clock.now(caller.city))
    case = await accepted_case(await work.open(), case_id, caller=caller)
    await work.close()  # the registry is asked next, and no transaction waits for it
    return Application(
        case.applicant_id, case.accepted_on, case.accepted_at, case.id, case.item, case.accepted_by, case.opened_by
    )


async def issue_voucher(
    session: AsyncSession,
    *,
    tranche_id: UUID,
    application: Application,
    holder: OrganisationReply,
    group: ControllerGroupReply,
    firm_kind: str | None,
    caller: Caller,
) -> Voucher:
    """One voucher of the policy's face value, encumbered in the tranche. It has no code yet.

    `group`: who stands under the holder's controller, and who was merged into the holder. `firm_kind`: what the officer
    found a firm to be.
    """
    tranche = await tranche_of(session, tranche_id, caller=caller)
    snapshot = await policy_for(session, tranche.city_code, application.acceptance)
    case = await _case_of(session, application, _items(snapshot, tranche.programme), caller=caller)
    clauses, on = voucher_clauses(snapshot, tranche.programme), clock.today(tranche.city_code)
    # Locked before the rule reads it, so that two clerks cannot both see room for one more.
    years = await _holder_years(session, tranche, _counted(application.holder_id, group), on)
    voucher_id, terms = new_id(), snapshot.pack.programmes[tranche.programme].terms
    facts: dict[str, str | int] = {**holder_facts(terms, registered_as=holder.kind, firm_kind=firm_kind)}
    facts |= issued_facts(application.holder_id, _fen(years), group)
    determination = await _determine(session, snapshot, tranche, application, voucher_id, on=on, facts=facts)
    bars = await barred_days(session, own_and_merged(application.holder_id, group), city_code=tranche.city_code)
    found = issue_findings(
        application,
        issuer=caller.acting_for,
        holder_is_active=holder.status == ACTIVE,
        barred_until=barred_until(bars, on),
        unissued_fen=await unissued_fen(session, tranche),
        face_fen=determination.amounts.get("face", 1),
        items=_items(snapshot, tranche.programme),
        clauses=clauses,
    )
    refuse_together(determination, found)
    voucher = _new_voucher(voucher_id, tranche, determination, application, holder, caller=caller, on=on)
    session.add(voucher)
    years[application.holder_id].issued_fen += voucher.face_fen
    if case is not None:
        case.status = status_after(cases.Fact.GRANTED, case.status, cases.MOVES)
    await session.flush()
    await _announce(session, voucher)
    return voucher


async def _case_of(
    session: AsyncSession, application: Application, items: frozenset[str], *, caller: Caller
) -> AcceptedCase | None:
    """The case it is issued on; without one, none of the holder's for the same may wait for documents."""
    if application.case_id is not None:
        return await undecided(session, application.case_id, caller=caller)
    await must_not_await(session, application.holder_id, city_code=caller.city, items=items)
    return None


class SecondOfficerMakesCode(Conflict):
    code = "second_officer_makes_code"
    title_zh, title_en = "发放人员不得生成券码,须由另一人办理", "Whoever issued the voucher does not make its code"


async def make_code(session: AsyncSession, *, voucher_id: UUID, caller: Caller, key: bytes) -> tuple[Voucher, str]:
    """A new secret code for a voucher that can still be spent. Any earlier one is worthless from now on.

    Raises SecondOfficerMakesCode for whoever issued it: one person alone never turns money into something to spend.
    """
    voucher = await voucher_for(session, voucher_id, caller=caller, lock=True)
    status_after(Fact.REDEEMED, voucher.status, MOVES)  # a code for what cannot be spent would only mislead
    if voucher.issued_by == caller.acting_for:
        raise SecondOfficerMakesCode
    code = codes.new_code()
    voucher.code_hash, voucher.codes_made = codes.keyed_hash(code, key), voucher.codes_made + 1
    return voucher, code


async def expire_voucher(session: AsyncSession, timer: Timer) -> None:
    """At the end of the last day: what no contract holds goes back to the tranche."""
    voucher = await session.get_one(Voucher, UUID(timer.object_id), with_for_update=True)
    if voucher.status not in MOVES[Fact.EXPIRED].sources or not voucher.unreserved_fen:
        return  # used up, voided or under contract in time: nothing lapses
    on = clock.on_date(timer.due_at)
    entries = await lapse(session, voucher, voucher.unreserved_fen, cause=voucher.id, on=on)
    await post_keyed(session, entries, city_code=voucher.city_code, book=BOOK)


def _counted(holder_id: UUID, group: ControllerGroupReply) -> list[UUID]:
    """Whose rows are locked, in one order for everybody."""
    return sorted(own_and_merged(holder_id, group) | {member.organisation_id for member in group.members})


async def _holder_years(
    session: AsyncSession, tranche: Tranche, holders: list[UUID], on: date
) -> dict[UUID, HolderYear]:
    """The locked rows: two clerks who issue under one controller at once are decided one after the other."""
    key = {"city_code": tranche.city_code, "programme": tranche.programme, "year": on.year}
    rows = [key | {"holder_id": holder_id, "issued_fen": 0} for holder_id in holders]
    await session.execute(insert(HolderYear).values(rows).on_conflict_do_nothing())
    wanted = select(HolderYear).filter_by(**key).where(HolderYear.holder_id.in_(holders))
    locked = await session.scalars(wanted.order_by(HolderYear.holder_id).with_for_update())
    return {row.holder_id: row for row in locked}


def _fen(years: dict[UUID, HolderYear]) -> dict[UUID, int]:
    return {holder_id: year.issued_fen for holder_id, year in years.items()}


async def _determine(
    session: AsyncSession,
    snapshot: Snapshot,
    tranche: Tranche,
    application: Application,
    voucher_id: UUID,
    *,
    on: date,
    facts: Mapping[str, str | int],
) -> Determination:
    references = {
        "voucher": encode_id("vch", voucher_id),
        "holder": encode_id("org", application.holder_id),
        "tranche": encode_id("trn", tranche.id),
    }
    if application.case_id is not None:
        references["case"] = encode_id("case", application.case_id)
    return await decide_and_keep(
        session,
        snapshot,
        programme=tranche.programme,
        act=ISSUE,
        facts={"issued_on": on.isoformat(), **facts},
        accepted=application.acceptance,
        references=references,
        case_id=application.case_id,
    )


def _items(snapshot: Snapshot, programme: str) -> frozenset[str]:
    items = snapshot.pack.items.items()
    return frozenset(name for name, item in items if item.programme == programme and item.act == ISSUE)


def _new_voucher(
    voucher_id: UUID,
    tranche: Tranche,
    determination: Determination,
    application: Application,
    holder: OrganisationReply,
    *,
    caller: Caller,
    on: date,
) -> Voucher:
    face_fen = determination.amounts["face"]
    return Voucher(
        id=voucher_id,
        city_code=tranche.city_code,
        status=Status.ISSUED,
        programme=tranche.programme,
        tranche_id=tranche.id,
        holder_id=holder.id,
        holder_name=holder.name,
        face_fen=face_fen,
        remaining_fen=face_fen,
        reserved_fen=0,
        lapsed_fen=0,
        issued_on=on,
        expires_on=date.fromisoformat(determination.terms["expires_on"]),
        accepted_on=application.accepted_on,
        accepted_at=application.accepted_at,
        determination_id=determination.id,
        case_id=application.case_id,
        issued_by=caller.acting_for,
        codes_made=0,
    )


async def _announce(session: AsyncSession, voucher: Voucher) -> None:
    fact = VoucherIssued(
        voucher_id=voucher.id,
        tranche_id=voucher.tranche_id,
        holder_id=voucher.holder_id,
        face_fen=voucher.face_fen,
        case_id=voucher.case_id,
        case_outcome="granted" if voucher.case_id else None,
    )
    city_code = voucher.city_code
    await record(session, fact, city_code=city_code, subject=voucher.id)
    await schedule(session, kind=EXPIRES, object_id=voucher.id, city_code=city_code, due_at=_end_of(voucher.expires_on))
    entry = voucher_issued(
        voucher.tranche_id,
        voucher.face_fen,
        voucher_id=voucher.id,
        determination_id=voucher.determination_id,
        case_id=voucher.case_id,
        on=voucher.issued_on,
    )
    await post(session, entry, city_code=city_code, book=BOOK, key=f"issued:{voucher.id}")


def _end_of(day: date) -> datetime:
    """The first instant after the last day, in the city's zone."""
    return clock.start_of(day + DAY)
