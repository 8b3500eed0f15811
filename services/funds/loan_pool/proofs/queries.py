"""The entries of one claim: everything the books say of its case."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.problems import NotFound
from ledger.proofs import Proof, proof_of
from ledger.reading import journal
from services.funds.journal import BOOK
from services.funds.loan_pool.claims.models import LossClaim


async def proof_for_claim(session: AsyncSession, claim: LossClaim, entry_id: UUID) -> Proof:
    """The proof of one of the claim's entries. Raises NotFound for any other, DayNotOver, ProofTooLong."""
    own = await journal(
        session, city_code=claim.city_code, book=BOOK, case_id=claim.case_id, entry_ids=[entry_id], limit=1
    )
    if not own:
        raise NotFound
    return await proof_of(session, entry_id, city_code=claim.city_code)
