"""What a provider that means harm can do with its answers: nothing but not answer."""

import asyncio
import gzip
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gateway.window.signin.client import ANSWER_BYTES_MAX, WAITING_MAX, ProviderClient, http_client
from gateway.window.signin.problems import ProviderUnavailable
from gateway.window.signin.providers import Provider, load_providers
from tests.unit.window.test_openid import ISSUER, a_folder

pytestmark = pytest.mark.anyio
DOCUMENT = {"issuer": ISSUER} | dict.fromkeys(("authorization_endpoint", "token_endpoint", "jwks_uri"), ISSUER + "/x")


@pytest.fixture
def provider(tmp_path: Path) -> Provider:
    return load_providers(a_folder(tmp_path))["320300"]


def answered(body: Any, **headers: str) -> httpx2.Response:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx2.Response(200, headers=headers, stream=httpx2.ByteStream(sent))


async def cause(provider: Provider, handle: Any) -> str:
    async with http_client(provider, httpx2.MockTransport(handle)) as http:
        with pytest.raises(ProviderUnavailable) as refused:
            await subject(ProviderClient(http, provider))
        return refused.value.cause


async def subject(client: ProviderClient) -> str:
    async with client.in_time():
        return await client.subject("c", verifier="v" * 43, nonce="n", redirect_uri="https://window.example")


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("https://sso.example.cn:port/x", "endpoints_of_discovery"),
        ("https://sso.example.cn:99999/x", "endpoints_of_discovery"),
        ("http://127.0.0.1:8001/internal", "endpoints_of_discovery"),  # of ours, not of the provider's
        ("https://[v1.x]/x", "connection"),
        ("https://sso.example.cn/" + "x" * 70_000, "connection"),
    ],
)
async def test_an_address_that_is_none_is_an_answer_that_is_none(provider: Provider, address: str, word: str) -> None:
    document = DOCUMENT | {"token_endpoint": address}
    assert await cause(provider, lambda _request: answered(document)) == word


async def test_a_few_bytes_do_not_unfold_to_many(provider: Provider) -> None:
    asked: list[httpx2.Request] = []
    packed = gzip.compress(b" " * ANSWER_BYTES_MAX * 4)

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return answered(packed, **{"Content-Encoding": "gzip"})

    assert await cause(provider, handle) == "not_json", "and not too_large, which is found when it is too late"
    assert asked[0].headers["accept-encoding"] == "identity"


async def test_what_is_set_with_one_persons_answer_does_not_come_with_the_next(provider: Provider) -> None:
    asked: list[httpx2.Request] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return answered(DOCUMENT, **{"Set-Cookie": "session=of-another; Path=/"})

    assert await cause(provider, handle) == "token_endpoint"
    assert [one.headers.get("cookie") for one in asked] == [None, None]


async def test_a_provider_that_hangs_holds_a_few_and_the_others_are_told_at_once(provider: Provider) -> None:
    answers = asyncio.Event()

    async def handle(_request: httpx2.Request) -> httpx2.Response:
        await answers.wait()
        return answered(DOCUMENT)

    async with http_client(provider, httpx2.MockTransport(handle)) as http:
        client = ProviderClient(http, provider)
        waiting = [asyncio.create_task(subject(client)) for _ in range(WAITING_MAX)]
        await asyncio.sleep(0)
        with pytest.raises(ProviderUnavailable) as refused:
            await subject(client)
        answers.set()
        others = await asyncio.gather(*waiting, return_exceptions=True)
        with pytest.raises(ProviderUnavailable) as later:
            await subject(client)
    assert (refused.value.cause, later.value.cause) == ("busy", "token_endpoint")
    assert [getattr(one, "cause", one) for one in others] == ["token_endpoint"] * WAITING_MAX
