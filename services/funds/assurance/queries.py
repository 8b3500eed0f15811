"""Checking every invariant now."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from time import perf_counter_ns

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from ledger.verify import Flaw, audit, audit_to_close, coverage
from services.funds.assurance.checks import CHECKS, Check
from services.funds.assurance.schemas import AssuranceOut, BreakOut, CheckOut
from services.funds.assurance.voucher_checks import VOUCHER_CHECKS

SHOWN_MAX = 100
NANOSECONDS = 1_000_000  # in a millisecond
JOURNAL = Check("journal_sound", "凭证连续、余额与凭证一致、链未断", "The journal is whole, its chain unbroken", "")


async def self_audit(session: AsyncSession, city_code: str, *, whole: bool) -> AssuranceOut:
    """Run all checks of a city; the journal whole, or without the closed months."""
    checks = await _checks(session, city_code, partial(audit, session, city_code=city_code, whole=whole))
    looked_at = await coverage(session, city_code=city_code, whole=whole)
    return AssuranceOut(
        green=_all_green(checks),
        checked_at=clock.now(city_code),
        entries_read=looked_at.read,
        entries_covered=looked_at.covered,
        covered_at=looked_at.covered_at,
        checks=checks,
    )


async def checks_to_close(session: AsyncSession, city_code: str) -> list[CheckOut]:
    """All checks of a city before a month closes; of the journal, what no closed month vouches for."""
    return await _checks(session, city_code, partial(audit_to_close, session, city_code=city_code))


async def _checks(
    session: AsyncSession, city_code: str, audited: Callable[[], Awaitable[Sequence[Flaw]]]
) -> list[CheckOut]:
    async def journal() -> list[BreakOut]:
        return [BreakOut(subject=flaw.subject, detail=f"{flaw.check}: {flaw.detail}") for flaw in await audited()]

    def breaks_of(check: Check) -> Callable[[], Awaitable[list[BreakOut]]]:
        async def find() -> list[BreakOut]:
            rows = await session.execute(text(check.sql), {"city": city_code})
            return [BreakOut(subject=row.subject, detail=row.detail) for row in rows]

        return find

    # One after another on one connection: an audit must not take the pool from those who post.
    checks = [await _timed(JOURNAL, journal)]
    checks += [await _timed(check, breaks_of(check)) for check in (*CHECKS, *VOUCHER_CHECKS)]
    return checks


def _all_green(checks: Sequence[CheckOut]) -> bool:
    return all(check.green for check in checks)


async def _timed(check: Check, find: Callable[[], Awaitable[list[BreakOut]]]) -> CheckOut:
    started = perf_counter_ns()
    breaks = await find()
    return CheckOut(
        check=check.code,
        name_zh=check.zh,
        name_en=check.en,
        green=not breaks,
        breaks=breaks[:SHOWN_MAX],
        breaks_found=len(breaks),
        milliseconds=(perf_counter_ns() - started) // NANOSECONDS,
    )
