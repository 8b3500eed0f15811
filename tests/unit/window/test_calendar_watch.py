"""A year without its notice is told to whoever runs the window."""

from datetime import date

from structlog.testing import capture_logs

from gateway.window.calendar_watch import tell_if_unfit
from policy.calendar import workdays


def test_a_december_without_next_years_notice_is_told() -> None:
    last = workdays().last_year
    with capture_logs() as lines:
        tell_if_unfit(date(last, 11, 30))
        assert lines == []
        tell_if_unfit(date(last, 12, 1))
    assert [(line["event"], line["last_year"]) for line in lines] == [("calendar.notice_missing", last)]
