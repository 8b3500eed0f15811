"""XZ-37: what a city publishes of its reports. Totals by group and period, never a firm, never a group of few."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from anyio import Lock, to_thread
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.published_statistics import PublishedReply, PublishedRow, PublishedTable
from kernel import clock
from kernel.routing import Work
from policy.forms import report_forms
from services.registry.statistics.aggregates import Grouping
from services.registry.statistics.models import StatisticsRound
from services.registry.statistics.publishing import ON_PAGES, Published, publish_round, shown
from services.registry.statistics.queries import newest_round
from services.registry.statistics.workbooks import Language, said, unit_of

# The first is drawn for each grouping, all of them over the periods.
GROUPINGS: dict[Grouping, tuple[str, ...]] = {
    "district": ON_PAGES[:1],
    "kind": ON_PAGES[:1],
    "level": ON_PAGES[:1],
    "period": ON_PAGES,
}
KEPT, KEPT_MAX = timedelta(minutes=5), 64
_kept: OrderedDict[tuple[str, Language], tuple[PublishedReply, datetime]] = OrderedDict()
_drawing = Lock()


@dataclass(frozen=True, slots=True)
class _Gathered:
    """Tables of the newest period that is closed; what is drawn needs no session."""

    round: StatisticsRound
    tables: tuple[Published, ...]


async def published(work: Work, *, city_code: str, language: Language) -> PublishedReply:
    """Of the newest period that is closed; nothing while there is none. Drawn once in five minutes: anybody may ask."""
    key = (city_code, language)
    if (known := _known(key)) is not None:
        return known
    gathered = await _gather(await work.open(), city_code)
    await work.close()  # nothing is held while pictures are drawn
    if gathered is None:
        least = report_forms()[-1].suppress_below
        return PublishedReply(
            period_from=None, period_until=None, clauses=(), measures=(), suppress_below=least, tables=()
        )
    async with _drawing:
        if (known := _known(key)) is not None:
            return known
        drawn = await to_thread.run_sync(_drawn, gathered, language)
        _kept[key] = drawn, clock.real_now() + KEPT
        if len(_kept) > KEPT_MAX:
            _kept.popitem(last=False)
    return drawn


def _known(key: tuple[str, Language]) -> PublishedReply | None:
    found, until = _kept.get(key, (None, None))
    return found if until is not None and until > clock.real_now() else None


async def _gather(session: AsyncSession, city_code: str) -> _Gathered | None:
    round_ = await newest_round(session, city_code, closed=True)
    if round_ is None:
        return None
    tables: list[Published] = []
    for by in GROUPINGS:
        of = None if by == "period" else round_
        # While a period is open, what one report more adds would tell that report.
        tables.append(await publish_round(session, by=by, round_=of, city_code=city_code, is_public=True, closed=True))
    return _Gathered(round_, tuple(tables))


def _drawn(gathered: _Gathered, language: Language) -> PublishedReply:
    round_, last = gathered.round, gathered.tables[-1]
    return PublishedReply(
        period_from=round_.period_from,
        period_until=round_.period_until,
        clauses=tuple(round_.clauses),
        measures=tuple(_named(last, measure, language) for measure in ON_PAGES),
        suppress_below=report_forms()[-1].suppress_below,
        tables=tuple(_table(found, language) for found in gathered.tables),
    )


def _table(found: Published, language: Language) -> PublishedTable:
    charts = tuple(found.chart(measure, language).decode() for measure in GROUPINGS[found.grouping])
    rows = tuple(
        PublishedRow(name=name, carriers=cell.carriers, figures=shown(cell))
        for name, cell in found.named_cells(language)
    )
    return PublishedTable(by=found.grouping, rows=rows, charts=charts)


def _named(found: Published, measure: str, language: Language) -> str:
    asked = found.measure(measure)
    unit = unit_of(asked, language)
    return f"{said(asked, language)} ({unit})" if unit else said(asked, language)
