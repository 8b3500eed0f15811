"""What of a provider's answers is believed: the signature, by whom, for whom, when, and for which attempt."""

import base64
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from gateway.window.settings import WindowSettings
from gateway.window.signin import openid
from gateway.window.signin.openid import (
    KEYS_MAX,
    UnknownKey,
    Unusable,
    challenge_of,
    is_verified,
    keys_of,
    metadata_of,
    subject_of,
)
from gateway.window.signin.providers import Provider, load_providers
from tests.builders.identity_provider import claims_for

ISSUER, CLIENT = "https://sso.example.cn/realms/staff", "zhongchuang"
NOW = 1_800_000_000
EC = ECKey.generate_key("P-256", auto_kid=True)
PROVIDER_FILE = {
    "issuer": ISSUER, "client_id": CLIENT, "client_secret_file": "320300.secret", "button_zh": "统一身份认证",
    "button_en": "City sign-in",
}  # fmt: skip


@pytest.fixture(scope="module")
def rsa() -> RSAKey:
    return RSAKey.generate_key(2048, auto_kid=True)


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Provider:
    return load_providers(a_folder(tmp_path_factory.mktemp("providers")))["320300"]


def a_folder(folder: Path, **changed: Any) -> Path:
    told = {name: value for name, value in (PROVIDER_FILE | changed).items() if value is not None}
    (folder / "320300.yaml").write_text(json.dumps(told), encoding="utf-8")  # JSON is YAML
    (folder / "320300.secret").write_text("s3cret\n", encoding="utf-8")
    return folder


def signed(key: Any, algorithm: str = "ES256", *, kid: str | None = None, **claims: Any) -> str:
    header = {"alg": algorithm, "kid": kid or key.kid}
    return jwt.encode(header, claims_for(ISSUER, CLIENT, now=NOW, **claims), key, algorithms=[algorithm])


def said(token: str, provider: Provider, *keys: Any, nonce: str = "n") -> str:
    published = keys_of({"keys": [key.as_dict(private=False) for key in keys or (EC,)]})
    return subject_of(token, published, provider=provider, nonce=nonce, now=NOW)


def in_base64(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_what_rsa_keys_sign_is_believed(rsa: RSAKey, provider: Provider, algorithm: str) -> None:
    assert said(signed(rsa, algorithm), provider, EC, rsa) == "sub-1"


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"aud": [CLIENT]},
        {"aud": ["other", CLIENT], "azp": CLIENT},
        {"azp": CLIENT},
        {"exp": NOW - 20},  # clocks differ
        {"roles": ["platform"], "email": "a@example.cn"},  # nothing is made of it
    ],
)
def test_a_sound_token_says_who_it_is(provider: Provider, claims: dict[str, Any]) -> None:
    assert said(signed(EC, **claims), provider) == "sub-1"


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"iss": "https://sso.example.cn"}, "claim_iss"),
        ({"iss": ISSUER + "/"}, "claim_iss"),
        ({"iss": None}, "claim_iss"),
        ({"aud": "other"}, "claim_aud"),
        ({"aud": None}, "claim_aud"),
        ({"aud": []}, "claim_aud"),
        ({"aud": ["other", CLIENT]}, "claim_azp"),
        ({"azp": "other"}, "claim_azp"),
        ({"aud": ["other", CLIENT], "azp": "other"}, "claim_azp"),
        ({"nonce": "another"}, "claim_nonce"),
        ({"nonce": None}, "claim_nonce"),
        ({"nonce": 5}, "claim_nonce"),
        ({"nonce": "ñ"}, "claim_nonce"),
        ({"exp": NOW - 60}, "claim_exp"),
        ({"exp": None}, "claim_exp"),
        ({"exp": "tomorrow"}, "claim_exp"),
        ({"iat": NOW + 300}, "claim_iat"),
        ({"iat": NOW - 3_600}, "claim_iat"),
        ({"iat": None}, "claim_iat"),
        ({"nbf": NOW + 300}, "claim_nbf"),
        ({"sub": None}, "claim_sub"),
        ({"sub": ""}, "claim_sub"),
        ({"sub": 7}, "claim_sub"),
        ({"sub": "x" * 256}, "claim_sub"),
        ({"sub": "张三"}, "claim_sub"),
        ({"sub": "a\x00b"}, "claim_sub"),
    ],
)
def test_a_token_for_another_from_another_or_of_another_time_is_not(
    provider: Provider, claims: dict[str, Any], why: str
) -> None:
    with pytest.raises(Unusable, match=why):
        said(signed(EC, **claims), provider)


