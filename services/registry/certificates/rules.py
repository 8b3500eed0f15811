"""Certificate numbers and signed statements, purely. Statements hold text, whole numbers and flags only."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from stdnum.iso7064 import mod_37_36

from kernel.ids import encode_id
from policy.terms import LADDER


class HeldLevel(Protocol):
    """A level as the register has it."""

    level: Any
    is_key: bool
    recognised_on: date
    certificate_number: str
    policy_version: int
    policy_hash: str
    authority: str | None
    document_number: str | None
    document_on: date | None


def certificate_number(*, city_code: str, year: int, sequence: int) -> str:
    """Division, year, sequence and a check character over them (ISO 7064 mod 37,36): `320300-2026-00001-K`."""
    base = f"{city_code.upper()}-{year}-{sequence:05d}"
    return f"{base}-{mod_37_36.calc_check_digit(base.replace('-', ''))}"


def certificate_statement(
    *, number: str, carrier: dict[str, str], operator: dict[str, str | None], level: HeldLevel, issued_on: date
) -> dict[str, Any]:
    """What a certificate says."""
    return {
        "statement": "carrier_recognised",
        "certificate_number": number,
        "carrier": carrier,
        "operator": operator,
        "issued_on": issued_on.isoformat(),
        **level_statement(level),
    }


def level_statement(level: HeldLevel) -> dict[str, Any]:
    """A level, since when, on which paper, and under which version of the city's policy."""
    upper = None
    if level.authority is not None:
        document_on = level.document_on.isoformat() if level.document_on else None
        upper = {"authority": level.authority, "number": level.document_number, "on": document_on}
    return {
        "level": str(level.level),
        "is_key": level.is_key,
        "recognised_on": level.recognised_on.isoformat(),
        "certificate_number": level.certificate_number,
        "policy": {"version": level.policy_version, "hash": level.policy_hash},
        "upper_document": upper,
    }


def proof_statement(
    *, city_code: str, carrier_id: UUID, on: date, levels: Iterable[HeldLevel], stated_at: str
) -> dict[str, Any]:
    """Whether the carrier held a level on the day, each named; the highest first."""
    held = highest_first(levels)
    return {
        "statement": "recognised_on_date",
        "city_code": city_code,
        "carrier_id": encode_id("car", carrier_id),
        "on": on.isoformat(),
        "recognised": bool(held),
        "levels": [level_statement(level) for level in held],
        "stated_at": stated_at,
    }


def highest_first(levels: Iterable[HeldLevel]) -> list[HeldLevel]:
    """By the ladder, a key designation before a plain one."""
    return sorted(levels, key=lambda held: (LADDER.index(str(held.level)), held.is_key), reverse=True)
