"""Where a path goes, who may pass without a token, and what the request may cost. Pure tables and one function."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from gateway.proxy.paths import PATH_BYTES_MAX, canonical

KIB = 1_024
MIB = 1_024 * KIB

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SAFE = frozenset({"GET", "HEAD"})


class Access(StrEnum):
    """Whether a token is needed: always, only if one is sent, or never looked at."""

    NEEDED = "needed"
    OPTIONAL = "optional"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class RouteClass:
    """Requests that cost alike. `cost` in quota units, sizes in bytes, `budget` (whole answer) in milliseconds."""

    name: str
    cost: int
    body_bytes_max: int
    budget: int


READ = RouteClass("read", cost=1, body_bytes_max=64 * KIB, budget=30_000)
WRITE = RouteClass("write", cost=5, body_bytes_max=MIB, budget=30_000)
EXPORT = RouteClass("export", cost=20, body_bytes_max=64 * KIB, budget=120_000)
UPLOAD = RouteClass("upload", cost=20, body_bytes_max=8 * MIB, budget=120_000)
SIGN_IN = RouteClass("sign_in", cost=5, body_bytes_max=64 * KIB, budget=10_000)

_UPLOAD_SEGMENTS = frozenset({"confirmation-files", "statements", "tenant-imports", "workbooks"})
_EXPORT_SUFFIXES = (".xlsx", ".csv", ".pdf", "/export", "/exports")


@dataclass(frozen=True, slots=True)
class Route:
    """One decision: the process that answers, the audience of the identity it needs, and the class of the request."""

    upstream: str
    access: Access
    kind: RouteClass
    prefix: str
    keeps_authorization: bool = False
    keeps_cookies: bool = False


# /v1/<process>/… is the process's API; its /internal, /metrics and /livez do not begin so.
_PROCESSES = frozenset({"window", "registry", "vouchers", "funds", "events"})
# First segment of what the window shows to everyone; /oauth has its own client authentication.
_WINDOW_SEGMENTS = frozenset({"oauth", ".well-known", "docs", "portal", "problems", "policies"})
_WINDOW_LEAVES = frozenset({"/", "/openapi.json"})

# Reached before there is a token, or by calendar programs, which cannot send one; a token that is sent is checked.
_OPTIONAL = frozenset({
    ("POST", "/v1/window/sign-in"), ("POST", "/v1/window/sign-in/password"),
    ("POST", "/v1/window/sign-in/code"),
    ("GET", "/v1/events/calendar.ics"), ("GET", "/v1/events/feed.ics"),
})  # fmt: skip
_OPTIONAL_EVENT_FEED = re.compile(r"/v1/events/calendar/[^/]+\.ics")
# What a contest's notice leads to: everybody may see who won.
_OPTIONAL_RESULT = re.compile(r"/v1/events/competitions/[^/]+/public-result")
# What the QR code of a certificate leads to: whoever holds the paper may ask how it stands.
_OPTIONAL_VERIFICATION = re.compile(r"/v1/registry/certificates/[^/]+/verification")

# Where people sign in: the browser that went to an identity provider must be the one that comes back.
_SIGN_IN_PAGE = re.compile(r"/portal/[^/]+/sign-in(/provider|/callback)?")


class PathTooLong(ValueError):
    """Of more bytes than any canonical path has."""


@lru_cache(maxsize=4_096)
def routed(method: str, raw_path: bytes) -> tuple[str, Route | None]:
    """The path and its route, None when it is not canonical or nothing answers there.

    Raises PathTooLong, which the cache does not keep: thousands of such paths would fill the memory.
    """
    if len(raw_path) > PATH_BYTES_MAX:
        raise PathTooLong
    path = raw_path.decode("latin-1")
    return path, route_of(method, path) if canonical(raw_path) else None


def route_of(method: str, path: str) -> Route | None:
    """The route of a canonical path. HEAD goes wherever GET goes."""
    _, first, *rest = path.split("/", 4)
    if first == "v1" and rest[1:] and rest[0] in _PROCESSES:
        return Route(rest[0], _access(method, path), _kind(method, path), f"/v1/{rest[0]}/{rest[1]}")
    if first in _WINDOW_SEGMENTS or path in _WINDOW_LEAVES:
        return _window_page(method, path, first)
    return None


def _window_page(method: str, path: str, first: str) -> Route:
    if _SIGN_IN_PAGE.fullmatch(path):
        # A provider that hangs makes these slow: they share no breaker with the pages everybody reads.
        return Route("window", Access.OPEN, SIGN_IN, "/portal/sign-in", keeps_cookies=True)
    kind = SIGN_IN if first == "oauth" else _kind(method, path)
    return Route("window", Access.OPEN, kind, "/" + first, keeps_authorization=first == "oauth")


def _access(method: str, path: str) -> Access:
    asked = "GET" if method == "HEAD" else method
    is_for_all = any(
        shape.fullmatch(path) for shape in (_OPTIONAL_EVENT_FEED, _OPTIONAL_RESULT, _OPTIONAL_VERIFICATION)
    )
    if (asked, path) in _OPTIONAL or (asked == "GET" and is_for_all):
        return Access.OPTIONAL
    return Access.NEEDED


def _kind(method: str, path: str) -> RouteClass:
    if method in SAFE:
        return EXPORT if path.endswith(_EXPORT_SUFFIXES) else READ
    if path.startswith("/v1/window/sign-in"):
        return SIGN_IN
    return UPLOAD if path.rsplit("/", 1)[1] in _UPLOAD_SEGMENTS else WRITE
