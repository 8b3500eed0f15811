"""A workbook with 5,000 incubated firms, handed in as a correction: read, judged, committed; beside reading it alone.

The use case of the route over a durable PostgreSQL, without HTTP: from the bytes of the file to the commit. Each time
another figure differs, so that it is never the same submission.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from stdnum.cn import uscc

from devtools.bench.policy_city import CITY, a_snapshot
from devtools.bench.registry import Bar, Contest, benchmark
from devtools.databases import Database, prepare
from devtools.postgres import Server, throwaway_home
from kernel import clock
from kernel.auth import Caller
from kernel.ids import encode_id, new_id
from policy.forms import report_forms
from policy.store import save_snapshot
from services.registry.carriers.models import Carrier, CarrierKind, Level
from services.registry.organisations.credit_codes import subject_check_character
from services.registry.organisations.models import OrganisationKind
from services.registry.organisations.records import new_organisation
from services.registry.statistics.models import StatisticsReport, StatisticsRound
from services.registry.statistics.service import hand_in_workbook
from services.registry.statistics.states import Status
from services.registry.statistics.workbook_reading import read_workbook
from services.registry.statistics.workbooks import Addressed, write_workbook

FIRMS, SECONDS_MAX = 5_000, 10
FORM = report_forms()[-1]
PORTAL = Caller("client:bench", None, frozenset({"portal"}), frozenset(), (CITY,))
FIRST, LAST, DUE = date(2026, 8, 1), date(2026, 8, 31), date(2026, 9, 14)


@benchmark("registry.statistics.import.5000", unit="s", bars=[Bar(SECONDS_MAX, at_most=True)])
def five_thousand_firms_in_one_workbook() -> Iterator[Contest]:
    with _desk() as desk:
        desk.handed_in()
        yield Contest(desk.handed_in, {"reading_alone": desk.read_alone})


@dataclass(slots=True)
class _Desk:
    """A report of one carrier in a database of its own."""

    database: Database
    report_id: UUID
    turns: Iterator[int] = field(default_factory=lambda: count(1))

    def handed_in(self) -> float:
        book = _workbook(self.report_id, seats=next(self.turns))
        started = time.perf_counter()
        asyncio.run(_in_session(self.database, lambda session: self._hand_in(session, book)))
        return time.perf_counter() - started

    def read_alone(self) -> float:
        book = _workbook(self.report_id, seats=1)
        started = time.perf_counter()
        read_workbook(book, FORM)
        return time.perf_counter() - started

    async def _hand_in(self, session: AsyncSession, book: bytes) -> None:
        report = await hand_in_workbook(session, report_id=self.report_id, content=book, reason="更正", caller=PORTAL)
        if report.firms != FIRMS:
            raise RuntimeError("not every firm was taken")


@contextmanager
def _desk() -> Iterator[_Desk]:
    with (
        throwaway_home() as home,
        Server(home, durable=True) as server,
        TemporaryDirectory(prefix="bench-statistics-") as folder,
    ):
        database = prepare(server.url, "registry", name="registry", passwords=Path(folder) / "passwords")
        report_id = new_id()
        asyncio.run(_in_session(database, lambda session: _fill(session, report_id)))
        yield _Desk(database, report_id)


async def _in_session(database: Database, work: Callable[[AsyncSession], Awaitable[None]]) -> None:
    engine = create_async_engine(database.runtime_url)
    async with async_sessionmaker(engine, autoflush=False, expire_on_commit=False).begin() as session:
        await work(session)
    await engine.dispose()


async def _fill(session: AsyncSession, report_id: UUID) -> None:
    operator, carrier, round_ = new_id(), new_id(), new_id()
    await save_snapshot(session, a_snapshot())
    firm = OrganisationKind.FIRM
    session.add(
        new_organisation(
            organisation_id=operator, city_code=CITY, kind=firm, name="运营公司", credit_code=None, by=PORTAL.subject
        )
    )
    await session.flush()
    now = clock.now(CITY)
    session.add(
        Carrier(
            id=carrier, city_code=CITY, kind=CarrierKind.MAKERSPACE, name="众创空间", operator_id=operator, facts={},
            registered_by=PORTAL.subject, registered_at=now, version=1,
        )
    )  # fmt: skip
    session.add(
        StatisticsRound(
            id=round_, city_code=CITY, period_from=FIRST, period_until=LAST, form_on=FORM.effective_on,
            working_days=10, due_on=DUE, due_provisional=False, clauses=["XZ-37"], policy_version=1,
            policy_hash="0" * 64, opened_by="bench", opened_at=now,
        )
    )  # fmt: skip
    await session.flush()
    session.add(
        StatisticsReport(
            id=report_id, city_code=CITY, round_id=round_, carrier_id=carrier, operator_id=operator,
            carrier_kind=CarrierKind.MAKERSPACE, level=Level.MUNICIPAL, status=Status.EXPECTED, revision=0, version=1,
        )
    )  # fmt: skip


def _workbook(report_id: UUID, *, seats: int) -> bytes:
    space: dict[str, Any] = dict.fromkeys((asked.id for asked in FORM.single.fields if asked.is_number), 0)
    space |= {asked.id: False for asked in FORM.single.fields if asked.type == "flag"}
    space |= {"seats": seats, "tenants": FIRMS, "tenants_in": FIRMS}
    content = {"space": [space], "tenants": [_firm(number) for number in range(FIRMS)]}
    addressed = Addressed(encode_id("srp", report_id), "众创空间", "2026-08", str(DUE))
    return write_workbook(FORM, addressed, language="zh", content=content)


def _firm(number: int) -> dict[str, Any]:
    body = f"MA3{number:05d}"
    code = f"91320300{body}{subject_check_character(body)}"
    return {
        "name": f"徐州第{number}号传感技术有限公司", "credit_code": code + uscc.calc_check_digit(code + "0"),
        "agreement_from": "2026-08-03", "room": f"A-{number}", "area": 40, "is_tech_sme": True, "is_high_tech": False,
        "listing": "none", "employees": 8, "new_graduates": 1, "interns": 0, "turnover": 900, "taxes": 30,
        "research": 120, "support": 0, "investment": 0, "ip_applied": 1, "inventions_applied": 0, "ip_held": 2,
        "transformations": 0,
    }  # fmt: skip
