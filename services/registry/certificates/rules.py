"""Certificate numbers and signed statements, purely. Statements hold text, whole numbers and flags only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class OnTheDay:
    """How a level stood on one day: by which certificate, until when it is valid, whether a cure period ran."""

    level: HeldLevel
    certificate_number: str
    valid_until: date | None
    in_cure_period: bool


@dataclass(frozen=True, slots=True)
class Issued:
    """What a certificate says besides the level: by whom and where it is issued, until when, in place of which, and the
    document's word for the act (`filing`, `certification`, `filing_and_certification`)."""

    number: str
    issued_on: date
    city: Mapping[str, str]
    issuer: Mapping[str, str]
    valid_until: date | None = None
    replaces: str | None = None
    way: str | None = None


def certificate_number(*, city_code: str, year: int, sequence: int) -> str:
    """Division, year, sequence and a check character over them (ISO 7064 mod 37,36): `320300-2026-00001-K`."""
    base = f"{city_code.upper()}-{year}-{sequence:05d}"
    return f"{base}-{mod_37_36.calc_check_digit(base.replace('-', ''))}"


def is_well_numbered(number: str) -> bool:
    """Whether the check character fits: one mistyped character never does."""
    return bool(mod_37_36.is_valid(number.replace("-", "")))


def city_of(number: str) -> str:
    """The city whose register gave the number; `-YEAR-SEQUENCE-CHECK` follows it."""
    city, _year, _sequence, _check = number.rsplit("-", maxsplit=3)  # allow number: the parts above
    return city.lower()


def certificate_statement(
    *, carrier: dict[str, str], operator: dict[str, str | None], level: HeldLevel, issued: Issued
) -> dict[str, Any]:
    """What a certificate says."""
    return {
        "statement": "carrier_recognised",
        "carrier": carrier,
        "operator": operator,
        **level_statement(level),
        "certificate_number": issued.number,
        "issued_on": issued.issued_on.isoformat(),
        "city": dict(issued.city),
        "issuer": dict(issued.issuer),
        "valid_until": issued.valid_until.isoformat() if issued.valid_until else None,
        "replaces": issued.replaces,
        "way": issued.way,
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
    *, city_code: str, carrier_id: UUID, on: date, held: Iterable[OnTheDay], stated_at: str
) -> dict[str, Any]:
    """Whether the carrier held a level on the day, each named as it stood then; the highest first."""
    levels = list(held)
    return {
        "statement": "recognised_on_date",
        "city_code": city_code,
        "carrier_id": encode_id("car", carrier_id),
        "on": on.isoformat(),
        "recognised": bool(levels),
        "levels": [
            level_statement(one.level)
            | {
                "certificate_number": one.certificate_number,
                "valid_until": one.valid_until.isoformat() if one.valid_until else None,
                "in_cure_period": one.in_cure_period,
            }
            for one in levels
        ],
        "stated_at": stated_at,
    }


def standing_statement(
    *, number: str, standing: str, on: date, valid_until: date | None, ended_on: date | None, replaced_by: str | None
) -> dict[str, Any]:
    """How a certificate stands on the day it is asked about."""
    return {
        "statement": "certificate_standing",
        "certificate_number": number,
        "standing": standing,
        "on": on.isoformat(),
        "valid_until": valid_until.isoformat() if valid_until else None,
        "ended_on": ended_on.isoformat() if ended_on else None,
        "replaced_by": replaced_by,
    }


def standing(*, on: date, ended_on: date | None, valid_until: date | None, is_replaced: bool, is_curing: bool) -> str:
    """`in_force`, `cure_period`, `replaced` by a later paper, or `ended` with the level."""
    if (ended_on is not None and on >= ended_on) or (valid_until is not None and on > valid_until and not is_replaced):
        return "ended"
    if is_replaced:
        return "replaced"
    return "cure_period" if is_curing else "in_force"


def highest_first(held: Iterable[OnTheDay]) -> list[OnTheDay]:
    """By the ladder, a key designation before a plain one."""
    return sorted(held, key=lambda one: (LADDER.index(str(one.level.level)), one.level.is_key), reverse=True)
