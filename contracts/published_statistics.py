"""Published figures of a city for its public page (XZ-37): the window asks the registry, which keeps the reports."""

from datetime import date
from typing import Literal

from pydantic import Field

from contracts.base import Reply
from contracts.counting import Question


class PublishedAsked(Question):
    """The newest period that is over, of one city, in one language."""

    city_code: str = Field(max_length=20)
    language: Literal["zh", "en"]


class PublishedRow(Reply):
    """A group: how many carriers reported, and its figures as they are shown; a dash where too few stand behind one."""

    name: str
    carriers: int
    figures: tuple[str, ...]


class PublishedTable(Reply):
    """One way of grouping. `chart` is an SVG that loads and runs nothing; rows of periods are the oldest first."""

    by: str
    rows: tuple[PublishedRow, ...]
    charts: tuple[str, ...]


class PublishedReply(Reply):
    """`period_from` is null while no period is over. `measures` are named with their units, one a column."""

    period_from: date | None
    period_until: date | None
    clauses: tuple[str, ...]
    measures: tuple[str, ...]
    suppress_below: int
    tables: tuple[PublishedTable, ...]
