"""What opens a door to whoever has it: a registration's code and a private feed's token. Only keyed hashes are kept."""

import hashlib
import hmac
import secrets
import unicodedata

from kernel.ids import ALPHABET

SYMBOLS = 16  # of 32: 80 bits, short enough to read out at the door
GROUP = 4


def new_code() -> str:
    """`K7QF-29AB-…`: a registration's code, in groups of four."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(SYMBOLS)).upper()
    return "-".join(symbols[at : at + GROUP] for at in range(0, SYMBOLS, GROUP))


def plain(code: str) -> str:
    """The symbols of a code, however somebody typed it."""
    typed = unicodedata.normalize("NFKC", code).upper()
    return "".join(symbol for symbol in typed if symbol not in " -").translate(_READ_ALIKE)


def code_hash(code: str, key: bytes) -> bytes:
    """What a registration is looked up by."""
    return hmac.digest(key, b"code\0" + plain(code).encode(), hashlib.sha256)


def new_token() -> str:
    """A private feed's token, 256 bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str, key: bytes) -> bytes:
    """What a feed is looked up by."""
    return hmac.digest(key, b"feed\0" + token.encode(), hashlib.sha256)


# The alphabet has none of them.
_READ_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
