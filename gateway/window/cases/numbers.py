"""Case numbers (办件编号): year, division, kind, sequence and a check character by ISO 7064 mod 37,36."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from stdnum.iso7064 import mod_37_36

from gateway.window.cases.models import CaseCounter

DIVISION_LENGTH = 6  # GB/T 2260; a sandbox counts under its city's code in its own counters
SEQUENCE_DIGITS = 6
BUNDLE = "bundle"
# By the service that decides; a bundle is nobody's and has numbers of its own.
KINDS = {"window": "WD", "registry": "RG", "vouchers": "VC", "funds": "FN", "events": "EV", BUNDLE: "BN"}


def number_text(*, year: int, city_code: str, kind: str, sequence: int) -> str:
    """`2026320300RG0000018`: two sandboxes of a city also differ, by their own eight letters before the sequence."""
    sandbox = city_code[DIVISION_LENGTH + 1 :].upper()
    body = f"{year}{city_code[:DIVISION_LENGTH]}{kind}{sandbox}{sequence:0{SEQUENCE_DIGITS}d}"
    return body + str(mod_37_36.calc_check_digit(body))


def is_number(text: str) -> bool:
    """Whether the check character fits: catches every single wrong character and most swapped neighbours."""
    return bool(mod_37_36.is_valid(text))


async def next_number(session: AsyncSession, *, city_code: str, service: str, year: int) -> str:
    """Take the next number. A transaction that fails gives it back, so the sequence has no gaps."""
    kind = KINDS[service]
    first = insert(CaseCounter).values(city_code=city_code, kind=kind, year=year, last=1)
    taken = first.on_conflict_do_update(
        index_elements=["city_code", "kind", "year"], set_={"last": CaseCounter.last + 1}
    ).returning(CaseCounter.last)
    sequence = (await session.execute(taken)).scalar_one()
    return number_text(year=year, city_code=city_code, kind=kind, sequence=sequence)
