"""The address a request came from."""

from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from gateway.proxy.wiring import Scope

_SUBSCRIBER_BITS = 64


class Addresses:
    """Believes X-Forwarded-For only from the networks it was told to trust."""

    def __init__(self, trusted: tuple[str, ...]) -> None:
        self._trusted: list[IPv4Network | IPv6Network] = [ip_network(item) for item in trusted]

    def of(self, scope: Scope, forwarded_for: bytes | None) -> str:
        """The peer, or the nearest address a trusted peer names that is not trusted itself."""
        peer = scope["client"][0] if scope.get("client") else "unknown"
        if self._trusted and forwarded_for is not None and self._is_trusted(peer):
            for hop in reversed(forwarded_for.decode("latin-1").split(",")):
                peer = hop.strip()
                if not self._is_trusted(peer):
                    break
        return peer

    def _is_trusted(self, text: str) -> bool:
        try:
            address = ip_address(text)
        except ValueError:
            return False
        return any(address in network for network in self._trusted)


def quota_key(address: str) -> str:
    """An IPv6 subscriber has a whole /64 to choose from, so the /64 is what is counted."""
    if ":" not in address:
        return address
    try:
        return str(IPv6Network((IPv6Address(address), _SUBSCRIBER_BITS), strict=False))
    except ValueError:
        return address
