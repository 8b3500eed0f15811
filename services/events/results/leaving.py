"""Who leaves a competition: by its own will, or disqualified. The next moves up, and the public is told."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.moves import status_after
from kernel.owning import is_staff
from services.events.competitions.entries import edition_locked, give_place_back
from services.events.competitions.models import CompetitionEntry
from services.events.competitions.queries import find_entry
from services.events.competitions.states import ENTRY_MOVES, EntryFact
from services.events.results.notice import renew_notice


async def withdraw_entry(
    session: AsyncSession, *, entry_id: UUID, reason: str, if_match: str, caller: Caller
) -> CompetitionEntry:
    """Its place is free again; a place among the winners goes to the next."""
    return await _leave(session, entry_id, EntryFact.WITHDRAWN, reason=reason, if_match=if_match, caller=caller)


async def disqualify_entry(
    session: AsyncSession, *, entry_id: UUID, reason: str, if_match: str, caller: Caller
) -> CompetitionEntry:
    """By an officer, with the reason; the scores stay as they were sealed."""
    return await _leave(session, entry_id, EntryFact.DISQUALIFIED, reason=reason, if_match=if_match, caller=caller)


async def _leave(
    session: AsyncSession, entry_id: UUID, fact: EntryFact, *, reason: str, if_match: str, caller: Caller
) -> CompetitionEntry:
    # The edition first, as draw, seal and publication do: whoever comes second waits for the whole.
    edition = await edition_locked(session, await find_entry(session, entry_id, caller=caller))
    row = await find_entry(session, entry_id, caller=caller, for_update=True)
    must_match(if_match, row.version)
    row.status = status_after(fact, row.status, ENTRY_MOVES)
    row.left_reason, row.left_by, row.left_at = reason, caller.acting_for, clock.now(row.city_code)
    row.version += 1
    await give_place_back(session, row)
    await session.flush()
    await renew_notice(session, edition, changed_by=caller.acting_for if is_staff(caller) else None)
    return row
