"""Figures of the city as pictures: SVG that loads nothing and runs nothing, in the words of the caller's language."""

from collections.abc import Callable, Sequence

import pygal
from pygal.style import Style

from policy.forms import FormField
from services.registry.statistics.aggregates import Table
from services.registry.statistics.workbooks import Language, said, unit_of

MEDIA_TYPE = "image/svg+xml"
WIDTH, ROW_HEIGHT, HEAD_HEIGHT, TREND_HEIGHT = 860, 46, 150, 440
LABELS_MAX = 16  # letters of a group's name beside its bar
_STYLE = Style(
    background="#ffffff", plot_background="#ffffff", foreground="#222222", foreground_strong="#111111",
    foreground_subtle="#555555", opacity="1", opacity_hover="1", transition="0s", colors=("#1f5fa8", "#c8541b"),
    font_family="'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif", title_font_size=19, label_font_size=14,
    major_label_font_size=14, value_font_size=13, legend_font_size=14, tooltip_font_size=13,
)  # fmt: skip


def bar_chart(
    table: Table, measure: str, asked: FormField, *, language: Language, named: Callable[[str], str], period: str
) -> bytes:
    """One bar a group, the largest on top; what is left out is said below and has no bar."""
    values = [(named(cell.group), (cell.figures or {}).get(measure)) for cell in table.cells]
    shown = sorted(((value, name) for name, value in values if value is not None), reverse=True)
    left_out = len(values) - len(shown)
    # A horizontal chart of this library draws from the bottom up.
    rows = list(reversed(shown))
    chart = pygal.HorizontalBar(
        **_common(_title(asked, language, period)),
        height=HEAD_HEIGHT + ROW_HEIGHT * max(1, len(rows)),
        print_values=True,
        show_x_guides=True,
        x_title=_left_out(left_out, language),
    )
    chart.x_labels = [name if len(name) <= LABELS_MAX else name[: LABELS_MAX - 1] + "…" for _, name in rows]
    chart.add("", [value for value, _ in rows])
    return str(chart.render(is_unicode=True)).encode()


def trend_chart(table: Table, measure: str, asked: FormField, *, language: Language) -> bytes:
    """A line over the periods; one that is left out is a gap."""
    chart = pygal.Line(
        **_common(_title(asked, language, "")),
        height=TREND_HEIGHT,
        print_values=True,
        print_values_position="top",
        dots_size=4,
        stroke_style={"width": 3},
        show_y_guides=True,
        x_label_rotation=0,
    )
    chart.x_labels = [cell.group for cell in table.cells]
    values = [(cell.figures or {}).get(measure) for cell in table.cells]
    chart.add("", values)
    chart.range = _range(values)
    return str(chart.render(is_unicode=True)).encode()


def _range(values: Sequence[int | None]) -> tuple[int, int]:
    known = [value for value in values if value is not None]
    low, high = min(0, *known, 0), max(1, *known, 1)
    return low, high + (high - low) // 10 + 1


def _common(title: str) -> dict[str, object]:
    return {
        "style": _STYLE, "js": [], "width": WIDTH, "explicit_size": False, "show_legend": False, "title": title,
        "margin": 18, "margin_right": 70, "disable_xml_declaration": True, "no_data_text": "—", "include_x_axis": True,
        "value_formatter": lambda value: f"{value:,.0f}", "pretty_print": False, "human_readable": False,
    }  # fmt: skip


def _title(asked: FormField, language: Language, period: str) -> str:
    unit = unit_of(asked, language)
    title = said(asked, language)
    title = title[:1].upper() + title[1:]
    if unit:
        title += f"（{unit}）" if language == "zh" else f" ({unit})"
    return f"{title} · {period}" if period else title


def _left_out(count: int, language: Language) -> str | None:
    if not count:
        return None
    if language == "zh":
        return f"另有{count}组因报送单位过少不予显示"
    return f"{count} groups with too few reporters are not shown"
