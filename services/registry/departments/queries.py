"""Reads of departments, out of the city's policy pack."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from policy.schema import Role
from policy.store import policy_today
from services.registry.departments.rules import on_day
from services.registry.departments.schemas import DepartmentOut, HolderOut


async def list_departments(session: AsyncSession, *, city_code: str, on: date, role: str | None) -> list[DepartmentOut]:
    """Every role of the pack in its order, or one; none when the pack has no such role."""
    roles = (await policy_today(session, city_code)).pack.roles
    return [_shown(name, found, on) for name, found in roles.items() if role in {None, name}]


def _shown(name: str, role: Role, on: date) -> DepartmentOut:
    held = on_day(role.names, on)
    holder = HolderOut.model_validate(held) if held else None
    return DepartmentOut(role=name, zh=role.zh, en=role.en, clauses=list(role.clauses), holder=holder)