def test_only_asymmetric_signatures_of_published_keys_count(provider: Provider, rsa: RSAKey) -> None:
    claims = claims_for(ISSUER, CLIENT, now=NOW)
    none = f"{in_base64({'alg': 'none'})}.{in_base64(claims)}."
    # the classic: the public key as a shared secret
    open_part = f"{in_base64({'alg': 'HS256', 'kid': rsa.kid})}.{in_base64(claims)}"
    mac = hmac.new(rsa.as_pem(private=False), open_part.encode(), "sha256").digest()
    confused = f"{open_part}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    own_secret = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("s3cret" * 6), algorithms=["HS256"])
    for token in (none, none.replace("none", "None"), confused, own_secret):
        with pytest.raises(Unusable):
            said(token, provider, EC, rsa)
    with pytest.raises(Unusable, match="signature"):
        said(signed(ECKey.generate_key("P-256"), kid=EC.kid), provider)
    with pytest.raises(UnknownKey):
        said(signed(ECKey.generate_key("P-256", auto_kid=True)), provider)
    with pytest.raises(UnknownKey):
        said(signed(rsa, "RS256", kid=EC.kid), provider, EC)  # a key of one kind does not check another's
    one_way = keys_of({"keys": [rsa.as_dict(private=False) | {"alg": "RS256"}]})
    with pytest.raises(UnknownKey):  # published for one algorithm, used with another
        subject_of(signed(rsa, "PS256"), one_way, provider=provider, nonce="n", now=NOW)
    for rubbish in ("", "a.b.c", ".." * 3, "é.é.é", in_base64({"alg": ["ES256"]}) + ".e30.x"):
        with pytest.raises(Unusable):
            said(rubbish, provider)


def test_a_token_without_a_key_id_is_checked_where_there_is_no_choice(provider: Provider, rsa: RSAKey) -> None:
    token = jwt.encode({"alg": "ES256"}, claims_for(ISSUER, CLIENT, now=NOW), EC)
    assert said(token, provider, EC, rsa) == "sub-1"
    with pytest.raises(UnknownKey):
        said(token, provider, EC, ECKey.generate_key("P-256", auto_kid=True))


@pytest.mark.filterwarnings("ignore:Key size")
def test_published_keys_that_cannot_sign_for_us_are_left_out() -> None:
    weak = RSAKey.generate_key(1024).as_dict(private=False)
    others = [
        EC.as_dict(private=False) | {"use": "enc"}, EC.as_dict(private=False) | {"alg": "ES512"}, weak, {"kty": "?"},
        5, ECKey.generate_key("P-384").as_dict(private=False), OctKey.generate_key(256).as_dict(),
    ]  # fmt: skip
    assert keys_of({"keys": others}) == ()
    for nothing in (None, [], {}, {"keys": {}}):
        with pytest.raises(Unusable):
            keys_of(nothing)


def test_published_keys_without_end_take_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Any] = []

    def read_one(sent: Any) -> ECKey:
        read.append(sent)
        return EC

    monkeypatch.setattr(openid, "import_key", read_one)
    endless = [{"kty": "RSA", "n": "x" * 200_000, "e": "AQAB"}, {"kty": "EC", "crv": "P-256", "x": "x" * 200_000}]
    assert len(keys_of({"keys": endless + [EC.as_dict(private=False)] * 2_000})) == KEYS_MAX - len(endless)
    assert len(read) == KEYS_MAX - len(endless)


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://elsewhere.example"},
        {"issuer": None},
        {"token_endpoint": "http://sso.example.cn/token"},
        {"token_endpoint": "http://localhost:8001/internal"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": 5},
        {"jwks_uri": None},
        {"token_endpoint_auth_methods_supported": 5},
    ],
)
def test_a_discovery_document_that_leads_astray_is_not_followed(changed: dict[str, Any]) -> None:
    good = {"issuer": ISSUER} | dict.fromkeys(("authorization_endpoint", "token_endpoint", "jwks_uri"), ISSUER + "/x")
    assert metadata_of(good, issuer=ISSUER).takes_basic
    with pytest.raises(Unusable):
        metadata_of(good | changed, issuer=ISSUER)


def test_the_challenge_is_that_of_the_standard() -> None:
    """RFC 7636, appendix B."""
    verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert challenge_of(verifier) == challenge
    assert not is_verified(verifier + "x", challenge)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"issuer": "http://sso.example.cn"}, "issuer"),
        ({"issuer": "https://user:pw@sso.example.cn"}, "issuer"),
        ({"return_to": "//evil.example"}, "return_to"),
        ({"client_id": None}, "client_id"),
        ({"client_secret_file": "nowhere"}, "nowhere cannot be read"),
        ({"ca_file": "320300.secret"}, "320300.secret cannot be read"),
        ({"button_en": ""}, "button_en"),
        ({"secret": "s3cret"}, "secret"),
    ],
)
def test_a_provider_that_cannot_be_used_ends_the_start_in_words(
    tmp_path: Path, changed: dict[str, Any], named: str
) -> None:
    with pytest.raises(ValueError, match=named) as refused:
        WindowSettings(identity_providers_dir=a_folder(tmp_path, **changed))  # type: ignore[call-arg]
    assert "s3cret" not in str(refused.value).replace("320300.secret", "")


def test_a_provider_on_this_machine_may_speak_http(tmp_path: Path) -> None:
    found = load_providers(a_folder(tmp_path, issuer="http://127.0.0.1:9", embedded_accounts=False))["320300"]
    assert (found.client_secret, found.embedded_accounts, found.return_to) == ("s3cret", False, None)
    assert load_providers(None) == {}
