"""The doors: no service believes anybody but the window, the gateway passes no identity on, and cities do not meet."""

import httpx2
import pytest

from devtools.databases import TARGETS
from devtools.demo.cast import Actor, Refused
from devtools.demo.stage import Stage
from devtools.demo.story import Story
from devtools.running import Instance
from tests.builders.doors import Doors, guarded_operations
from tests.builders.voucher_journey import VoucherJourney

pytestmark = pytest.mark.timeout(400)
SPOOFED = {
    "X-Identity": "person:finance-1",
    "X-User": "person:finance-1",
    "X-Roles": "finance,operator,workload",
    "X-Scopes": "books:read internal",
    "X-City": "320300",
    "X-Forwarded-User": "person:finance-1",
    "X-Forwarded-For": "127.0.0.1",
    "X-Act": '{"sub": "person:finance-1"}',
    "X-Original-Url": "/internal/events",
    "X-Request-Deadline": "9" * 13,
    "Forwarded": "for=127.0.0.1;by=window",
}


@pytest.fixture(scope="package")
def doors(instance: Instance, gateway: httpx2.Client) -> Doors:
    return Doors(instance, gateway)


@pytest.mark.parametrize("process", TARGETS)
def test_a_service_answers_nobody_without_an_identity_for_it(doors: Doors, xuzhou: Stage, process: str) -> None:
    other = next(name for name in TARGETS if name != process)
    access_token = token_of(xuzhou.auditor)
    elsewhere = doors.identity(access_token, other)
    keys = {
        "nothing": None,
        "an access token": access_token,
        "an identity for another service": elsewhere,
        "a forged identity": doors.forged(elsewhere, process),
        "an unsigned identity": doors.unsigned(elsewhere, process),
    }
    operations = guarded_operations(process)
    assert len(operations) > 5
    answers = {
        (what, *operation): doors.knock(process, *operation, token)
        for operation in operations
        for what, token in keys.items()
    }
    assert {tried: answer.status_code for tried, answer in answers.items() if answer.status_code != 401} == {}
    assert {answer.headers["content-type"] for answer in answers.values()} == {"application/problem+json"}


def test_the_same_caller_with_an_identity_for_it_is_let_in_but_not_to_where_facts_arrive(
    doors: Doors, xuzhou: Stage
) -> None:
    identity = doors.identity(token_of(xuzhou.auditor), "funds")
    assert doors.knock("funds", "GET", "/v1/funds/books/trial-balance", identity).status_code == 200
    assert doors.knock("funds", "POST", "/internal/events", identity).status_code == 403


def test_the_gateway_leads_nowhere_inside(gateway: httpx2.Client, doors: Doors, xuzhou: Stage) -> None:
    token = token_of(xuzhou.auditor)
    identity = doors.identity(token, "funds")
    books = "/v1/funds/books/trial-balance"
    for path in ("/internal/events", "/internal/identities", "/v1/funds/../../internal/events", "/metrics"):
        assert gateway.post(path, json={}, headers=bearer(token)).status_code == 404, path
    assert gateway.get(books, headers=bearer(identity)).status_code == 401  # an identity is no access token
    both = [("Authorization", f"Bearer {token}"), ("Authorization", f"Bearer {identity}")]
    assert gateway.get(books, headers=both).status_code == 401
    assert gateway.get(books, headers=bearer(token)).status_code == 200


def test_headers_that_claim_an_identity_change_nothing(gateway: httpx2.Client, xuzhou: Stage) -> None:
    portal = bearer(token_of(xuzhou.portal))
    for path in ("/v1/funds/books/trial-balance", "/v1/registry/organisations", "/v1/window/cases"):
        plain, spoofed = (gateway.get(path, headers=portal | more) for more in ({}, SPOOFED))
        assert plain.status_code in {200, 403}
        assert spoofed.status_code == plain.status_code, path
        assert essence(spoofed) == essence(plain), path
    assert gateway.get("/v1/window/cases", headers=SPOOFED).status_code == 401


def test_what_belongs_to_another_city_does_not_exist(story: Story, wuhan: VoucherJourney) -> None:
    xuzhou, stranger = story.stage, wuhan.stage
    found = [(who, path) for who, path in _things_of_xuzhou(story) if _status(getattr(xuzhou, who), path) != 200]
    assert found == []
    seen = [(who, path) for who, path in _things_of_xuzhou(story) if _status(getattr(stranger, who), path) != 404]
    assert seen == []


