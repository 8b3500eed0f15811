"""Routes of imports of tenants."""

from typing import Annotated, Any

from fastapi import Response, UploadFile

from kernel import context
from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from services.registry.carriers.schemas import CarrierId
from services.registry.tenancy.queries import carrier_exists
from services.registry.tenant_imports import queries, service, workbook
from services.registry.tenant_imports.schemas import ImportId, ImportOut, ImportSummaryOut
from services.registry.tenant_imports.workbook import XLSX

MayRead = Annotated[Caller, may("carriers:read")]
MayWrite = Annotated[Caller, may("carriers:write")]
FILES: dict[int | str, dict[str, Any]] = {200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}

routes = router(prefix="/v1/registry", tags=["registry: tenancy"])


@routes.get("/tenant-import-template", response_class=Response, responses=FILES)
async def download_tenant_template(_caller: MayRead) -> Response:
    """An empty workbook of tenants to fill in."""
    return _file(workbook.template(), "tenants.xlsx")


@routes.post("/carriers/{carrier_id}/tenant-imports", status_code=202)
async def import_tenants(
    caller: MayWrite,
    carrier_id: CarrierId,
    file: UploadFile,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> ImportOut:
    """Take a workbook of tenants; it is read in the background. The same file for the same carrier is one import."""
    content = await file.read()
    row = await service.take_workbook(session, carrier_id=carrier_id, content=content, caller=caller)
    shown = ImportOut.model_validate(row)
    response.headers["Location"] = f"/v1/registry/tenant-imports/{shown.model_dump(mode='json')['id']}"
    return shown


@routes.get("/carriers/{carrier_id}/tenant-imports")
async def list_tenant_imports(
    caller: MayRead, carrier_id: CarrierId, session: SessionDep, page: PageDep
) -> Page[ImportSummaryOut]:
    """Every workbook that was sent in for a carrier."""
    await carrier_exists(session, carrier_id, caller=caller)
    rows, cursor = await queries.list_imports(session, page, carrier_id=carrier_id)
    return Page(items=[ImportSummaryOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/tenant-imports/{import_id}")
async def read_tenant_import(caller: MayRead, import_id: ImportId, session: SessionDep) -> ImportOut:
    """How many rows are read, accepted and refused, and every error of every row."""
    return ImportOut.model_validate(await queries.find_import(session, import_id, caller=caller))


@routes.get("/tenant-imports/{import_id}/refused-rows", response_class=Response, responses=FILES)
async def download_refused_rows(caller: MayRead, import_id: ImportId, session: SessionDep) -> Response:
    """The refused rows with their reasons as a workbook: correct it and send it in."""
    language = context.current().language
    content = await service.refused_workbook(session, import_id=import_id, caller=caller, language=language)
    return _file(content, "refused-rows.xlsx")


def _file(content: bytes, name: str) -> Response:
    return Response(content, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
