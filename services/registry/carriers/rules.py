"""What may be recorded of a carrier, purely."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple, Protocol

from kernel.findings import Finding, findings
from services.registry.premises.rules import DIVISION_ELSEWHERE, Division, division_findings

COUNT_MAX = 2_000_000_000  # allow number: what an integer column holds
FEN_MAX = 2**53 - 1  # allow number: what every JSON reader keeps exact
CODE_LENGTH_MAX = 200  # allow number: no document number is longer


AREA_FACT, SEATS_FACT = "floor_area", "seats"  # what packs call what the register itself knows


class Space(NamedTuple):
    """Square metres and seats over all addresses; null when none states them."""

    area_sqm: int | None
    seats: int | None


class Place(Protocol):
    """An address, stated or recorded."""

    @property
    def area_sqm(self) -> int | None: ...

    @property
    def seats(self) -> int | None: ...


def space_of(places: Iterable[Place]) -> Space:
    """Summed; what no address states is not known."""
    standing = list(places)
    areas = [place.area_sqm for place in standing if place.area_sqm is not None]
    seats = [place.seats for place in standing if place.seats is not None]
    return Space(sum(areas) if areas else None, sum(seats) if seats else None)


class Declared(Protocol):
    """A fact as a policy pack declares it: count, fen, flag, code or date."""

    @property
    def type(self) -> str: ...


def carrier_findings(
    *, city_code: str, operator_is_active: bool, districts: Iterable[str | None], divisions: Iterable[Division] = ()
) -> list[Finding]:
    """The operator exists in law, and every address lies in the city, by a code of this year's list."""
    known, named = list(divisions), [code for code in dict.fromkeys(districts) if code]
    told = [one for code in named for one in division_findings(code=code, city_code=city_code, divisions=known)]
    elsewhere = [one.facts["division_code"] for one in told if one.code == DIVISION_ELSEWHERE]
    return [
        *findings(
            (not operator_is_active, operator_deregistered()),
            (bool(elsewhere), district_elsewhere(elsewhere)),
        ),
        *(one for one in told if one.code != DIVISION_ELSEWHERE),
    ]


def district_elsewhere(codes: list[str]) -> Finding:
    """A carrier stands in its city."""
    return Finding(
        "district_elsewhere",
        ("GB/T 2260",),
        "场地所在区划不属于本市。",
        "An address lies in a division of another city.",
        {"district_codes": codes},
    )


def space_entered(first: str | None) -> list[Finding]:
    """`first`: the operator's carrier of the same kind and name. What a case or a tenant is entered for stays one."""
    zh, en = "本运营单位已登记同类同名载体。", "The operator has entered a carrier of this kind and name already."
    return findings((first is not None, Finding("space_entered", (), zh, en, {"carrier_id": first})))


def name_findings(*, is_recognised: bool, is_reviewed: bool, first: str | None) -> list[Finding]:
    """What a certificate says is changed by a request another officer approves; what the public was shown, by nobody.

    `first` as of `space_entered`.
    """
    zh, en = "已认定载体的名称须经变更程序。", "A recognised carrier's name changes by request only."
    certified = Finding("recognised_carrier_changes_by_request", (), zh, en)
    zh, en = "该载体的认定已审查,决定前不得更名。", "Its recognition was reviewed: the name stays until it is decided."
    reviewed = Finding("recognition_pending", (), zh, en)
    return [*findings((is_recognised, certified), (is_reviewed, reviewed)), *space_entered(first)]


def operator_deregistered() -> Finding:
    """Who no longer exists in law gets nothing new."""
    return Finding(
        "operator_deregistered",
        (),
        "运营单位已终止,或其终止正待复核。",
        "The operator has ended, or its end waits for a second person.",
    )


AREA_SHRANK = "area_shrank"


def shrinking(*, before: int | None, after: int | None, clauses: tuple[str, ...]) -> list[Finding]:
    """A carrier that holds a level has less area than it had; what nobody states any more counts as gone."""
    shrank = Finding(
        AREA_SHRANK,
        clauses,
        "已获认定的载体场地面积减少。",
        "A recognised carrier has less area than before.",
        {"before_sqm": before, "after_sqm": after},
    )
    return findings((before is not None and (after is None or after < before), shrank))


def criterion_lost(found: Finding, *, level: str) -> Finding:
    """What the recognition asked of the premises no longer holds."""
    return Finding(
        "criterion_no_longer_met",
        found.clauses,
        f"场地变更后不再符合认定条件:{found.zh}",
        f"After the change of premises a criterion of the recognition no longer holds: {found.en}",
        {**found.facts, "level": level},
    )


def unfit_facts(facts: Mapping[str, Any], declared: Mapping[str, Declared]) -> Iterator[tuple[str, str]]:
    """Each fact the pack does not know or reads otherwise: (name, `unknown` or the type it should have)."""
    for name, value in facts.items():
        if name not in declared:
            yield name, "unknown"
        elif not _READS[declared[name].type](value):
            yield name, declared[name].type


def _is_whole(value: Any, limit: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= limit


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= CODE_LENGTH_MAX


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_READS: dict[str, Callable[[Any], bool]] = {
    "count": lambda value: _is_whole(value, COUNT_MAX),
    "fen": lambda value: _is_whole(value, FEN_MAX),
    "flag": lambda value: isinstance(value, bool),
    "code": _is_code,
    "date": _is_day,
}
