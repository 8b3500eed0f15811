"""The smallest process over the kernel: notes are facts in the outbox, so that no table of its own is needed."""

from typing import Annotated, ClassVar

from fastapi import FastAPI, Request, UploadFile
from pydantic import BaseModel, Field
from sqlalchemy import select, text

from kernel.app import create_app
from kernel.auth import Caller, may
from kernel.findings import Finding
from kernel.idempotency import KeyOptional, KeyRequired
from kernel.money import PositiveFen
from kernel.outbox import OutboxEvent, record
from kernel.paging import Page, PageDep, page_of
from kernel.problems import Refusal
from kernel.routing import TRIES, SessionDep, router
from kernel.schemas import Name, Wire, WireIn
from kernel.settings import ServiceSettings

Reader = Annotated[Caller, may("cases:read")]
Writer = Annotated[Caller, may("cases:open")]
routes = router(prefix="/v1/notes", tags=["notes"])


class NoteTaken(BaseModel):
    TYPE: ClassVar[str] = "note.taken"

    title: str
    amount_fen: int


class NoteIn(WireIn):
    title: Name
    amount_fen: PositiveFen
    tags: list[Name] = Field(default=[], max_length=3)


class NoteOut(Wire):
    type: str
    subject: str


@routes.post("", status_code=201)
async def take_note(caller: Writer, body: NoteIn, session: SessionDep, _key: KeyRequired) -> NoteOut:
    await record(
        session, NoteTaken(title=body.title, amount_fen=body.amount_fen), city_code=caller.city, subject=body.title
    )
    return NoteOut(type="note.taken", subject=body.title)


@routes.post("/drafts", status_code=201)
async def draft_note(caller: Writer, body: NoteIn, session: SessionDep, _key: KeyOptional = None) -> NoteOut:
    await record(
        session, NoteTaken(title=body.title, amount_fen=body.amount_fen), city_code=caller.city, subject="draft"
    )
    return NoteOut(type="note.taken", subject="draft")


@routes.post("/files", status_code=201)
async def keep_file(caller: Writer, file: UploadFile, session: SessionDep, _key: KeyRequired) -> NoteOut:
    size = len(await file.read())
    await record(session, NoteTaken(title="file", amount_fen=size), city_code=caller.city, subject="file")
    return NoteOut(type="note.taken", subject="file")


@routes.post("/contended-files", status_code=201)
async def keep_contended_file(caller: Writer, file: UploadFile, request: Request, session: SessionDep) -> NoteOut:
    content = await file.read()
    tries = request.scope["tries"] = request.scope.get("tries", 0) + 1
    if tries < TRIES:
        await session.execute(text("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$"))
    return NoteOut(type="note.taken", subject=content.decode())


@routes.get("/printed/{title}")
async def read_printed(title: str) -> NoteOut:
    return NoteOut(type="note.taken", subject=title)


@routes.get("")
async def list_notes(_caller: Reader, session: SessionDep, page: PageDep) -> Page[NoteOut]:
    rows, cursor = await page_of(session, select(OutboxEvent), page, (OutboxEvent.recorded_at, OutboxEvent.id))
    return Page[NoteOut](items=[NoteOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.post("/refused")
async def refuse(_caller: Writer, session: SessionDep) -> None:
    await session.execute(text("SELECT 1"))
    raise Refusal(reasons=[Finding("too_small", ("XZ-23",), "面积不足", "The area is too small", {"area_sqm": 300})])


@routes.post("/broken")
async def break_down(_caller: Writer, session: SessionDep) -> None:
    await record(session, NoteTaken(title="lost", amount_fen=1), city_code="320300", subject="lost")
    raise RuntimeError("13912345678 must not be seen")


@routes.post("/uncommittable", status_code=201)
async def fail_at_commit(caller: Writer, session: SessionDep, _key: KeyOptional = None) -> NoteOut:
    await session.execute(text("INSERT INTO once VALUES (1), (1)"))  # unique, but only checked at COMMIT
    return NoteOut(type="note.taken", subject=caller.city)


def build(settings: ServiceSettings, *, keys: object = None) -> FastAPI:
    return create_app(settings, title="Notebook", routers=[routes], keys=keys)  # type: ignore[arg-type]
