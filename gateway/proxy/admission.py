"""Who is asking, and whether they may ask this much: the one place that turns a token into an identity."""

from gateway.proxy.identities import Identities
from gateway.proxy.quotas import MILLISECONDS, Quotas
from gateway.proxy.routes import Access, Route
from gateway.proxy.tokens import AccessToken, TokenChecker, bearer_of
from gateway.proxy.wiring import Call, milliseconds
from kernel.problems import TooManyRequests, Unauthenticated

CHECK_COST = 1


class Admission:
    """Anonymous requests are counted by address, others by client."""

    def __init__(self, checker: TokenChecker, identities: Identities, clients: Quotas, anonymous: Quotas) -> None:
        self._checker, self._identities = checker, identities
        self._clients, self._anonymous = clients, anonymous

    async def admit(self, call: Call, route: Route) -> AccessToken | None:
        """Whose request it is, and what it costs them; None for an anonymous request to a public route.

        Raises Unauthenticated, TokenRefused, TooManyRequests or Unavailable.
        """
        text = None if route.access is Access.OPEN else _bearer(call)
        if text is None:
            self.charge_address(call, route.kind.cost)
            if route.access is Access.NEEDED:
                raise Unauthenticated
            return None
        token = self._checker.known(text, call.arrived // MILLISECONDS) or await self._check(call, text)
        call.client = token.client
        self._charge(call, self._clients, token.client, route.kind.cost)
        return token

    async def authorization(self, call: Call, route: Route, token: AccessToken | None) -> str | None:
        """The Authorization header for the process behind. Raises TokenRefused or Unavailable."""
        if token is None:
            return _own_authorization(call) if route.keeps_authorization else None
        return f"Bearer {await self._identities.of(token, route.upstream)}"

    async def _check(self, call: Call, text: str) -> AccessToken:
        # Checking costs us a signature; until it is checked, the address pays, not the client the token names.
        self.charge_address(call, CHECK_COST)
        return await self._checker.check(text)

    def charge_address(self, call: Call, cost: int) -> None:
        """Charge the client's address."""
        self._charge(call, self._anonymous, call.network, cost)

    def _charge(self, call: Call, quotas: Quotas, key: str, cost: int) -> None:
        standing = quotas.take(key, cost, milliseconds())
        call.standing = standing
        if standing.retry_after:
            raise TooManyRequests(headers={"Retry-After": str(standing.retry_after)})


def _bearer(call: Call) -> str | None:
    value = call.headers.get(b"authorization")
    if value is None:
        return None
    sent = call.scope["headers"]
    # Only a request that repeats some header may have repeated this one.
    repeated = len(call.headers) < len(sent)
    return bearer_of([value for name, value in sent if name == b"authorization"] if repeated else [value])


def _own_authorization(call: Call) -> str | None:
    value = call.headers.get(b"authorization")
    return value.decode("latin-1") if value is not None and value.isascii() else None
