"""The list of registrations of an event as a workbook, for who organises it."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

import xlsxwriter

from kernel.clock import CITY_ZONE
from services.events.attendance.records.models import EventArrival
from services.events.attendance.registrations.models import EventContact, EventRegistration

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET = "报名名单"
COLUMNS = ("单位", "席位", "状态", "候补次序", "联系人", "电话", "报名时间", "到场人数", "签到时间", "迟到")
STATUS_WORDS = {
    "registered": "已报名",
    "waiting": "候补",
    "offered": "候补名额待确认",
    "withdrawn": "已退出",
    "lapsed": "候补名额已失效",
}
_WIDTH = 18

Row = tuple[EventRegistration, EventContact, EventArrival | None]


def registrations_workbook(rows: Sequence[Row]) -> bytes:
    """One sheet, all cells text: Excel turns no phone into a number and no name into a formula."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(SHEET)
        sheet.set_column(0, len(COLUMNS) - 1, _WIDTH, text)
        for place, cells in enumerate((COLUMNS, *(_cells(*row) for row in rows))):
            for column, cell in enumerate(cells):
                sheet.write_string(place, column, cell, text)
        sheet.freeze_panes(1, 0)
    return stream.getvalue()


def _cells(row: EventRegistration, contact: EventContact, arrival: EventArrival | None) -> tuple[str, ...]:
    came = (
        (str(arrival.persons), _moment(arrival.arrived_at), "是" if arrival.is_late else "") if arrival else ("",) * 3
    )
    return (
        row.organisation_name,
        str(row.seats),
        STATUS_WORDS[row.status.value],
        str(row.place) if row.place else "",
        contact.name or "",
        contact.phone or "",
        _moment(row.registered_at),
        *came,
    )


def _moment(instant: datetime) -> str:
    return instant.astimezone(CITY_ZONE).strftime("%Y-%m-%d %H:%M")
