import pytest

from kernel.ids import ALPHABET
from services.events.attendance.codes import code_hash, new_code, new_token, plain, token_hash

KEY = b"k" * 40


def test_a_code_has_eighty_bits_in_groups_people_can_read_out() -> None:
    made = {new_code() for _ in range(50)}
    assert len(made) == 50
    for code in made:
        groups = code.split("-")
        assert [len(group) for group in groups] == [4, 4, 4, 4]
        assert set("".join(groups).lower()) <= set(ALPHABET)


@pytest.mark.parametrize("typed", ["7KQF29ABM3XT0VHD", " 7kqf 29ab-m3xt ovhd ", "7KQF-29AB-M3XT-0VHD"])
def test_a_code_is_read_however_it_was_typed(typed: str) -> None:
    assert plain(typed) == "7KQF29ABM3XT0VHD"
    assert code_hash(typed, KEY) == code_hash("7KQF-29AB-M3XT-0VHD", KEY)


def test_a_hash_belongs_to_one_key_and_one_purpose() -> None:
    code = new_code()
    assert len({code_hash(code, KEY), code_hash(code, b"x" * 40), token_hash(plain(code), KEY)}) == 3
    assert len(new_token()) >= 43
