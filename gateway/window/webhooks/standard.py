"""Standard Webhooks: how a try is signed, where it may lead, and when it is made again."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from gateway.window.webhooks.states import Status

URL_MAX = 500
GIVE_UP_AFTER = timedelta(days=3)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=6)
DOUBLINGS_MAX = 20
TAKEN, GONE = range(200, 300), 410
SAYS_WHEN = frozenset({429, 503})  # too many requests, away: only these tell when to come again
# What is handed out to networks of the open internet; of it, 6to4 wraps an IPv4 address of any kind. NAT64 does too.
_UNICAST, _SIX_TO_FOUR, _NAT64 = ip_network("2000::/3"), ip_network("2002::/16"), ip_network("64:ff9b::/96")


def secret_of(key: str, webhook_id: str, generation: int) -> str:
    """The secret as Standard Webhooks writes it; it follows from ours, so that none is kept."""
    made = hmac.digest(key.encode(), f"webhook:{webhook_id}:{generation}".encode(), hashlib.sha256)
    return "whsec_" + base64.b64encode(made).decode()


def signatures(secrets: Sequence[str], event_id: str, timestamp: int, body: bytes) -> str:
    """The value of webhook-signature, with one signature for each living secret."""
    signed = f"{event_id}.{timestamp}.".encode() + body
    keys = [base64.b64decode(secret.removeprefix("whsec_")) for secret in secrets]
    return " ".join("v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in keys)


def is_target(url: str, *, private_allowed: bool) -> bool:
    """Whether an address may be told at all: https without credentials; http only where private ones are allowed."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    schemes = {"https", "http"} if private_allowed else {"https"}
    plain = not (parts.username or parts.password or parts.fragment)
    if not host or parts.scheme not in schemes or not plain or not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        return is_reachable(host, private_allowed=private_allowed)
    except ValueError:
        return True  # a name: looked up, and judged, each time it is told


def is_reachable(address: str, *, private_allowed: bool) -> bool:
    """Whether an IP address is one of the open internet. Raises ValueError for a name."""
    found = ip_address(address)
    return private_allowed or _is_open(found)


def _is_open(found: IPv4Address | IPv6Address) -> bool:
    """An IPv6 address that stands for one of IPv4 is judged as that one."""
    if isinstance(found, IPv6Address):
        wrapped = IPv4Address(int(found) & 0xFFFF_FFFF) if found in _NAT64 else found.ipv4_mapped
        if wrapped is not None:
            return _is_open(wrapped)
        if found not in _UNICAST or found in _SIX_TO_FOUR:
            return False
    return found.is_global and not found.is_multicast


def asked_wait(status_code: int, retry_after: str | None, *, now: datetime) -> timedelta:
    """How long the receiver asks to be left alone: its Retry-After, in seconds or as a date; none if unreadable.

    Never longer than the longest wait of ours: a slip of the receiver's must not silence it for days.
    """
    if status_code not in SAYS_WHEN or retry_after is None:
        return timedelta()
    told = retry_after.strip()
    if told.isascii() and told.isdigit():
        longest = int(LONGEST_WAIT.total_seconds())
        return timedelta(seconds=min(int(told), longest) if len(told) <= len(str(longest)) else longest)
    try:
        day = parsedate_to_datetime(told)
    except (ValueError, OverflowError):
        return timedelta()
    until = day if day.tzinfo else day.replace(tzinfo=UTC)
    return min(max(until - now, timedelta()), LONGEST_WAIT)


def next_try(tries: int, *, now: datetime, jitter: timedelta, asked: timedelta = timedelta()) -> datetime:
    """After `tries` failures in a row: twice as long each time, up to six hours; no sooner than the receiver asked."""
    longer: int = 1 << min(tries - 1, DOUBLINGS_MAX)
    return now + max(min(FIRST_WAIT * longer, LONGEST_WAIT), asked) + jitter


def status_after_failure(status_code: int | None, *, failing_since: datetime, now: datetime) -> Status:
    """Where a webhook stands after a failed try."""
    if status_code == GONE:
        return Status.GONE
    return Status.FAILING if now - failing_since >= GIVE_UP_AFTER else Status.ACTIVE
