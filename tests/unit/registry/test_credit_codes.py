"""GB 32100 with GB 11714 inside: malformed is refused, doubtful is warned about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from services.registry.organisations.credit_codes import (
    CreditCodeMalformed,
    normalised,
    subject_check_character,
    warnings_of,
)

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def warned(code: str) -> list[str]:
    return [warning.code for warning in warnings_of(normalised(code))]


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000600037341L", "91320300MA1MABC18R"])
def test_a_code_in_order_has_no_warning(code: str) -> None:
    assert warned(code) == []


@pytest.mark.parametrize(
    "typed", ["91110000600037341L", "91110000600037341l", " 9111 0000-600037341L ", "9 1 110000 600037341L"]
)
def test_full_width_digits_spaces_and_small_letters_are_read(typed: str) -> None:
    assert normalised(typed) == "91110000600037341L"


@pytest.mark.parametrize(
    ("code", "expected"), [("91350203M0001FUE2P", "J"), ("91350211M0000XUF46", "R"), ("91350100M0001TGQXM", "1")]
)
def test_real_codes_of_the_early_pilots_are_warned_about_not_refused(code: str, expected: str) -> None:
    assert [(w.code, w.facts) for w in warnings_of(normalised(code))] == [
        ("credit_code_check_digit", {"expected": expected})
    ]


def test_a_wrong_subject_check_digit_is_a_warning_of_its_own() -> None:
    base = "91320300MA1MABC19"
    assert warned(base + uscc.calc_check_digit(base + "0")) == ["subject_check_digit"]


@pytest.mark.parametrize("head", ["N1320312", "N2320312", "Y1320300", "A1320300"])
def test_collectives_armed_forces_and_others_are_legal_authorities(head: str) -> None:
    body = head + "MF123456" + subject_check_character("MF123456")
    assert warned(body + uscc.calc_check_digit(body + "0")) == []


def test_a_type_its_authority_does_not_register_and_an_unknown_province_are_warned_about() -> None:
    body = "99990300MA1MABC1" + subject_check_character("MA1MABC1")
    code = body + uscc.calc_check_digit(body + "0")
    assert warned(code) == ["registration_type_unknown", "division_unknown"]


@pytest.mark.parametrize("person", ["362322198709086409", "430407199312020025"])
def test_numbers_of_persons_that_pass_both_checks_are_refused(person: str) -> None:
    assert uscc.is_valid(person)
    with pytest.raises(CreditCodeMalformed):
        normalised(person)


@pytest.mark.parametrize(
    "text",
    [
        "", "9132", "91320300MA1MABC18", "91320300MA1MABC18RR", "91320300MA1MABCI8R", "9132O300MA1MABC18R",
        "B1320300MA1MABC18R",
    ],
)  # fmt: skip
def test_malformed_codes_are_refused(text: str) -> None:
    with pytest.raises(CreditCodeMalformed):
        normalised(text)


@given(st.text(alphabet=LETTERS, min_size=8, max_size=8), st.sampled_from(LETTERS))
def test_any_single_wrong_check_digit_is_noticed(subject: str, typed: str) -> None:
    body = "91320300" + subject + subject_check_character(subject)
    right = uscc.calc_check_digit(body + "0")
    assert ("credit_code_check_digit" in warned(body + typed)) == (typed != right)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_read_or_refused_and_never_fails(text: str) -> None:
    try:
        code = normalised(text)
    except CreditCodeMalformed:
        return
    assert len(code) == 18
    warnings_of(code)
