"""How long whoever typed a wrong password waits before the next try counts. Pure.

Whoever knows a name can type wrong passwords for it: what they do slows them, and never the person at her own desk.
"""

import hashlib
import hmac
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address

FREE_TRIES, LONGEST = 5, timedelta(minutes=15)
# From an address the person signed in from before: she mistypes, and colleagues may share the address.
LONGEST_WHERE_KNOWN = timedelta(minutes=1)
# Of all other addresses together, so that many of them are not many tries. They are kept as one more place.
STRANGERS = bytes(32)
FREE_TRIES_OF_STRANGERS, LONGEST_OF_STRANGERS = 20, timedelta(minutes=1)
COUNTED_MAX = 30
_SUBSCRIBER_BITS = 64


def pause(failures: int, *, free: int, longest: timedelta) -> timedelta:
    """After so many failures in a row: nothing while some are free, then a second, and twice as long each time."""
    if failures < free:
        return timedelta()
    return min(timedelta(seconds=1 << min(failures, COUNTED_MAX) - free), longest)


def origin_of(key: str, *, account: str, address: str) -> bytes:
    """What is kept of where a try came from: nobody reads the address, or the same address of two accounts, off it."""
    said = f"sign-in:{account}:{network_of(address)}"
    return hmac.digest(key.encode(), said.encode(), hashlib.sha256)


def network_of(address: str) -> str:
    """Of IPv6 the /64: a subscriber has all of it to choose from. What is no address stands for itself."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((found, _SUBSCRIBER_BITS), strict=False))
