"""What the books say of a bank's own claims, and the proof of it (books:read is for the city's staff)."""

from typing import Annotated

from kernel.auth import Caller, may
from kernel.openapi import NOT_YET
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from services.funds.books.queries import journal_page
from services.funds.books.schemas import EntryProofOut
from services.funds.ids import EntryId
from services.funds.loan_pool.claims.queries import get_claim
from services.funds.loan_pool.ids import ClaimId
from services.funds.loan_pool.proofs.queries import proof_for_claim
from services.funds.loan_pool.proofs.schemas import ClaimEntryOut

routes = router(prefix="/v1/funds/loan-pool/claims/{claim_id}/entries", tags=["loan pool"])
MayProve = Annotated[Caller, may("claims:prove")]


@routes.get("")
async def list_claim_entries(
    caller: MayProve, claim_id: ClaimId, session: SessionDep, page: PageDep
) -> Page[ClaimEntryOut]:
    """Journal entries of a claim by document number: encumbered, paid, returned, recovered."""
    claim = await get_claim(session, claim_id, caller)
    items, cursor = await journal_page(session, claim.city_code, page, case_id=claim.case_id, reference=None)
    return Page(items=[ClaimEntryOut.model_validate(item, from_attributes=True) for item in items], next_cursor=cursor)


@routes.get("/{entry_id}/proof", responses=NOT_YET)
async def prove_claim_entry(
    caller: MayProve, claim_id: ClaimId, entry_id: EntryId, session: SessionDep
) -> EntryProofOut:
    """From an entry of the claim to the root of its day, which the feed told; once the day is over.

    The lines are what was hashed, whoever posted it among them. Of the entries that follow it in the chain the links
    tell number, time and key, and no amount or party.
    """
    claim = await get_claim(session, claim_id, caller)
    return EntryProofOut.model_validate(await proof_for_claim(session, claim, entry_id))
