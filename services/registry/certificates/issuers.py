"""Who issues a certificate, purely: the department that holds the programme's role, or one of a city's districts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from policy.schema import City, Division, Pack

# The one role that many hold at once: what a pack calls it names them all together.
OF_DIVISIONS = "county_governments"
UNKNOWN = ("载体所在县（市、区）人民政府", "Government of the district or county it stands in")
Named = dict[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a carrier says it stands: its functional zone, its divisions, and its addresses as they were typed."""

    zone: str | None = None
    codes: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


def issuer_of(pack: Pack, role: str, *, on: date, place: Place) -> dict[str, Named]:
    """The city, and what who holds the role is called on the day; of a city's districts the one it stands in."""
    city = pack.city
    named = government(city, division_of(pack, place)) if role == OF_DIVISIONS else _department(pack, role, on)
    return {"city": {"zh": city.zh, "en": city.en}, "issuer": named}


def government(city: City, division: Division | None) -> Named:
    """A zone has a committee. Districts are named with their city; counties and county-level cities are not."""
    if division is None:
        return {"zh": UNKNOWN[0], "en": UNKNOWN[1]}
    if division.is_zone:
        return {"zh": f"{division.zh}管理委员会", "en": f"Administrative Committee of {division.en}"}
    zh = f"{city.zh}{division.zh}" if division.zh.endswith("区") else division.zh
    return {"zh": f"{zh}人民政府", "en": f"People's Government of {division.en}"}


def division_of(pack: Pack, place: Place) -> Division | None:
    """By the zone it names, else by a code, else by the one division its addresses name; None when nothing tells."""
    named = {name: part for part in pack.divisions for name in _names(part, pack.city)}
    if place.zone in named:
        return named[place.zone or ""]
    coded = {code: part for part in pack.divisions for code in (part.code, *part.former_codes) if code}
    known = [coded[code] for code in place.codes if code in coded]
    if known:
        return known[0]
    told = {part.zh: part for name, part in named.items() if any(name in address for address in place.addresses)}
    return next(iter(told.values())) if len(told) == 1 else None


def in_the_city(name: str, city: str) -> str:
    """`市科技局` of 徐州市 is 徐州市科技局 to everybody else."""
    return city + name.removeprefix("市") if name.startswith("市") else name


def _department(pack: Pack, role: str, on: date) -> Named:
    held = pack.roles[role]
    named: Any = held
    for name in held.names:
        if name.effective_on <= on:
            named = name
    return {"zh": in_the_city(named.zh, pack.city.zh), "en": named.en}


def _names(division: Division, city: City) -> Iterable[str]:
    """`武汉东湖新技术开发区` is 东湖新技术开发区 to who stands in it."""
    bare = division.zh.removeprefix(city.zh).removeprefix(city.zh.removesuffix("市"))
    return {division.zh, bare}
