"""Case numbers: what they say, and the typing errors their check character catches."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.window.cases.numbers import is_number, number_text

NUMBER = number_text(year=2026, city_code="320300", kind="RG", sequence=1)


def test_a_number_says_year_place_kind_and_sequence() -> None:
    assert NUMBER[:-1] == "2026320300RG000001"
    assert is_number(NUMBER)


def test_two_sandboxes_of_a_city_never_share_a_number() -> None:
    numbers = {
        number_text(year=2026, city_code=f"320300-{tail}", kind="RG", sequence=1) for tail in ("aaaaaaaa", "bbbbbbbb")
    }
    assert len(numbers | {NUMBER}) == 3


@given(st.integers(0, len(NUMBER) - 1), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_one_wrong_character_is_noticed(place: int, letter: str) -> None:
    wrong = NUMBER[:place] + letter + NUMBER[place + 1 :]
    assert is_number(wrong) == (wrong == NUMBER)


@given(st.integers(0, 10**7), st.sampled_from(["RG", "FN", "VC"]))
def test_every_number_carries_a_fitting_check_character(sequence: int, kind: str) -> None:
    assert is_number(number_text(year=2027, city_code="320300-0a1b2c3d", kind=kind, sequence=sequence))
