import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.proxy.app import PATH_TOLD_MAX, told_path
from gateway.proxy.paths import PATH_BYTES_MAX, canonical
from gateway.proxy.routes import route_of

AMBIGUOUS = [
    b"//internal/events",
    b"/v1//internal/events",
    b"/v1/funds/../../internal/events",
    b"/v1/funds/..",
    b"/v1/funds/.",
    b"/v1/funds/./claims",
    b"/v1/funds/..;x=1/internal",
    b"/v1/funds/%2e%2e/internal",
    b"/v1/funds/%2E./internal",
    b"/v1/funds%2finternal",
    b"/v1/funds/%2Finternal",
    b"/v1/funds/%5c..%5cinternal",
    b"/v1/funds/\\internal",
    b"/v1/funds/%252e%252e/internal",
    b"/v1/funds/%252Finternal",
    b"/v1/funds/%00",
    b"/v1/funds/%0d%0aX-Role:%20admin",
    b"/v1/funds/%7f",
    b"/v1/funds/%",
    b"/v1/funds/%zz",
    b"/v1/funds/%ff%fe",
    b"/v1/funds/claims#internal",
    b"/v1/funds/ claims",
    b"v1/funds/claims",
    b"*",
    b"",
    b"/" + b"a" * PATH_BYTES_MAX,
]


@pytest.mark.parametrize("raw_path", AMBIGUOUS)
def test_a_path_with_two_readings_is_not_canonical(raw_path: bytes) -> None:
    assert not canonical(raw_path)


@pytest.mark.parametrize(
    "raw_path",
    [
        b"/",
        b"/v1/funds/claims",
        b"/v1/registry/carriers/%E5%BE%90%E5%B7%9E",
        b"/docs/a.b...c",
        b"/.well-known/jwks.json",
    ],
)
def test_ordinary_paths_are_canonical(raw_path: bytes) -> None:
    assert canonical(raw_path)


@given(
    st.lists(st.sampled_from(["internal", "..", ".", "%2e", "%2f", "/", "v1", "funds", "%5c", ";", "%25"]), max_size=8)
)
def test_no_canonical_path_leads_to_internal_or_to_nowhere(parts: list[str]) -> None:
    path = "/" + "/".join(parts)
    route = route_of("GET", path) if canonical(path.encode()) else None
    if route is not None:
        assert path == "/" or path.startswith("/v1/funds/")
        assert ".." not in path.split("/")


def test_of_a_long_path_the_log_has_the_beginning_and_no_half_of_a_number() -> None:
    number = "11010519491231002X"
    assert told_path("/v1/funds/claims") == "/v1/funds/claims"
    told = told_path("/" + "a" * (PATH_TOLD_MAX - 10) + "/" + number + "/" + "a" * 30_000)
    assert (len(told), told[-11:]) == (PATH_TOLD_MAX, "aa/***/aaaa")
