"""Routes of partner banks and registered loans."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import Query, Response

from kernel import clock
from kernel.auth import Caller, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional, KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router
from services.funds.ids import OrganisationId
from services.funds.loan_pool.access import listed_bank, must_see, visible_bank
from services.funds.loan_pool.bulk.schemas import BulkIn, BulkOut
from services.funds.loan_pool.bulk.service import made_by, read_items
from services.funds.loan_pool.ids import LoanId
from services.funds.loan_pool.lending import life, queries, registering, service
from services.funds.loan_pool.lending.models import Loan, PoolBank
from services.funds.loan_pool.lending.schemas import (
    AgreementIn,
    AgreementsOut,
    BankIn,
    BankOut,
    BankReference,
    DayIn,
    DisbursementIn,
    ExtensionIn,
    ExtensionRefusalIn,
    LoanIn,
    LoanOut,
)
from services.funds.loan_pool.lending.states import Status
from services.funds.loan_pool.movements.queries import history_of
from services.funds.loan_pool.movements.schemas import HistoryOut, MovedOut
from services.funds.payments.payees import GatheringDep
from services.funds.signatures.schemas import SignatureOut
from services.funds.signatures.service import SignedBody, keep_signature, signature_on

MayAdmit = Annotated[Caller, may("banks:admit")]
MaySeePool = Annotated[Caller, may("pool:read")]
MayRegister = Annotated[Caller, may("loans:register")]
MayExtend = Annotated[Caller, may("loans:extend")]
MayReadLoans = Annotated[Caller, may("loans:read")]

routes = router(prefix="/v1/funds/loan-pool", tags=["loan pool"])


@routes.post("/banks", status_code=201)
async def admit_bank(
    caller: MayAdmit, body: BankIn, gathering: GatheringDep, work: WorkDep, _key: KeyOptional = None
) -> BankOut:
    """Admit a bank as a partner of the pool, under its agreement."""
    bank = await gathering.registry.organisation(body.bank_id, city_code=caller.city)
    session = await work.open()
    row = await service.admit_bank(session, given=body, bank=bank, caller=caller, at=clock.now(caller.city))
    return BankOut.of(row)


@routes.get("/banks")
async def list_banks(caller: MaySeePool, session: SessionDep, page: PageDep) -> Page[BankOut]:
    """Partner banks with the agreement in force: itself for a bank, or all for staff."""
    wanted = queries.banks_of(caller.city, bank_id=visible_bank(caller))
    rows, cursor = await page_of(session, wanted, page, (PoolBank.recorded_at, PoolBank.bank_id))
    known = await queries.known_of_banks(session, caller.city, [row.bank_id for row in rows])
    return Page(items=_banks(rows, known), next_cursor=cursor)


@routes.post("/banks/{bank_id}/agreements", status_code=201)
async def agree_anew(
    caller: MayAdmit, bank_id: OrganisationId, body: AgreementIn, session: SessionDep, _key: KeyRequired
) -> BankOut:
    """A further agreement with a partner bank, such as another quota: for loans registered from now on."""
    bank = await service.agree_anew(session, bank_id=bank_id, given=body, caller=caller, at=clock.now(caller.city))
    (shown,) = _banks([bank], await queries.known_of_banks(session, caller.city, [bank_id]))
    return shown


@routes.get("/banks/{bank_id}/agreements")
async def list_agreements(caller: MaySeePool, bank_id: OrganisationId, session: SessionDep) -> AgreementsOut:
    """Every agreement of a partner bank, that of its admission last: a bank's own, or any for staff."""
    bank = await queries.get_bank(session, caller.city, bank_id)
    must_see(caller, city_code=bank.city_code, bank_id=bank.bank_id)
    agreed = await queries.agreements_of(session, caller.city, bank_id)
    return AgreementsOut.of(bank, agreed)


@routes.post("/loans", status_code=201)
async def register_loan(
    caller: MayRegister, body: LoanIn, gathering: GatheringDep, signed: SignedBody, work: WorkDep, _key: KeyRequired
) -> LoanOut:
    """Register a loan under the pool's cover. Refused while the pool's shares or rules are open, naming all of them."""
    borrower = await service.gather_borrower(gathering, given=body, caller=caller)
    session, at = await work.open(), clock.now(caller.city)
    loan = await registering.register_loan(session, given=body, borrower=borrower, caller=caller, at=at)
    keep_signature(session, signed, caller, [loan.id], at=at)
    return LoanOut.model_validate(loan)


@routes.post("/loans/bulk")
async def register_loans(
    caller: MayRegister, body: BulkIn, gathering: GatheringDep, signed: SignedBody, work: WorkDep, _key: KeyRequired
) -> BulkOut:
    """Register up to 500 loans, each with its own fate. Sent again it answers each reference with what stands.

    An item is what `registerLoan` takes. `duplicate` changes nothing and gives the id of the loan that stands.
    """
    borrowers, items = await service.gather_borrowers(gathering, items=read_items(body.items, LoanIn), caller=caller)
    session, at = await work.open(), clock.now(caller.city)
    told = await registering.register_each(session, items=items, borrowers=borrowers, caller=caller, at=at)
    keep_signature(session, signed, caller, made_by(told, "loan"), at=at)
    return told


