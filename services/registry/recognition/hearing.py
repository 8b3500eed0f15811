"""What was heard before a review: formal checks, site visits and expert panels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.ids import encode_id
from services.registry.examinations.models import Examination
from services.registry.examinations.queries import examinations_of
from services.registry.panels.models import Panel
from services.registry.panels.queries import panels_of
from services.registry.recognition.models import Recognition


@dataclass(frozen=True, slots=True)
class Heard:
    """In the order it was recorded."""

    examinations: Sequence[Examination]
    panels: Sequence[Panel]

    @property
    def counted(self) -> dict[str, Any]:
        """The facts counted on the spot; a later examination corrects an earlier one."""
        return {name: value for one in self.examinations for name, value in one.found.items()}

    def kept(self) -> dict[str, Any]:
        """What the evidence of the review keeps of it: nothing about persons."""
        looked = [
            {
                "id": encode_id("exa", one.id),
                "kind": one.kind.value,
                "on": one.examined_on.isoformat(),
                "is_in_order": one.is_in_order,
            }
            for one in self.examinations
        ]
        judged = [
            {
                "id": encode_id("pan", one.id),
                "result": one.result,
                "pass_mark": one.pass_mark,
                "is_passed": one.is_passed,
            }
            for one in self.panels
        ]
        return {"examinations": looked, "panels": judged}


async def hear(session: AsyncSession, row: Recognition) -> Heard:
    """Everything recorded so far."""
    return Heard(await examinations_of(session, row.id), await panels_of(session, row.id))
