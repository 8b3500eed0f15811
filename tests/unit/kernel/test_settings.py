"""A process that is told too little, or wrongly, ends with all that is wrong in one line, and no secret in it."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from gateway.proxy.settings import ProxySettings
from gateway.window.settings import WindowSettings
from kernel.settings import ProcessSettings, ServiceSettings

LONG = "x" * 32
DATABASE = "postgresql+asyncpg://funds_runtime:hunter2@postgres/funds"


def told(monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, object]) -> None:
    for name in (*ServiceSettings.model_fields, *ProxySettings.model_fields):
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, str(value))


def last_words(of: type[ProcessSettings]) -> str:
    with pytest.raises(SystemExit) as ended:
        of.of_environment()
    return str(ended.value.code)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    key = ECKey.generate_key("P-256")
    (tmp_path / "private.pem").write_bytes(key.as_pem(private=True))
    (tmp_path / "public.pem").write_bytes(key.as_pem(private=False))
    (tmp_path / "other.pem").write_bytes(ECKey.generate_key("P-384").as_pem(private=True))
    (tmp_path / "rubbish.pem").write_text("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n")
    return tmp_path


def test_all_that_is_missing_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, {"SERVICE": "funds", "DATABASE_URL": DATABASE})
    assert last_words(ServiceSettings) == "cannot start: WORKLOAD_KEY_FILE is missing; CURSOR_SECRET is missing"


def test_a_secret_that_is_refused_is_not_told(monkeypatch: pytest.MonkeyPatch, keys: Path) -> None:
    given = {"SERVICE": "funds", "WORKLOAD_KEY_FILE": keys / "private.pem"}
    told(monkeypatch, given | {"DATABASE_URL": "postgresql://a:hunter2@b/c", "CURSOR_SECRET": "hunter3"})
    words = last_words(ServiceSettings)
    assert words.startswith("cannot start: DATABASE_URL: ")
    assert "; CURSOR_SECRET: " in words
    assert "hunter" not in words


def test_a_file_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch, keys: Path) -> None:
    given = {"SERVICE": "funds", "WORKLOAD_KEY_FILE": keys / "private.pem", "CURSOR_SECRET": LONG}
    told(monkeypatch, given | {"DATABASE_URL_FILE": keys / "none"})
    assert "DATABASE_URL_FILE cannot be read" in last_words(ServiceSettings)


@pytest.mark.parametrize("file", ["none.pem", "rubbish.pem", "public.pem", "other.pem"])
def test_a_file_that_is_not_the_key_it_should_be_is_named(
    monkeypatch: pytest.MonkeyPatch, keys: Path, file: str
) -> None:
    told(monkeypatch, {"WORKLOAD_KEY_FILE": keys / file})
    assert last_words(ProxySettings).startswith(f"cannot start: WORKLOAD_KEY_FILE: {keys / file} ")


@pytest.mark.parametrize("left", [[], ["public.pem"], ["rubbish.pem"]])
def test_a_window_without_a_key_to_sign_with_says_so(
    monkeypatch: pytest.MonkeyPatch, keys: Path, left: list[str]
) -> None:
    signing = keys / "signing"
    signing.mkdir()
    for name in left:
        (keys / name).rename(signing / name)
    given = {"SERVICE": "window", "DATABASE_URL": DATABASE, "WORKLOAD_KEY_FILE": keys / "private.pem"}
    window = {"CURSOR_SECRET": LONG, "BOOTSTRAP_SECRET": LONG, "WORKLOAD_PUBLIC_KEYS_DIR": keys}
    told(monkeypatch, given | window | {"SIGNING_KEYS_DIR": signing})
    assert last_words(WindowSettings).startswith("cannot start: SIGNING_KEYS_DIR: ")


@pytest.mark.parametrize("trusted", ["172.18.0.1/16", '["172.18.0.1/16"]', '["a host"]'])
def test_what_is_no_network_is_not_believed_silently(monkeypatch: pytest.MonkeyPatch, keys: Path, trusted: str) -> None:
    told(monkeypatch, {"WORKLOAD_KEY_FILE": keys / "private.pem", "TRUSTED_PROXIES": trusted})
    assert "trusted_proxies" in last_words(ProxySettings).lower()


def test_a_pack_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, {"LIVE_PACKS": "atlantis"})
    assert "LIVE_PACKS: there is no policy pack atlantis" in last_words(WindowSettings)


def test_a_list_in_a_file_is_read_as_in_the_environment(monkeypatch: pytest.MonkeyPatch, keys: Path) -> None:
    (keys / "origins").write_text('["https://portal.example.gov.cn"]\n', encoding="utf-8")
    given = {"WORKLOAD_KEY_FILE": keys / "private.pem", "CORS_ORIGINS_FILE": keys / "origins"}
    told(monkeypatch, given)
    assert ProxySettings.of_environment().cors_origins == ("https://portal.example.gov.cn",)
    (keys / "origins").write_text("https://portal.example.gov.cn", encoding="utf-8")
    assert "CORS_ORIGINS_FILE holds no JSON" in last_words(ProxySettings)


def test_what_is_right_is_read_files_included(monkeypatch: pytest.MonkeyPatch, keys: Path) -> None:
    (keys / "url").write_text(f"{DATABASE}\n", encoding="utf-8")
    given = {"SERVICE": "funds", "WORKLOAD_KEY_FILE": keys / "private.pem", "CURSOR_SECRET": LONG}
    told(monkeypatch, given | {"DATABASE_URL_FILE": keys / "url", "POOL_SIZE": "3"})
    settings = ServiceSettings.of_environment()
    assert (settings.database_url, settings.pool_size) == (DATABASE, 3)
    assert settings.workload_key_file == keys / "private.pem"
