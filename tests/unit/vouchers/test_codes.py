import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vouchers.codes import ALPHABET, RANDOM_SYMBOLS, CodeMistyped, check_symbol, keyed_hash, new_code, plain

KEY = b"k" * 32
symbols = st.text(ALPHABET, min_size=RANDOM_SYMBOLS, max_size=RANDOM_SYMBOLS)


@given(symbols, st.integers(0, RANDOM_SYMBOLS), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_found(random: str, place: int, wrong: str) -> None:
    code = random + check_symbol(random)
    typed = code[:place] + wrong + code[place + 1 :]
    if typed == code:
        assert plain(typed) == code
    else:
        with pytest.raises(CodeMistyped):
            plain(typed)


@given(symbols, st.integers(0, RANDOM_SYMBOLS - 1))
def test_two_neighbours_exchanged_are_found(random: str, place: int) -> None:
    code = random + check_symbol(random)
    typed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if typed != code:
        with pytest.raises(CodeMistyped):
            plain(typed)


@pytest.mark.parametrize("text", ["", "K7QF", "０" * 16, "K7QF-29AB-MXW3-TP4", "0" * 16, "創" * 16])
def test_what_is_no_code_is_told_apart(text: str) -> None:
    with pytest.raises(CodeMistyped):
        plain(text)


def test_case_spaces_hyphens_and_full_width_do_not_matter() -> None:
    code = new_code()
    wide = "".join(chr(ord(symbol) + 0xFEE0) if symbol != "-" else " " for symbol in code)
    assert plain(code.lower()) == plain(f"  {wide} ") == code.replace("-", "")
    assert keyed_hash(code, KEY) == keyed_hash(wide, KEY)


def test_the_hash_needs_the_key() -> None:
    code = new_code()
    assert keyed_hash(code, KEY) != keyed_hash(code, b"other" * 8)
    assert len({new_code() for _ in range(200)}) == 200
