"""A fixed-seed slice of `make resilience-funds`: many clients, kill -9 of funds and PostgreSQL, books as the model."""

import pytest

from devtools.resilience.__main__ import play, shown

SEED, SECONDS = 5, 8


@pytest.mark.timeout(300)  # a machine that is busy needs many seconds for each of the restarts
def test_random_operations_under_kills_leave_what_the_model_says(capsys: pytest.CaptureFixture[str]) -> None:
    report = play(SEED, seconds=SECONDS, round_seconds=SECONDS)
    with capsys.disabled():
        print(f"\n{shown(report)}")  # noqa: T201 - what the slice did, as it is another each time
    assert report.flaws == []
    assert report.documents > 0
    assert sum(report.kills.values()) > 0
