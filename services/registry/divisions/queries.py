"""Reads of the city's divisions, out of its policy pack."""

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.problems import NotFound
from policy.schema import Division
from policy.store import policy_today
from services.registry.divisions.rules import resolve
from services.registry.divisions.schemas import DivisionOut


class DivisionUnknown(NotFound):
    code, title_zh, title_en = "division_unknown", "本市没有、也未曾有过该区划码", "The city has and had no such code"


async def list_divisions(session: AsyncSession, *, city_code: str, code: str | None) -> list[DivisionOut]:
    """All of them, or the one a code of any year belongs to. Raises DivisionUnknown."""
    divisions = (await policy_today(session, city_code)).pack.divisions
    if code is None:
        return [_shown(division, by_former_code=False) for division in divisions]
    found = resolve(code, divisions)
    if found is None:
        raise DivisionUnknown
    return [_shown(divisions[found.place], by_former_code=found.is_former)]


def _shown(division: Division, *, by_former_code: bool) -> DivisionOut:
    return DivisionOut(**division.model_dump(), asked_by_former_code=by_former_code)
