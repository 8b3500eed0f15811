"""Workbooks: ours are all text; one from outside is read so that no file can stop the process.

Reading raises UnreadableWorkbook for everything odd. The reader underneath is fast and trusting: it believes what a zip
says of its parts and lays a sheet out from its first to its last cell, so two cells in opposite corners ask for half a
terabyte. Hence a workbook is unpacked here first, within bounds, its extent looked at, and packed again without
compression.
"""

import re
import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, TypeVar
from zipfile import BadZipFile, ZipFile

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from kernel import context

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNPACKED_MAX = 50_000_000  # bytes; a workbook of five thousand lines unpacks to about two million
PARTS_MAX = 200
COLUMNS_MAX = 100
ROWS_OF_A_SHEET = 1_048_576  # no spreadsheet has a row below
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
# Other kinds of spreadsheet are zips too, and repeat cells by a number.
_FOREIGN = re.compile(r"content\.xml|.*\.bin", re.IGNORECASE)
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)([0-9]+)["']""")
_BROKEN = (BadZipFile, CalamineError, zlib.error, ValueError, KeyError, EOFError, NotImplementedError, RuntimeError)
_LETTERS = 26
T = TypeVar("T")


class UnreadableWorkbook(ValueError):
    """Not an xlsx workbook, or one larger than the caller takes."""


class TooManyRows(UnreadableWorkbook):
    """A sheet goes further down than the caller takes. `rows`: to which row, with the caller's own at its head."""

    def __init__(self, rows: int) -> None:
        super().__init__(rows)
        self.rows = rows


def too_many_lines(lines: int, most: int) -> dict[str, str]:
    """One of a problem's `errors`: the file has `lines` below its head, and `most` are read."""
    zh = f"至多 {most} 行,文件中有 {lines} 行(末尾的空行也计入)"
    en = f"{most} lines at most; the file has {lines}, empty ones at its end included"
    return {"pointer": "", "code": "too_many_lines", "message": en if context.current().language == "en" else zh}


def text_workbook(sheet: str, rows: Iterable[Sequence[str]], *, created: datetime | None = None) -> bytes:
    """One sheet, all cells text: what a name begins with is never read as a formula, and no amount is rounded."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        if created is not None:
            book.set_properties({"created": created})
        page = book.add_worksheet(sheet)
        for place, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                page.write_string(place, column, cell)
    return stream.getvalue()


def read_sheet(content: bytes, sheet: str, *, rows_max: int) -> list[list[Any]]:
    """The rows of one sheet. Raises TooManyRows when a sheet of the book has more than `rows_max`."""
    return _guarded(lambda: _opened(content, rows_max).get_sheet_by_name(sheet).to_python())


def read_sheets(content: bytes, *, rows_max: int) -> dict[str, list[list[Any]]]:
    """The rows of every sheet from its first row and column on, so that places can be named; in the book's order."""

    def read() -> dict[str, list[list[Any]]]:
        book = _opened(content, rows_max)
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}

    return _guarded(read)


def _opened(content: bytes, rows_max: int) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(_packed_again(content, rows_max))


def _guarded(read: Callable[[], T]) -> T:
    try:
        return read()
    except UnreadableWorkbook:
        raise
    except _BROKEN:
        raise UnreadableWorkbook from None
    except BaseException as error:
        # What a panic of the reader becomes is no Exception, and has no name that could be imported.
        if type(error).__name__ == "PanicException":
            raise UnreadableWorkbook from None
        raise


def _packed_again(content: bytes, rows_max: int) -> BytesIO:
    packed, left = BytesIO(), UNPACKED_MAX
    with ZipFile(BytesIO(content)) as source, ZipFile(packed, "w") as target:
        parts = source.infolist()
        if len(parts) > PARTS_MAX or any(_FOREIGN.fullmatch(part.filename) for part in parts):
            raise UnreadableWorkbook
        for part in parts:
            # Reading stops at the size the part claims, and its checksum tells whether that was all.
            with source.open(part) as stream:
                data = stream.read(left + 1)
            left -= len(data)
            if left < 0:
                raise UnreadableWorkbook
            if _SHEET.fullmatch(part.filename):
                _must_be_within(data, rows_max)
            target.writestr(part.filename, data)
    packed.seek(0)
    return packed


def _must_be_within(sheet: bytes, rows_max: int) -> None:
    """Every cell stands within the rows and columns that are read. Raises TooManyRows, UnreadableWorkbook."""
    if b"\x00" in sheet:  # in another encoding than the one looked through here
        raise UnreadableWorkbook
    longest, last = len(str(ROWS_OF_A_SHEET)), 0  # so that no number of a million digits is converted
    for letters, row in set(_PLACE.findall(sheet)):
        if len(row) > longest or int(row) > ROWS_OF_A_SHEET or _column(letters) > COLUMNS_MAX:
            raise UnreadableWorkbook
        last = max(last, int(row))
    if last > rows_max:
        raise TooManyRows(last)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:4]:
        number = number * _LETTERS + letter - ord("A") + 1
    return number
