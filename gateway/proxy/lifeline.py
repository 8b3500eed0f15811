"""Ends the work for one request when its deadline passes or its client goes away."""

import asyncio
from types import TracebackType
from typing import Self

from gateway.proxy.wiring import Message, Receive
from kernel.problems import Timeout

# Most requests are answered before this, and cost one timer; only the others are watched for a disconnect, by a task.
WATCH_AFTER = 50


class ClientGone(Exception):
    """Nobody is left to answer."""


class Lifeline:
    """A context manager around all waiting for one request; `budget` in milliseconds. Not reusable."""

    def __init__(self, receive: Receive, budget: int) -> None:
        self._receive, self._budget = receive, budget
        self._cause: type[Exception] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._body_is_read = False
        self._is_late = False
        self._watcher: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        if self._budget <= 0:
            raise Timeout
        self._timer = self._loop.call_later(min(self._budget, WATCH_AFTER) / 1_000, self._late)
        return self

    def body_is_read(self) -> None:
        """From now on nobody else waits for messages of the client, so its leaving can be watched for."""
        self._body_is_read = True
        if self._is_late:
            self._watcher = self._loop.create_task(self._watch())

    def cut_in(self, wait: int, cause: type[Exception]) -> asyncio.TimerHandle:
        """End the work with `cause` in `wait` milliseconds, unless the handle is cancelled before."""
        return self._loop.call_later(wait / 1_000, self._cut, cause)

    def _late(self) -> None:
        if self._budget <= WATCH_AFTER:
            self._cut(Timeout)
            return
        self._timer = self._loop.call_later((self._budget - WATCH_AFTER) / 1_000, self._cut, Timeout)
        self._is_late = True
        if self._body_is_read:
            self.body_is_read()

    async def _watch(self) -> None:
        message: Message = {"type": "http.request"}
        while message["type"] != "http.disconnect":
            message = await self._receive()
        self._cut(ClientGone)

    def _cut(self, cause: type[Exception]) -> None:
        if self._cause is None and self._task is not None:
            self._cause = cause
            self._task.cancel()

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()
        # Someone else's cancellation (the server shutting down) stays what it is.
        cut = self._cause is not None and self._task is not None and self._task.uncancel() == 0
        if cut and self._cause is not None and kind is asyncio.CancelledError:
            raise self._cause from None
