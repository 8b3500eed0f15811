"""The window's keys as a service keeps them."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from joserfc.jwk import ECKey, KeySet

from kernel import clock
from kernel.identity import REFRESH_SECONDS, RemoteKeys
from kernel.problems import Unavailable

OLD, NEW = (ECKey.generate_key("P-256", auto_kid=True) for _ in range(2))


class Window:
    """Publishes keys, or is away; `at` is the machine's time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.published, self.away, self.asked = [OLD, NEW], False, 0
        self.at = datetime(2026, 11, 26, tzinfo=UTC)
        monkeypatch.setattr(clock, "real_now", lambda: self.at)
        http = httpx2.AsyncClient(transport=httpx2.MockTransport(self.answer))
        self.keys = RemoteKeys(http, "http://window/keys")

    def answer(self, _request: httpx2.Request) -> httpx2.Response:
        self.asked += 1
        return httpx2.Response(503) if self.away else httpx2.Response(200, json=KeySet(self.published).as_dict())

    def believed(self, *, after: int = 0, refresh: bool = False) -> set[str | None]:
        self.at += timedelta(seconds=after)
        return {key.kid for key in asyncio.run(self.keys(refresh))}


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Window:
    return Window(monkeypatch)


def test_a_key_that_is_published_no_longer_is_believed_for_ten_minutes_at_most(window: Window) -> None:
    assert window.believed() == {OLD.kid, NEW.kid}
    window.published = [NEW]
    assert window.believed(after=REFRESH_SECONDS - 1) == {OLD.kid, NEW.kid}
    assert window.believed(after=1) == {NEW.kid}
    assert window.asked == 2


def test_a_window_that_is_away_is_not_asked_by_each_request_and_takes_no_key_along(window: Window) -> None:
    window.believed()
    window.away = True
    assert [window.believed(after=REFRESH_SECONDS), window.believed(), window.believed()] == [{OLD.kid, NEW.kid}] * 3
    assert window.asked == 2
    with pytest.raises(Unavailable):
        window.believed(refresh=True, after=10)
    window.away, window.published = False, [NEW]
    assert window.believed(after=30) == {NEW.kid}
