"""The caller's token exchanged at the window for an identity that one service accepts for a minute."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

import httpx2

from gateway.proxy.kept import Kept
from gateway.proxy.tokens import AccessToken, TokenRefused
from kernel.problems import Unavailable

IDENTITIES_KEPT_MAX = 50_000
REFUSALS_KEPT_MAX = 10_000
# An identity is let go of this early, so that it does not expire on its way.
MARGIN_SECONDS = 5
REFUSAL_SECONDS = 5
EXCHANGE_SECONDS = 5


class WorkloadTokenSource(Protocol):
    """Who this process is, for one audience: kernel.workload.WorkloadTokens."""

    async def token(self, audience: str) -> str:
        """A token for now."""
        ...


class Identities:
    """Kept per token and audience; one exchange at a time for each. `clock` gives Unix seconds."""

    def __init__(
        self, http: httpx2.AsyncClient, window_url: str, workload: WorkloadTokenSource, clock: Callable[[], int]
    ) -> None:
        self._http, self._address = http, f"{window_url}/internal/identities"
        self._workload, self._clock = workload, clock
        self._kept: Kept[tuple[str, str], str] = Kept(IDENTITIES_KEPT_MAX)
        self._refused: Kept[str, bool] = Kept(REFUSALS_KEPT_MAX)
        self._running: dict[tuple[str, str], asyncio.Task[str]] = {}

    async def of(self, token: AccessToken, audience: str) -> str:
        """The identity of this moment.

        Raises TokenRefused when the window revoked the token, Unavailable when it does not answer.
        """
        key, now = (token.text, audience), self._clock()
        found = self._kept.get(key, now)
        if found is not None:
            return found
        if self._refused.get(token.text, now):
            raise TokenRefused("the token was revoked")
        task = self._running.get(key)
        if task is None:
            task = asyncio.create_task(self._exchange(token, audience))
            self._running[key] = task
            task.add_done_callback(lambda _done: self._running.pop(key, None))
        return await asyncio.shield(task)

    async def _exchange(self, token: AccessToken, audience: str) -> str:
        try:
            async with asyncio.timeout(EXCHANGE_SECONDS):
                status, answer = await self._ask(token, audience)
        except (httpx2.HTTPError, OSError, ValueError):
            raise Unavailable("The window does not answer") from None
        if status in {401, 403, 409, 422}:
            self._refused.put(token.text, True, self._clock() + REFUSAL_SECONDS)
            raise TokenRefused("the token was revoked")
        return self._keep(token, audience, status, answer)

    def _keep(self, token: AccessToken, audience: str, status: int, answer: Any) -> str:
        identity = answer.get("identity") if isinstance(answer, dict) else None
        if status not in {200, 201} or not isinstance(identity, str):
            raise Unavailable("The window does not issue identities at the moment")
        now = self._clock()
        ends_at = min(token.expires_at, now + int(answer.get("expires_in", 0)) - MARGIN_SECONDS)
        self._kept.put((token.text, audience), identity, ends_at)
        return identity

    async def _ask(self, token: AccessToken, audience: str) -> tuple[int, Any]:
        own = await self._workload.token("window")
        body = {"access_token": token.text, "audience": audience}
        answer = await self._http.post(self._address, json=body, headers={"Authorization": f"Bearer {own}"})
        return answer.status_code, answer.json()
