"""The window's published signing keys (JWKS), fetched when needed and again when a key id is new."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from kernel.problems import Unavailable

REFRESH_AFTER = 600_000
RETRY_FIRST = 1_000
RETRY_LAST = 60_000

JwksSource = Callable[[], Awaitable[dict[str, Any]]]


class KeyRing:
    """Keys by key id. `clock` gives milliseconds that never go back.

    A key id nobody published costs one fetch, then at most one per second, two, four … up to a minute, so that forged
    tokens cannot make this process a load on the window.
    """

    def __init__(self, source: JwksSource, clock: Callable[[], int]) -> None:
        self._source, self._clock = source, clock
        self._keys: dict[str, ECKey] = {}
        self._refresh_at = 0
        self._retry_at = 0
        self._retry_wait = RETRY_FIRST
        self._reached = False
        self._fetching: asyncio.Task[None] | None = None

    @property
    def loaded(self) -> bool:
        """Whether tokens can be checked at all."""
        return bool(self._keys)

    async def key(self, key_id: str) -> ECKey | None:
        """The key, None if the window does not publish it. Raises Unavailable when the window could not be asked."""
        found = self._keys.get(key_id)
        now = self._clock()
        if found is not None and now < self._refresh_at:
            return found
        if now >= self._retry_at:
            await self._fetch_once()
            found = self._keys.get(key_id)
        if found is None and not self._reached:
            raise Unavailable("The signing keys cannot be read at the moment")
        return found

    async def load(self) -> bool:
        """Fetch the keys unless they are there; whether they are there now."""
        if not self._keys and self._clock() >= self._retry_at:
            await self._fetch_once()
        return self.loaded

    async def _fetch_once(self) -> None:
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch())
            self._fetching.add_done_callback(self._fetched)
        # Shielded: a caller that goes away must not take the answer from the others.
        await asyncio.shield(self._fetching)

    def _fetched(self, _task: asyncio.Task[None]) -> None:
        self._fetching = None

    async def _fetch(self) -> None:
        before = self._keys.keys()
        published: dict[str, ECKey] | None = None
        with contextlib.suppress(Exception):  # whatever went wrong, the keys we have stay good until the next try
            published = _signing_keys(await self._source())
        now = self._clock()
        self._reached = published is not None
        if published is None or published.keys() == before:
            in_a_row = now - self._retry_at < RETRY_LAST
            self._retry_wait = min(self._retry_wait * 2, RETRY_LAST) if in_a_row else RETRY_FIRST
            self._retry_at = now + self._retry_wait
        else:
            self._retry_at, self._retry_wait = now, RETRY_FIRST
        if published:
            self._keys, self._refresh_at = published, now + REFRESH_AFTER


def _signing_keys(document: dict[str, Any]) -> dict[str, ECKey]:
    keys = {}
    for entry in document["keys"]:
        with contextlib.suppress(JoseError, ValueError, TypeError):
            if entry.get("kty") == "EC" and entry.get("use", "sig") == "sig" and isinstance(entry.get("kid"), str):
                keys[entry["kid"]] = ECKey.import_key(entry)
    return keys
