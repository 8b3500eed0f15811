"""Which request paths have one reading only. Pure; a path that could mean two things is not routed at all."""

import re
from urllib.parse import unquote_to_bytes

PATH_BYTES_MAX = 2_048

_ALPHABET = re.compile(rb"/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*")
# Each of these reads differently to different servers: an empty segment, a dot segment (also with path parameters), an
# encoded dot, slash or backslash (also doubly encoded), an encoded control character, a broken escape.
_TWO_READINGS = re.compile(
    rb"//|/\.{1,2}(?:[/;]|\Z)|%(?:2[ef]|5c|[01][0-9a-f]|7f|25(?:2[ef]|5c))|%(?![0-9a-f]{2})", re.IGNORECASE
)


def canonical(raw_path: bytes) -> bool:
    """True for an absolute path of at most 2,048 bytes in RFC 3986 characters, without an ambiguous part, in UTF-8."""
    if len(raw_path) > PATH_BYTES_MAX or not _ALPHABET.fullmatch(raw_path) or _TWO_READINGS.search(raw_path):
        return False
    return b"%" not in raw_path or _is_utf8(unquote_to_bytes(raw_path))


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
