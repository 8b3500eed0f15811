"""XZ-37: what a city publishes of its reports. Totals by group and period, never a firm, never a group of few."""

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.published_statistics import PublishedReply, PublishedRow, PublishedTable
from policy.forms import report_forms
from services.registry.statistics.aggregates import Cell, Grouping
from services.registry.statistics.publishing import Published, publish_round
from services.registry.statistics.queries import newest_round
from services.registry.statistics.workbooks import Language, said, unit_of

MEASURES = ("tenants", "graduates", "investment")
# The first is drawn for each grouping, all of them over the periods.
GROUPINGS: dict[Grouping, tuple[str, ...]] = {
    "district": MEASURES[:1],
    "kind": MEASURES[:1],
    "level": MEASURES[:1],
    "period": MEASURES,
}


async def published(session: AsyncSession, *, city_code: str, language: Language) -> PublishedReply:
    """Of the newest period that is closed; nothing while there is none."""
    round_ = await newest_round(session, city_code, closed=True)
    least = report_forms()[-1].suppress_below
    if round_ is None:
        return PublishedReply(
            period_from=None, period_until=None, clauses=(), measures=(), suppress_below=least, tables=()
        )
    tables: list[PublishedTable] = []
    named: tuple[str, ...] = ()
    for by, drawn in GROUPINGS.items():
        of = None if by == "period" else round_
        # While a period is open, what one report more adds would tell that report.
        found = await publish_round(session, by=by, round_=of, city_code=city_code, is_public=True, closed=True)
        charts = tuple(found.chart(measure, language).decode() for measure in drawn)
        tables.append(PublishedTable(by=by, rows=_rows(found, language), charts=charts))
        named = tuple(_named(found, measure, language) for measure in MEASURES)
    return PublishedReply(
        period_from=round_.period_from,
        period_until=round_.period_until,
        clauses=tuple(round_.clauses),
        measures=named,
        suppress_below=least,
        tables=tuple(tables),
    )


def _rows(found: Published, language: Language) -> tuple[PublishedRow, ...]:
    rows = [_row(found.named(cell.group, language), cell) for cell in found.table.cells]
    if found.grouping != "period":
        rows.append(_row("合计" if language == "zh" else "Total", found.table.total))
    return tuple(rows)


def _row(name: str, cell: Cell) -> PublishedRow:
    figures = cell.figures or {}
    shown = tuple("—" if figures.get(one) is None else f"{figures[one]:,}" for one in MEASURES)
    return PublishedRow(name=name, carriers=cell.carriers, figures=shown)


def _named(found: Published, measure: str, language: Language) -> str:
    asked = found.measure(measure)
    unit = unit_of(asked, language)
    return f"{said(asked, language)} ({unit})" if unit else said(asked, language)
