"""What crosses the wire about imports of tenants."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, computed_field

from kernel import context
from kernel.ids import public_id
from kernel.schemas import Instant, Wire
from services.registry.carriers.schemas import CarrierId
from services.registry.tenant_imports.rules import REASONS
from services.registry.tenant_imports.states import ImportStatus

ImportId = Annotated[UUID, public_id("imp")]
_IMPORT: dict[str, Any] = {
    "id": "imp_01m89wxxz5ehfrqcbh0xwd5yfh",
    "carrier_id": "car_01m89wxxz5ehfrqcbh0xwd5yfh",
    "status": "finished",
    "rows_total": 120,
    "rows_read": 120,
    "rows_accepted": 119,
    "rows_refused": 1,
    "errors": [
        {
            "row": 17,
            "column": "统一社会信用代码",
            "code": "id_destroyed_by_spreadsheet",
            "message": REASONS["id_destroyed_by_spreadsheet"][0],
        }
    ],
    "uploaded_at": "2026-11-25T02:00:00Z",
    "finished_at": "2026-11-25T02:00:03Z",
}


class RowErrorOut(Wire):
    """`row` as the spreadsheet counts it; `column` is empty where the row as a whole is meant. Never the value."""

    row: int
    column: str
    code: str

    @computed_field  # type: ignore[prop-decorator]  # pydantic documents it so
    @property
    def message(self) -> str:
        """In the reader's language."""
        zh, en = REASONS[self.code]
        return en if context.current().language == "en" else zh


class ImportSummaryOut(Wire):
    """How far a workbook has been read. Rows are counted without the header."""

    id: ImportId
    carrier_id: CarrierId
    status: ImportStatus
    rows_total: int
    rows_read: int
    rows_accepted: int
    rows_refused: int
    uploaded_at: Instant
    finished_at: Instant | None


class ImportOut(ImportSummaryOut):
    """With every error of every row read so far."""

    model_config = ConfigDict(json_schema_extra={"examples": [_IMPORT]})

    errors: list[RowErrorOut]
