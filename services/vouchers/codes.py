"""Secret codes of vouchers: whoever has one may spend it, so only a keyed hash of it is ever stored.

15 random symbols of 31 (74 bits) and a check symbol. The alphabet has no 0, 1, I, L, O; 31 is prime, so the weighted
sum finds every wrong symbol and every two neighbours exchanged.
"""

import hashlib
import hmac
import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
RANDOM_SYMBOLS = 15
GROUP = 4
_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}


class CodeMistyped(ValueError):
    """Not a code: wrong symbols, length or check symbol."""


def new_code() -> str:
    """A new code, in groups of four."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_SYMBOLS))
    return grouped(symbols + check_symbol(symbols))


def grouped(code: str) -> str:
    """`K7QF-29AB-…`, as people read it out."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def check_symbol(symbols: str) -> str:
    """The symbol that follows the random ones."""
    return ALPHABET[sum(place * _VALUES[symbol] for place, symbol in enumerate(symbols, 1)) % len(ALPHABET)]


def plain(text: str) -> str:
    """The 16 symbols of a code as somebody typed it. Raises CodeMistyped."""
    typed = unicodedata.normalize("NFKC", text).upper()
    symbols = "".join(symbol for symbol in typed if symbol not in " -")
    if len(symbols) != RANDOM_SYMBOLS + 1 or any(symbol not in _VALUES for symbol in symbols):
        raise CodeMistyped
    if check_symbol(symbols[:-1]) != symbols[-1]:
        raise CodeMistyped
    return symbols


def keyed_hash(code: str, key: bytes) -> bytes:
    """What is stored and looked up: HMAC-SHA-256 of the plain code."""
    return hmac.digest(key, plain(code).encode(), hashlib.sha256)
