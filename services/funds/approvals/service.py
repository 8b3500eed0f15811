"""Recording an approval by a second person."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.ids import new_id
from kernel.problems import refuse_if
from services.funds.approvals.models import Approval
from services.funds.approvals.rules import second_person_findings


async def approve(
    session: AsyncSession,
    *,
    city_code: str,
    subject_kind: str,
    subject_id: UUID,
    case_id: UUID | None,
    step: str,
    approver: str,
    prepared_by: str,
    decided_by: str | None,
    at: datetime,
    attempt: int = 1,
) -> Approval:
    """Keep the step in the caller's transaction. Raises Refusal for a first person; the database refuses it again."""
    refuse_if(second_person_findings(approver=approver, prepared_by=prepared_by, decided_by=decided_by))
    approval = Approval(
        id=new_id(),
        city_code=city_code,
        subject_kind=subject_kind,
        subject_id=subject_id,
        case_id=case_id,
        step=step,
        round=attempt,
        approved_by=approver,
        prepared_by=prepared_by,
        decided_by=decided_by,
        approved_at=at,
    )
    session.add(approval)
    await session.flush()
    return approval
