"""The list a city publishes (names and grades), the ranking its staff works with, and the chart of a round's scores."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import pygal
import xlsxwriter
from pygal.style import Style

from kernel.ids import encode_id
from services.registry.evaluation.schemas import PublicationOut, RankingOut

CHARTED_MAX = 60  # bars one can still read; the ranking has the rest
NAME_CHARTED_MAX = 16
_PER_POINT = 100  # basis points in a point of a score out of a hundred
_TEXT = "@"
YES_NO = {True: "是", False: "否"}


def in_points(score_bp: int) -> str:
    """`8600` → `86.00`: for people to read, never to compute with."""
    points, rest = divmod(score_bp, _PER_POINT)
    return f"{points}.{rest:02d}"


def publication_xlsx(shown: PublicationOut) -> bytes:
    """Names and grades, no score."""
    rows = [(item.carrier_name, item.operator_name, item.grade_zh) for item in shown.items]
    state = "最终结果" if shown.is_final else f"公示至{shown.notice.closes_on.isoformat()}"
    return _sheet(f"{shown.year}年度评价结果", (state,), ("载体名称", "运营单位", "评价等次"), rows)


def ranking_xlsx(shown: RankingOut) -> bytes:
    """Place, ids, names, scores and grades; every cell is text."""
    rows = [
        (
            str(item.place),
            encode_id("car", item.carrier_id),
            item.carrier_name,
            item.operator_name,
            in_points(item.score_bp),
            item.grade_zh,
            YES_NO[item.participated],
            YES_NO[item.has_appealed],
        )
        for item in shown.items
    ]
    headings = ("名次", "载体标识", "载体名称", "运营单位", "得分", "评价等次", "是否参评", "是否申诉")
    return _sheet(f"{shown.year}年度评价排名", ("最终结果" if shown.is_final else "未最终认定",), headings, rows)


def _sheet(title: str, note: Sequence[str], headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet, text = book.add_worksheet("评价结果"), book.add_format({"num_format": _TEXT})
        for place, cells in enumerate([(title,), note, headings, *rows]):
            for column, cell in enumerate(cells):
                # A name may begin with "=": written as text it is no formula.
                sheet.write_string(place, column, cell, text)
        sheet.set_column(0, len(headings) - 1, 24)
    return stream.getvalue()


def scores_svg(shown: RankingOut, grades: Sequence[tuple[str, str]]) -> bytes:
    """A bar for each carrier, best first, in the colour of its grade; no script, nothing loaded from elsewhere.

    `grades` are id and name from the highest down.
    """
    items = list(reversed(shown.items[:CHARTED_MAX]))  # a horizontal chart begins at the bottom
    chart: Any = pygal.HorizontalStackedBar(
        js=[],
        title=f"{shown.year}年度评价得分",
        value_formatter=lambda value: in_points(int(value)) if value else "",
        range=(0, 100 * _PER_POINT),
        height=180 + 26 * max(len(items), 4),
        width=900,
        margin_left=90,  # the library reckons a Chinese character as narrow as a Latin one
        legend_at_bottom=True,
        print_values=True,
        no_data_text="暂无结果",
        style=Style(
            font_family="'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif",
            colors=("#1b7f5c", "#2f6fb5", "#c48a1a", "#b23b3b", "#6b4fa0", "#5b6770"),
        ),
    )
    chart.x_labels = [_short(item.carrier_name) for item in items]
    for grade_id, name in grades:
        chart.add(name, [item.score_bp if item.grade == grade_id else None for item in items])
    chart.add_xml_filter(_without_scripts)
    drawn: bytes = chart.render()
    return drawn


def _short(name: str) -> str:
    return name if len(name) <= NAME_CHARTED_MAX else name[: NAME_CHARTED_MAX - 1] + "…"


def _without_scripts(root: Any) -> Any:
    """Even with no library named it writes its settings as a script, which a page's policy would rightly refuse."""
    for parent in list(root.iter()):
        for child in [one for one in parent if str(one.tag).endswith("script")]:
            parent.remove(child)
    return root
