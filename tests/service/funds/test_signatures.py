"""What a bank signs is checked with its registered key, and kept so that it can be checked again without us."""

import base64
import json
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, KeySet
from joserfc.registry import HeaderParameter

from kernel import clock
from kernel.ids import new_id
from tests.builders.identity import ISSUER
from tests.builders.neighbours import answers
from tests.service.funds.test_claim_appeals import GROUNDS, refused_claim, sets
from tests.service.funds.test_pool_guard import month_of
from tests.service.funds.town import POOL, Town

pytestmark = pytest.mark.anyio
TAKEN_BACK = {"reason": "未偿本金录入有误"}
REGISTRY = jws.JWSRegistry(header_registry={"url": HeaderParameter("the address", "str")})


def registered(pool: Town, key: ECKey) -> None:
    """The window knows the bank's key, and no other client."""
    told = {"client_id": f"bank-{pool.bank}", "city_code": pool.city, "jwks": KeySet([key]).as_dict(private=False)}
    path = f"/internal/clients/bank-{pool.bank}/keys"
    answers(pool.process, "window", lambda asked: told if asked == path else 404)


def signature(key: ECKey, content: bytes, path: str, **header: Any) -> str:
    protected = {"alg": "ES256", "kid": key.kid, "url": ISSUER + path} | header
    return jws.detach_content(jws.serialize_compact(protected, content, key, registry=REGISTRY))


async def send(client: httpx2.AsyncClient, path: str, content: bytes, signed: str) -> httpx2.Response:
    headers = {"Idempotency-Key": new_id().hex, "X-JWS-Signature": signed, "Content-Type": "application/json"}
    async with client:
        return await client.post(path, content=content, headers=headers)


async def test_a_signed_claim_keeps_its_evidence(pool: Town) -> None:
    key, path = ECKey.generate_key("P-256", auto_kid=True), f"{POOL}/claims"
    registered(pool, key)
    loans = json.dumps({"items": [pool.loan("HT-1"), pool.loan("HT-2")]}).encode()
    many = await send(pool.bank_client(), f"{POOL}/loans/bulk", loans, signature(key, loans, f"{POOL}/loans/bulk"))
    first, second = (item["id"] for item in many.json()["items"])
    assert (await pool.get(pool.bank_client(), f"{POOL}/loans/{second}/signature"))["content"] == base64.b64encode(
        loans
    ).decode()
    await pool.moves_clock(100)
    content = json.dumps(pool.loss(first) | {"bank_reference": "DC-1"}, indent=3).encode()
    signed = signature(key, content, path)
    lodged = await send(pool.bank_client(), path, content, signed)
    assert lodged.status_code == 201, lodged.text
    kept = await pool.get(pool.bank_client(), f"{path}/{lodged.json()['id']}/signature")
    assert (kept["key_id"], kept["algorithm"], kept["signature"]) == (key.kid, "ES256", signed)
    public = KeySet.import_key_set({"keys": [kept["public_key"]]})
    jws.deserialize_compact(signed, public, registry=REGISTRY, payload=base64.b64decode(kept["content"]))
    async with pool.bank_client(new_id()) as stranger:
        assert (await stranger.get(f"{path}/{lodged.json()['id']}/signature")).status_code == 404


async def test_a_wrong_signature_is_refused_and_nothing_is_done(pool: Town) -> None:
    key, other, path = ECKey.generate_key("P-256", auto_kid=True), ECKey.generate_key("P-256"), f"{POOL}/loans"
    registered(pool, key)
    content = json.dumps(pool.loan("HT-1")).encode()
    wrong = (
        (content + b" ", signature(key, content, path)),
        (content, signature(key, content, f"{POOL}/claims")),
        (content, signature(other, content, path, kid=key.kid)),
        (content, signature(other, content, path, kid="nobody")),
        (content, signature(key, content, path).replace("..", "..AA")),
        (content, "e30..AA"),
        (content, "bm9uZQ..AA"),
    )
    for body, signed in wrong:
        answer = await send(pool.bank_client(), path, body, signed)
        assert (answer.status_code, answer.json()["code"]) == (400, "signature_invalid"), signed
    no_kid = jws.detach_content(
        jws.serialize_compact({"alg": "ES256", "url": ISSUER + path}, content, key, registry=REGISTRY)
    )
    assert (await send(pool.bank_client(), path, content, no_kid)).json()["code"] == "signature_invalid"
    stranger = await send(pool.bank_client(new_id()), path, content, signature(key, content, path))
    assert stranger.json()["code"] == "signature_invalid"
    assert (await pool.get(pool.bank_client(), path))["items"] == []
    unsigned = await pool.registers("HT-1")
    async with pool.bank_client() as bank:
        assert (await bank.get(f"{path}/{unsigned}/signature")).status_code == 404


