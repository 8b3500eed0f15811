"""Says every day that the working-day calendar lacks a notice: a release alone can bring it (policy/calendar)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import structlog
from fastapi import FastAPI

from kernel import clock
from kernel.app import meanwhile
from policy.calendar import calendar_covers, workdays

SECONDS_BETWEEN = 86_400
log = structlog.get_logger("window.calendar")


@asynccontextmanager
async def watching_the_calendar(_: FastAPI) -> AsyncIterator[None]:
    """A part of the window, on behalf of all processes: they ship with the same calendar."""
    async with meanwhile(_watch()):
        yield


async def _watch() -> None:
    while True:
        tell_if_unfit(clock.on_date(clock.real_now()))
        await asyncio.sleep(SECONDS_BETWEEN)


def tell_if_unfit(on: date) -> None:
    """Without the notice new last days are provisional, from December on."""
    if not calendar_covers(on):
        log.warning("calendar.notice_missing", last_year=workdays().last_year)
