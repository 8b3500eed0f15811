"""Numbers of persons: what is taken, what is doubted, what a spreadsheet destroyed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from services.registry.people.resident_ids import (
    NumberDestroyed,
    NumberKind,
    NumberMalformed,
    born_on,
    kind_of,
    normalised,
    warnings_of,
)
from services.registry.people.rules import born_findings, keyed_hash, name_findings
from tests.builders.registry import a_number

XUZHOU = "320300"
LISTED = frozenset({"320312", "320323"})


def doubts(number: str) -> list[str]:
    return [warning.code for warning in warnings_of(number, city_code=XUZHOU, divisions=LISTED)]


@pytest.mark.parametrize("written", ["11010519491231002x", "110105 19491231 002X", "110105194912310０2X"])
def test_as_people_write_it(written: str) -> None:
    assert normalised(written) == "11010519491231002X"


@pytest.mark.parametrize(
    "destroyed",
    ["1.23E+17", "1.10105E+17", "3.20312e17", "110105194912310000.0", "110105194912310000", "1E17"],
)
def test_what_a_spreadsheet_made_of_it_is_named_as_such(destroyed: str) -> None:
    with pytest.raises(NumberDestroyed):
        normalised(destroyed)


@pytest.mark.parametrize(
    "wrong", ["", "11010519491231002", "11010519491331002X", "01010519491231002X", "9132030X46656006XX", "李雷"]
)
def test_what_cannot_be_a_number_is_refused_and_is_not_taken_for_a_destroyed_one(wrong: str) -> None:
    with pytest.raises(NumberMalformed) as refused:
        normalised(wrong)
    assert refused.type is NumberMalformed


def test_a_rightful_number_may_end_in_noughts() -> None:
    rightful = next(
        number
        for order in range(100, 1000, 100)
        for day in range(10, 29)
        if (number := f"320312199001{day:02d}{order:03d}0")[-1] == ric.calc_check_digit(number)
    )
    assert normalised(rightful) == rightful
    assert rightful.endswith("000")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (a_number("110105"), NumberKind.RESIDENT),
        (a_number("810000"), NumberKind.RESIDENCE_PERMIT),
        (a_number("820000"), NumberKind.RESIDENCE_PERMIT),
        (a_number("830000"), NumberKind.RESIDENCE_PERMIT),
        (a_number("911840"), NumberKind.FOREIGN_RESIDENT),
    ],
)
def test_permits_and_foreigners_cards_are_numbers_of_persons_without_a_doubt(number: str, kind: NumberKind) -> None:
    assert (kind_of(normalised(number)), doubts(number)) == (kind, [])


@pytest.mark.parametrize("division", ["330113", "330114", "320312", "320323"])
def test_new_and_former_divisions_are_known(division: str) -> None:
    assert doubts(a_number(division)) == []


def test_doubts_are_told_together() -> None:
    number = a_number("320399", born="18990101")
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    assert doubts(wrong) == [
        "resident_id_check_digit", "resident_id_division_of_no_list", "resident_id_born_long_ago",
    ]  # fmt: skip
    assert doubts(a_number("160105")) == ["resident_id_division_unknown"]


@given(st.text(max_size=24))
def test_whatever_is_typed_is_a_number_or_refused(text: str) -> None:
    try:
        number = normalised(text)
    except NumberMalformed:
        return
    assert (len(number), born_on(number).year > 0) == (18, True)


def test_the_hash_tells_city_and_kind_apart_and_needs_the_key() -> None:
    hashes = {
        keyed_hash(city, kind, "11010519491231002X", key)
        for city in ("320300", "420100") for kind in ("resident_id", "phone") for key in (b"a" * 32, b"b" * 32)
    }  # fmt: skip
    assert len(hashes) == 8


def test_nobody_is_born_tomorrow_nor_known_under_another_name() -> None:
    today = date(2026, 9, 1)
    found = [*born_findings(born_on=date(2026, 9, 2), today=today), *name_findings(name="李雷", known_as="韩梅梅")]
    assert [finding.code for finding in found] == ["born_in_future", "person_name_differs"]
    assert not born_findings(born_on=today, today=today)
    assert not name_findings(name="阿 不都·热合曼", known_as="阿不都热合曼")
