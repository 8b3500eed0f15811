"""The address a request came from."""

from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from gateway.proxy.wiring import Scope

_SUBSCRIBER_BITS = 64


class Addresses:
    """Believes X-Forwarded-For only from the networks it was told to trust."""

    def __init__(self, trusted: tuple[str, ...]) -> None:
        self._trusted: list[IPv4Network | IPv6Network] = [ip_network(item) for item in trusted]

    def of(self, scope: Scope) -> str:
        """The peer, or the nearest address a trusted peer names that is not trusted itself."""
        peer = scope["client"][0] if scope.get("client") else "unknown"
        if self._trusted and self._is_trusted(peer):
            for hop in reversed(_hops(scope)):
                peer = hop
                if not self._is_trusted(peer):
                    break
        return peer

    def _is_trusted(self, text: str) -> bool:
        try:
            address = ip_address(text)
        except ValueError:
            return False
        return any(address in network for network in self._trusted)


def _hops(scope: Scope) -> list[str]:
    """Of every such line: a proxy may add its own below the one the client invented (RFC 9110 section 5.3)."""
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return [hop.strip() for line in lines for hop in line.split(",")]


def quota_key(address: str) -> str:
    """An IPv6 subscriber has a whole /64 to choose from, so the /64 is what is counted."""
    if ":" not in address:
        return address
    try:
        return str(IPv6Network((IPv6Address(address), _SUBSCRIBER_BITS), strict=False))
    except ValueError:
        return address