async def signs(pool: Town, key: ECKey, path: str, body: dict[str, Any], status: int = 201) -> Any:
    """What was made by a signed request, once a body with a byte more was refused and made nothing."""
    content = json.dumps(body).encode()
    signed = signature(key, content, path)
    spoilt = await send(pool.bank_client(), path, content + b" ", signed)
    assert (spoilt.status_code, spoilt.json()["code"]) == (400, "signature_invalid")
    made = await send(pool.bank_client(), path, content, signed)
    assert made.status_code == status, made.text
    return made.json()


async def kept(pool: Town, key: ECKey, path: str, body: dict[str, Any]) -> None:
    """The bank's evidence holds by itself; to another bank it does not exist."""
    found = await pool.get(pool.bank_client(), path)
    public = KeySet.import_key_set({"keys": [found["public_key"]]})
    content = base64.b64decode(found["content"])
    jws.deserialize_compact(found["signature"], public, registry=REGISTRY, payload=content)
    assert (json.loads(content), found["key_id"]) == (body, key.kid)
    async with pool.bank_client(new_id()) as stranger:
        assert (await stranger.get(path)).status_code == 404


async def test_a_signed_recovery_and_a_signed_arrears_report_keep_their_evidence(pool: Town) -> None:
    key = ECKey.generate_key("P-256", auto_kid=True)
    registered(pool, key)
    loan_id, due = await pool.registers("HT-1"), clock.today(pool.city) + timedelta(days=30)
    await pool.moves_clock(100)
    month_end = clock.today(pool.city).replace(day=1) - timedelta(days=1)
    overdue = max(0, (month_end - due).days)
    line = {"loan_reference": "HT-1", "balance_fen": 100_000_001, "days_overdue": overdue}
    arrears = {"month": month_of(pool), "lines": [line]}
    report = (await signs(pool, key, f"{POOL}/arrears-reports", arrears))["report"]
    await kept(pool, key, f"{POOL}/arrears-reports/{report['id']}/signature", arrears)
    claim = await pool.lodges(loan_id)
    path = f"{POOL}/claims/{claim['id']}"
    await pool.post(pool.person("officer-1", "officer"), f"{path}/review", {"opinion": "属实"}, 200)
    year = (clock.today(pool.city) - timedelta(days=100)).year
    decided = await pool.decides(claim["id"], year=year)
    await pool.pays(decided["payment_order_id"], decided["approved_fen"])
    recovery = {"bank_reference": "ZS-1", "recovered_fen": 1_000, "recovered_on": clock.today(pool.city).isoformat()}
    reported = await signs(pool, key, f"{path}/recoveries", recovery)
    path = f"{POOL}/recoveries/{reported['id']}"
    taken_back = await signs(pool, key, f"{path}/withdrawal", TAKEN_BACK, 200)
    assert taken_back["status"] == "withdrawn"
    await kept(pool, key, f"{path}/signature", recovery)
    await kept(pool, key, f"{path}/withdrawal/signature", TAKEN_BACK)


async def test_a_signed_withdrawal_is_kept_apart_from_the_claim(pool: Town) -> None:
    key = ECKey.generate_key("P-256", auto_kid=True)
    registered(pool, key)
    loan_id = await pool.registers("HT-1")
    await pool.moves_clock(100)
    path = f"{POOL}/claims/{(await pool.lodges(loan_id))['id']}"
    assert (await signs(pool, key, f"{path}/withdrawal", TAKEN_BACK, 200))["status"] == "withdrawn"
    await kept(pool, key, f"{path}/withdrawal/signature", TAKEN_BACK)
    async with pool.bank_client() as bank:  # the claim itself was not signed
        assert (await bank.get(f"{path}/signature")).status_code == 404


async def test_a_signed_appeal_is_kept_apart_from_the_claim(pool: Town) -> None:
    key = ECKey.generate_key("P-256", auto_kid=True)
    registered(pool, key)
    await sets(pool, appeal_working_days=10)
    path = f"{POOL}/claims/{(await refused_claim(pool))['id']}"
    await signs(pool, key, f"{path}/appeal", GROUNDS)
    await kept(pool, key, f"{path}/appeal/signature", GROUNDS)
    async with pool.bank_client() as bank:  # the claim itself was not signed
        assert (await bank.get(f"{path}/signature")).status_code == 404
