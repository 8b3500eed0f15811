"""The books over HTTP: accounts, trial balance, journal, statements, proof."""

from datetime import date
from functools import partial
from typing import Annotated

from fastapi import Query, Response

from kernel.auth import Caller, may
from kernel.drawing import drawn
from kernel.openapi import NOT_YET
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, WorkDep, router
from kernel.schemas import Instant
from kernel.workbooks import XLSX
from ledger.proofs import proof_of
from ledger.verify import audit, daily_root
from services.funds.books.queries import (
    STATEMENT_MAX,
    Which,
    account_of,
    accounts_page,
    journal_page,
    statement_lines,
    trial_balance_of,
)
from services.funds.books.schemas import (
    AccountOut,
    DailyRootOut,
    EntryProofOut,
    FlawOut,
    JournalEntryOut,
    StatementOut,
    TrialBalanceOut,
    VerificationOut,
)
from services.funds.books.statements import as_csv, as_xlsx
from services.funds.chart import PayerLevel
from services.funds.ids import AnyId, CaseId, EntryId
from services.funds.programmes.schemas import YEAR_MAX, YEAR_MIN

CSV = "text/csv; charset=utf-8"
FILES = {200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("text/csv", XLSX)}}}
routes = router(prefix="/v1/funds/books", tags=["books"])
MayRead = Annotated[Caller, may("books:read")]
Fund = Annotated[str | None, Query(max_length=100)]
Year = Annotated[int | None, Query(ge=YEAR_MIN, le=YEAR_MAX)]
Code = Annotated[str, Query(max_length=100, examples=["fund.award_subsidy/2026/city/allotted"])]


@routes.get("/accounts")
async def list_accounts(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    fund: Fund = None,
    policy_year: Year = None,
    payer_level: PayerLevel | None = None,
) -> Page[AccountOut]:
    """Accounts of the city with their balances, by code; those of a fund, a year, a payer level."""
    items, cursor = await accounts_page(session, caller.city, page, which=Which(fund, policy_year, payer_level))
    return Page(items=items, next_cursor=cursor)


@routes.get("/trial-balance")
async def read_trial_balance(
    caller: MayRead,
    session: SessionDep,
    *,
    effective_on: date | None = None,
    known_at: Instant | None = None,
    fund: Fund = None,
    policy_year: Year = None,
    payer_level: PayerLevel | None = None,
) -> TrialBalanceOut:
    """Every account now; or as of a day; or as of a day as the books knew it at an instant.

    Of one fund, policy year or payer level: it balances by itself, as every entry does within each line.
    """
    which = Which(fund, policy_year, payer_level)
    return await trial_balance_of(session, caller.city, effective_on=effective_on, known_at=known_at, which=which)


@routes.get("/journal")
async def read_journal(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    case_id: CaseId | None = None,
    reference: AnyId | None = None,
) -> Page[JournalEntryOut]:
    """Journal entries by document number; those of a case, or about one object."""
    items, cursor = await journal_page(session, caller.city, page, case_id=case_id, reference=reference)
    return Page(items=items, next_cursor=cursor)


@routes.get("/journal/{entry_id}/proof", responses=NOT_YET)
async def prove_entry(caller: MayRead, entry_id: EntryId, session: SessionDep) -> EntryProofOut:
    """From the entry to the root of its day, for whoever kept that root; once the day is over."""
    return EntryProofOut.model_validate(await proof_of(session, entry_id, city_code=caller.city))


@routes.get("/statement")
async def read_account_statement(
    caller: MayRead,
    session: SessionDep,
    account: Code,
    after_version: Annotated[int, Query(ge=0, le=2**53 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> StatementOut:
    """The legs of one account in posting order, each with the balance it left."""
    found = await account_of(session, caller.city, account)
    lines = await statement_lines(session, caller.city, account, after_version=after_version, limit=limit + 1)
    shown = lines[:limit]
    return StatementOut(account=found, lines=shown, next_version=shown[-1].version if len(lines) > limit else None)


@routes.get("/statement-file", response_class=Response, responses=FILES)  # type: ignore[arg-type]
async def download_account_statement(
    caller: MayRead,
    work: WorkDep,
    account: Code,
    kind: Annotated[str, Query(pattern="^(csv|xlsx)$")] = "xlsx",
    after_version: Annotated[int, Query(ge=0, le=2**53 - 1)] = 0,
) -> Response:
    """The same as a file, up to ten thousand lines after a version."""
    session = await work.open()
    found = await account_of(session, caller.city, account)
    lines = await statement_lines(session, caller.city, account, after_version=after_version, limit=STATEMENT_MAX)
    content = await drawn(work, partial(as_csv if kind == "csv" else as_xlsx, found, lines))
    headers = {"Content-Disposition": f'attachment; filename="statement.{kind}"'}
    return Response(content, media_type=CSV if kind == "csv" else XLSX, headers=headers)


@routes.get("/verification")
async def verify_books(caller: MayRead, session: SessionDep) -> VerificationOut:
    """Recompute everything from the entries: an empty list of flaws is the proof."""
    flaws = await audit(session, city_code=caller.city)
    return VerificationOut(sound=not flaws, flaws=[FlawOut.model_validate(flaw) for flaw in flaws])


@routes.get("/roots/{on}")
async def read_journal_root(caller: MayRead, on: date, session: SessionDep) -> DailyRootOut:
    """The hash over all chains when the day ended, to be kept outside the house."""
    root = await daily_root(session, city_code=caller.city, on=on)
    return DailyRootOut(
        city_code=root.city_code, on=root.on, root=root.root.hex(), entries=root.entries, chains=root.chains
    )
