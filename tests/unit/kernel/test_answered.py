"""What another service refused reaches the caller as it was said."""

import httpx2
import pytest

from contracts.base import Reply
from kernel import clock
from kernel.client import TIMEOUT_SECONDS, AnsweredProblem, ServiceClient
from kernel.problems import Unavailable


def test_whether_another_try_may_help_is_passed_on() -> None:
    busy = AnsweredProblem(409, {"code": "invoice_taken", "title": "忙", "retryable": True})
    used = AnsweredProblem(422, {"code": "refused", "reasons": [{"code": "invoice_used"}]})
    assert (busy.status, busy.code, busy.retryable) == (409, "invoice_taken", True)
    assert (used.code, used.facts, used.retryable) == ("refused", {"reasons": [{"code": "invoice_used"}]}, False)


@pytest.mark.anyio
@pytest.mark.parametrize("text", ["<html>", "[]"])
async def test_what_is_no_problem_document_is_still_a_refusal(text: str) -> None:
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(lambda _request: httpx2.Response(404, text=text)))
    client = ServiceClient(http, _Tokens(), audience="registry", base_url="http://registry.test")  # type: ignore[arg-type]
    with pytest.raises(AnsweredProblem) as answered:
        await client.get("/", Reply)
    assert (answered.value.status, answered.value.code, answered.value.retryable) == (404, "upstream", False)


@pytest.mark.anyio
async def test_who_cannot_be_reached_is_tried_three_times_and_only_where_that_is_safe() -> None:
    tried: list[str] = []

    def away(request: httpx2.Request) -> httpx2.Response:
        tried.append(request.method)
        raise httpx2.ConnectError("refused")

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(away))
    for ask in (lambda client: client.get("/", Reply), lambda client: client.post("/", {}, Reply)):
        with pytest.raises(Unavailable):
            await ask(ServiceClient(http, _Tokens(), audience="registry", base_url="http://registry.test"))  # type: ignore[arg-type]
    assert tried == ["GET"] * 3 + ["POST"]


@pytest.mark.anyio
async def test_a_try_that_took_all_the_time_there_is_is_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    def slow(_request: httpx2.Request) -> httpx2.Response:
        tried.append(1)
        now = clock.real_ms() + 1000 * TIMEOUT_SECONDS
        monkeypatch.setattr(clock, "real_ms", lambda: now)
        raise httpx2.ReadTimeout("slow")

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(slow))
    with pytest.raises(Unavailable):
        await ServiceClient(http, _Tokens(), audience="registry", base_url="http://registry.test").get("/", Reply)  # type: ignore[arg-type]
    assert len(tried) == 1


class _Tokens:
    async def token(self, _audience: str, _actor_token: str | None = None) -> str:
        return "token"
