"""What passes in each direction. Allow-lists: a header nobody thought of does not pass, whoever invents it."""

import re
from collections.abc import Iterable

from kernel.problems import Malformed

RawHeaders = Iterable[tuple[bytes, bytes]]

_REQUEST_ID = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._\-]{7,63}")

# Not here, so stripped: every identity header, Forwarded and X-Forwarded-* (set anew), X-Request-Id and
# X-Request-Deadline (set anew), Authorization (replaced by the identity), Cookie (no page has a session; where people
# sign in, one way and back), hop-by-hop fields.
_UP = """Accept Accept-Encoding Accept-Language Content-Type Content-Encoding Content-Disposition Content-Digest
Idempotency-Key If-Match If-None-Match If-Modified-Since If-Unmodified-Since If-Range Range Last-Event-ID Prefer
User-Agent Traceparent Tracestate Signature Signature-Input X-JWS-Signature"""
_DOWN = """Accept-Ranges Allow Cache-Control Content-Disposition Content-Digest Content-Encoding Content-Language
Content-Length Content-Location Content-Range Content-Security-Policy Content-Type Deprecation ETag Expires
Idempotent-Replayed Last-Modified Link Location Preference-Applied Referrer-Policy Retry-After Signature
Signature-Input Sunset Vary WWW-Authenticate X-Frame-Options X-JWS-Signature"""
_PASSED_UP = {name.lower().encode(): f"{name}: ".encode() for name in _UP.split()}
# Both usual spellings are keys, so that most answers are read without lower-casing each name.
_PASSED_DOWN = {key.encode(): name.lower().encode() for name in _DOWN.split() for key in (name, name.lower())}


def passed_up(headers: RawHeaders, *, cookies: bool = False) -> list[bytes]:
    """Header lines for the process behind, repeated ones kept apart. Raises Malformed for a value not in UTF-8."""
    lines = [_PASSED_UP[name] + value for name, value in headers if name in _PASSED_UP]
    if cookies:
        lines += [b"Cookie: " + value for name, value in headers if name == b"cookie"]
    try:
        b"\n".join(lines).decode()
    except UnicodeDecodeError:
        raise Malformed("A header value is not UTF-8") from None
    return lines


def passed_down(headers: RawHeaders, *, base: bytes, cookies: bool = False) -> list[tuple[bytes, bytes]]:
    """Answer headers for the client. A Location inside `base` (the process's own address) is made relative."""
    kept = []
    for spelling, value in headers:
        name = _PASSED_DOWN.get(spelling) or _PASSED_DOWN.get(spelling.lower())
        if name == b"location" and value.startswith(base + b"/"):
            kept.append((name, value[len(base) :]))
        elif name is not None:
            kept.append((name, value))
        elif cookies and spelling.lower() == b"set-cookie":
            kept.append((b"set-cookie", value))
    return kept


def accepted_request_id(value: bytes | None) -> str | None:
    """The caller's request id if it is 8 to 64 characters of letters, digits, `.`, `_` and `-`; else None."""
    return value.decode() if value is not None and _REQUEST_ID.fullmatch(value) else None


def earliest_deadline(own: int, asked: bytes | None) -> int:
    """The nearer of our deadline and the caller's, in Unix milliseconds; nonsense is no deadline."""
    if asked is None or not asked.isdigit() or len(asked) > len(str(own)):
        return own
    return min(own, int(asked))