@routes.get("/loans")
async def list_loans(
    caller: MayReadLoans,
    session: SessionDep,
    page: PageDep,
    bank_reference: Annotated[BankReference | None, Query()] = None,
    borrower_id: OrganisationId | None = None,
    status: Status | None = None,
    due_by: date | None = None,
    bank_id: OrganisationId | None = None,
) -> Page[LoanOut]:
    """Registered loans: a bank's own, or for staff those of one bank or of all, such as all of one borrower.

    After an unknown outcome, ask by `bank_reference`.
    """
    wanted = queries.loans_of(
        caller.city,
        bank_id=listed_bank(caller, bank_id),
        bank_reference=bank_reference,
        borrower_id=borrower_id,
        status=status,
        due_by=due_by,
    )
    rows, cursor = await page_of(session, wanted, page, (Loan.recorded_at, Loan.id))
    return Page(items=[LoanOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/loans/{loan_id}")
async def read_loan(caller: MayReadLoans, loan_id: LoanId, session: SessionDep, response: Response) -> LoanOut:
    """A registered loan."""
    return _shown(response, await queries.get_loan(session, loan_id, caller))


@routes.post("/loans/{loan_id}/disbursement")
async def confirm_disbursement(
    caller: MayRegister,
    loan_id: LoanId,
    body: DisbursementIn,
    session: SessionDep,
    response: Response,
    seen: IfMatch,
    _key: KeyOptional = None,
) -> LoanOut:
    """Confirm that a loan registered beforehand was paid out: at most what was registered, in the time allowed."""
    loan = await life.confirm_payout(
        session,
        loan_id=loan_id,
        on=body.disbursed_on,
        amount_fen=body.amount_fen,
        seen=seen,
        caller=caller,
        at=clock.now(caller.city),
    )
    return _shown(response, loan)


@routes.post("/loans/{loan_id}/withdrawal")
async def withdraw_loan(
    caller: MayRegister,
    loan_id: LoanId,
    session: SessionDep,
    response: Response,
    seen: IfMatch,
    _key: KeyOptional = None,
) -> LoanOut:
    """Take back a loan that will not be paid out: its room under the caps is free again."""
    loan = await life.withdraw_loan(session, loan_id=loan_id, seen=seen, caller=caller, at=clock.now(caller.city))
    return _shown(response, loan)


@routes.post("/loans/{loan_id}/extension")
async def ask_extension(
    caller: MayRegister,
    loan_id: LoanId,
    body: ExtensionIn,
    session: SessionDep,
    response: Response,
    seen: IfMatch,
    _key: KeyOptional = None,
) -> LoanOut:
    """Ask before it is due that a loan falls due later; an officer grants it, once, or refuses."""
    loan = await life.ask_extension(
        session,
        loan_id=loan_id,
        due_on=body.due_on,
        reason=body.reason,
        seen=seen,
        caller=caller,
        at=clock.now(caller.city),
    )
    return _shown(response, loan)


@routes.post("/loans/{loan_id}/extension/grant")
async def grant_extension(
    caller: MayExtend,
    loan_id: LoanId,
    session: SessionDep,
    response: Response,
    seen: IfMatch,
    _key: KeyOptional = None,
) -> LoanOut:
    """Agree to the extension the bank asked for; from now on the loan falls due on the later day."""
    loan = await life.grant_extension(session, loan_id=loan_id, seen=seen, caller=caller, at=clock.now(caller.city))
    return _shown(response, loan)


@routes.post("/loans/{loan_id}/extension/refusal")
async def refuse_extension(
    caller: MayExtend,
    loan_id: LoanId,
    body: ExtensionRefusalIn,
    session: SessionDep,
    response: Response,
    seen: IfMatch,
    _key: KeyOptional = None,
) -> LoanOut:
    """Refuse the extension the bank asked for, with the reason; until the loan is due it may ask again."""
    loan = await life.refuse_extension(
        session, loan_id=loan_id, reason=body.reason, seen=seen, caller=caller, at=clock.now(caller.city)
    )
    return _shown(response, loan)


@routes.post("/loans/{loan_id}/repayment")
async def repay_loan(
    caller: MayRegister,
    loan_id: LoanId,
    body: DayIn,
    session: SessionDep,
    response: Response,
    seen: IfMatch,
    _key: KeyOptional = None,
) -> LoanOut:
    """The borrower has paid the loan back, early or in time: its cover ends."""
    loan = await life.repay_loan(
        session, loan_id=loan_id, on=body.on, seen=seen, caller=caller, at=clock.now(caller.city)
    )
    return _shown(response, loan)


@routes.post("/loans/{loan_id}/moving-out")
async def record_moving_out(
    caller: MayExtend,
    loan_id: LoanId,
    body: DayIn,
    session: SessionDep,
    response: Response,
    seen: IfMatch,
    _key: KeyOptional = None,
) -> LoanOut:
    """The borrower has left the city; whether its loss is still shared is the policy's to say."""
    loan = await life.record_move_out(
        session, loan_id=loan_id, on=body.on, seen=seen, caller=caller, at=clock.now(caller.city)
    )
    return _shown(response, loan)


@routes.get("/loans/{loan_id}/history")
async def read_loan_history(caller: MayReadLoans, loan_id: LoanId, session: SessionDep) -> HistoryOut:
    """What happened to a loan and when, by the city's clock."""
    loan = await queries.get_loan(session, loan_id, caller)
    return HistoryOut(items=[MovedOut.model_validate(row) for row in await history_of(session, loan.id)])


@routes.get("/loans/{loan_id}/signature")
async def read_loan_signature(caller: MayReadLoans, loan_id: LoanId, session: SessionDep) -> SignatureOut:
    """What the bank signed to register it, with the key it was checked with. 404 when it was not signed."""
    loan = await queries.get_loan(session, loan_id, caller)
    return SignatureOut.of(await signature_on(session, loan.id, city_code=loan.city_code))


def _banks(rows: Sequence[PoolBank], known: queries.OfBanks) -> list[BankOut]:
    return [BankOut.of(row, known.agreed.get(row.bank_id), known.months.get(row.bank_id)) for row in rows]


def _shown(response: Response, loan: Loan) -> LoanOut:
    mark(response, loan.version)
    return LoanOut.model_validate(loan)
