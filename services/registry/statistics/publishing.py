"""Figures of the city for whoever may read them: gathered, grouped, and drawn or tabulated."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

import xlsxwriter
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.owning import is_staff
from kernel.problems import Invalid, NotFound
from policy.forms import FormField, ReportForm, form_of, report_forms
from policy.store import policy_today
from services.registry.statistics.aggregates import Cell, Grouping, Table, by_period, table_of
from services.registry.statistics.charts import bar_chart, trend_chart
from services.registry.statistics.models import StatisticsRound
from services.registry.statistics.queries import CITY, accepted_figures, find_round, newest_round
from services.registry.statistics.workbooks import Language, said, unit_of

KINDS: dict[str, tuple[str, str]] = {
    "makerspace": ("众创空间", "makerspace"), "incubator": ("孵化器", "incubator"),
    "accelerator": ("加速器", "accelerator"), "cluster": ("众创集聚区", "cluster"),
    "university_park": ("大学科技园", "university park"), "micro_firm_base": ("小微企业基地", "micro-firm base"),
    "student_base": ("大学生创业基地", "student base"), "virtual_space": ("虚拟空间", "virtual space"),
    "startup_street": ("创业街区", "start-up street"), "district": ("县区级", "district"),
    "municipal": ("市级", "municipal"), "provincial": ("省级", "provincial"), "national": ("国家级", "national"),
}  # fmt: skip
ON_PAGES = ("tenants", "graduates", "investment")  # measures of the forms that stand on the pages


class MeasureUnknown(Invalid):
    code, title_zh, title_en = "measure_unknown", "报表中没有这一指标", "The form has no such measure"


@dataclass(frozen=True, slots=True)
class Published:
    """A table with what it takes to read it."""

    form: ReportForm
    grouping: Grouping
    round: StatisticsRound | None
    table: Table
    named: Callable[[str, Language], str]

    def measure(self, name: str) -> FormField:
        """Raises MeasureUnknown."""
        try:
            return self.form.measures[name]
        except KeyError:
            raise MeasureUnknown from None

    def chart(self, measure: str, language: Language) -> bytes:
        """A line over periods, bars over everything else."""
        asked = self.measure(measure)
        if self.grouping == "period":
            return trend_chart(self.table, measure, asked, language=language)
        period = f"{self.round.period_from} – {self.round.period_until}" if self.round else ""
        return bar_chart(
            self.table,
            measure,
            asked,
            by=self.grouping,
            language=language,
            named=lambda group: self.named(group, language),
            period=period,
        )

    def named_cells(self, language: Language) -> list[tuple[str, Cell]]:
        """The rows of the table by name; below groups, and not below periods, the total."""
        cells = [(self.named(cell.group, language), cell) for cell in self.table.cells]
        if self.grouping != "period":
            cells.append(("合计" if language == "zh" else "Total", self.table.total))
        return cells

    def workbook(self, language: Language) -> bytes:
        """The table as a sheet: groups down, measures across; what is left out is marked and not nought."""
        zh = language == "zh"
        stream = BytesIO()
        with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
            heading = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True})
            sheet = book.add_worksheet("汇总" if zh else "Summary")
            sheet.set_column(0, len(self.form.measures) + 2, 14)
            titles = ["分组", "载体数", "企业数"] if zh else ["Group", "Carriers", "Firms"]
            titles += [f"{said(one, language)} {unit_of(one, language)}".strip() for one in self.form.measures.values()]
            for column, title in enumerate(titles):
                sheet.write_string(0, column, title, heading)
            for row, (name, cell) in enumerate(self.named_cells(language), start=1):
                sheet.write_string(row, 0, name)
                figures = [cell.carriers, cell.firms, *((cell.figures or {}).get(one) for one in self.form.measures)]
                for column, value in enumerate(figures, start=1):
                    if value is None:
                        sheet.write_string(row, column, "—")
                    else:
                        sheet.write_number(row, column, value)
            sheet.freeze_panes(1, 1)
        return stream.getvalue()


def shown(cell: Cell) -> tuple[str, ...]:
    """The figures of a page; what is left out is marked and not nought."""
    figures = cell.figures or {}
    return tuple("—" if figures.get(one) is None else f"{figures[one]:,}" for one in ON_PAGES)


async def publish(session: AsyncSession, *, by: Grouping, round_id: UUID | None, caller: Caller) -> Published:
    """Accepted reports of a period (the newest unless one is named), or by `period` of every one. Raises NotFound.

    For who is no official only periods that are over exist: while one is open, what one report more adds would tell it.
    """
    is_public = not is_staff(caller)
    round_ = None if by == "period" else await _round(session, round_id, caller, closed=is_public)
    return await publish_round(
        session, by=by, round_=round_, city_code=caller.city, is_public=is_public, closed=is_public
    )


async def publish_round(
    session: AsyncSession,
    *,
    by: Grouping,
    round_: StatisticsRound | None,
    city_code: str,
    is_public: bool,
    closed: bool = False,
) -> Published:
    """Of one period, or without one of the newest ones (that are over); with small groups left out if `is_public`."""
    form = form_of(round_.form_on) if round_ else report_forms()[-1]
    reported = await accepted_figures(
        session,
        city_code,
        by=by,
        measures=list(form.measures),
        round_id=round_.id if round_ else None,
        closed=closed,
    )
    table = (by_period if by == "period" else table_of)(form, reported, is_public=is_public)
    pack = (await policy_today(session, city_code)).pack
    places = {division.code: (division.zh, division.en) for division in pack.divisions if division.code}
    places[CITY] = (pack.city.zh, pack.city.en)

    def named(group: str, language: Language) -> str:
        unknown = (group, group) if group else ("未填区划", "no division")
        return (places.get(group) or KINDS.get(group) or unknown)[0 if language == "zh" else 1]

    return Published(form, by, round_, table, named)


async def _round(session: AsyncSession, round_id: UUID | None, caller: Caller, *, closed: bool) -> StatisticsRound:
    if round_id is not None:
        found: StatisticsRound | None = await find_round(session, round_id, caller=caller)
    else:
        found = await newest_round(session, caller.city, closed=closed)
    if found is None or (closed and found.closed_at is None):
        raise NotFound
    return found
