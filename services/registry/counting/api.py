"""For the window: figures behind the policy's targets."""

from contracts.counting import CountsAsked, CountsReply
from kernel.auth import Internal
from kernel.routing import SessionDep, router
from services.registry.counting.queries import count

internal = router(prefix="/internal/counts")


@internal.post("", include_in_schema=False)
async def tell_counts(_caller: Internal, body: CountsAsked, session: SessionDep) -> CountsReply:
    """Each count asked for; a question, not a write."""
    answers = [await count(session, body.city_code, asked) for asked in body.counts]
    return CountsReply(counts=tuple(answer for answer in answers if answer is not None))
