"""Admitting banks, and who borrows from them (XZ-33)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import ACTIVE, FirmNamed, FirmsNamed, OrganisationReply
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.ids import new_id
from kernel.problems import Conflict, Problem, Refusal, named_constraint
from services.funds.loan_pool.access import visible_bank
from services.funds.loan_pool.bulk.service import Item
from services.funds.loan_pool.lending.models import PoolAgreement, PoolBank
from services.funds.loan_pool.lending.queries import BankNotAdmitted, admitted_bank, get_bank
from services.funds.loan_pool.lending.schemas import AgreementIn, BankIn, BorrowerNamed, LoanIn
from services.funds.payments.payees import Gathering, OrganisationUnknown

BorrowerKey = tuple[object, ...]
Wanted = Mapping[BorrowerKey, BorrowerNamed]
Found = dict[BorrowerKey, OrganisationReply | Problem]


class BankAlreadyAdmitted(Conflict):
    code, title_zh, title_en = "bank_already_admitted", "该行已是合作银行", "The bank is a partner already"


class NotABank(Refusal):
    code, title_zh, title_en = "not_a_bank", "该单位不是银行", "The organisation is not a bank"


class BankInactive(Refusal):
    code, title_zh, title_en = "bank_inactive", "该行已注销或被合并", "The bank is no longer registered in law"


named_constraint("pk_pool_bank", BankAlreadyAdmitted)


async def admit_bank(
    session: AsyncSession, *, given: BankIn, bank: OrganisationReply, caller: Caller, at: datetime
) -> PoolBank:
    """A partner bank from today on. Raises NotABank, BankInactive, BankAlreadyAdmitted."""
    if bank.kind != "bank":
        raise NotABank
    if bank.status != ACTIVE:
        raise BankInactive
    row = PoolBank(
        city_code=caller.city,
        bank_id=given.bank_id,
        name=bank.name,
        product=given.product,
        agreement=given.agreement,
        quota_fen=given.quota_fen,
        admitted_on=on_date(at),
        admitted_by=caller.acting_for,
    )
    session.add(row)
    await session.flush()
    return row


async def agree_anew(
    session: AsyncSession, *, bank_id: UUID, given: AgreementIn, caller: Caller, at: datetime
) -> PoolBank:
    """The bank's terms for loans registered from now on; those under cover stay so. Raises NotFound."""
    bank = await get_bank(session, caller.city, bank_id, lock=True)
    row = PoolAgreement(
        id=new_id(),
        city_code=bank.city_code,
        bank_id=bank.bank_id,
        product=given.product,
        agreement=given.agreement,
        quota_fen=given.quota_fen,
        agreed_by=caller.acting_for,
        agreed_at=at,
    )
    session.add(row)
    await session.flush()
    return bank


async def gather_borrower(gathering: Gathering, *, given: BorrowerNamed, caller: Caller) -> OrganisationReply:
    """Who borrows, as the registry has them, asked before the transaction.

    Raises BankNotAdmitted, BankInactive, OrganisationUnknown.

    The registry takes in a firm it does not know by its code, and tells of one by its id: only a partner or the city
    may name one.
    """
    (found,) = (await _found(gathering, {borrower_key(given): given}, caller)).values()
    if isinstance(found, Problem):
        raise found
    return found


async def _partner(gathering: Gathering, caller: Caller) -> UUID | None:
    """The bank the caller acts for, None for the city. Raises BankNotAdmitted."""
    bank_id = visible_bank(caller)
    if bank_id is not None:
        async with gathering.sessions() as session:
            await admitted_bank(session, caller.city, bank_id)
    return bank_id


def borrower_key(given: BorrowerNamed) -> BorrowerKey:
    """What has the same key names the same borrower."""
    return (given.borrower_id, given.borrower_credit_code, given.borrower_name)


async def gather_borrowers(
    gathering: Gathering, *, items: Sequence[Item[LoanIn]], caller: Caller
) -> tuple[dict[BorrowerKey, OrganisationReply], list[Item[LoanIn]]]:
    """The borrowers of a batch, each asked for once; items whose borrower is refused have that problem now. Raises
    what may succeed later.
    """
    wanted = {borrower_key(item.given): item.given for item in items if item.given is not None}
    try:
        found = await _found(gathering, wanted, caller) if wanted else {}
    except (BankNotAdmitted, BankInactive) as stranger:
        return {}, [replace(item, problem=stranger) if item.given is not None else item for item in items]
    refused = {key: answer for key, answer in found.items() if isinstance(answer, Problem)}
    for problem in refused.values():
        if problem.retryable:
            raise problem
    known = {key: answer for key, answer in found.items() if not isinstance(answer, Problem)}
    return known, [
        replace(item, problem=refused.get(borrower_key(item.given))) if item.given is not None else item
        for item in items
    ]


async def _found(gathering: Gathering, wanted: Wanted, caller: Caller) -> Found:
    """One question for those named by id, with one for the bank, then one for those named by credit code.

    Raises BankNotAdmitted, BankInactive: what the bank has under cover stays so, and may be claimed for.
    """
    bank_id = await _partner(gathering, caller)
    ids = {key: given.borrower_id for key, given in wanted.items() if given.borrower_id is not None}
    banks = () if bank_id is None else (bank_id,)
    # Two questions: a batch may name as many borrowers as one question takes.
    told, own = await asyncio.gather(_known(gathering, tuple(ids.values()), caller), _known(gathering, banks, caller))
    if any(bank.status != ACTIVE for bank in own.values()):
        raise BankInactive
    firms = {
        key: FirmNamed(credit_code=given.borrower_credit_code, name=given.borrower_name)
        for key, given in wanted.items()
        if given.borrower_credit_code is not None and given.borrower_name is not None
    }
    named = FirmsNamed(city_code=caller.city, firms=tuple(firms.values())) if firms else None
    answers = await gathering.registry.firms(named) if named else []
    by_id: Found = {key: told.get(borrower_id) or OrganisationUnknown() for key, borrower_id in ids.items()}
    return by_id | dict(zip(firms, answers, strict=True))


async def _known(gathering: Gathering, ids: Sequence[UUID], caller: Caller) -> dict[UUID, OrganisationReply]:
    return await gathering.registry.organisations(ids, city_code=caller.city) if ids else {}
