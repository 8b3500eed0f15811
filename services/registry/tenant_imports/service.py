"""Imports of tenants: a workbook is taken at once and read in parts, each in a transaction of its own.

A timer carries each part, so a process that dies goes on where the last part ended.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_carriers import TenantsImported
from kernel import clock
from kernel.auth import Caller
from kernel.bigrams import bigrams, searchable
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import refuse_if
from kernel.timers import Timer, schedule
from services.registry.carriers.models import Carrier
from services.registry.carriers.queries import find_own_carrier, read_carrier
from services.registry.carriers.rules import operator_deregistered
from services.registry.tenancy.models import Tenancy
from services.registry.tenancy.states import TenancyStatus
from services.registry.tenant_imports.models import TenantImport
from services.registry.tenant_imports.queries import (
    Firm,
    find_import,
    firms_of,
    import_of_file,
    past_tenancies,
    read_for_timer,
)
from services.registry.tenant_imports.rules import REASONS, Flaw, TenantRow, read_rows
from services.registry.tenant_imports.states import MOVES, Fact, ImportStatus
from services.registry.tenant_imports.workbook import FIRST_ROW, read_workbook, refused_rows

IMPORT_CONTINUES = "tenancy.import_continues"
PART_ROWS = 1_000


async def take_workbook(session: AsyncSession, *, carrier_id: UUID, content: bytes, caller: Caller) -> TenantImport:
    """The import of these bytes into the carrier: a new one, or the one there is. Raises ImportUnreadable."""
    carrier = await find_own_carrier(session, carrier_id, caller=caller)
    refuse_if([] if carrier.operator.is_active else [operator_deregistered()])
    rows = await asyncio.to_thread(read_workbook, content)
    sha256 = hashlib.sha256(content).hexdigest()
    import_id = new_id()
    values = {
        "id": import_id,
        "city_code": carrier.city_code,
        "carrier_id": carrier.id,
        "sha256": sha256,
        "file": content,
        "status": ImportStatus.WAITING,
        "rows_total": len(rows),
        "rows_read": 0,
        "rows_accepted": 0,
        "rows_refused": 0,
        "errors": [],
        "uploaded_by": caller.acting_for,
        "uploaded_at": clock.now(carrier.city_code),
        "recorded_at": clock.real_now(),
    }
    taken = insert(TenantImport).values(values).on_conflict_do_nothing(index_elements=["carrier_id", "sha256"])
    if await session.scalar(taken.returning(TenantImport.id)) is not None:
        await _go_on(session, import_id, carrier.city_code, read=0)
    return await import_of_file(session, carrier.id, sha256)


async def read_part(session: AsyncSession, timer: Timer) -> None:
    """The next rows of an import; those that cannot be taken are named with every reason, the others move in."""
    import_id, _, read = timer.object_id.partition(":")
    row = await read_for_timer(session, UUID(import_id))
    carrier = await read_carrier(session, row.carrier_id, row.city_code)
    if row.status is ImportStatus.FINISHED or row.rows_read != int(read) or carrier is None:
        return
    today = clock.today(row.city_code)
    cells = await asyncio.to_thread(read_workbook, row.file)
    # From the top each time: what stands twice in the file may stand in two parts.
    upto = islice(read_rows(cells, first=FIRST_ROW, today=today), row.rows_read + PART_ROWS)
    judged = list(upto)[row.rows_read :]
    flaws = [flaw for found in judged if isinstance(found, list) for flaw in found]
    good = [found for found in judged if isinstance(found, TenantRow)]
    flaws += await _admit(session, row, carrier, good)
    _note(row, judged, flaws)
    if row.rows_read < row.rows_total:
        row.status = status_after(Fact.PART_READ, row.status, MOVES)
        await _go_on(session, row.id, row.city_code, read=row.rows_read)
    else:
        await _finish(session, row)


async def refused_workbook(session: AsyncSession, *, import_id: UUID, caller: Caller, language: str) -> bytes:
    """The rows refused so far, with their reasons."""
    row = await find_import(session, import_id, caller=caller, with_file=True)
    reasons: dict[int, list[str]] = {}
    for flaw in (Flaw(**error) for error in row.errors):
        why = REASONS[flaw.code][language == "en"]
        reasons.setdefault(flaw.row, []).append(f"{flaw.column}:{why}" if flaw.column else why)
    cells = await asyncio.to_thread(read_workbook, row.file)
    return await asyncio.to_thread(refused_rows, cells, reasons)


async def _admit(session: AsyncSession, row: TenantImport, carrier: Carrier, good: Sequence[TenantRow]) -> list[Flaw]:
    """Writes what can be taken in one statement; answers why the others cannot."""
    codes = {tenant.credit_code for tenant in good if tenant.credit_code}
    firms = await firms_of(session, row.city_code, codes) if codes else {}
    ended = {tenant.firm_key for tenant in good if tenant.ended_on}
    past = await past_tenancies(session, carrier.id, ended) if ended else set()
    fit, flaws = _fitting(good, firms, past, free=carrier.free_seats)
    if not fit:
        return flaws
    values = [_values(row, tenant, firms.get(tenant.credit_code or "")) for tenant in fit]
    taken = insert(Tenancy).on_conflict_do_nothing(
        index_elements=["carrier_id", "firm_key"], index_where=text("ended_on IS NULL")
    )
    written = set(await session.scalars(taken.returning(Tenancy.id), values))
    ids = dict(zip((value["id"] for value in values), fit, strict=True))
    flaws += [Flaw(tenant.number, "", "already_tenant") for key, tenant in ids.items() if key not in written]
    present = [tenant for key, tenant in ids.items() if key in written and tenant.ended_on is None]
    carrier.tenants_now += len(present)
    carrier.seats_taken += sum(tenant.seats for tenant in present)
    return flaws


def _fitting(
    good: Sequence[TenantRow], firms: dict[str, Firm], past: set[tuple[str, date]], *, free: int | None
) -> tuple[list[TenantRow], list[Flaw]]:
    fit, flaws = list[TenantRow](), list[Flaw]()
    for tenant in good:
        firm = firms.get(tenant.credit_code or "")
        seats = 0 if tenant.ended_on else tenant.seats
        if firm is not None and not firm.is_active and tenant.ended_on is None:
            flaws.append(Flaw(tenant.number, "", "tenant_deregistered"))
        elif tenant.ended_on and (tenant.firm_key, tenant.started_on) in past:
            flaws.append(Flaw(tenant.number, "", "already_tenant"))
        elif free is not None and seats > free:
            flaws.append(Flaw(tenant.number, "", "no_free_seats"))
        else:
            fit.append(tenant)
            free = None if free is None else free - seats
    return fit, flaws


def _values(row: TenantImport, tenant: TenantRow, firm: Firm | None) -> dict[str, Any]:
    return {
        "id": new_id(),
        "city_code": row.city_code,
        "carrier_id": row.carrier_id,
        "kind": tenant.kind,
        "name": tenant.name,
        "credit_code": tenant.credit_code,
        "organisation_id": firm.id if firm else None,
        "firm_key": tenant.firm_key,
        "plain": searchable(tenant.name),
        "grams": bigrams(tenant.name),
        "place": tenant.place,
        "area_sqm": tenant.area_sqm,
        "seats": tenant.seats,
        "status": TenancyStatus.ENDED if tenant.ended_on else TenancyStatus.OPEN,
        "started_on": tenant.started_on,
        "agreed_until": tenant.agreed_until,
        "ended_on": tenant.ended_on,
        "end_reason": None,
        "import_id": row.id,
        "recorded_by": row.uploaded_by,
        "recorded_at": clock.real_now(),
    }


def _note(row: TenantImport, judged: Sequence[object], flaws: Sequence[Flaw]) -> None:
    refused = len({flaw.row for flaw in flaws})
    row.rows_read += len(judged)
    row.rows_refused += refused
    row.rows_accepted += len(judged) - refused
    row.errors = [*row.errors, *(flaw._asdict() for flaw in sorted(flaws))]


async def _go_on(session: AsyncSession, import_id: UUID, city_code: str, *, read: int) -> None:
    now = clock.now(city_code)
    await schedule(session, kind=IMPORT_CONTINUES, object_id=f"{import_id}:{read}", city_code=city_code, due_at=now)


async def _finish(session: AsyncSession, row: TenantImport) -> None:
    row.status = status_after(Fact.ALL_READ, row.status, MOVES)
    row.finished_at = clock.now(row.city_code)
    imported = TenantsImported(
        import_id=row.id, carrier_id=row.carrier_id, accepted=row.rows_accepted, refused=row.rows_refused
    )
    await record(session, imported, city_code=row.city_code, subject=row.id)
