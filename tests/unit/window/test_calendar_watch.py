"""A year without its notice is told to whoever runs the window."""

from datetime import date

import pytest
import structlog
from structlog.testing import capture_logs

from gateway.window import calendar_watch
from policy.calendar import workdays


def test_a_december_without_next_years_notice_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar_watch, "log", structlog.get_logger())  # the other may have told: that one is bound
    last = workdays().last_year
    with capture_logs() as lines:
        calendar_watch.tell_if_unfit(date(last, 11, 30))
        assert lines == []
        calendar_watch.tell_if_unfit(date(last, 12, 1))
    assert [(line["event"], line["last_year"]) for line in lines] == [("calendar.notice_missing", last)]
