"""What an accepted case still waits for (容缺受理): nothing is decided before what was promised has been handed in.

The window tells of it with the acceptance itself, so that no service knows such a case without its gate, and tells when
the documents have come or their time is over. The review goes on meanwhile; whoever is to give a result asks here.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, column_property, mapped_column

from kernel import clock
from kernel.db import Base, CityCode, JsonList, RecordedAt
from kernel.findings import Finding
from kernel.problems import Refusal
from kernel.schemas import Wire

Document = Mapping[str, Any]  # kind, zh, en


class SupplementAwaited(Refusal):
    """The case was accepted on a promise; `reasons` name each document that has not come."""

    code, title_zh, title_en = (
        "supplement_awaited",
        "容缺材料尚未补齐,不得作出决定",
        "Promised documents have not come: nothing is decided yet",
    )
    hint_zh, hint_en = (
        "审核可以继续;补齐后即可决定,逾期未补齐的办件自行终止",
        "The review may go on; it is decided once they are there, and the case ends by itself if they are late",
    )


class AwaitedSupplement(Base):
    """A case that waits, in the database of who decides it. The row is gone once the wait is over, however it ended."""

    __tablename__ = "awaited_supplement"

    case_id: Mapped[UUID] = mapped_column(PG_UUID(as_uuid=True), primary_key=True)
    city_code: Mapped[CityCode]
    documents: Mapped[JsonList]
    recorded_at: Mapped[RecordedAt]


class AwaitedOut(Wire):
    """A document the applicant promised and has not handed in."""

    kind: str
    zh: str
    en: str


Awaits = Annotated[
    list[AwaitedOut],
    BeforeValidator(lambda documents: documents or []),
    Field(description="Promised documents that have not come: while there are any, no result is given"),
]


def awaited_by(case_id: Any) -> Any:
    """A property of a row that has a case: the documents its case waits for, None when for none. Read with the row."""
    waits = AwaitedSupplement.case_id == case_id
    documents = select(AwaitedSupplement.documents).where(waits).correlate_except(AwaitedSupplement)
    return column_property(documents.scalar_subquery(), expire_on_flush=False)


async def await_supplement(
    session: AsyncSession, case_id: UUID, *, city_code: str, documents: Iterable[Document]
) -> None:
    """From here on no result is given; `documents` are {kind, zh, en}. Without any nothing is waited for."""
    awaited = [{name: document[name] for name in ("kind", "zh", "en")} for document in documents]
    if awaited:
        values = {"case_id": case_id, "city_code": city_code, "documents": awaited, "recorded_at": clock.real_now()}
        await session.execute(insert(AwaitedSupplement).values(**values).on_conflict_do_nothing())


async def end_wait(session: AsyncSession, case_id: UUID) -> None:
    """The documents have come, or their time is over and with it the case."""
    await session.execute(delete(AwaitedSupplement).where(AwaitedSupplement.case_id == case_id))


async def is_awaited(session: AsyncSession, case_id: UUID | None) -> bool:
    """Whether a case waits. Who decides holds its row first, so that the end of the wait comes before or after."""
    return case_id is not None and await session.get(AwaitedSupplement, case_id) is not None


async def must_be_supplemented(session: AsyncSession, case_id: UUID | None) -> None:
    """Raise SupplementAwaited while the case waits; what came without a case waits for nothing."""
    row = await session.get(AwaitedSupplement, case_id) if case_id is not None else None
    if row is not None:
        raise SupplementAwaited(reasons=awaited_findings(row.documents))


def awaited_findings(documents: Iterable[Document]) -> list[Finding]:
    """One reason for each document that has not come."""
    return [
        Finding(
            "document_awaited",
            (),
            f"承诺补交的材料尚未收到:{document['zh']}。",
            f"A promised document has not come: {document['en']}.",
            {"document": document["kind"]},
        )
        for document in documents
    ]
