"""JSON as banks expect it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.strict_json import JsonRefused, canonical, parse

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc键", max_size=3), inner, max_size=4),
)


@given(VALUES)
def test_canonical_bytes_are_read_back_and_stable(value: object) -> None:
    assert parse(canonical(value)) == value
    assert canonical(parse(canonical(value))) == canonical(value)


@pytest.mark.parametrize(
    "body",
    [b"NaN", b"Infinity", b'{"a":1,"a":1}', b'["\\u0000"]', b'{"k":["\\u0000"]}', b'"\\udc00"', b"9007199254740992",
     b"1" * 5000, b"", b"{", b"\xff", b"[" * 200_000, b'{"\\u0000":1}', b'{"a":{"b":1,"b":2}}',
     b"1e9999999999999999999", b"1e101", b"-0." + b"1" * 50, b"[1e-9999999999999999999]",
     b'["\\b"]', b'{"a":["\\f"]}', b'["\x7f"]', b'"\x7f"', b'{"a\x7f":1}', b'{"\\b":1}', b'["\x00"]', b'{"\x1f":1}',
     b'{"a":{"b":["\\u0000"]}}', b'[{"a":{"b":{"c":["\\ud800"]}}}]',
     '["\uffff"]'.encode(), '{"\ufffe":1}'.encode(), b'["\\uffff"]'],
)  # fmt: skip
def test_what_is_refused(body: bytes) -> None:
    with pytest.raises(JsonRefused):
        parse(body)


def test_fractions_are_exact() -> None:
    assert parse(b"[0.1, 1e2]") == [Decimal("0.1"), Decimal(100)]
