"""The split of a recovery by the shares stored with its claim: one for loan and for angel losses (XZ-32, XZ-33)."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from policy.schema import Pack, Programme
from policy.snapshots import Acceptance
from policy.store import decide_and_keep, must_be_eligible, policy_for
from services.funds.chart import Line
from services.funds.payments.models import PaymentOrder
from services.funds.payments.service import line_of


class SharedLoss(Protocol):
    """A claim that was paid, with how its loss was shared."""

    @property
    def id(self) -> UUID: ...

    @property
    def city_code(self) -> str: ...

    @property
    def case_id(self) -> UUID: ...

    @property
    def lodged_on(self) -> date: ...

    @property
    def lodged_at(self) -> datetime: ...

    @property
    def split_bp(self) -> dict[str, Any] | None: ...

    @property
    def layers_fen(self) -> dict[str, Any] | None: ...

    @property
    def approved_fen(self) -> int: ...

    @property
    def payment_order_id(self) -> UUID | None: ...


class Gross(Protocol):
    """What was recovered, before costs."""

    @property
    def recovered_fen(self) -> int: ...

    @property
    def costs_fen(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Split:
    """What goes to each layer, in fen; `line` gets the paying layer's part back."""

    line: Line
    layers_fen: dict[str, int]
    determination_id: UUID

    @property
    def returned_fen(self) -> int:
        return self.layers_fen[self.line.payer_level]


async def split_recovery(
    session: AsyncSession,
    claim: SharedLoss,
    given: Gross,
    *,
    recovery_id: UUID,
    programme_of: Callable[[Pack], Programme],
    earlier: Select[Any],
) -> Split:
    """To no layer goes more than it bears. `earlier`: the layers of the claim's other recoveries. Raises Refusal."""
    accepted = Acceptance(on=claim.lodged_on, at=claim.lodged_at)
    snapshot = await policy_for(session, claim.city_code, accepted)
    line, back = await paying_line(session, claim), Counter[str]()
    for layers_fen in await session.scalars(earlier):
        back.update(layers_fen)
    determination = await decide_and_keep(
        session,
        snapshot,
        programme=programme_of(snapshot.pack).id,
        act="share_recovery",
        facts={"recovered_fen": given.recovered_fen, "costs_fen": given.costs_fen, **_shared(claim, line, back)},
        accepted=accepted,
        references={"claim": str(claim.id), "recovery": str(recovery_id)},
        case_id=claim.case_id,
    )
    must_be_eligible(determination)
    return Split(line, {layer: determination.amounts[layer] for layer in claim.split_bp or {}}, determination.id)


def _shared(claim: SharedLoss, line: Line, back: Counter[str]) -> dict[str, Any]:
    """How the loss was shared, and what of it earlier recoveries, arrived or not, left with each layer.

    The paying layer bears all it approved, also while the last instalments of it are still to be paid.
    """
    bears = {layer: max(0, fen - back[layer]) for layer, fen in (claim.layers_fen or {}).items()}
    return {
        "split_bp": claim.split_bp,
        "paid_fen": claim.approved_fen,
        "returned_fen": back[line.payer_level],
        "bears_fen": bears,
    }


async def paying_line(session: AsyncSession, claim: SharedLoss) -> Line:
    """The budget line that paid the claim gets its money back."""
    return line_of(await session.get_one(PaymentOrder, claim.payment_order_id))
