from devtools.bootstrap import pip_settings, uv_environment

LISTING = """\
global.cert='/etc/ssl/certs/ca.pem'
global.extra-index-url='\\nhttps://one.example/simple\\nhttps://two.example/simple'
global.index-url='https://old.example/simple'
:env:.index-url='https://mirror.example/simple'
"""


def test_a_mirror_told_to_pip_is_told_to_uv() -> None:
    assert uv_environment({}, pip_settings(LISTING)) == {
        "SSL_CERT_FILE": "/etc/ssl/certs/ca.pem",
        "UV_INDEX": "https://one.example/simple https://two.example/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
    }


def test_what_uv_was_told_itself_stays() -> None:
    told = {"UV_DEFAULT_INDEX": "https://mine.example/simple"}
    assert uv_environment(told, {"index-url": "https://mirror.example/simple"}) == told


def test_a_machine_without_settings_gets_none() -> None:
    assert uv_environment({}, pip_settings("")) == {}
