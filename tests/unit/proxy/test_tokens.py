import asyncio
import hmac
import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from gateway.proxy.keyring import REFRESH_AFTER, RETRY_FIRST, RETRY_LAST, KeyRing
from gateway.proxy.tokens import AccessToken, TokenChecker, TokenRefused, bearer_of
from kernel.identity import LEEWAY_SECONDS
from kernel.problems import Unavailable

ISSUER = "https://window.example"
NOW = 1_800_000_000


def new_key() -> ECKey:
    key = ECKey.generate_key("P-256")
    key.ensure_kid()
    return key


KEY, STRANGER = new_key(), new_key()
GOOD = {"iss": ISSUER, "aud": ISSUER, "sub": "portal-7", "client_id": "portal-7", "exp": NOW + 60}


class Published:
    def __init__(self, *keys: ECKey) -> None:
        self.keys, self.fetches, self.down, self.now = list(keys), 0, False, 0

    async def __call__(self) -> dict[str, Any]:
        self.fetches += 1
        if self.down:
            raise ConnectionError
        return {"keys": [key.as_dict(private=False) for key in self.keys]}


def ring(published: Published) -> KeyRing:
    return KeyRing(published, lambda: published.now)


def check(text: str, published: Published | None = None) -> AccessToken:
    checker = TokenChecker(ring(published or Published(KEY)), issuer=ISSUER, clock=lambda: NOW)
    return asyncio.run(checker.check(text))


def signed(claims: dict[str, Any], key: Any = KEY, **header: Any) -> str:
    full = {"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid} | header
    return jwt.encode(full, claims, key, algorithms=[full["alg"]])


def test_a_good_token_names_its_client_and_end() -> None:
    text = signed(GOOD)
    assert check(text) == AccessToken(text, "portal-7", NOW + 60)


def test_a_window_whose_clock_is_a_moment_ahead_issues_good_tokens() -> None:
    assert check(signed(GOOD | {"iat": NOW + LEEWAY_SECONDS})).client == "portal-7"


@pytest.mark.parametrize("missing", ["iss", "aud", "sub", "client_id", "exp"])
def test_a_token_without_a_claim_is_refused(missing: str) -> None:
    with pytest.raises(TokenRefused):
        check(signed({name: value for name, value in GOOD.items() if name != missing}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.example"},
        {"aud": "funds"},
        {"exp": NOW - LEEWAY_SECONDS},
        {"exp": "later"},
        {"iat": NOW + LEEWAY_SECONDS + 1},
    ],
)
def test_a_token_for_someone_or_some_time_else_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(TokenRefused):
        check(signed(GOOD | wrong))


def confused(algorithm: str) -> str:
    """Our public key used as the secret of an HMAC: the classic algorithm confusion."""
    head, payload, _ = signed(GOOD, alg="ES256").split(".")
    header = {"alg": algorithm, "typ": "at+jwt", "kid": KEY.kid}
    head = urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    mac = hmac.new(KEY.as_pem(private=False), f"{head}.{payload}".encode(), "sha256").digest()
    return f"{head}.{payload}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"


FORGED = [
    signed(GOOD, STRANGER),
    signed(GOOD, typ="JWT"),
    signed(GOOD, typ="identity+jwt"),
    signed(GOOD, kid="unheard-of"),
    confused("HS256"),
    confused("none"),
    signed(GOOD, RSAKey.generate_key(2048), alg="RS256"),
    signed(GOOD)[:-4] + "AAAA",
    signed(GOOD).rsplit(".", 1)[0] + ".",
    "a.b.c",
    "..",
    "not-a-token",
    "é.é.é",
    "x" * 9_000,
]


@pytest.mark.parametrize("text", FORGED, ids=range(len(FORGED)))
def test_a_forged_token_is_refused(text: str) -> None:
    with pytest.raises(TokenRefused):
        check(text)


def test_a_checked_token_is_known_until_it_expires() -> None:
    checker = TokenChecker(ring(Published(KEY)), issuer=ISSUER, clock=lambda: NOW)
    token = asyncio.run(checker.check(signed(GOOD)))
    assert checker.known(token.text, token.expires_at - 1) is token
    assert checker.known(token.text, token.expires_at) is None


def test_an_unknown_key_id_costs_few_fetches_however_often_it_is_tried() -> None:
    published = Published(KEY)
    keys = ring(published)

    async def many() -> None:
        for _ in range(200):
            assert await keys.key("unheard-of") is None
            published.now += 100

    asyncio.run(many())
    assert published.fetches <= 6
    assert published.fetches * RETRY_FIRST < RETRY_LAST


def test_a_new_key_is_found_and_a_retired_one_goes() -> None:
    published = Published(KEY)
    keys = ring(published)

    async def rotate() -> None:
        assert await keys.key(str(KEY.kid)) is not None
        published.keys = [STRANGER]
        assert await keys.key(str(STRANGER.kid)) is not None
        assert await keys.key(str(KEY.kid)) is None

    asyncio.run(rotate())


def test_keys_outlive_a_window_that_is_down_but_new_ones_are_not_called_forged() -> None:
    published = Published(KEY)
    keys = ring(published)

    async def outage() -> None:
        assert await keys.load()
        published.down, published.now = True, REFRESH_AFTER + 1
        assert await keys.key(str(KEY.kid)) is not None
        with pytest.raises(Unavailable):
            await keys.key(str(STRANGER.kid))

    asyncio.run(outage())


def test_many_callers_share_one_fetch() -> None:
    published = Published(KEY)
    keys = ring(published)

    async def together() -> None:
        await asyncio.gather(*(keys.key(str(KEY.kid)) for _ in range(20)))

    asyncio.run(together())
    assert published.fetches == 1


@pytest.mark.parametrize(
    "values", [[b"Basic abc"], [b"Bearer"], [b"Bearer "], [b"Bearer a", b"Bearer b"], [b"Bearer \xff"]]
)
def test_anything_but_one_bearer_token_is_refused(values: list[bytes]) -> None:
    with pytest.raises(TokenRefused):
        bearer_of(values)


def test_the_scheme_has_no_case_and_no_header_is_no_token() -> None:
    assert bearer_of([b"bEARER abc"]) == "abc"
    assert bearer_of([]) is None
