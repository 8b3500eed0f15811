"""What the routes of the guard take and give. Shares in basis points, amounts in fen."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from kernel.money import Fen
from kernel.openapi import Reason
from kernel.schemas import Sentence, Wire, WireIn
from services.funds.ids import DeterminationId, OrganisationId
from services.funds.loan_pool.guard.states import Status
from services.funds.loan_pool.ids import SuspensionId

SUSPENSION: JsonDict = {
    "id": "sus_01m89wy0hmeamb1cq4fb0g1pc9",
    "bank_id": "org_01m89wy09ge7dt9ww4xaxs9v4m",
    "status": "suspended",
    "ratio_bp": 520,
    "line_bp": 500,
    "resume_bp": 300,
    "determination_id": "det_01m89wy0hsep4957941vqa7apd",
    "ordered_because": None,
    "suspended_at": "2026-12-04T01:30:00Z",
    "reason": None,
    "ended_at": None,
}


class LiftIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"example": {"reason": "逾期贷款已落实追偿方案,经会商同意恢复登记。"}})

    reason: Sentence


class SuspendIn(WireIn):
    """New loans of one bank, or of all without `bank_id`, are to stop, whatever the ratio is."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "bank_id": "org_01m89wy09ge7dt9ww4xaxs9v4m",
                "reason": "现场检查发现贷款资料不实,核查期间暂停新增登记。",
            }
        }
    )

    bank_id: OrganisationId | None = None
    reason: Sentence


class SuspensionOut(Wire):
    """New loans of a bank, or of all when `bank_id` is null, stopped at `line_bp`; cured at `resume_bp`.

    Ordered by an officer it has no ratio, but says why: it ends by two officers alone. `reason` is why somebody
    proposed to lift it.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [SUSPENSION]})

    id: SuspensionId
    bank_id: OrganisationId | None
    status: Status
    ratio_bp: int | None
    line_bp: int | None
    resume_bp: int | None
    determination_id: DeterminationId | None
    ordered_because: str | None
    suspended_at: datetime
    reason: str | None
    ended_at: datetime | None


class VerdictOut(Wire):
    """Where a bank stands, or the pool when `bank_id` is null. `automatic` is false while the city has not set the
    rule: then nothing stops by itself, and `reasons` names every open parameter with its clause.
    """

    bank_id: OrganisationId | None
    suspended: bool
    automatic: bool
    ratio_bp: Annotated[int | None, Field(examples=[120])]
    reasons: list[Reason]


class StandingOut(Wire):
    """What is registered, outstanding and overdue by the newest reports, what it may cost, and what is stopped.

    `registered_fen` is all that was ever registered and not withdrawn, as the guard's ratio takes it; `under_cover_fen`
    what of it is neither repaid nor compensated, as the quota takes it.
    `claimable_fen` and `watched_fen` are the pool's part of overdue loans that can still be claimed for (no claim
    stands, not repaid since, no loan that paid off another) if nothing comes back: those overdue long enough, and the
    others. Null while the policy is open; `reasons` names why.
    """

    bank_id: OrganisationId | None
    registered_fen: Fen
    under_cover_fen: Fen
    outstanding_fen: Fen
    overdue_fen: Fen
    paid_fen: Fen
    claimable_fen: Fen | None
    watched_fen: Fen | None
    reasons: list[Reason]
    suspensions: list[SuspensionOut]