def test_what_belongs_to_another_city_cannot_be_acted_on(story: Story, wuhan: VoucherJourney) -> None:
    order, stranger = f"/v1/funds/payment-orders/{story.orders[0]}", wuhan.stage
    with pytest.raises(Refused) as refused:
        stranger.finance_2.post(f"{order}/release", **{"If-Match": "*"})
    assert refused.value.status == 404
    with pytest.raises(Refused) as refused:
        stranger.operator.post(f"/v1/window/sandboxes/{story.stage.city}/clock", {"to": "2040-01-01T00:00:00Z"})
    assert refused.value.status == 404


def test_vouchers_of_another_city_do_not_exist(story: Story, wuhan: VoucherJourney) -> None:
    officer, tranche_id = wuhan.stage.officer_1, wuhan.tranche()
    issued = officer.post("/v1/vouchers/vouchers", {"tranche_id": tranche_id, "holder_id": wuhan.holder_id})
    for path in (
        f"/v1/vouchers/vouchers/{issued['id']}",
        f"/v1/vouchers/tranches/{tranche_id}",
        f"/v1/vouchers/providers/{wuhan.provider_id}",
        f"/v1/funds/tranches/{tranche_id}",
    ):
        who = "finance_1" if "/funds/" in path else "officer_1"
        assert _status(getattr(wuhan.stage, who), path) == 200, path
        assert _status(getattr(story.stage, who), path) == 404, path


def _things_of_xuzhou(story: Story) -> list[tuple[str, str]]:
    """Somebody who may read it, and where: one thing of every kind the story made."""
    stage, carrier = story.stage, story.carrier
    order = stage.auditor.get(f"/v1/funds/payment-orders/{story.orders[0]}")
    claim = stage.auditor.get("/v1/funds/loan-pool/claims")["items"][0]
    entitlement = stage.auditor.get("/v1/funds/entitlements")["items"][0]
    change = stage.operator.get(f"/v1/window/policies/{stage.city}/changes", status="approved")["items"][0]
    account = f"{order['fund']}/{order['policy_year']}/city/treasury"
    return [
        ("operator", f"/v1/window/sandboxes/{stage.city}"),
        ("operator", f"/v1/window/policies/{stage.city}"),
        ("operator", f"/v1/window/policies/{stage.city}/changes/{change['id']}"),
        ("officer_1", f"/v1/window/cases/{carrier.case_id}"),
        ("officer_1", f"/v1/window/cases/{carrier.case_id}/timeline"),
        ("officer_1", f"/v1/registry/organisations/{carrier.organisation_id}"),
        ("officer_1", f"/v1/registry/carriers/{carrier.carrier_id}"),
        ("officer_1", f"/v1/registry/recognitions/{carrier.recognition_id}"),
        ("auditor", f"/v1/funds/payment-orders/{order['id']}"),
        ("auditor", f"/v1/funds/payment-orders/{order['id']}/chain"),
        ("auditor", f"/v1/funds/payment-batches/{order['batch_id']}"),
        ("finance_1", f"/v1/funds/payment-batches/{order['batch_id']}/file"),
        ("auditor", f"/v1/funds/determinations/{order['determination_id']}/replay"),
        ("auditor", f"/v1/funds/entitlements/{entitlement['id']}"),
        ("auditor", f"/v1/funds/loan-pool/claims/{claim['id']}"),
        ("auditor", f"/v1/funds/loan-pool/loans/{claim['loan_id']}"),
        ("auditor", f"/v1/funds/books/statement?account={account}"),
    ]


def _status(actor: Actor, path: str) -> int:
    """What the actor is told; a file counts as well."""
    try:
        actor.download(path)
    except Refused as refused:
        return refused.status
    return 200


def token_of(actor: Actor) -> str:
    return actor.headers()["Authorization"].removeprefix("Bearer ")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def essence(answer: httpx2.Response) -> object:
    """The answer without what is new in each."""
    document = answer.json()
    return {name: value for name, value in document.items() if name != "request_id"}
