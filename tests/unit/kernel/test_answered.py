"""What another service refused reaches the caller as it was said."""

import httpx2

from kernel.client import AnsweredProblem


def test_whether_another_try_may_help_is_passed_on() -> None:
    busy = AnsweredProblem(httpx2.Response(409, json={"code": "invoice_taken", "title": "忙", "retryable": True}))
    used = AnsweredProblem(httpx2.Response(422, json={"code": "refused", "reasons": [{"code": "invoice_used"}]}))
    assert (busy.status, busy.code, busy.retryable) == (409, "invoice_taken", True)
    assert (used.code, used.facts, used.retryable) == ("refused", {"reasons": [{"code": "invoice_used"}]}, False)


def test_what_is_no_problem_document_is_still_a_refusal() -> None:
    answered = AnsweredProblem(httpx2.Response(502, text="<html>"))
    assert (answered.status, answered.code, answered.retryable) == (502, "upstream", False)
