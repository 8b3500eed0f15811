"""A case's clock as its applicant reads it: paused by the correction, make-up days counted, an unknown year settled."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from gateway.window.cases import service, views
from gateway.window.cases.closing import CORRECTION_ENDS
from gateway.window.cases.consumers import correction_lapsed
from kernel.ids import decode_id
from kernel.timers import Timer
from policy.calendar import workdays
from tests.builders.processes import Process
from tests.service.window.rig import On, a_case, set_values
from tests.service.window.test_cases import handle, read, resubmit

pytestmark = pytest.mark.anyio
DAYS = {
    "window__correction_working_days": 5,
    "recognition__key_makerspace__promised_working_days": 15,
    "recognition__key_makerspace__documents": [],
}
WRONG = {"items": [{"pointer": "/form/mentors", "text": "导师人数与名册不符"}]}


def with_a_notice_for_2027(*, rests: tuple[date, ...] = (), works: tuple[date, ...] = ()) -> Any:
    shipped = workdays()
    days = dict.fromkeys((date(2027, 1, 1), *rests), False) | dict.fromkeys(works, True)
    settled = replace(shipped, exceptions={**shipped.exceptions, **days}, last_year=2027, version="2027")
    return lambda: settled


async def test_the_clock_pauses_for_the_correction_and_counts_a_make_up_saturday(
    window: Process, city: str, on: On
) -> None:
    """10 October 2026 is a Saturday that is worked after the National Day holiday from the 1st to the 7th."""
    on(date(2026, 9, 30))
    await set_values(window, city, **DAYS)
    case = await a_case(window, city)
    on(date(2026, 10, 9))
    before = (await read(window, city, case))["clock"]
    assert (before["running"], before["elapsed_working_days"], before["paused_working_days"]) == (True, 2, 0)
    sent_back = (await handle(window, city, case, "correction", WRONG)).json()
    on(date(2026, 10, 12))
    waiting = (await read(window, city, case))["clock"]
    assert (waiting["running"], waiting["elapsed_working_days"], waiting["paused_working_days"]) == (False, 2, 2)
    on(date(2026, 10, 13))
    assert (await resubmit(window, city, sent_back, [], mentors=8)).status_code == 200
    accepted = (await handle(window, city, case, "acceptance")).json()["clock"]
    # The 10th, 12th and 13th: the days the correction was out are no days of the window's.
    assert (accepted["running"], accepted["elapsed_working_days"], accepted["paused_working_days"]) == (True, 2, 3)
    without = workdays().add(date(2026, 10, 9), 15).on
    assert (without.isoformat(), accepted["due_on"]) == ("2026-10-29", "2026-11-03")
    assert workdays().between(without, date(2026, 11, 3)) == 3
    on(date(2026, 10, 14))
    after = (await read(window, city, case))["clock"]
    assert (after["elapsed_working_days"], after["paused_working_days"], after["days_left"]) == (3, 3, 14)


async def test_a_due_day_in_a_year_without_a_notice_is_counted_again_when_it_is_out(
    window: Process, city: str, on: On, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Practice f.3: marked provisional, recomputed on publication, and never earlier than what was told."""
    on(date(2026, 12, 1))
    await set_values(window, city, **DAYS)
    on(date(2026, 12, 25))
    case = await a_case(window, city)
    told = (await handle(window, city, case, "acceptance")).json()["clock"]
    assert (told["due_on"], told["provisional"]) == ("2027-01-18", True)
    for days, due_on in (
        (with_a_notice_for_2027(rests=(date(2027, 1, 4),)), "2027-01-19"),
        (with_a_notice_for_2027(works=(date(2027, 1, 9),)), "2027-01-18"),
    ):
        monkeypatch.setattr(views, "workdays", days)
        shown = (await read(window, city, case))["clock"]
        assert (shown["due_on"], shown["provisional"]) == (due_on, False)


async def test_a_correction_does_not_lapse_before_the_day_it_has_become(
    window: Process, city: str, on: On, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told until 5 January; the notice for 2027 has the 4th rest, so the 6th is the last day, and the 7th is late."""
    on(date(2026, 12, 1))
    await set_values(window, city, **DAYS)
    on(date(2026, 12, 28))
    case = await a_case(window, city)
    sent_back = (await handle(window, city, case, "correction", WRONG)).json()
    assert (sent_back["correction"]["due_on"], sent_back["correction"]["due_provisional"]) == ("2027-01-05", True)
    monkeypatch.setattr(service, "workdays", with_a_notice_for_2027(rests=(date(2027, 1, 4),)))
    for day, status in ((date(2027, 1, 6), "correction_requested"), (date(2027, 1, 7), "withdrawn")):
        on(day)
        await fires(window, case)
        shown = await read(window, city, case)
        assert shown["status"] == status
    assert (shown["correction"]["due_on"], shown["correction"]["due_provisional"]) == ("2027-01-06", False)


async def fires(window: Process, case: dict[str, Any]) -> None:
    """The timer of the case's correction, as its runner would."""
    wanted = (Timer.kind == CORRECTION_ENDS, Timer.object_id == str(decode_id("case", case["id"])))
    async with window.app.state.sessions() as session, session.begin():
        timer = await session.scalar(select(Timer).where(*wanted))
        await correction_lapsed(session, timer)
