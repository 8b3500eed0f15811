"""The typed client between our processes: one pooled HTTP client, remaining deadline, safe retries, a breaker."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

import httpx2
import stamina
from pydantic import BaseModel, ValidationError

from kernel import clock, context
from kernel.problems import Problem, Timeout, Unavailable, UpstreamFailed
from kernel.workload import WorkloadTokens

M = TypeVar("M", bound=BaseModel)
TIMEOUT_SECONDS = 10  # of a try, and of all of them: none begins later
TRIES = 3
FAILURES_TO_OPEN = 5
OPEN_FOR = timedelta(seconds=2)


class AnsweredProblem(Problem):
    """The other service refused; its status, code and reasons are kept, and whether another try may help."""

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        super().__init__(document.get("detail"))
        self.status, self.code = status, str(document.get("code", "upstream"))  # type: ignore[misc]
        self.title_zh = self.title_en = str(document.get("title", self.code))  # type: ignore[misc]
        self.retryable = document.get("retryable") is True  # type: ignore[misc]
        kept = ("reasons", "errors")
        self.facts = {name: document[name] for name in kept if name in document}


class Breaker:
    """Opens after a run of failures and lets one call through when its pause is over."""

    def __init__(self) -> None:
        self._failures = 0
        self._open_until: datetime | None = None

    def check(self) -> None:
        """Raise Unavailable while open."""
        now = clock.real_now()
        if self._open_until is not None and now < self._open_until:
            raise Unavailable("a service behind this one is not answering")
        if self._open_until is not None:
            self._open_until = now + OPEN_FOR

    def succeeded(self) -> None:
        """The service answers."""
        self._failures, self._open_until = 0, None

    def failed(self) -> None:
        """The service did not answer, or with a server error."""
        self._failures += 1
        if self._failures >= FAILURES_TO_OPEN:
            self._open_until = clock.real_now() + OPEN_FOR


class ServiceClient:
    """Calls one of our processes by its short name (`registry`, …). Raises Unavailable, Timeout, AnsweredProblem."""

    def __init__(self, http: httpx2.AsyncClient, tokens: WorkloadTokens, *, audience: str, base_url: str) -> None:
        self._http, self._tokens = http, tokens
        self._audience, self._base_url = audience, base_url.rstrip("/")
        self._breaker = Breaker()

    async def get(self, path: str, model: type[M], **query: str | int) -> M:
        """A read; tried again when the connection failed."""
        return await self._call("GET", path, model, repeatable=True, params=query)

    async def post(
        self, path: str, body: Any, model: type[M], *, key: str | None = None, repeatable: bool = False
    ) -> M:
        """A write, tried again only with an idempotency key or where the receiver takes repetition (`repeatable`)."""
        headers = {"Idempotency-Key": key} if key else {}
        return await self._call(
            "POST", path, model, repeatable=repeatable or key is not None, json=body, headers=headers
        )

    async def _call(self, method: str, path: str, model: type[M], *, repeatable: bool, **options: Any) -> M:
        began = clock.real_ms()
        try:  # nearly always the only try; the machinery of retrying is dear, and leaves cycles behind
            answer = await self._send(method, path, options)
        except Unavailable:
            seconds_left = TIMEOUT_SECONDS - round((clock.real_ms() - began) / 1000)
            if not repeatable or seconds_left <= 0:
                raise
            answer = await self._send_again(method, path, options, seconds_left)
        try:
            return model.model_validate_json(answer.content)
        except ValidationError:
            raise UpstreamFailed(f"{self._audience} answered something else than agreed") from None

    async def _send_again(self, method: str, path: str, options: dict[str, Any], seconds_left: int) -> httpx2.Response:
        async for attempt in stamina.retry_context(
            on=Unavailable,
            attempts=TRIES - 1,
            wait_initial=0.1,  # allow float: stamina waits in seconds
            wait_max=0.5,  # allow float: the same
            wait_jitter=0.05,  # allow float: the same
            timeout=seconds_left,
        ):
            with attempt:
                return await self._send(method, path, options)
        raise AssertionError  # pragma: no cover - the loop returns or raises

    async def _send(self, method: str, path: str, options: dict[str, Any]) -> httpx2.Response:
        self._breaker.check()
        request = context.current()
        seconds = min(TIMEOUT_SECONDS, context.remaining_seconds())
        if seconds <= 0:
            raise Timeout
        token = await self._tokens.token(self._audience, request.token)
        headers = {
            "Authorization": f"Bearer {token}",
            "X-Request-Id": request.request_id,
            "X-Request-Deadline": str(request.deadline_ms),
            "Accept-Language": request.accept_language or request.language,
        }
        try:
            answer = await self._http.request(
                method,
                self._base_url + path,
                timeout=seconds,
                **{**options, "headers": headers | options.get("headers", {})},
            )
        except httpx2.TimeoutException:
            self._breaker.failed()
            raise Unavailable(f"{self._audience} did not answer in time") from None
        except httpx2.HTTPError:
            self._breaker.failed()
            raise Unavailable(f"{self._audience} cannot be reached") from None
        return self._judge(answer)

    def _judge(self, answer: httpx2.Response) -> httpx2.Response:
        if answer.status_code >= httpx2.codes.INTERNAL_SERVER_ERROR:
            self._breaker.failed()
            raise Unavailable(f"{self._audience} failed")
        self._breaker.succeeded()
        if answer.status_code >= httpx2.codes.BAD_REQUEST:
            raise AnsweredProblem(answer.status_code, _document(answer))
        return answer


def _document(answer: httpx2.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
