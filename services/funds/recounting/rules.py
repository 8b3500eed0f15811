"""What a calendar that came out later makes of a day that was counted before. Pure."""

from datetime import date

from kernel.workdays import Deadline, Workdays, is_news, settled


def counted_again(
    told_on: date | None, *, since: date | None, working_days: int | None, provisional: bool, days: Workdays
) -> Deadline | None:
    """A provisional last day that is final now, or later; never earlier than it was told. None while it stands.

    `working_days` is null for what was counted before it was kept: that stands as it was told.
    """
    if not provisional or told_on is None or since is None or working_days is None:
        return None
    due = settled(told_on, days.add(since, working_days))
    return due if is_news(told_on, due) else None
