"""JSON as banks expect it: no NaN, no duplicate keys, no control characters, no number a reader would lose."""

import json
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from kernel.money import FEN_MAX

# No figure of ours needs more; arithmetic with millions of digits would stop the process.
FRACTION_LENGTH_MAX, EXPONENT_MAX = 50, 100
# The last two are no characters: no XML holds them, a bank's file neither.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# JSON has them by these only: other raw ones are no JSON, and surrogates no UTF-8.
_MAY_HAVE_CONTROL = re.compile("\\\\[ubf]|[\x7f\ufffe\uffff]")


class JsonRefused(ValueError):
    """Why the text is not accepted, in words that do not quote it."""


def _pairs(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    collected = dict(pairs)
    if len(collected) != len(pairs):
        raise JsonRefused("an object has the same key twice")
    return collected


def _integer(digits: str) -> int:
    number = int(digits) if len(digits) <= 17 else FEN_MAX + 1  # noqa: PLR2004 - 2^53 has 16 digits and a sign
    if abs(number) > FEN_MAX:
        raise JsonRefused("a number is beyond 2^53")
    return number


def _fraction(digits: str) -> Decimal:
    try:
        number = Decimal(digits) if len(digits) <= FRACTION_LENGTH_MAX else None
    except InvalidOperation:
        number = None
    if number is None or abs(number.adjusted()) > EXPONENT_MAX:
        raise JsonRefused("a number is too long or too far from one")
    return number


def _constant(_name: str) -> NoReturn:
    raise JsonRefused("NaN and Infinity are not JSON")


def _refuse_control_characters(value: Any) -> None:
    if isinstance(value, str):
        if _CONTROL.search(value):
            raise JsonRefused("a text has control characters")
    elif isinstance(value, list):
        for item in value:
            _refuse_control_characters(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            _refuse_control_characters(key)
            _refuse_control_characters(item)


_STRICTLY = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
)


def parse(body: bytes) -> Any:
    """Parse UTF-8 JSON; numbers with a fraction become Decimal. Raises JsonRefused."""
    try:
        text = body.decode("utf-8")
        value = _STRICTLY.decode(text)
        if _MAY_HAVE_CONTROL.search(text):
            _refuse_control_characters(value)
    except JsonRefused:
        raise
    except UnicodeDecodeError:
        raise JsonRefused("not UTF-8") from None
    except RecursionError:
        raise JsonRefused("nested too deeply") from None
    except ValueError:
        raise JsonRefused("not JSON") from None
    return value


def canonical(value: Any) -> bytes:
    """Stable bytes of a JSON value: sorted keys, no spaces, UTF-8. The base of every fingerprint and hash."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()
