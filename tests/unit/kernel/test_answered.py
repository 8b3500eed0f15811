"""What another service refused reaches the caller as it was said."""

import httpx2
import pytest

from contracts.base import Reply
from kernel.client import AnsweredProblem, ServiceClient


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


class _Tokens:
    async def token(self, _audience: str, _actor_token: str | None = None) -> str:
        return "token"
